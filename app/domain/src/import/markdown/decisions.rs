//! Which list items are decisions, and what their branches are.
//!
//! Reads only; what becomes of a decision is said in `flow`. A mid-sentence “if” never makes a decision, and several
//! conditions in one list stay decisions of their own, one after another.

use std::collections::{HashMap, HashSet};

use super::blocks::{Block, Content, Item, PlainText};
use super::wording::{Wording, capitalised, covers, is_leave_to_skip};
use crate::graph::NodeKind;

/// Longest label of a branch, in characters and in words.
const MAX_BRANCH_CHARS: usize = 60;
const MAX_BRANCH_WORDS: usize = 8;

/// The word between a condition and its consequent.
const THEN: &str = " then ";

/// Questions of which each but the last is followed, on `No`, by the next.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    pub(super) questions: Vec<Question<'a>>,
    /// How many items of the list it was read from.
    pub(super) items: usize,
}

/// One question with its answers.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) wording: Wording,
    pub(super) line: u32,
    /// What stands in its check box, if it has one.
    pub(super) mark: Option<char>,
    /// Answers in the order of the source, with distinct labels.
    pub(super) branches: Vec<Branch<'a>>,
    /// Text that belongs to the question itself.
    pub(super) remarks: Vec<&'a Block>,
    /// What the merge is called, from an item `Merge: … {#id}` under the question.
    pub(super) merge: Option<Wording>,
    /// Items under the question that are no answers.
    pub(super) others: Vec<&'a Item>,
}

/// One answer and what it leads to.
#[derive(Debug)]
pub(super) struct Branch<'a> {
    pub(super) label: String,
    pub(super) line: u32,
    /// What to do first; absent when the answer leads straight to the blocks, or on.
    pub(super) action: Option<Wording>,
    pub(super) blocks: &'a [Block],
}

/// How sure it is that a text begins with the label of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sureness {
    /// `Yes` or `No`, or a value and an arrow: a branch wherever it stands.
    Certain,
    /// A value and a colon or dash, or a condition: a branch only below a question.
    BelowQuestion,
}

/// Reads the decision that the first of these items begins, if it begins one.
pub(super) fn read(items: &[Item]) -> Option<Decision<'_>> {
    let item = items.first()?;
    let wording = opening(item)?;
    match wording.kind {
        Some(NodeKind::Decision) | None => {}
        Some(_) => return None,
    }
    if let Some(question) = with_branches(item, &wording) {
        return Some(alone(question, 1));
    }
    let asks = asks(&wording);
    if asks && item.rest().is_empty() {
        let answers = items[1..].iter().take_while(|item| is_certain(item)).count();
        if answers >= 2 {
            let mut question = bare_question(item, wording);
            question.branches = distinct(items[1..=answers].iter().filter_map(|item| branch(item, false)));
            return Some(alone(question, 1 + answers));
        }
    }
    if wording.kind == Some(NodeKind::Decision) {
        return Some(alone(bare_question(item, wording), 1));
    }
    conditions(items)
}

/// Whether a list is nothing but answers to a question that stands before it.
pub(super) fn is_answers(items: &[Item], question: &str) -> bool {
    let asks = question.contains('?');
    let answers = items.iter().filter(|item| branch(item, asks).is_some()).count();
    let certain = items.iter().filter(|item| is_certain(item)).count();
    enough(answers, items.len()) && (certain >= 2 || asks && answers == items.len())
}

/// The decision made of a question and the list of its answers below it.
pub(super) fn of_answers<'a>(wording: Wording, line: u32, items: &'a [Item]) -> Decision<'a> {
    let asks = wording.label.contains('?') || wording.description.contains('?');
    let question = Question {
        wording,
        line,
        mark: None,
        branches: distinct(items.iter().filter_map(|item| branch(item, asks))),
        remarks: Vec::new(),
        merge: None,
        others: items.iter().filter(|item| branch(item, asks).is_none()).collect(),
    };
    alone(question, items.len())
}

/// Whether a list holds code or a decision at any depth, so that it is more than a checklist.
pub(super) fn holds_work(items: &[Item]) -> bool {
    (0..items.len()).any(|start| {
        let inside = |block: &Block| match &block.content {
            Content::Code { .. } => super::outline::is_command(block),
            Content::List(items) => holds_work(items) || is_tasks(items),
            Content::Group { .. } => super::outline::is_work_of_group(block),
            _ => false,
        };
        items[start].blocks.iter().any(inside) || read(&items[start..]).is_some()
    })
}

