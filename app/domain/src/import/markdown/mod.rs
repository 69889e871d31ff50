//! Markdown (CommonMark with GFM) to a graph.
//!
//! Four passes, each blind to the next: `front_matter` takes the metadata off, `blocks` reads the structure,
//! `outline` decides what is a phase, a step or a mere description, and `flow` lays nodes and edges. `decisions`,
//! `references` and `wording` answer questions about a single list, heading and text.
//!
//! Invariant: the graph is valid, every node in it is reachable, and every word of the source is in it.

mod blocks;
mod code;
mod decisions;
mod details;
mod fences;
mod flow;
mod front_matter;
mod inline;
mod outline;
mod pasted;
mod references;
mod wording;

use std::borrow::Cow;

use blocks::{Block, Content};
use front_matter::FrontMatter;
use outline::{Outline, Role};
pub(crate) use pasted::begins_item as begins_pasted_item;

use super::{ImportRefusal, MAX_SIGNS};
use crate::graph::Graph;
use crate::source::{ImportIssue, Severity};

/// Title of a document that gives itself none and has nothing to name it by.
const UNTITLED: &str = super::UNTITLED[0];

/// A text with lists from word processors as lists of Markdown.
pub(crate) fn as_markdown(source: &str) -> Cow<'_, str> {
    pasted::as_markdown(source).map_or(Cow::Borrowed(source), |pasted| Cow::Owned(pasted.text))
}

/// Reads a playbook written in Markdown, whose lines end with `\n`.
///
/// # Errors
/// [`ImportRefusal::TooManySigns`].
pub(super) fn parse(source: &str) -> Result<(Graph, Vec<ImportIssue>), ImportRefusal> {
    let (front, body) = front_matter::split(source);
    let pasted = pasted::as_markdown(&body);
    let body = pasted.as_ref().map_or(&body, |pasted| &pasted.text);
    let signs = signs(body);
    if signs > MAX_SIGNS {
        return Err(ImportRefusal::TooManySigns { signs });
    }
    let document = blocks::read(body);
    let empty_boxes = document.empty_boxes;
    let mut outline = Outline::new(document.blocks, false);
    let (mut graph, mut issues) = flow::build(&outline);
    if graph.actionable_count() == 0 {
        // A document that seems to be all reference is a playbook after all, or it would not be imported.
        outline = Outline::new(blocks::read(body).blocks, true);
        (graph, issues) = flow::build(&outline);
    }
    if let Some(pasted) = &pasted {
        let message = format!(
            "Lines that begin with “{}” or the like were read as items of lists, as word processors write them; Markdown \
             begins items with “- ” or “1. ”.",
            pasted.sign
        );
        issues.push(ImportIssue { line: Some(pasted.line), severity: Severity::Info, message });
    }
    issues.extend(empty_boxes.into_iter().map(|line| {
        let message = "Nothing stands behind this check box; it was left out.".to_owned();
        ImportIssue { line: Some(line), severity: Severity::Warning, message }
    }));
    describe(&mut graph, &mut issues, &outline, front);
    issues.sort_by_key(|issue| issue.line);
    Ok((graph, issues))
}

/// How many lines say something, begin items, and how many characters could be markup. Each costs the parser a node of its
/// tree, whether it is markup or not.
fn signs(body: &str) -> usize {
    let is_sign = |byte: &u8| b"[]<>&*_`~!\\|#$".contains(byte);
    let weight = |line: &str| match line.trim_start().bytes().next() {
        None => 0,
        Some(b'-' | b'+' | b'0'..=b'9') => 2,
        Some(_) => 1,
    };
    body.bytes().filter(is_sign).count() + body.lines().map(weight).sum::<usize>()
}

