//! The cases of `../shared/cases` beside the repository, read in place; and our own inputs of the same kinds.
//!
//! The cases are not part of the repository: where their folder is absent, the tests say so and pass.

use std::fs;
use std::path::Path;

use domain::graph::{Graph, NodeKind};
use domain::import::{Imported, import};
use domain::source::Format;

/// The text of a file of a case.
fn case(path: &str) -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases").join(path);
    let text = fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("skipped: there is no case {path} beside the repository");
    }
    text
}

fn read(source: &str) -> Imported {
    let imported = import(source, None).unwrap_or_else(|refusal| panic!("{refusal}\n{source}"));
    assert_eq!(imported.graph.validate(), Ok(()));
    imported
}

/// The labels of everything but merges, in order.
fn labels(graph: &Graph) -> Vec<&str> {
    graph.nodes.iter().filter(|node| node.kind != NodeKind::Merge).map(|node| node.label.as_str()).collect()
}

/// The labels of what is to be done.
fn steps(graph: &Graph) -> Vec<&str> {
    graph.nodes.iter().filter(|node| node.kind.is_actionable()).map(|node| node.label.as_str()).collect()
}

/// `from -label-> to` for each edge.
fn ways(graph: &Graph) -> Vec<String> {
    let way = |edge: &domain::graph::Edge| match &edge.label {
        Some(label) => format!("{} -{label}-> {}", edge.from, edge.to),
        None => format!("{} -> {}", edge.from, edge.to),
    };
    graph.edges.iter().map(way).collect()
}

fn whole(graph: &Graph) -> String {
    let nodes = graph.nodes.iter().flat_map(|node| [node.label.as_str(), node.description.as_str()]);
    nodes.chain([graph.description.as_str()]).collect::<Vec<_>>().join("\n")
}

#[test]
fn case_01_ids_o_and_x() {
    let Some(source) = case("01-ids-o-and-x/input.mmd") else { return };
    let graph = read(&source).graph;
    let ids: Vec<&str> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["o", "p", "x", "k", "ops", "Board"]);
    assert_eq!(graph.nodes[0].kind, NodeKind::Decision);
    assert_eq!(ways(&graph), ["o -yes-> p", "o -no-> x", "x -> k", "p -> k", "k -> ops", "k -> Board"]);
}

#[test]
fn case_09_comments_everywhere() {
    let (Some(source), Some(second)) =
        (case("09-comments-everywhere/input.mmd"), case("09-comments-everywhere/input-2.mmd"))
    else {
        return;
    };
    let Imported { graph, issues, .. } = read(&source);
    assert_eq!(labels(&graph), ["Detect", "Contain", "Eradicate, 100%% sure", "Keep %% of logs"]);
    assert_eq!(ways(&graph), ["A -> B", "B -> D", "D -> E"]);
    assert_eq!((graph.description.as_str(), issues.len()), ("", 0), "{issues:?}");
    let Imported { graph, issues, .. } = read(&second);
    assert_eq!((graph.description.as_str(), ways(&graph), issues), ("", vec!["A -> B".to_owned()], Vec::new()));
    let headless = source.lines().filter(|line| !line.starts_with("graph")).collect::<Vec<_>>().join("\n");
    for format in [None, Some(Format::Mermaid)] {
        let imported = import(&headless, format).expect("it is read all the same");
        assert_eq!(ways(&imported.graph), ["A -> B", "B -> D", "D -> E"]);
        assert!(imported.issues[0].message.contains("`flowchart TD`"), "{:?}", imported.issues);
    }
}