/// Whether every item of a list has a check box: then each is something to do, at any depth.
pub(super) fn is_tasks(items: &[Item]) -> bool {
    items.iter().all(|item| item.mark.is_some())
}

fn alone(question: Question<'_>, items: usize) -> Decision<'_> {
    Decision { questions: vec![question], items }
}

fn bare_question(item: &Item, wording: Wording) -> Question<'_> {
    Question {
        wording,
        line: item.line,
        mark: item.mark,
        branches: Vec::new(),
        remarks: item.rest().iter().collect(),
        merge: None,
        others: Vec::new(),
    }
}

/// Reads an item that names the merge of the decision it stands under. Only one with an id does: “Merge: the branch” may
/// as well be something to do.
fn merge(item: &Item) -> Option<Wording> {
    let (text, source) = item.opening()?;
    let rest = strip_word(&text.joined(), "merge:")?.to_owned();
    let wording = Wording::of(&PlainText { lines: vec![rest] }, source);
    wording.id.is_some().then_some(wording)
}

fn opening(item: &Item) -> Option<Wording> {
    item.opening().map(|(text, source)| Wording::of(text, source))
}

fn asks(wording: &Wording) -> bool {
    wording.kind == Some(NodeKind::Decision) || wording.label.ends_with('?')
}

/// At least two, and 60 % of all.
fn enough(answers: usize, of: usize) -> bool {
    answers >= 2 && answers * 10 >= of * 6
}

/// A question whose children are its answers.
fn with_branches<'a>(item: &'a Item, wording: &Wording) -> Option<Question<'a>> {
    let asks = asks(wording);
    let (lists, remarks): (Vec<_>, Vec<_>) =
        item.rest().iter().partition(|block| matches!(block.content, Content::List(_)));
    let children: Vec<&Item> = lists
        .iter()
        .filter_map(|block| match &block.content {
            Content::List(items) => Some(items),
            _ => None,
        })
        .flatten()
        .collect();
    let (merges, children): (Vec<&Item>, Vec<&Item>) = children.into_iter().partition(|child| merge(child).is_some());
    let (answers, others): (Vec<_>, Vec<_>) = children.iter().copied().partition(|child| branch(child, asks).is_some());
    // A question with one answer that is surely one goes on without it otherwise.
    let is_only = asks && children.len() == 1 && is_certain(children[0]);
    (is_only || enough(answers.len(), children.len())).then(|| Question {
        wording: wording.clone(),
        line: item.line,
        mark: item.mark,
        branches: distinct(answers.iter().filter_map(|child| branch(child, asks))),
        remarks,
        merge: merges.first().and_then(|item| merge(item)),
        others,
    })
}

fn is_certain(item: &Item) -> bool {
    item.opening()
        .and_then(|(text, _)| split_branch(&text.joined()).map(|found| found.2 == Sureness::Certain))
        .unwrap_or(false)
}

/// Reads an item as an answer.
fn branch(item: &Item, below_question: bool) -> Option<Branch<'_>> {
    let (text, source) = item.opening()?;
    let text = text.joined();
    let (label, rest, sureness) = split_branch(&text)?;
    if sureness == Sureness::BelowQuestion && !below_question {
        return None;
    }
    Some(Branch { action: action(&label, &rest, &text, source), label, line: item.line, blocks: item.rest() })
}

/// What a branch or a condition asks for; keeps its source when label and action do not say all of it.
fn action(label: &str, rest: &str, text: &str, source: &str) -> Option<Wording> {
    let rest = rest.trim();
    if rest.is_empty() {
        // An image or a link without text says something that no reader of plain text sees.
        return (!covers(label, text) || !covers(label, source)).then(|| Wording::of(&PlainText::default(), source));
    }
    let mut action = Wording::part(rest);
    let said = format!("{label} {}", action.label);
    if !covers(&said, source) || !covers(&said, text) {
        source.clone_into(&mut action.description);
    }
    Some(action)
}

/// Makes the labels of branches distinct.
fn distinct<'a>(branches: impl Iterator<Item = Branch<'a>>) -> Vec<Branch<'a>> {
    let mut used = HashSet::new();
    let mut doubles: HashMap<String, usize> = HashMap::new();
    let mut all = Vec::new();
    for mut branch in branches {
        let label = branch.label.clone();
        while !used.insert(branch.label.clone()) {
            let double = doubles.entry(label.clone()).or_insert(1);
            *double += 1;
            branch.label = format!("{label} ({double})");
        }
        all.push(branch);
    }
    all
}

