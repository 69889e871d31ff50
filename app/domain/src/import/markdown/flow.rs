//! From the outline of a document to nodes and the edges between them.
//!
//! Invariants: what is to be done runs in the order of the source, so every node is reachable from the first; the
//! branches of a decision come together in a merge of the same phase; and every text ends up in a label, a
//! description or code. Recursion follows the nesting of lists, which `blocks` bounds.

use super::blocks::{Block, Content, Item, PlainText, Row};
use super::code;
use super::decisions::{self, Branch, Decision, Question};
use super::outline::{self, Outline, Role, Section};
use super::wording::{self, Wording, covers, one_line};
use crate::graph::{Edge, Graph, Node, NodeKind};
use crate::ids::NodeId;
use crate::import::node_ids::NodeIds;
use crate::import::tags::without_tags;
use crate::source::{ImportIssue, Severity};

/// Remark on a step that its author has already ticked.
const TICKED: &str = "_Marked as done in the source._";

/// Label of the point where the branches of a decision come together.
const MERGE: &str = "Continue";

/// Label of a decision whose answers stand under no question at all.
const UNASKED: &str = "Which of these applies?";

/// Where text is kept that is no structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Document,
    /// Position in `Graph::nodes`.
    Node(usize),
}

/// Where nodes are put.
#[derive(Clone, Debug)]
struct Scope {
    phase: Option<NodeId>,
    /// Nearest heading, from which ids are derived.
    heading: String,
}

/// Whether every list is steps, or only one that holds code or decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lists {
    Steps,
    Checklists,
}

/// Builds the graph of an outline.
pub(super) fn build(outline: &Outline) -> (Graph, Vec<ImportIssue>) {
    let mut flow = Flow::default();
    flow.sections(outline);
    (flow.graph, flow.issues)
}

#[derive(Default)]
struct Flow {
    graph: Graph,
    ids: NodeIds,
    issues: Vec<ImportIssue>,
    /// Where the flow stands: the nodes that lead to whatever comes next, with the branch they leave by.
    ends: Vec<(NodeId, Option<String>)>,
}

impl Flow {
    fn sections(&mut self, outline: &Outline) {
        let mut places: Vec<(Anchor, Scope)> = Vec::with_capacity(outline.sections.len());
        for (position, section) in outline.sections.iter().enumerate() {
            let place = match &section.heading {
                None => (Anchor::Document, Scope::document(outline)),
                Some(_) => self.open(section, &places[section.parent]),
            };
            if section.role == Role::Phase {
                let is_work = |block: &Block| outline.is_work(position, block);
                self.blocks(&section.blocks, &place.1, place.0, Lists::Steps, &is_work);
            } else {
                for block in &section.blocks {
                    self.warn_if_open(block);
                    self.keep(place.0, &block.source);
                }
            }
            places.push(place);
        }
    }

    /// Makes of a heading what its section is.
    fn open(&mut self, section: &Section, (anchor, scope): &(Anchor, Scope)) -> (Anchor, Scope) {
        let Some(heading) = &section.heading else {
            return (*anchor, scope.clone());
        };
        match section.role {
            Role::Reference => {
                self.keep(*anchor, &heading.source);
                (*anchor, scope.clone())
            }
            Role::Phase => {
                let phase = self.node(scope, NodeKind::Phase, &heading.wording, heading.line);
                (Anchor::Node(phase), self.inside(phase))
            }
            Role::Step => {
                let kind = heading.wording.kind.filter(|kind| *kind != NodeKind::Phase);
                let step = match kind {
                    Some(NodeKind::Decision) => self.decision(&bare_decision(&heading.wording, heading.line), scope),
                    kind => self.work(scope, kind.unwrap_or(NodeKind::Step), &heading.wording, heading.line),
                };
                (Anchor::Node(step), scope.clone())
            }
        }
    }

    /// Walks blocks that follow `anchor`; text goes to the node before it.
    fn blocks(
        &mut self,
        blocks: &[Block],
        scope: &Scope,
        anchor: Anchor,
        lists: Lists,
        is_work: &dyn Fn(&Block) -> bool,
    ) {
        let mut anchor = anchor;
        let mut lead: Option<&Block> = None;
        for (position, block) in blocks.iter().enumerate() {
            self.warn_if_open(block);
            let next = blocks.get(position + 1).filter(|next| is_work(next));
            if next.is_some_and(|next| leads_to(block, next)) {
                lead = Some(block);
            } else if !is_work(block) {
                self.keep(anchor, &block.source);
            } else {
                let first = self.graph.nodes.len();
                let introduced = self.work_of(block, lead.take(), scope, lists);
                if let Some(lead) = introduced {
                    self.keep_before(first, &lead.source, anchor);
                }
                anchor = self.last_since(first).unwrap_or(anchor);
            }
        }
    }