#[test]
fn case_11_backslashes_and_lines_in_labels() {
    let folder = "11-backslashes-and-lines-in-labels";
    let files = ["input.mmd", "input-2.mmd"].map(|file| case(&format!("{folder}/{file}")));
    let [Some(source), Some(second)] = files else { return };
    let graph = read(&source).graph;
    let expected = [
        r"Save C:\new\temp\notes.txt",
        "Call the owner of the host",
        "Tell legal and the press",
        "Line one line two line three",
    ];
    assert_eq!(labels(&graph), expected);
    assert_eq!(ways(&graph), ["A -> B", "B -> C", "C -> D"]);
    let graph = read(&second).graph;
    let expected = [
        r"Run C:\Program Files\nmap\nmap.exe",
        r"Check HKLM\Software\netsvc",
        r"Disable CORP\nadia",
        r"Open \\srv\new share\notes",
    ];
    assert_eq!(labels(&graph), expected);
}

#[test]
fn case_13_numbered_checkboxes() {
    let Some(source) = case("13-numbered-checkboxes/input.md") else { return };
    let Imported { graph, issues, .. } = read(&source);
    let expected = [
        "Read the alert",
        "Save the mail",
        "Call the user",
        "Ask for the time",
        "Ask for the link",
        "Block the sender",
        "Reset the password",
        "Scan the host",
        "link read the article",
    ];
    assert_eq!(steps(&graph), expected);
    assert!(issues.iter().any(|issue| issue.line == Some(11) && issue.message.contains("check box")), "{issues:?}");
    let described =
        |label: &str| graph.nodes.iter().find(|node| node.label == label).map(|node| node.description.as_str());
    assert!(described("Reset the password").is_some_and(|text| text.contains("cancelled")));
    assert!(described("Scan the host").is_some_and(|text| text.contains("in progress")));
    assert!(described("Ask for the link").is_some_and(|text| text.contains("done")));
}

#[test]
fn case_16_list_in_details() {
    let Some(source) = case("16-list-in-details/input.md") else { return };
    let graph = read(&source).graph;
    let expected = [
        "Disconnect the host",
        "If it is a server",
        "Call the duty manager",
        "Freeze the VM",
        "Never",
        "pay",
        "talk to them",
        "Restore from backup",
    ];
    assert_eq!(labels(&graph), expected);
    assert!(!whole(&graph).contains("<details>") && !whole(&graph).contains("summary"), "{}", whole(&graph));
    let phase = |label: &str| {
        let node = graph.nodes.iter().find(|node| node.label == label).expect("it is there");
        node.phase.as_ref().and_then(|phase| graph.node(phase)).map(|phase| phase.label.as_str())
    };
    assert_eq!(
        (phase("Freeze the VM"), phase("pay"), phase("Restore from backup")),
        (Some("If it is a server"), Some("Never"), None)
    );
}

#[test]
fn case_36_placeholders_in_angle_brackets() {
    let Some(source) = case("36-placeholders-in-angle-brackets/input.md") else { return };
    let graph = read(&source).graph;
    let expected = [
        "Block <IP address> on the firewall and tell <owner>",
        "Isolate <hostname>",
        r"Set HKLM\SOFTWARE\Microsoft\.NETFramework and clean C:\Temp\_x",
    ];
    assert_eq!(labels(&graph), expected);
    assert_eq!(graph.nodes[1].description, "Ask <duty manager> first.");
}

#[test]
fn case_39_bullets_from_word() {
    let files = ["input.md", "input-2.md"].map(|file| case(&format!("39-bullets-from-word/{file}")));
    let [Some(source), Some(second)] = files else { return };
    assert_eq!(steps(&read(&source).graph), ["Save the mail", "Isolate the host", "Reset the password", "Restore"]);
    let Imported { graph, issues, .. } = read(&second);
    assert_eq!(steps(&graph), ["Isolate the host", "Reset the password"]);
    assert_eq!(issues[0].line, Some(3));
}

#[test]
fn pasted_lists_of_any_sign_are_steps_and_nest() {
    for sign in ["•\t", "\u{f0b7}\t", "▪ ", "–\t", "o\t", "1.\u{a0}", "·  ", "‣ "] {
        let source = format!("# Phishing\n\nFirst:\n{sign}Isolate the host\n{sign}Reset the password\n");
        assert_eq!(steps(&read(&source).graph), ["Isolate the host", "Reset the password"], "{sign:?}");
    }
    let graph = read("•\tCall the user\no\tAsk for the time\no\tAsk for the link\n•\tBlock the sender\n").graph;
    assert_eq!(steps(&graph), ["Call the user", "Block the sender"]);
    assert_eq!(graph.nodes[0].description, "- Ask for the time\n- Ask for the link");
    let refusal = import("# Phishing\n\nIsolate the host.\n", None).expect_err("there is no step");
    assert!(refusal.to_string().contains("begin each step on a line of its own with “- ”"), "{refusal}");
}

