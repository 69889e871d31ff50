//! The worst that can be sent costs a bounded time and a bounded memory, through everything that a server does with a playbook:
//! it is read, drawn, shown, compared and exported (DESIGN §16).
//!
//! [`hostile`] holds the texts: patterns that fill any size. With `FORGE_LONG` set they have up to 1 MiB, as in
//! `FORGE_LONG=1 cargo test -p domain --release --test bounds`; otherwise they are short, which finds what grows without bound
//! out of little, and only what was slow once is tried at its size.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod hostile;
mod pipeline;

use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use domain::graph::MAX_LABEL_CHARS;
use domain::import::{ImportRefusal, MAX_DEPTH, MAX_EDGES, MAX_SIGNS, MAX_SOURCE_BYTES, MAX_TAGS, MAX_WAYS, import};
use hostile::{Hostile, catalogue};
use pipeline::Stages;

/// Processor time that any request may take, in a build that is optimised; others take several times as long.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 16 } else { 2 });

/// Memory that any request may take, in bytes.
const MOST_MEMORY: usize = 200 << 20;

/// Texts that were refused, slow or too large once, at the size at which they were.
const ONCE_SLOW: [(&str, usize); 19] = [
    ("mmd newlines in a label", MAX_SOURCE_BYTES),
    ("mmd markdown quotes", MAX_SOURCE_BYTES / 4),
    ("mmd statements", MAX_SOURCE_BYTES / 4),
    ("mmd charts", 64 << 10),
    ("mmd fans 140", 2_000),
    ("mmd fans 99 labelled", 2_000),
    ("mmd subgraphs fan", 24 << 10),
    ("mmd two subgraphs large", 64 << 10),
    ("mmd nested with steps", 32 << 10),
    ("mmd chain back", 32 << 10),
    ("md item with thens", MAX_SOURCE_BYTES),
    ("md html details titled", MAX_SOURCE_BYTES / 4),
    ("md item with brackets", MAX_SOURCE_BYTES),
    ("cacao agent used", 128 << 10),
    ("cacao secrets: a header that refers", 256 << 10),
    ("cacao secrets: a key that is none", 512 << 10),
    ("json edges labelled", 128 << 10),
    ("json two phases of 500", 76 << 10),
    ("json description tags", 51 << 10),
];

fn is_long() -> bool {
    std::env::var_os("FORGE_LONG").is_some()
}

/// Does the same with every text of the catalogue, on every processor, and fails with all that is wrong.
fn with_all(check: impl Fn(&Hostile) -> Option<String> + Sync) {
    let waiting = Mutex::new(catalogue());
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let next = || waiting.lock().expect("no check has panicked").next();
                while let Some(hostile) = next() {
                    let fault = check(hostile).map(|fault| format!("{}: {fault}", hostile.name));
                    faults.lock().expect("no check has panicked").extend(fault);
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no check has panicked");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn twice_the_text_takes_about_twice_as_long() {
    let size = if is_long() { MAX_SOURCE_BYTES / 2 } else { 600 };
    with_all(|hostile| {
        let once = Stages::of(&hostile.text(size));
        let twice = Stages::of(&hostile.text(2 * size));
        // The rest is left to other programs, and to texts that are refused at the one size and read at the other.
        let is_linear = twice.total() < once.total() * 26 / 10 + MOST_TIME / 2;
        let is_quick = twice.slowest() < MOST_TIME;
        (!is_linear || !is_quick).then(|| format!("{once}, then {twice}"))
    });
}

#[test]
fn the_catalogue_says_what_it_means() {
    for hostile in catalogue().filter(|hostile| !hostile.name.contains("deep")) {
        let read = import(&hostile.text(2_000), None);
        assert!(!matches!(read, Err(ImportRefusal::BrokenJson { .. })), "{}: {read:?}", hostile.name);
    }
}

#[test]
fn what_was_slow_once_is_bounded() {
    for (name, size) in ONCE_SLOW {
        let stages = Stages::of(&named(name).text(size));
        assert!(stages.slowest() < MOST_TIME / 2, "{name}: {stages}");
        // A page shows all texts of a playbook.
        assert!(stages.shown() < 5 << 20, "{name}: {} bytes of HTML", stages.shown());
    }
}

/// Each text has a process of its own, because a process keeps what it had once.
#[test]
#[ignore = "takes a while: run in release"]
fn memory_is_bounded() {
    if let Ok(name) = std::env::var("FORGE_TEXT") {
        let text = named(&name).text(MAX_SOURCE_BYTES);
        let stages = Stages::of(&text);
        let peak = pipeline::peak();
        assert!(peak < MOST_MEMORY, "{name}: {} MB, {stages}", peak >> 20);
        return;
    }
    let this = std::env::current_exe().expect("the tests are a program");
    with_all(|hostile| {
        let mut alone = Command::new(&this);
        alone.args(["--ignored", "--exact", "memory_is_bounded"]).env("FORGE_TEXT", hostile.name);
        let done = alone.output().expect("it can be started");
        (!done.status.success()).then(|| String::from_utf8_lossy(&done.stdout).into_owned())
    });
}

fn named(name: &str) -> &'static Hostile {
    catalogue().find(|hostile| hostile.name == name).expect("it is in the catalogue")
}

