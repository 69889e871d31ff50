//! A document may hold lists and any number of flowcharts: which of them are read as the playbook.

use std::collections::HashSet;

use super::{ImportRefusal, markdown, mermaid};
use crate::graph::{Graph, Node, NodeKind};
use crate::ids::NodeId;
use crate::source::{Content, ContentKind, Format, ImportIssue, Part, Severity};
use crate::words::counted;

/// As many flowcharts as a document is said to hold one by one.
const MOST_NAMED: usize = 50;
/// The id of the phase that holds the flowcharts beside the lists.
const CHARTS: &str = "flowchart";

/// What was read of a source.
pub(super) struct Read {
    pub(super) graph: Graph,
    pub(super) issues: Vec<ImportIssue>,
    /// How what was read is written.
    pub(super) format: Format,
    pub(super) contents: Vec<Content>,
}

type Parsed = (Graph, Vec<ImportIssue>);

/// What was read in a format that was given, or that nothing else can be read of.
pub(super) fn read(source: &str, format: Format, (graph, issues): Parsed) -> Read {
    let contents = match format {
        Format::Mermaid => listed(source, None, Some(Part::Flowcharts)),
        Format::Markdown => vec![lists(&graph, true)],
        Format::Cacao | Format::Json => {
            let (kind, nodes) = (ContentKind::Flowchart, graph.actionable_count());
            vec![Content { kind, nodes, chosen: true, from: None, title: None }]
        }
    };
    Read { graph, issues, format, contents }
}

/// Of lists and flowcharts those with more to do: the flowcharts may be the playbook, and the lists a legend.
pub(super) fn larger(source: &str) -> Result<Read, ImportRefusal> {
    let (graph, issues) = markdown::parse(source)?;
    let Some(charts) = charts(source) else { return Ok(read(source, Format::Markdown, (graph, issues))) };
    let say_more = charts.0.actionable_count() > graph.actionable_count();
    let part = if say_more { Part::Flowcharts } else { Part::Lists };
    let contents = listed(source, Some(&graph), Some(part));
    let remark = remark(&contents, part);
    let (format, (graph, mut issues)) =
        if say_more { (Format::Mermaid, charts) } else { (Format::Markdown, (graph, issues)) };
    issues.insert(0, remark);
    Ok(Read { graph, issues, format, contents })
}

/// The part that was asked for.
///
/// # Errors
/// When it is not there.
pub(super) fn chosen(source: &str, part: Part) -> Result<Read, ImportRefusal> {
    let lists = || markdown::parse(source);
    let (format, (graph, issues)) = match part {
        Part::Lists => (Format::Markdown, lists()?),
        Part::Flowcharts => (Format::Mermaid, mermaid::parse(source)?),
        Part::Flowchart(number) => (Format::Mermaid, mermaid::parse_one(source, number)?),
        Part::Both => (Format::Markdown, beside(lists()?, mermaid::parse(source)?)),
    };
    let lists = lists().ok().map(|(graph, _)| graph);
    Ok(Read { contents: listed(source, lists.as_ref(), Some(part)), graph, issues, format })
}

/// The flowcharts of a document that also has lists; `None` when there is none that anybody could do something with.
fn charts(source: &str) -> Option<Parsed> {
    if !source.contains("mermaid") {
        return None;
    }
    let (graph, issues) = mermaid::parse(source).ok()?;
    (graph.actionable_count() > 0).then_some((graph, issues))
}

/// Everything that a document holds.
fn listed(source: &str, from_lists: Option<&Graph>, part: Option<Part>) -> Vec<Content> {
    let is_list = matches!(part, Some(Part::Lists | Part::Both));
    let from_lists = from_lists.filter(|graph| graph.actionable_count() > 0);
    let mut contents: Vec<Content> = from_lists.map(|graph| lists(graph, is_list)).into_iter().collect();
    for (number, title, nodes) in mermaid::listed(source, MOST_NAMED) {
        let chosen = match part {
            Some(Part::Flowcharts | Part::Both) => true,
            Some(Part::Flowchart(one)) => one == number,
            Some(Part::Lists) | None => false,
        };
        let from = Some(Part::Flowchart(number));
        contents.push(Content { kind: ContentKind::Flowchart, nodes, chosen, from, title });
    }
    contents
}

fn lists(graph: &Graph, chosen: bool) -> Content {
    let nodes = graph.actionable_count();
    Content { kind: ContentKind::List, nodes, chosen, from: Some(Part::Lists), title: None }
}

/// Says what a document holds, and what of it was read.
fn remark(contents: &[Content], part: Part) -> ImportIssue {
    let of = |kind| contents.iter().filter(move |content| content.kind == kind);
    let nodes = |kind| of(kind).map(|content| content.nodes as u64).sum();
    let charts = of(ContentKind::Flowchart).count();
    let (a_flowchart, the_flowcharts) = match charts {
        1 => ("a flowchart".to_owned(), "The flowchart was"),
        count => (format!("{count} flowcharts"), "The flowcharts were"),
    };
    let read = if part == Part::Lists { "The lists were" } else { the_flowcharts };
    let message = format!(
        "This document holds {a_flowchart} with {} and lists with {}. {read} read, and the rest is kept as text. The editor \
         (and `from` in the API) can choose another part.",
        counted(nodes(ContentKind::Flowchart), "step"),
        counted(nodes(ContentKind::List), "step"),
    );
    ImportIssue { line: None, severity: Severity::Info, message }
}