    /// Emits what is to be done in a block; gives back the paragraph that leads to it unless it became a label.
    fn work_of<'b>(
        &mut self,
        block: &Block,
        lead: Option<&'b Block>,
        scope: &Scope,
        lists: Lists,
    ) -> Option<&'b Block> {
        match &block.content {
            Content::Code { .. } => {
                self.execute(block, lead, scope);
                return None;
            }
            Content::List(items) => {
                let question = lead.map_or_else(|| scope.heading.clone(), |lead| lead.source.clone());
                if lists == Lists::Steps && decisions::is_answers(items, &question) {
                    let wording = lead.and_then(paragraph).unwrap_or_else(|| asked_by(&question));
                    let decision = decisions::of_answers(wording, lead.map_or(block.line, |lead| lead.line), items);
                    self.decision(&decision, scope);
                    return None;
                }
                self.items(items, scope);
            }
            Content::Table(rows) => self.rows(block, rows, scope),
            Content::Group { title, summary, blocks } => self.group(block.line, title, summary, blocks, scope),
            _ => {}
        }
        lead
    }

    /// Emits the items of a list one after another.
    fn items(&mut self, items: &[Item], scope: &Scope) {
        let mut next = 0;
        while let Some(item) = items.get(next) {
            match decisions::read(&items[next..]) {
                Some(decision) => {
                    self.decision(&decision, scope);
                    next += decision.items;
                }
                None => {
                    self.item(item, scope);
                    next += 1;
                }
            }
        }
    }

    fn item(&mut self, item: &Item, scope: &Scope) {
        let wording = match item.opening() {
            Some((text, source)) => Wording::of(text, source),
            None => match item.blocks.first() {
                None => return,
                Some(block) if outline::is_command(block) => {
                    self.execute(block, None, scope);
                    let anchor = Anchor::Node(self.graph.nodes.len() - 1);
                    return self.details(&item.blocks[1..], scope, anchor);
                }
                Some(Block { content: Content::List(items), .. }) => {
                    let first = self.graph.nodes.len();
                    self.items(items, scope);
                    let anchor = self.last_since(first).unwrap_or(self.here());
                    return self.details(&item.blocks[1..], scope, anchor);
                }
                Some(block) => {
                    let text = PlainText { lines: vec![plain(&block.source)] };
                    let step = self.work(scope, NodeKind::Step, &Wording::of(&text, &block.source), item.line);
                    return self.details(&item.blocks[1..], scope, Anchor::Node(step));
                }
            },
        };
        if is_phase(&wording, item) {
            let phase = self.node(scope, NodeKind::Phase, &wording, item.line);
            return self.blocks(item.rest(), &self.inside(phase), Anchor::Node(phase), Lists::Steps, &is_listed_work);
        }
        let ticked = item.mark.and_then(note);
        let stated = wording.kind.filter(|kind| *kind != NodeKind::Phase);
        self.task(stated, &wording, item.line, ticked.as_deref(), item.rest(), scope);
    }

    /// Emits a node and what stands below its text. If that holds one command, the node is that command.
    fn task(
        &mut self,
        stated: Option<NodeKind>,
        wording: &Wording,
        line: u32,
        remark: Option<&str>,
        below: &[Block],
        scope: &Scope,
    ) {
        let command = only_command(below).filter(|_| stated.is_none_or(|kind| kind == NodeKind::Execute));
        let kind = if command.is_some() { NodeKind::Execute } else { stated.unwrap_or(NodeKind::Step) };
        let task = self.work(scope, kind, wording, line);
        if let Some(remark) = remark {
            self.keep(Anchor::Node(task), remark);
        }
        let Some(command) = command else { return self.details(below, scope, Anchor::Node(task)) };
        self.details(&below[..command], scope, Anchor::Node(task));
        self.warn_if_open(&below[command]);
        self.hold_code(task, &below[command]);
        self.details(&below[command + 1..], scope, Anchor::Node(task));
    }

    /// Emits what stands below the text of an item.
    fn details(&mut self, blocks: &[Block], scope: &Scope, anchor: Anchor) {
        self.blocks(blocks, scope, anchor, Lists::Checklists, &|block| match &block.content {
            Content::List(items) => decisions::holds_work(items) || decisions::is_tasks(items),
            Content::Group { .. } => outline::is_work_of_group(block),
            _ => outline::is_command(block),
        });
    }

    /// Emits a part that folds: a phase of what is to be done in it.
    fn group(&mut self, line: u32, title: &PlainText, summary: &str, blocks: &[Block], scope: &Scope) {
        let phase = self.node(scope, NodeKind::Phase, &Wording::of(title, summary), line);
        self.blocks(blocks, &self.inside(phase), Anchor::Node(phase), Lists::Steps, &is_listed_work);
    }

    /// Emits questions, their branches and the merge; gives back the position of the first question.
    fn decision(&mut self, decision: &Decision<'_>, scope: &Scope) -> usize {
        let mut merging = Vec::new();
        let first = self.graph.nodes.len();
        for (position, question) in decision.questions.iter().enumerate() {
            let node = self.question(question, scope);
            let id = self.graph.nodes[node].id.clone();
            let is_last = position + 1 == decision.questions.len();
            for branch in &question.branches {
                self.ends = vec![(id.clone(), Some(branch.label.clone()))];
                self.branch(branch, scope);
                merging.append(&mut self.ends);
            }
            let implied = implied_branches(question, is_last);
            if is_last && !implied.is_empty() {
                let implied = implied.iter().map(|label| format!("“{label}”")).collect::<Vec<_>>().join(" and ");
                self.issue(
                    question.line,
                    Severity::Info,
                    format!(
                        "The decision “{}” does not say what follows on {implied}: it leads on to the next step.",
                        self.graph.nodes[node].label
                    ),
                );
                merging.extend(
                    implied_branches(question, true).iter().map(|label| (id.clone(), Some((*label).to_owned()))),
                );
            } else if !is_last {
                self.ends = vec![(id, Some("No".to_owned()))];
            }
        }
        self.ends = merging;
        let named = decision.questions.iter().rev().find_map(|question| question.merge.as_ref());
        self.merge(first, named, scope);
        first
    }

    fn question(&mut self, question: &Question<'_>, scope: &Scope) -> usize {
        let node = self.work(scope, NodeKind::Decision, &question.wording, question.line);
        if let Some(note) = question.mark.and_then(note) {
            self.keep(Anchor::Node(node), &note);
        }
        for remark in &question.remarks {
            match &remark.content {
                Content::Code { .. } if outline::is_command(remark) => self.hold_code(node, remark),
                _ => self.keep(Anchor::Node(node), &remark.source),
            }
        }
        if let Some(other) = question.others.first() {
            self.issue(other.line, Severity::Info, format!(
                "This item under “{}” does not begin with a branch such as “Yes:”: it is kept in the decision's description.",
                question.wording.label
            ));
            self.keep(Anchor::Node(node), &decisions::source_of(&question.others));
        }
        node
    }

    fn branch(&mut self, branch: &Branch<'_>, scope: &Scope) {
        match &branch.action {
            Some(action) => {
                let stated = action.kind.filter(|kind| matches!(kind, NodeKind::Execute));
                self.task(stated, action, branch.line, None, branch.blocks, scope);
            }
            None => {
                let question = Anchor::Node(self.graph.nodes.len() - 1);
                self.blocks(branch.blocks, scope, question, Lists::Steps, &is_listed_work);
            }
        }
    }

    fn merge(&mut self, decision: usize, named: Option<&Wording>, scope: &Scope) {
        let question = &self.graph.nodes[decision];
        let (label, line) = (question.label.clone(), question.line);
        let chosen = named.and_then(|named| Some((named.id.as_ref()?, named)));
        let mut node = match chosen {
            Some((id, named)) => {
                let id = self.chosen_id(id, line.unwrap_or(1));
                Node::new(id, NodeKind::Merge, named.label.clone())
            }
            None => Node::new(self.ids.derive(&scope.heading, NodeKind::Merge, &label), NodeKind::Merge, MERGE),
        };
        node.phase.clone_from(&scope.phase);
        node.line = line;
        self.connect(&node.id);
        self.ends = vec![(node.id.clone(), None)];
        self.graph.nodes.push(node);
    }

    /// Emits the code of a block, named by the paragraph that leads to it.
    fn execute(&mut self, block: &Block, lead: Option<&Block>, scope: &Scope) {
        let Content::Code { code, .. } = &block.content else {
            return;
        };
        let wording =
            lead.and_then(paragraph).unwrap_or_else(|| Wording { label: code::label(code), ..Wording::default() });
        let node = self.work(scope, NodeKind::Execute, &wording, block.line);
        self.hold_code(node, block);
    }

    /// Keeps the code of a block with a node.
    fn hold_code(&mut self, node: usize, block: &Block) {
        if let Content::Code { code, note, .. } = &block.content {
            self.graph.nodes[node].code.push(code.clone());
            self.keep(Anchor::Node(node), note);
        }
    }

    /// Emits a step per row of a table of steps.
    fn rows(&mut self, table: &Block, rows: &[Row], scope: &Scope) {
        let (Some(column), Some((header, body))) = (outline::step_column(table), rows.split_first()) else {
            return;
        };
        // A heading of one word (“Step”) is form; a longer one says something, once.
        let heading = header.cells.get(column).map(|cell| cell.source.as_str());
        let mut title = heading.filter(|heading| wording::words(heading).nth(1).is_some());
        for row in body {
            let Some(cell) = row.cells.get(column).filter(|cell| !cell.text.is_empty()) else {
                self.keep(self.here(), &row.source);
                continue;
            };
            let lines = vec![cell.text.clone()];
            let wording = Wording::of(&PlainText { lines }, &cell.source);
            let step = match wording.kind {
                Some(NodeKind::Decision) => self.decision(&bare_decision(&wording, row.line), scope),
                Some(NodeKind::Execute) => self.work(scope, NodeKind::Execute, &wording, row.line),
                _ => self.work(scope, NodeKind::Step, &wording, row.line),
            };
            if let Some(title) = title.take() {
                self.keep(Anchor::Node(step), title);
            }
            let described = described(header, row, column);
            let said = format!("{} {described}", cell.source);
            let kept = if covers(&said, &row.source) { &described } else { &row.source };
            self.keep(Anchor::Node(step), kept);
        }
    }

    /// Adds something to do, and leads the flow to it and on from it.
    fn work(&mut self, scope: &Scope, kind: NodeKind, wording: &Wording, line: u32) -> usize {
        let node = self.node(scope, kind, wording, line);
        let id = self.graph.nodes[node].id.clone();
        self.connect(&id);
        self.ends = vec![(id, None)];
        node
    }

    /// Adds a node without edges.
    fn node(&mut self, scope: &Scope, kind: NodeKind, wording: &Wording, line: u32) -> usize {
        let label = wording.label_as(kind);
        let id = match &wording.id {
            Some(chosen) => self.chosen_id(chosen, line),
            None => self.ids.derive(&scope.heading, kind, &label),
        };
        let mut node = Node::new(id, kind, label);
        node.description.clone_from(&wording.description);
        node.phase.clone_from(&scope.phase);
        node.optional = wording.optional && kind.is_actionable();
        node.line = Some(line);
        self.graph.nodes.push(node);
        self.graph.nodes.len() - 1
    }

    fn chosen_id(&mut self, chosen: &str, line: u32) -> NodeId {
        let id = self.ids.explicit(chosen);
        if id.as_str() != chosen {
            let message = format!("The id “{chosen}” is used more than once: this one became “{id}”.");
            self.issue(line, Severity::Warning, message);
        }
        id
    }

    fn connect(&mut self, to: &NodeId) {
        for (from, label) in std::mem::take(&mut self.ends) {
            self.graph.edges.push(Edge { from, to: to.clone(), label });
        }
    }

    fn inside(&self, phase: usize) -> Scope {
        let node = &self.graph.nodes[phase];
        Scope { phase: Some(node.id.clone()), heading: node.label.clone() }
    }

    fn here(&self) -> Anchor {
        match self.graph.nodes.len() {
            0 => Anchor::Document,
            count => Anchor::Node(count - 1),
        }
    }

    /// The node that text belongs to after the nodes from `first` on were added: the last that is to be done.
    fn last_since(&self, first: usize) -> Option<Anchor> {
        let added = self.graph.nodes.get(first..)?;
        let last = added.iter().rposition(|node| node.kind.is_actionable())?;
        Some(Anchor::Node(first + last))
    }

    /// Keeps a text in a description.
    fn keep(&mut self, anchor: Anchor, text: &str) {
        let description = match anchor {
            Anchor::Document => &mut self.graph.description,
            Anchor::Node(node) => &mut self.graph.nodes[node].description,
        };
        append(description, text);
    }

    /// Keeps a text that leads to the node at `first`, or, when there is none, at `otherwise`.
    fn keep_before(&mut self, first: usize, text: &str, otherwise: Anchor) {
        match self.graph.nodes.get_mut(first) {
            Some(node) => {
                let mut description = text.to_owned();
                append(&mut description, &node.description);
                node.description = description;
            }
            None => self.keep(otherwise, text),
        }
    }

    fn warn_if_open(&mut self, block: &Block) {
        if let Content::Code { closed: false, fenced: true, .. } = block.content {
            let message = "This code block is never closed: everything to the end was read as code.".to_owned();
            self.issue(block.line, Severity::Warning, message);
        }
    }

    fn issue(&mut self, line: u32, severity: Severity, message: String) {
        self.issues.push(ImportIssue { line: Some(line), severity, message });
    }
}