/// Whether a document holds a Mermaid fence, closed or not, and neither a list nor a table that would give a step.
pub(super) fn mermaid_fences_only(source: &str) -> bool {
    const FENCE: &[u8] = b"mermaid";
    if !source.as_bytes().windows(FENCE.len()).any(|word| word.eq_ignore_ascii_case(FENCE)) {
        return false;
    }
    let (_, body) = front_matter::split(source);
    let body = as_markdown(&body);
    if signs(&body) > MAX_SIGNS {
        return false;
    }
    let outline = Outline::new(blocks::read(&body).blocks, false);
    let mut has_chart = false;
    for (position, section) in outline.sections.iter().enumerate() {
        let mut waiting: Vec<&Block> = section.blocks.iter().collect();
        while let Some(block) = waiting.pop() {
            match &block.content {
                Content::Code { code, .. } => has_chart |= code.language.as_deref() == Some("mermaid"),
                Content::List(_) | Content::Table(_)
                    if section.role != Role::Reference && outline.is_work(position, block) =>
                {
                    return false;
                }
                Content::Group { blocks, .. } => waiting.extend(blocks),
                _ => {}
            }
        }
    }
    has_chart
}

/// Gives the graph its title, its tags and what the front matter says.
fn describe(graph: &mut Graph, issues: &mut Vec<ImportIssue>, outline: &Outline, front: Option<FrontMatter>) {
    let heading = outline.title.as_ref().map(|title| title.label.clone());
    let front = front.unwrap_or_default();
    graph.title = heading.or(front.title).unwrap_or_else(|| {
        issues.push(ImportIssue {
            line: None,
            severity: Severity::Info,
            message: "No title was found: begin the playbook with a heading of the first level.".to_owned(),
        });
        let first = graph.nodes.first();
        first.map_or_else(|| UNTITLED.to_owned(), |node| node.label.clone())
    });
    graph.tags = front.tags;
    if !front.text.is_empty() {
        let separator = if graph.description.is_empty() { "" } else { "\n\n" };
        graph.description.push_str(&format!("{separator}```{}\n{}\n```", front.language, front.text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Node, NodeKind};

    fn graph(source: &str) -> Graph {
        let (graph, _) = parse(source).expect("a playbook");
        assert_eq!(graph.validate(), Ok(()));
        graph
    }

    /// Every node as `kind label`, indented by the phases it lies in.
    fn nodes(source: &str) -> Vec<String> {
        let graph = graph(source);
        let depth =
            |node: &Node| std::iter::successors(node.phase.as_ref(), |phase| graph.node(phase)?.phase.as_ref()).count();
        let shown = |node: &Node| format!("{}{} {}", "  ".repeat(depth(node)), node.kind.as_str(), node.label);
        graph.nodes.iter().map(shown).collect()
    }

    /// Every edge as `from -branch> to`.
    fn edges(source: &str) -> Vec<String> {
        let graph = graph(source);
        let label = |id| graph.node(id).map_or("", |node| node.label.as_str());
        graph
            .edges
            .iter()
            .map(|edge| format!("{} -{}> {}", label(&edge.from), edge.label.as_deref().unwrap_or(""), label(&edge.to)))
            .collect()
    }

    fn node(graph: &Graph, label: &str) -> Node {
        graph.nodes.iter().find(|node| node.label == label).expect("a node of this label").clone()
    }

    #[test]
    fn headings_are_nested_phases_and_the_first_is_the_title() {
        let source = "# Lost laptop\n\nAbout it.\n\n## Contain\n\n### Device\n\n- Lock it\n\n## Recover\n\n- Hand out a new one\n";
        assert_eq!(graph(source).title, "Lost laptop");
        assert_eq!(graph(source).description, "About it.");
        assert_eq!(
            nodes(source),
            ["phase Contain", "  phase Device", "    step Lock it", "phase Recover", "  step Hand out a new one"]
        );
        assert_eq!(edges(source), ["Lock it -> Hand out a new one"]);
    }

    #[test]
    fn a_first_heading_that_only_describes_is_the_title_though_others_are_as_high() {
        let source = "# Plan\n\nWhy.\n\n## Scope\n\n- all\n\n# Contain\n\n- Lock it\n\n# Recover\n\n- Hand out\n";
        assert_eq!(graph(source).title, "Plan");
        assert_eq!(graph(source).actionable_count(), 2);
    }

    #[test]
    fn a_bold_paragraph_is_a_phase_half_a_level_deeper() {
        let source = "## A\n\n**First**\n\n- a\n\n**Second**\n\n- b\n\n## B\n\n- c\n";
        let expected =
            ["phase A", "  phase First", "    step a", "  phase Second", "    step b", "phase B", "  step c"];
        assert_eq!(nodes(&format!("# T\n\n{source}")), expected);
    }

    #[test]
    fn reference_headings_describe_and_are_not_tracked() {
        let graph =
            graph("# T\n\n## Scope\n\n- all laptops\n\n## Act\n\n- Lock it\n\n### References\n\n- the policy\n");
        assert_eq!(graph.actionable_count(), 1);
        assert_eq!(graph.description, "## Scope\n\n- all laptops");
        assert_eq!(node(&graph, "Act").description, "### References\n\n- the policy");
    }

    #[test]
    fn a_document_of_nothing_but_references_is_tracked_after_all() {
        assert_eq!(nodes("# T\n\n## Overview\n\n- Lock it\n"), ["phase Overview", "  step Lock it"]);
    }

    #[test]
    fn a_phase_with_nothing_to_do_is_a_step() {
        let source = "# T\n\n## Inform legal\n\nCall them.\n\n## Act\n\n- Lock it\n";
        assert_eq!(nodes(source), ["step Inform legal", "phase Act", "  step Lock it"]);
        assert_eq!(node(&graph(source), "Inform legal").description, "Call them.");
    }

    #[test]
    fn nested_items_are_a_checklist_unless_they_hold_code_or_branches() {
        let graph = graph("- Collect\n  - logs\n  - memory\n");
        assert_eq!(node(&graph, "Collect").description, "- logs\n- memory");
        let source = "- Collect\n  - logs\n    ```sh\n    tar c /var/log\n    ```\n  - memory\n";
        assert_eq!(nodes(source), ["step Collect", "execute logs", "step memory"]);
    }

    #[test]
    fn a_tick_is_noted() {
        let graph = graph("- [x] Lock it\n- [ ] Call\n");
        assert_eq!(node(&graph, "Lock it").description, "_Marked as done in the source._");
        assert_eq!(node(&graph, "Call").description, "");
    }

    #[test]
    fn prefixes_and_chosen_ids_win() {
        let source = "- Phase: Contain {#contain}\n  - Step: Lock it {#lock}\n  - Execute: wipe it\n";
        assert_eq!(nodes(source), ["phase Contain", "  step Lock it", "  execute Wipe it"]);
        assert_eq!(graph(source).nodes[1].id.as_str(), "lock");
    }

    #[test]
    fn branches_come_together_in_a_merge_of_the_same_phase() {
        let source = "# T\n\n## Act\n\n- Is it on?\n  - Yes: lock it\n  - No: report it\n- Close\n";
        assert_eq!(
            edges(source),
            [
                "Is it on? -Yes> Lock it",
                "Is it on? -No> Report it",
                "Lock it -> Continue",
                "Report it -> Continue",
                "Continue -> Close"
            ]
        );
        let graph = graph(source);
        assert_eq!(node(&graph, "Continue").phase, node(&graph, "Close").phase);
    }

    #[test]
    fn conditions_in_one_list_are_decisions_one_after_another() {
        let source = "- If it is on, lock it\n- Otherwise, report it\n- If it is new, celebrate\n";
        let (graph, issues) = parse(source).expect("a playbook");
        assert_eq!(graph.nodes.iter().filter(|node| node.kind == NodeKind::Decision).count(), 2);
        assert_eq!(
            edges(source),
            [
                "If it is on? -Yes> Lock it",
                "If it is on? -No> Report it",
                "Lock it -> Continue",
                "Report it -> Continue",
                "Continue -> If it is new?",
                "If it is new? -Yes> Celebrate",
                "Celebrate -> Continue",
                "If it is new? -No> Continue"
            ]
        );
        assert_eq!(issues.iter().filter(|issue| issue.line == Some(3)).count(), 1, "the open branch is told");
    }

    #[test]
    fn an_else_if_is_asked_when_the_first_condition_is_not_met() {
        let edges = edges("- If a is up, go\n- Else if b is up, wait\n- Else: stop\n");
        assert!(edges.contains(&"If a is up? -No> If b is up?".to_owned()));
        assert!(edges.contains(&"If b is up? -No> Stop".to_owned()));
    }

    #[test]
    fn answers_below_a_question_outside_the_list_are_its_branches() {
        let source = "# T\n\n## Judge\n\nIs it on?\n\n- Yes -> lock it\n- No -> report it\n";
        let kinds: Vec<NodeKind> = graph(source).nodes.iter().map(|node| node.kind).collect();
        assert_eq!(kinds, [NodeKind::Phase, NodeKind::Decision, NodeKind::Step, NodeKind::Step, NodeKind::Merge]);
    }

    #[test]
    fn a_fence_is_executed_where_it_stands_and_its_introduction_names_it() {
        let source = "# T\n\n## Act\n\nFind it:\n\n```sql\nselect 1\n```\n\nRead the result.\n";
        let graph = graph(source);
        let found = node(&graph, "Find it");
        assert_eq!(found.kind, NodeKind::Execute);
        assert_eq!(found.code[0].language.as_deref(), Some("sql"));
        assert_eq!(found.description, "Read the result.");
    }

    #[test]
    fn an_item_with_one_command_is_that_command_and_several_are_steps_of_their_own() {
        let one = "- Stop it\n\n  Carefully.\n\n  ```sh\n  kill 1\n  ```\n";
        assert_eq!(nodes(one), ["execute Stop it"]);
        let stop = node(&graph(one), "Stop it").clone();
        assert_eq!((stop.description.as_str(), stop.code[0].text.trim()), ("Carefully.", "kill 1"));
        let two = "- Stop it\n\n  ```sh\n  kill 1\n  ```\n\n  ```sh\n  kill 2\n  ```\n";
        assert_eq!(nodes(two), ["step Stop it", "execute Run: kill 1", "execute Run: kill 2"]);
    }

    #[test]
    fn a_mermaid_fence_is_kept_as_a_diagram() {
        let source = "- Lock it\n\n```mermaid\nflowchart TD\na-->b\n```\n";
        assert_eq!(node(&graph(source), "Lock it").description, "```mermaid\nflowchart TD\na-->b\n```");
        assert!(!mermaid_fences_only(source));
        assert!(mermaid_fences_only("# T\n\n## Scope\n\n- all\n\n## Chart\n\n```mermaid\nflowchart TD\na-->b\n"));
        assert!(!mermaid_fences_only("# T\n\nNothing.\n"));
    }

    #[test]
    fn a_table_of_steps_gives_a_step_per_row_and_another_table_none() {
        let source = "- First\n\n| # | Action | Owner |\n|---|---|---|\n| 1 | Lock it | SOC |\n| 2 | Call | Lead |\n";
        assert_eq!(nodes(source), ["step First", "step Lock it", "step Call"]);
        assert_eq!(node(&graph(source), "Call").description, "**#:** 2\n\n**Owner:** Lead");
        assert_eq!(node(&graph(source), "Call").line, Some(6));
        assert_eq!(nodes("- First\n\n| Name | Mail |\n|---|---|\n| A | a@example.org |\n"), ["step First"]);
    }

    #[test]
    fn an_open_fence_is_a_warning() {
        let (_, issues) = parse("# T\n\n- a\n\n```sh\nls\n").expect("a playbook");
        assert!(issues.iter().any(|issue| issue.severity == Severity::Warning && issue.line == Some(5)));
    }

    #[test]
    fn facts_under_the_title_and_tables_of_contents_are_no_steps() {
        let source = "# T\n\n- Owner: SOC\n- Version: 3\n\n* [Act](#act)\n\n## Act\n\n- Lock it\n";
        assert_eq!(nodes(source), ["phase Act", "  step Lock it"]);
    }

    #[test]
    fn inserting_a_step_keeps_the_ids_of_the_others() {
        let before = graph("# T\n\n## Act\n\n1. Lock it\n2. Call\n");
        let after = graph("# T\n\n## Act\n\n1. Breathe\n2. Lock it\n3. Call\n");
        assert!(before.nodes.iter().all(|node| after.node(&node.id).is_some()));
    }
}
