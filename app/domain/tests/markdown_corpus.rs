//! The Markdown importer over real playbooks, read in place; and over arbitrary text.
//!
//! The corpus is not part of the repository: where its folder is absent, its tests say so and pass.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use domain::figures::Lost;
use domain::graph::{Flow, Graph, NodeKind};
use domain::import::{Imported, import};
use domain::source::Format;
use proptest::prelude::*;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/markdown");

/// Name and text of every file of the corpus, in the order of their names.
fn corpus() -> Vec<(String, String)> {
    let Ok(folder) = fs::read_dir(Path::new(CORPUS)) else {
        eprintln!("skipped: there is no corpus at {CORPUS}");
        return Vec::new();
    };
    let mut files: Vec<(String, String)> = folder
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let text = fs::read_to_string(entry.path()).ok()?;
            Some((entry.file_name().to_string_lossy().into_owned(), text))
        })
        .collect();
    files.sort();
    files
}

fn imported(source: &str) -> Imported {
    import(source, Some(Format::Markdown)).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// Words that occur more often in the source than in the graph.
fn lost_words(source: &str, graph: &Graph) -> Vec<String> {
    Lost::of(source, Format::Markdown, graph).words
}

/// Checks what holds for every graph, whatever the text was.
fn assert_sound(name: &str, source: &str, imported: &Imported) {
    let graph = &imported.graph;
    assert_eq!(graph.validate(), Ok(()), "{name}");
    let flow = Flow::new(graph);
    let reachable = flow.reachable(graph, &BTreeMap::new());
    assert!(reachable.iter().all(|reached| *reached), "{name}: a node is unreachable");
    let work = graph.nodes.iter().filter(|node| node.kind != NodeKind::Phase);
    assert_eq!(flow.entries().len(), work.take(1).count(), "{name}: one entry");
    assert!(flow.back_edges().is_empty(), "{name}: no loops");
    for node in &graph.nodes {
        assert!(!node.label.trim().is_empty() && !node.label.contains('\n'), "{name}: label of {}", node.id);
        assert!(node.label.chars().count() <= 201, "{name}: label of {}", node.id);
        if node.kind == NodeKind::Decision {
            assert!(graph.branches(&node.id).len() >= 2, "{name}: branches of {}", node.label);
        }
        if node.kind == NodeKind::Phase {
            assert!(
                graph.nodes.iter().any(|other| other.phase.as_ref() == Some(&node.id)),
                "{name}: {} is empty",
                node.label
            );
        }
    }
    let groups: HashSet<_> =
        graph.nodes.iter().filter(|node| node.kind == NodeKind::Phase).map(|node| &node.id).collect();
    for edge in &graph.edges {
        assert!(!groups.contains(&edge.from) && !groups.contains(&edge.to), "{name}: an edge at a phase");
    }
    let lines = u32::try_from(source.lines().count()).unwrap_or(u32::MAX);
    for line in
        graph.nodes.iter().filter_map(|node| node.line).chain(imported.issues.iter().filter_map(|issue| issue.line))
    {
        assert!((1..=lines.max(1)).contains(&line), "{name}: line {line} of {lines}");
    }
}

#[test]
fn every_playbook_of_the_corpus_imports_soundly_and_without_loss() {
    let mut lossy = Vec::new();
    for (name, source) in corpus() {
        let imported = imported(&source);
        assert_sound(&name, &source, &imported);
        assert_eq!(imported, self::imported(&source), "{name}: importing twice");
        let graph = &imported.graph;
        let count = |kind| graph.nodes.iter().filter(|node| node.kind == kind).count();
        let lost = Lost::of(&source, Format::Markdown, graph);
        eprintln!(
            "{:<40.40} phases {:>3} steps {:>3} decisions {:>2} executes {:>2} issues {:>2} lost {:.2} % {:?}",
            name,
            count(NodeKind::Phase),
            count(NodeKind::Step),
            count(NodeKind::Decision),
            count(NodeKind::Execute),
            imported.issues.len(),
            100.0 * lost.letters as f64 / f64::max(lost.of_letters as f64, 1.0),
            lost.words,
        );
        if !lost.words.is_empty() {
            lossy.push(name);
        }
    }
    assert!(lossy.is_empty(), "text was lost in {lossy:?}");
}

/// Prints what the importer makes of each file, to be judged by eye: `cargo test … -- --ignored --nocapture`.
#[test]
#[ignore = "prints for a reader, checks nothing"]
fn show_the_corpus() {
    for (name, source) in corpus() {
        eprintln!("\n=== {name}\n{}", tree(&imported(&source)));
    }
}

fn tree(imported: &Imported) -> String {
    let graph = &imported.graph;
    let mut text =
        format!("title: {}\ntags: {:?}\ndescription: {}\n", graph.title, graph.tags, graph.description.len());
    let mut depths = HashMap::new();
    for node in &graph.nodes {
        let depth = node.phase.as_ref().and_then(|phase| depths.get(phase)).map_or(0, |depth| depth + 1);
        depths.insert(&node.id, depth);
        let edges: Vec<String> = graph
            .edges
            .iter()
            .filter(|edge| edge.from == node.id && edge.label.is_some())
            .map(|edge| {
                format!(
                    "{}→{}",
                    edge.label.as_deref().unwrap_or_default(),
                    graph.node(&edge.to).map_or("", |to| &to.label)
                )
            })
            .collect();
        text += &format!(
            "{:>4} {}{} {}{}{} {}\n",
            node.line.unwrap_or_default(),
            "    ".repeat(depth),
            node.kind.as_str().to_uppercase(),
            node.label,
            if node.optional { " (optional)" } else { "" },
            if node.description.is_empty() { String::new() } else { format!(" [{}]", node.description.len()) },
            edges.join(" | "),
        );
    }
    for issue in &imported.issues {
        text += &format!("  issue {:?} {}\n", issue.line, issue.message);
    }
    text
}

/// Pieces of Markdown that nest, interrupt and contradict each other.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "# Title\n",
        "## Contain\n",
        "### Scope\n",
        "#### Steps\n",
        "**Bold heading**\n",
        "---\n",
        "\n",
        "- item\n",
        "1. first\n",
        "  - nested\n",
        "    - deeper\n",
        "- [ ] open\n",
        "- [x] done {#done}\n",
        "- If it is down, restart it\n",
        "- Otherwise: call\n",
        "- Else if it is slow, wait\n",
        "- Decision: is it?\n",
        "  - Yes: do\n",
        "  - No -> stop\n",
        "  - Yes\n",
        "- Phase: gather:\n",
        "```bash\n",
        "ls -l\n",
        "```\n",
        "   ```\n",
        "| Step | Owner |\n|---|---|\n| Isolate | SOC |\n",
        "| a | b |\n",
        "> quote\n",
        "<details>\n",
        "</details>\n",
        "[ref]: https://example.org/x\n",
        "Read this:\n",
        "Is it up?\n",
        "text  \nbroken\n",
        "\t- tab\n",
        "- \n",
        "-\n",
        "+++\n",
        "key: value\n",
        "- - - x\n",
        "1) other\n",
        "& é 日本 🔥\n",
        "* > - x\n",
        "- # heading\n",
        "-     code\n",
        "- ```\n",
        "====\n",
        "\\\n",
        "![](x.png)\n",
        "- →\n",
        "* * *\n",
        "[a](#b)\n",
        "- [a](#b)\n",
        "<details><summary>If so</summary>\n",
        "<summary>Why</summary>\n",
        "text</details>\n",
        "•\tpasted\n",
        "\to\tbelow\n",
        "1.\u{a0}numbered\n",
        "– dash\n",
        "- [-] dropped\n",
        "1. [/] begun\n",
        "- [ ]\n",
        "- Block <IP address> and <code>\n",
        "<owner>\n",
        "Set HKLM\\SOFTWARE\\.NET and snake\\_case\n",
    ]);
    prop_oneof![8 => fixed.prop_map(str::to_owned), 1 => "\\PC{0,12}\n?", 1 => "[ \t>*#|`~-]{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_gives_a_sound_graph_or_a_refusal(source in "(\\PC|[\n\t\r])*") {
        if let Ok(imported) = import(&source, Some(Format::Markdown)) {
            assert_sound("arbitrary", &source.replace('\r', "\n"), &imported);
        }
    }

    #[test]
    fn any_composition_of_markdown_is_sound_and_keeps_its_text(pieces in prop::collection::vec(piece(), 0..30)) {
        let source = pieces.concat();
        if let Ok(imported) = import(&source, Some(Format::Markdown)) {
            assert_sound("composed", &source, &imported);
            prop_assert_eq!(lost_words(&source, &imported.graph), Vec::<String>::new());
        }
    }
}