impl Scope {
    fn document(outline: &Outline) -> Self {
        Self { phase: None, heading: outline.title.as_ref().map(|title| title.label.clone()).unwrap_or_default() }
    }
}

/// The remark on a step whose check box its author has marked.
fn note(mark: char) -> Option<String> {
    let state = match mark {
        ' ' => return None,
        'x' | 'X' | '✓' | '✔' => return Some(TICKED.to_owned()),
        '-' | '~' => "cancelled",
        '/' => "in progress",
        '>' | '<' | '→' => "moved",
        '!' => "important",
        '?' => "open to question",
        _ => return Some(format!("_Marked with `[{mark}]` in the source._")),
    };
    Some(format!("_Marked as {state} (`[{mark}]`) in the source._"))
}

/// The branches that a question leaves unsaid.
fn implied_branches(question: &Question<'_>, is_last: bool) -> &'static [&'static str] {
    match question.branches.as_slice() {
        [] => &["Yes", "No"],
        [only] if is_last && only.label == "No" => &["Yes"],
        [_] if is_last => &["No"],
        _ => &[],
    }
}

/// A decision of which only the question is known.
fn bare_decision(wording: &Wording, line: u32) -> Decision<'static> {
    Decision {
        questions: vec![Question {
            wording: wording.clone(),
            line,
            mark: None,
            branches: Vec::new(),
            remarks: Vec::new(),
            merge: None,
            others: Vec::new(),
        }],
        items: 1,
    }
}