/// Splits a text into the label of a branch and what follows it.
fn split_branch(text: &str) -> Option<(String, String, Sureness)> {
    if let Some(condition) = strip_word(text, "if") {
        let (label, rest) = split_condition(condition)?;
        return Some(match yes_or_no(&label) {
            Some(answer) => (answer.to_owned(), rest, Sureness::Certain),
            None => (capitalised(&label), rest, Sureness::BelowQuestion),
        });
    }
    if let Some(answer) = yes_or_no(text.trim_end_matches([':', '.'])) {
        return Some((answer.to_owned(), String::new(), Sureness::Certain));
    }
    let separators = ["->", "→", "=>", "⇒", ":", " - ", " – ", " — "];
    let (at, separator) = separators.iter().filter_map(|mark| text.find(mark).map(|at| (at, *mark))).min()?;
    let (label, rest) = (text[..at].trim(), text[at + separator.len()..].trim());
    let is_arrow = matches!(separator, "->" | "→" | "=>" | "⇒");
    if let Some(answer) = yes_or_no(label) {
        return Some((answer.to_owned(), rest.to_owned(), Sureness::Certain));
    }
    let short = !label.is_empty()
        && label.chars().count() <= MAX_BRANCH_CHARS
        && label.split_whitespace().count() <= MAX_BRANCH_WORDS
        && !label.contains(['.', '?', '!', '`']);
    // More arrows are a path through menus or a sequence, not an answer.
    let one_arrow = separators[..4].iter().map(|arrow| text.matches(arrow).count()).sum::<usize>() == 1;
    let sureness = if is_arrow && !rest.is_empty() { Sureness::Certain } else { Sureness::BelowQuestion };
    let is_branch = short && (one_arrow || !is_arrow) && !rest.starts_with("//");
    is_branch.then(|| (label.to_owned(), rest.to_owned(), sureness))
}

fn yes_or_no(label: &str) -> Option<&'static str> {
    match label.trim().to_lowercase().as_str() {
        "yes" | "ja" => Some("Yes"),
        "no" | "nein" => Some("No"),
        "true" => Some("True"),
        "false" => Some("False"),
        _ => None,
    }
}

/// A run of conditions: `If`, any number of `Else if`, and `Else`.
fn conditions(items: &[Item]) -> Option<Decision<'_>> {
    let mut questions = vec![condition(items.first()?, false)?];
    let mut used = 1;
    while let Some(item) = items.get(used) {
        if let Some(question) = condition(item, true) {
            questions.push(question);
        } else if let Some(otherwise) = otherwise(item) {
            questions.last_mut()?.branches.push(otherwise);
            used += 1;
            break;
        } else {
            break;
        }
        used += 1;
    }
    Some(Decision { questions, items: used })
}

/// A condition with a consequent or with children; as an alternative when it must begin with `Else`.
fn condition(item: &Item, alternative: bool) -> Option<Question<'_>> {
    let (text, source) = item.opening()?;
    let text = text.joined();
    let wording = opening(item)?;
    if text.trim_end().ends_with('?') {
        return None;
    }
    let mut stated = text.as_str();
    if alternative {
        stated = strip_else(stated)?;
    }
    let (keyword, rest) = strip_keyword(stated)?;
    let children = item.rest().iter().any(|block| matches!(block.content, Content::List(_)));
    let (stated, consequent) = match split_condition(rest) {
        Some(split) => split,
        None if children => (rest.trim_end_matches([':', '.']).to_owned(), String::new()),
        None => return None,
    };
    if stated.is_empty() || is_leave_to_skip(&stated) || (consequent.is_empty() && !children) {
        return None;
    }
    let mut question = Wording::part(&format!("{keyword} {}?", stated.trim()));
    question.id.clone_from(&wording.id);
    let action = action(&question.label, &consequent, &stated, &consequent);
    let said = format!("{} {}", question.label, action.as_ref().map_or("", |action| action.label.as_str()));
    if !covers(&said, source) {
        source.clone_into(&mut question.description);
    }
    Some(Question {
        wording: question,
        line: item.line,
        mark: item.mark,
        branches: vec![Branch { label: "Yes".to_owned(), line: item.line, action, blocks: item.rest() }],
        remarks: Vec::new(),
        merge: None,
        others: Vec::new(),
    })
}