/// The lists, and beside them the flowcharts in a phase of their own.
fn beside((mut graph, mut issues): Parsed, (mut charts, more): Parsed) -> Parsed {
    let mut taken: HashSet<NodeId> = graph.nodes.iter().map(|node| node.id.clone()).collect();
    let mut unique = |id: &str| {
        let tries = (1..).map(|number| if number == 1 { id.to_owned() } else { format!("{id}-{number}") });
        let free = tries.map(NodeId::from).find(|id| !taken.contains(id)).unwrap_or_else(|| NodeId::from(id));
        taken.insert(free.clone());
        free
    };
    let phase = Node::new(unique(CHARTS), NodeKind::Phase, "Flowchart");
    let ids: std::collections::HashMap<NodeId, NodeId> =
        charts.nodes.iter().map(|node| (node.id.clone(), unique(node.id.as_str()))).collect();
    let renamed = |id: &mut NodeId| {
        if let Some(new) = ids.get(id) {
            id.clone_from(new);
        }
    };
    for node in &mut charts.nodes {
        renamed(&mut node.id);
        match &mut node.phase {
            Some(within) => renamed(within),
            within => *within = Some(phase.id.clone()),
        }
    }
    for edge in &mut charts.edges {
        renamed(&mut edge.from);
        renamed(&mut edge.to);
    }
    graph.nodes.push(phase);
    graph.nodes.append(&mut charts.nodes);
    graph.edges.append(&mut charts.edges);
    issues.extend(more);
    issues.sort_by_key(|issue| issue.line);
    (graph, issues)
}

#[cfg(test)]
mod tests {
    use super::super::{Imported, import, import_part};
    use super::*;

    const CHART: &str =
        "```mermaid\nflowchart TD\n a[Look] --> b{Bad?}\n b -- Yes --> c[Isolate]\n b -- No --> d[Close]\n```\n";

    fn mail() -> String {
        format!("# Mail\n\n{CHART}\n## Write\n\n- Call the lead\n- Note the time\n\n{CHART}")
    }

    fn of(source: &str, part: &str) -> Result<Imported, ImportRefusal> {
        import_part(source, None, Some(part.parse().expect("a part")))
    }

    #[test]
    fn of_flowcharts_and_lists_those_with_more_to_do_are_read_and_that_is_said() {
        let legend = format!("# Mail\n\n{CHART}\n- Call the lead\n- Note the time\n");
        let imported = import(&legend, None).expect("a playbook");
        assert_eq!((imported.format, imported.graph.actionable_count()), (Format::Mermaid, 4));
        let told = &imported.issues[0].message;
        assert!(told.contains("a flowchart with 4 steps and lists with 2 steps. The flowchart was read"), "{told}");
        assert!(imported.graph.description.contains("Call the lead"), "{}", imported.graph.description);
        let found: Vec<_> =
            imported.contents.iter().map(|content| (content.kind, content.nodes, content.chosen)).collect();
        assert_eq!(found, [(ContentKind::List, 2, false), (ContentKind::Flowchart, 4, true)]);
        let given = import(&legend, Some(Format::Markdown)).expect("a playbook");
        assert_eq!((given.graph.actionable_count(), given.contents.len()), (2, 1));
        let more = format!("# Mail\n\n{CHART}\n{}", "- Call the lead\n".repeat(5));
        let imported = import(&more, None).expect("a playbook");
        assert_eq!((imported.format, imported.graph.actionable_count()), (Format::Markdown, 5));
        assert!(imported.issues[0].message.contains("The lists were read"), "{:?}", imported.issues);
        let two = import(&mail(), None).expect("a playbook");
        assert!(two.issues[0].message.contains("2 flowcharts with 8 steps and lists with 2 steps"), "{:?}", two.issues);
    }

    #[test]
    fn a_part_that_is_asked_for_is_what_is_read() {
        let read = |part| of(&mail(), part).map(|imported| (imported.format, imported.graph.actionable_count()));
        assert_eq!(read("lists"), Ok((Format::Markdown, 2)));
        assert_eq!(read("flowchart"), Ok((Format::Mermaid, 8)));
        assert_eq!(read("flowchart:2"), Ok((Format::Mermaid, 4)));
        assert_eq!(read("both"), Ok((Format::Markdown, 10)));
        assert_eq!(read("flowchart:3"), Err(ImportRefusal::NoSuchFlowchart { wanted: 3, there: 2 }));
        let json = of("{\"format\": \"playbook-forge\", \"nodes\": []}", "lists");
        assert_eq!(json, Err(ImportRefusal::NoParts(Format::Json)));
        assert!(of("# A\n\n- Call\n", "flowchart").is_err());
        let imported = of(&mail(), "flowchart:2").expect("a playbook");
        let chosen: Vec<_> = imported.contents.iter().filter(|content| content.chosen).collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].from.map(|part| part.to_string()).as_deref(), Some("flowchart:2"));
        assert_eq!(chosen[0].title.as_deref(), Some("Write"));
    }

    #[test]
    fn lists_and_flowcharts_together_keep_their_ways_and_have_ids_of_their_own() {
        let source = format!("# Mail\n\n- Look {{#a}}\n- Close {{#b}}\n\n{CHART}");
        let Imported { graph, .. } = of(&source, "both").expect("a playbook");
        assert_eq!(graph.validate(), Ok(()));
        let ids: Vec<_> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "flowchart", "a-2", "b-2", "c", "d"]);
        assert!(graph.nodes[3..].iter().all(|node| node.phase == Some("flowchart".into())));
        let ways: Vec<_> = graph.edges.iter().map(|edge| (edge.from.as_str(), edge.to.as_str())).collect();
        assert_eq!(ways, [("a", "b"), ("a-2", "b-2"), ("b-2", "c"), ("b-2", "d")]);
    }
}