#[test]
fn items_without_text_of_their_own_keep_what_stands_below_them() {
    for source in [
        "# T\n\n- - -\n\n- - \n\n  text\n",
        "- \n  [ref]: https://example.org/x\n  - nested\n",
        "-\n  -\n    - x\n\n    text\n",
        "- ```mermaid\n  a\n  ```\n",
        "1. > - quoted\n2. | a |\n   |---|\n",
    ] {
        let imported = imported(source);
        assert_sound(source, source, &imported);
        assert_eq!(lost_words(source, &imported.graph), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn the_worst_texts_cost_no_more_per_letter_when_they_are_longer() {
    let took = |unit: &str, size: usize| {
        let source = format!("- a step {}", unit.repeat(size / unit.len()));
        let start = std::time::Instant::now();
        let _ = import(&source, Some(Format::Markdown));
        start.elapsed().as_secs_f64()
    };
    for unit in [
        "If so then ",
        "then ",
        "<owner> ",
        "<code>",
        "C:\\_x ",
        "\\_",
        "a*b*",
        "__x__.py ",
        "\n•\tx",
        "\n\u{a0}•\tx\n\to\ty",
        "\n– x",
        "\n- [ ]",
        "\n- [-] x",
        "\n<details>",
        "\n<details><summary>x</summary>",
        "\n<summary>\n",
        "\n</details>",
        "\n1.\u{a0}x",
        "\n<details>\n<summary>x</summary>\n\n- y\n\n</details>\n",
    ] {
        let (short, mut long) = (took(unit, 32 * 1024), took(unit, 256 * 1024));
        // Eight times as much; quadratic work would take sixty-four times as long. A busy machine gets a second try.
        let limit = 30.0 * short.max(0.02);
        if long >= limit {
            long = took(unit, 256 * 1024);
        }
        assert!(long < limit, "{unit:?}: {short} s, eight times as much {long} s");
    }
}

#[test]
fn deep_nesting_of_every_kind_is_read_without_a_stack_overflow() {
    let deep = 10_000;
    for opening in [">", "- ", "* > ", "[", "**", "(", "<b>", "1. ", "  - "] {
        let source = format!("- a step\n\n{}text", opening.repeat(deep));
        assert_sound(opening, &source, &imported(&source));
    }
    let staircase: String = (0..1_000).map(|depth| format!("{}- level {depth}\n", "  ".repeat(depth))).collect();
    assert_sound("staircase", &staircase, &imported(&staircase));
}
