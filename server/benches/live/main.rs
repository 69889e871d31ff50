//! How fast a change is on every screen: the program as a process over a temporary folder, with thousands of clients.
//!
//! `cargo bench -p server --bench live -- [--json] [--seconds N] [scenario…]`, where a scenario is `10`, `100`, `1000` or
//! `5000` (clients on one execution), `200x5` (200 executions with 5 clients each) or `idle` (10,000 that only listen);
//! without one all are measured. A table goes to standard error as it fills, with `--json` the figures go to standard
//! output. docs/performance.md says how to read them.
//!
//! The clients share the machine with the server, so that every figure is a bound of what the server could do alone.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on says why and ends")]

mod crowd;
mod machine;
mod pace;
mod scenario;

#[path = "../../tests/process/client.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod client;
#[path = "../../tests/process/driver.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod driver;
#[path = "../record/figures.rs"]
#[allow(dead_code, reason = "the record uses the rest")]
mod figures;
#[path = "../record/subject.rs"]
#[allow(dead_code, reason = "the record uses the rest")]
mod subject;

use std::time::Duration;

use figures::Figures;
use scenario::SCENARIOS;

const SECONDS: u64 = 20;

fn main() {
    let Asked { json, seconds, scenarios } = asked();
    machine::allow_many_connections();
    let mut figures = Figures::default();
    for scenario in SCENARIOS {
        if scenarios.is_empty() || scenarios.iter().any(|name| name == scenario.name) {
            scenario.measure(&mut figures, seconds);
        }
    }
    if json {
        figures.print_json();
    }
}

/// What the command line asks for.
struct Asked {
    json: bool,
    seconds: Duration,
    scenarios: Vec<String>,
}

fn asked() -> Asked {
    let mut asked = Asked { json: false, seconds: Duration::from_secs(SECONDS), scenarios: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => asked.json = true,
            "--seconds" => {
                let seconds = arguments.next().and_then(|seconds| seconds.parse().ok());
                asked.seconds = Duration::from_secs(seconds.expect("--seconds takes a number"));
            }
            // cargo says it.
            "--bench" => {}
            name if SCENARIOS.iter().any(|scenario| scenario.name == name) => asked.scenarios.push(argument),
            unknown => panic!("{unknown} is no scenario: there are {}", SCENARIOS.map(|known| known.name).join(", ")),
        }
    }
    asked
}
