//! How fast the record is: the program as a process over a temporary folder, asked from outside, as it will be used.
//!
//! `cargo bench -p server --bench record -- [--json] [part…]`, where a part is `changes`, `state`, `list`, `evidence`,
//! `metrics` or `start`; without one all are measured. A table goes to standard error as it fills, with `--json` the figures go to
//! standard output. docs/performance.md says how to read them. Whoever asks shares the machine with the server, so
//! that every figure is a lower bound of what the server could do alone.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on says why and ends")]

mod changes;
mod evidence;
#[allow(dead_code, reason = "live connections are held to the rest")]
mod figures;
mod list;
mod metrics;
mod state;
mod subject;

#[path = "../../tests/process/client.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod client;
#[path = "../../tests/process/driver.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod driver;

use figures::Figures;

/// Measures one part.
type Part = fn(&mut Figures);

fn main() {
    let parts: [(&str, Part); 5] = [
        ("changes", changes::measure),
        ("state", state::measure),
        ("evidence", evidence::measure),
        ("list start", list::measure),
        ("metrics", metrics::measure),
    ];
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // cargo says `--bench`.
    let (options, wanted): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|name| name.starts_with("--"));
    let mut figures = Figures::default();
    for (names, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|name| names.split(' ').any(|known| known == name.as_str())) {
            part(&mut figures);
        }
    }
    if options.iter().any(|option| *option == "--json") {
        figures.print_json();
    }
}
