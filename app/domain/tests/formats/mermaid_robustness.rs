//! Whatever the text, importing Mermaid never panics, never hangs, and gives a valid graph with everything reachable.

use std::time::Duration;

use cpu_time::ThreadTime;
use domain::import::import;
use domain::import::mermaid::charts;
use domain::source::Format;
use proptest::prelude::*;

use crate::sound;

/// What charts are made of, whole and broken.
const PIECES: &[&str] = &[
    "flowchart TD",
    "graph LR;",
    "\n",
    "\n",
    "\n",
    " ",
    ";",
    "A",
    "B",
    "c-1",
    "d.e",
    "f::g",
    "end",
    "ü",
    "🔥",
    "x",
    "o",
    "[text]",
    "[text (x)]",
    "[\"a\nb\"]",
    "[\"`md`\"]",
    "(round)",
    "([Start])",
    "((c))",
    "(((d)))",
    "{yes?}",
    "{{h}}",
    "[[sub]]",
    "[(db)]",
    "[/p\\]",
    "[\\p/]",
    ">odd]",
    "(-e-)",
    "@{ shape: diam, label: \"q\" }",
    "@{ shape: junction }",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "\"",
    "|",
    "`",
    " --> ",
    " --- ",
    " -- yes --> ",
    " -.-> ",
    " -. no .-> ",
    " ==> ",
    " == go ==> ",
    " ~~~ ",
    " o--o ",
    " x--x ",
    " <--> ",
    "-->|l|",
    " e1@--> ",
    " -- ",
    " -. ",
    " == ",
    "->",
    " & ",
    ":::cls",
    "\nsubgraph S",
    "\nsubgraph T [Title]\n",
    "\nsubgraph two words\n",
    "\nend\n",
    "\ndirection LR\n",
    "\nstyle A fill:#fff\n",
    "\nclassDef c fill:#f9f;\n",
    "\nclick A \"u\" \"t\"\n",
    "\n%% note\n",
    "%%{init: {}}%%",
    "\n---\n",
    "\ntitle: T\n",
    "\n```mermaid\n",
    "\n```\n",
    "\n:::mermaid\n",
    "\n# Heading\n",
    "sequenceDiagram",
    "accDescr {",
    "#quot;",
    "#35;",
    "<br/>",
    "\\n",
    "\r\n",
    "\t",
];

fn check(source: &str) {
    charts(source);
    sound::check(source, Some(Format::Mermaid));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_survived(text in "(?s).{0,200}") {
        check(&text);
        check(&format!("flowchart TD\n{text}"));
    }

    #[test]
    fn arbitrary_compositions_of_pieces_give_valid_graphs(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
    ) {
        let text = pieces.concat();
        check(&text);
        check(&format!("```mermaid\nflowchart TD\n{text}"));
    }
}

#[test]
fn the_worst_texts_are_read_in_a_moment() {
    // Large enough that quadratic work takes minutes.
    const SIZE: usize = 64 * 1024;
    let units = [
        "A[",
        "A>\n",
        "A[\"\n",
        "A -- B ",
        "A & ",
        "subgraph s\n",
        "A@{\n",
        "A[x-->",
        "A-->|\n",
        "%%{\n",
        "---\n",
        "a:\n",
        "```mermaid\n",
        "gantt\n",
        "graph\nA&B\n",
        "A{{((",
        "[[[[",
        "-",
        "A-->A\n",
        "\"",
        "accDescr {\n",
        "A -. ",
        "x.-",
        "A([a(\n",
        "word ",
        "A<br",
        "#",
        "subgraph \"two words\"\nend\n",
        "A-->B&C&D&E&F&G&H-->",
        "# h\n",
        "A[a|\"",
        "\\n",
        "A[C:\\n",
        "A[\"`x\"]",
        "A[\"\n%% x\n",
        "A --o",
        "x--x",
        "%% c\ntext\n",
        "%%{a\ntext\n",
        "%%{a}%%",
        "A&",
    ];
    for unit in units {
        for head in ["flowchart TD\n", "---\n", "%%{\n", ""] {
            let source = format!("{head}{}", unit.repeat(SIZE / unit.len()));
            let start = ThreadTime::now();
            let _ = import(&source, Some(Format::Mermaid));
            let _ = import(&source, None);
            let took = start.elapsed();
            if took > Duration::from_secs(1) {
                eprintln!("{head:?} {unit:?} took {took:?}");
            }
            assert!(took < Duration::from_secs(5), "{head:?} {unit:?} took {took:?}");
        }
    }
}

#[test]
fn a_long_label_costs_no_more_per_letter_than_a_short_one() {
    let took = |unit: &str, size: usize| {
        let source = format!("flowchart TD\na[\"{}\"] --> b", unit.repeat(size / unit.len()));
        let start = ThreadTime::now();
        let _ = import(&source, Some(Format::Mermaid));
        start.elapsed().as_secs_f64()
    };
    for unit in ["\\n", "C:\\n", "a\\n", "CORP\\nx ", "<b\\", "%%\n"] {
        let (short, long) = (took(unit, 64 * 1024), took(unit, 512 * 1024));
        // Eight times as much; quadratic work would take sixty-four times as long.
        let limit = 30.0 * short.max(0.02);
        assert!(long < limit, "{unit:?}: {short} s, eight times as much {long} s");
    }
}