/// The branch of an `Else` or `Otherwise` item.
fn otherwise(item: &Item) -> Option<Branch<'_>> {
    let (text, source) = item.opening()?;
    let text = text.joined();
    let rest = strip_else(&text)?.trim_start_matches([',', ':', '-', '–', '→', '>', ' ']).to_owned();
    Some(Branch {
        label: "No".to_owned(),
        line: item.line,
        action: action("No", &rest, &text, source),
        blocks: item.rest(),
    })
}

fn strip_else(text: &str) -> Option<&str> {
    ["else", "otherwise", "if not", "sonst", "andernfalls"].iter().find_map(|word| strip_word(text, word))
}

fn strip_keyword(text: &str) -> Option<(&'static str, &str)> {
    let keywords = [
        ("in case of", "In case of"),
        ("in case", "In case"),
        ("in the event of", "In the event of"),
        ("if", "If"),
        ("when", "When"),
        ("wenn", "Wenn"),
        ("falls", "Falls"),
    ];
    keywords.iter().find_map(|(word, shown)| strip_word(text, word).map(|rest| (*shown, rest)))
}

/// What follows a word that the text begins with.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let text = text.trim_start();
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    let ends = rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '\''));
    (head.eq_ignore_ascii_case(word) && ends).then(|| rest.trim_start())
}

/// Splits `condition THEN action`, `condition -> action`, `condition: action` or `condition, action`.
///
/// Only in the first sentence, never inside parentheses or quotes, and not at a comma of an enumeration.
fn split_condition(text: &str) -> Option<(String, String)> {
    let marks = marks(text);
    let of = |wanted: &[&str]| marks.iter().copied().find(|(_, mark)| wanted.contains(mark));
    let before_comma_or_colon = [of(&[": "]), consequent_comma(text, &marks)].into_iter().flatten().min();
    let (at, mark) = of(&[THEN]).or_else(|| of(&["->", "→"])).or(before_comma_or_colon)?;
    let condition = text[..at].trim().trim_end_matches([',', ':']).trim();
    let rest = text[at + mark.len()..].trim();
    let action = strip_word(rest, "then").unwrap_or(rest).trim_start_matches([',', ':', ' ']);
    (!condition.is_empty() && !action.is_empty()).then(|| (condition.to_owned(), action.to_owned()))
}

/// The places at the top level of the first sentence where a condition may end.
fn marks(text: &str) -> Vec<(usize, &'static str)> {
    let mut marks = Vec::new();
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '"' => quoted = !quoted,
            _ => {}
        }
        if depth > 0 || quoted {
            continue;
        }
        if ends_sentence(&text[at..]) {
            break;
        }
        let found = [THEN, "->", "→", ": ", ", "].into_iter().find(|mark| starts_with(&text[at..], mark));
        // “do this and then that” goes on, it does not begin the consequent.
        let goes_on = found == Some(THEN)
            && at
                .checked_sub(4)
                .and_then(|from| text.get(from..at))
                .is_some_and(|and| and.eq_ignore_ascii_case(" and"));
        marks.extend(found.filter(|_| !goes_on).map(|mark| (at, mark)));
    }
    marks
}

fn ends_sentence(rest: &str) -> bool {
    rest.strip_prefix(". ").is_some_and(|next| next.trim_start().starts_with(char::is_uppercase))
}

fn starts_with(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark))
}