fn refusal(source: &str) -> ImportRefusal {
    import(source, None).expect_err("it is beyond a limit")
}

#[test]
fn edges_are_counted_as_they_are_written_and_as_they_are_meant() {
    let fan = |count: usize| {
        let names = |name: &str| (0..count).map(|at| format!("{name}{at}")).collect::<Vec<_>>().join(" & ");
        format!("flowchart TD\n{} --> {}\n", names("a"), names("b"))
    };
    assert!(import(&fan(100), None).is_ok_and(|read| read.graph.edges.len() == MAX_EDGES));
    assert_eq!(refusal(&fan(101)), ImportRefusal::TooManyEdges { edges: 101 * 101 });

    let phases = |count: usize, edges: usize| {
        let phase = |name: &str| {
            let nodes: String = (0..count).map(|at| format!("{name}{at}\n")).collect();
            format!("subgraph {name}\n{nodes}end\n")
        };
        format!("flowchart TD\n{}{}{}", phase("p"), phase("q"), "p --> q\n".repeat(edges))
    };
    assert!(import(&phases(100, 2), None).is_ok());
    let ways = 3 * 100 * 100;
    assert_eq!(refusal(&phases(100, 3)), ImportRefusal::TooManyWays { ways });
    assert!(refusal(&phases(100, 3)).to_string().contains(&MAX_WAYS.to_string()));
}

#[test]
fn phases_lie_in_each_other_only_so_deep() {
    let nested = |depth: usize| {
        let open: String = (0..depth).map(|at| format!("subgraph p{at}\n")).collect();
        format!("flowchart TD\n{open}a --> b\n{}", "end\n".repeat(depth))
    };
    assert!(import(&nested(MAX_DEPTH), None).is_ok_and(|read| read.graph.depth() == MAX_DEPTH));
    assert_eq!(refusal(&nested(MAX_DEPTH + 1)), ImportRefusal::TooDeep { depth: MAX_DEPTH + 1 });
}

#[test]
fn what_a_text_says_in_many_places_is_bounded() {
    let names = |name: &str| (0..99).map(|at| format!("{name}{at}")).collect::<Vec<_>>().join(" & ");
    let label = "x".repeat(1_000);
    let fan = format!("flowchart TD\n{} -->|\"{label}\"| {}\n", names("a"), names("b"));
    assert!(matches!(refusal(&fan), ImportRefusal::TooMuchText { bytes } if bytes > 9_801_000), "{}", refusal(&fan));
}

#[test]
fn a_text_that_is_mostly_signs_is_refused_with_their_number() {
    let signs = format!("- a {}\n", "[".repeat(MAX_SIGNS));
    assert_eq!(refusal(&signs), ImportRefusal::TooManySigns { signs: MAX_SIGNS + 2 });
    assert!(import(&format!("- a {}\n", "[".repeat(MAX_SIGNS - 2)), None).is_ok());
}

#[test]
fn a_long_answer_is_cut_with_a_remark() {
    let long = "ü".repeat(MAX_LABEL_CHARS + 1);
    let read = import(&format!("flowchart TD\na{{Which?}} -->|\"{long}\"| b\na -->|\"{}\"| c\n", &long[2..]), None);
    let read = read.expect("a playbook");
    let labels: Vec<usize> =
        read.graph.edges.iter().filter_map(|edge| Some(edge.label.as_ref()?.chars().count())).collect();
    assert_eq!(labels, [MAX_LABEL_CHARS; 2]);
    assert_eq!(
        read.issues.iter().filter(|issue| issue.message.contains("at most 250")).count(),
        1,
        "{:?}",
        read.issues
    );
}

#[test]
fn tags_beyond_what_a_playbook_has_are_left_out_with_a_remark() {
    let tags: Vec<String> = (0..=MAX_TAGS).map(|at| format!("t{at}")).collect();
    let read = import(&format!("---\ntags: [{}]\n---\n- Call\n", tags.join(", ")), None).expect("a playbook");
    assert_eq!(read.graph.tags, tags[..MAX_TAGS]);
    assert!(read.issues.iter().any(|issue| issue.message.contains("at most 50 tags")), "{:?}", read.issues);
}