/// Whether an item only gathers what stands below it: it says so, or it ends in a colon and all below is work.
fn is_phase(wording: &Wording, item: &Item) -> bool {
    let below = item.rest();
    let gathers = |block: &Block| matches!(&block.content, Content::List(_));
    if wording.kind == Some(NodeKind::Phase) {
        return below.iter().any(gathers);
    }
    let introduces = item.opening().is_some_and(|(text, _)| text.joined().ends_with(':'));
    let only_work = |block: &Block| matches!(&block.content, Content::List(items) if decisions::holds_work(items) || decisions::is_tasks(items));
    wording.kind.is_none() && introduces && !below.is_empty() && below.iter().all(only_work)
}

/// What is to be done where every list is steps.
fn is_listed_work(block: &Block) -> bool {
    match &block.content {
        Content::List(_) => true,
        Content::Table(_) => outline::step_column(block).is_some(),
        Content::Group { blocks, .. } => blocks.iter().any(is_listed_work),
        _ => outline::is_command(block),
    }
}

/// Where the one command below an item stands: the item says what it is for, so the two are one node. Several commands
/// are steps of their own.
fn only_command(blocks: &[Block]) -> Option<usize> {
    let mut commands = blocks.iter().enumerate().filter(|(_, block)| outline::is_command(block));
    let (position, _) = commands.next()?;
    commands.next().is_none().then_some(position)
}