/// The comma before the consequent: the first that does not go on with the condition (`…, or …`), and behind an
/// enumeration if there is one (`a, b, or c are down, call …`; `a, b or others, call …`).
fn consequent_comma(text: &str, marks: &[(usize, &'static str)]) -> Option<(usize, &'static str)> {
    let commas: Vec<(usize, &'static str)> = marks.iter().copied().filter(|(_, mark)| *mark == ", ").collect();
    let goes_on = |at: usize| ["or", "and", "but"].iter().any(|word| strip_word(&text[at + 2..], word).is_some());
    let closes_list = |at: usize| [" or others", " or similar", " etc."].iter().any(|end| text[..at].ends_with(end));
    let candidates = || commas.iter().copied().filter(|(at, _)| !goes_on(*at));
    let listed = commas.iter().find(|(at, _)| goes_on(*at)).map(|(at, _)| *at);
    let behind_list = |(at, _): &(usize, &str)| closes_list(*at) || listed.is_some_and(|listed| *at > listed);
    candidates().find(behind_list).or_else(|| candidates().next())
}

/// The source of the items that are no answers, to be kept as text.
pub(super) fn source_of(items: &[&Item]) -> String {
    items.iter().map(|item| item.source.as_str()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::markdown::blocks;

    fn items(source: &str) -> Vec<Item> {
        match blocks::read(source).blocks.swap_remove(0).content {
            Content::List(items) => items,
            other => panic!("a list, not {other:?}"),
        }
    }

    /// Label and first action of every branch of every question that the first item begins.
    fn branches(source: &str) -> Vec<(String, String)> {
        let items = items(source);
        let decision = read(&items).expect("a decision");
        let branches = decision.questions.into_iter().flat_map(|question| question.branches);
        branches.map(|branch| (branch.label, branch.action.map(|action| action.label).unwrap_or_default())).collect()
    }

    fn pair(label: &str, action: &str) -> (String, String) {
        (label.to_owned(), action.to_owned())
    }

    fn split(text: &str) -> (String, String) {
        split_condition(text).expect("a condition and a consequent")
    }

    #[test]
    fn children_that_begin_with_a_branch_make_a_decision() {
        let expected = [pair("Yes", "Isolate it"), pair("No", "Close the ticket")];
        for source in [
            "- Is it infected?\n  - Yes: isolate it\n  - No: close the ticket\n",
            "- Check the host\n  - **YES** -> isolate it\n  - **NO** → close the ticket\n",
            "- Decision: infected\n  - If yes, isolate it\n  - If no, close the ticket\n",
            "- Is it infected?\n- Yes - isolate it\n- No - close the ticket\n",
        ] {
            assert_eq!(branches(source), expected, "{source}");
        }
    }

    #[test]
    fn named_values_are_branches_below_a_question_only() {
        let children = "  - Low: watch\n  - High: call\n";
        assert!(read(&items(&format!("- How severe is it?\n{children}"))).is_some());
        assert!(read(&items(&format!("- Severity levels\n{children}"))).is_none());
    }

    #[test]
    fn fewer_than_two_or_less_than_most_children_make_no_decision() {
        assert!(read(&items("- Check it\n  - Yes: go on\n  - look again\n")).is_none());
        assert!(read(&items("- Severity levels\n  - High -> call\n")).is_none());
        assert!(read(&items("- Check it\n  - Yes: a\n  - No: b\n  - c\n  - d\n")).is_none());
    }

    #[test]
    fn a_question_may_have_one_answer() {
        assert_eq!(branches("- Decision: Drill?\n  - Yes -> Tell the lead\n"), [pair("Yes", "Tell the lead")]);
        assert_eq!(branches("- Is it a drill?\n  - No: call the lead\n"), [pair("No", "Call the lead")]);
        assert_eq!(branches("- Decision: How bad?\n  - Severe -> call the lead\n"), [pair("Severe", "Call the lead")]);
        let other = items("- Decision: Drill?\n  - look at the calendar\n");
        assert!(read(&other).is_some_and(|decision| decision.questions[0].branches.is_empty()));
    }

    #[test]
    fn a_condition_needs_a_consequent_or_children() {
        assert!(read(&items("- If the host is down\n")).is_none());
        assert!(read(&items("- If the host is down\n  - restart it\n")).is_some());
        assert!(read(&items("- Restart it if the host is down\n")).is_none());
        assert!(read(&items("- When did it begin, and where?\n")).is_none());
        assert!(read(&items("- If possible, take an image\n")).is_none());
    }

    #[test]
    fn else_items_belong_to_the_condition_before_them() {
        let items = items("- If a is up, go\n- Else if b is up, wait\n- Otherwise, stop\n- If c is up, sing\n");
        let decision = read(&items).expect("a decision");
        assert_eq!((decision.questions.len(), decision.items), (2, 3));
        assert_eq!(decision.questions[1].wording.label, "If b is up?");
    }

    #[test]
    fn a_condition_is_not_cut_in_parentheses_nor_in_an_enumeration() {
        assert_eq!(split("a (b, c) is down, call"), pair("a (b, c) is down", "call"));
        assert_eq!(split("a, b, or c are down, call"), pair("a, b, or c are down", "call"));
        assert_eq!(split("a, b or others, call"), pair("a, b or others", "call"));
        assert_eq!(split("it is down, call, and then wait"), pair("it is down", "call, and then wait"));
        assert_eq!(split("a, b THEN c"), pair("a, b", "c"));
        assert_eq!(split_condition("a, or b"), None);
    }

    #[test]
    fn a_path_through_menus_is_no_branch() {
        assert_eq!(split_branch("Settings -> Users -> Reset"), None);
        assert!(split_branch("https://example.org").is_none());
    }
}