#[test]
fn parts_that_fold_are_phases_wherever_they_stand_and_lose_no_text() {
    let source = "# T\n\n## Contain\n\n<details open>\n<summary>Only for <b>servers</b></summary>\n\nAsk first.\n\n- Freeze\n  - memory\n\n\
                  <details><summary>Inner</summary>\n\n1. Copy\n\n</details>\n</details>\n\n- Tell\n\n  <details>\n  <summary>Who</summary>\n\n  - Ana\n\n  </details>\n";
    let graph = read(source).graph;
    assert_eq!(labels(&graph), ["Contain", "Only for servers", "Freeze", "Inner", "Copy", "Tell"]);
    assert!(whole(&graph).contains("Ask first.") && whole(&graph).contains("Who") && whole(&graph).contains("Ana"));
    let indented = "- Isolate\n\n<details>\n  <summary><strong>Linux</strong></summary>\n\n  1. Look\n\n</details>\n\n\
                    <details><summary>Windows</summary><p>\n\n- Run it\n\n</p></details>\n\n- Close\n";
    let graph = read(indented).graph;
    assert_eq!(labels(&graph), ["Isolate", "Linux", "Look", "Windows", "Run it", "Close"]);
    assert_eq!((graph.nodes[0].description.as_str(), graph.nodes[5].phase.as_ref()), ("", None));
    let with_headings =
        "# T\n\n<details>\n<summary>More</summary>\n\n## Contain\n\n- Cut\n\n## Recover\n\n- Restore\n\n</details>\n";
    let graph = read(with_headings).graph;
    assert_eq!(labels(&graph), ["Contain", "Cut", "Recover", "Restore"]);
    assert!(whole(&graph).contains("More"));
}

#[test]
fn placeholders_at_the_beginning_swallow_no_list() {
    let source =
        "# T\n\n<owner>\n- <hostname>\n  - of the lead\n- <address> is blocked\n\n<IP address>\n1. [ ] <link> tell\n";
    let graph = read(source).graph;
    assert_eq!(steps(&graph), ["<hostname>", "<address> is blocked", "<link> tell"]);
    assert!(whole(&graph).contains("<owner>") && whole(&graph).contains("<IP address>"), "{}", whole(&graph));
    assert_eq!(graph.nodes[0].description, "- of the lead");
    let code = read("- Read\n\nThis:\n\n    $ cat x\n    <config>\n    - <host>\n").graph.nodes[1].code[0].text.clone();
    assert_eq!(code, "$ cat x\n<config>\n- <host>");
}

#[test]
fn check_boxes_of_every_kind_are_told_from_links_and_notes() {
    let source = "- [>] Tell the lead\n+ [!] Stop the job\n* [?] Ask\n1) [✓] Copied\n2. [\u{a0}] Open\n- [] Typo\n- [x]\n- [ ]\n- [ ]close\n- [1] a note\n- [a] b\n- [x](https://kb.example.org) read\n- \\[-] escaped\n";
    let graph = read(source).graph;
    let expected = [
        "Tell the lead",
        "Stop the job",
        "Ask",
        "Copied",
        "Open",
        "Typo",
        "close",
        "[1] a note",
        "[a] b",
        "x read",
        "[-] escaped",
    ];
    assert_eq!(steps(&graph), expected);
    assert!(graph.nodes[0].description.contains("moved") && graph.nodes[3].description.contains("done"));
    assert_eq!((graph.nodes[4].description.as_str(), graph.nodes[5].description.as_str()), ("", ""));
}