/// Whether a paragraph introduces the block after it.
fn leads_to(block: &Block, next: &Block) -> bool {
    let Content::Paragraph { text, .. } = &block.content else {
        return false;
    };
    let text = text.joined();
    match &next.content {
        Content::List(items) => text.ends_with(':') || decisions::is_answers(items, &text),
        _ => text.ends_with(':'),
    }
}

/// The question that a heading asks of the answers below it.
fn asked_by(heading: &str) -> Wording {
    Wording::part(if heading.is_empty() { UNASKED } else { heading })
}

fn paragraph(block: &Block) -> Option<Wording> {
    match &block.content {
        Content::Paragraph { text, .. } => Some(Wording::of(text, &block.source)),
        _ => None,
    }
}

/// The cells of a row with their headings, as Markdown, without the column that became the label.
fn described(header: &Row, row: &Row, label: usize) -> String {
    let mut text = String::new();
    for (column, cell) in row.cells.iter().enumerate() {
        if column == label || cell.source.is_empty() {
            continue;
        }
        match header.cells.get(column).map(|name| name.source.as_str()) {
            None | Some("") => append(&mut text, &cell.source),
            Some(name) => append(&mut text, &format!("**{name}:** {}", cell.source)),
        }
    }
    text
}

fn append(description: &mut String, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str(text);
}

/// A text of another kind (a quote, HTML) as a reader sees its beginning.
fn plain(source: &str) -> String {
    one_line(&without_tags(source.trim_start_matches(['>', '#', '|', ' '])))
}
