//! A long history: 10,000 executions, made through the API, listed, and opened at the start.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::client::Request;
use crate::driver::{Folder, percentile};
use crate::figures::{Bound, Figures, millis, rate};
use crate::subject::{import, repeat, work};

const EXECUTIONS: usize = 10_000;
const WRITERS: usize = 32;
const STARTS: usize = 7;
const PLAYBOOK: &str = "# Suspicious login\n\n1. Collect the evidence\n2. Decision: Is it malicious?\n   - Yes -> Isolate the \
                        host\n   - No -> Close the ticket\n3. Write the report\n";
const PLACES: [&str; 8] = ["Berlin", "Lagos", "Lima", "Osaka", "Oslo", "Porto", "Quito", "Tunis"];

pub(crate) fn measure(figures: &mut Figures) {
    let folder = Folder::new();
    let server = folder.serve();
    let client = server.client();
    let playbook = import(&client, PLAYBOOK);
    let number = AtomicUsize::new(0);
    let made = work(&server, WRITERS, |_, rng| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let title = format!("Login from {}, case {number}", PLACES[rng.usize(..PLACES.len())]);
        let body = json!({ "playbook_id": playbook, "incident_title": title, "incident_id": format!("INC-{number}") });
        (number < EXECUTIONS).then(|| Request::post("/api/executions", body))
    });
    figures.note(format!("executions started, {WRITERS} writers"), rate(EXECUTIONS, made.elapsed), "/s");
    for (name, query, times) in [
        ("page of 1,000", "?limit=1000", 20),
        ("page of 50", "?limit=50", 200),
        ("page of 50, the last", "?limit=50&offset=9950", 200),
        ("page of 50, filtered and searched", "?status=active&q=lagos+case&limit=50", 200),
        ("page of 50, nothing found", "?q=nowhere&limit=50", 200),
    ] {
        let request = Request::get(format!("/api/executions{query}"));
        let name = format!("list of {EXECUTIONS} executions, {name}");
        figures.note_times(&name, &mut repeat(&client, &request, times));
    }
    assert!(server.stop().success(), "a server that is asked to stop does so");
    for (name, is_killed) in [("after a stop", false), ("after a kill", true)] {
        let mut starts: Vec<Duration> = (0..STARTS)
            .map(|_| {
                let server = folder.serve();
                let ready_after = server.ready_after;
                if is_killed {
                    server.kill();
                } else {
                    server.stop();
                }
                ready_after
            })
            .collect();
        let name = format!("start to first 200, {EXECUTIONS} executions, {name}");
        figures.note(format!("{name}, median"), millis(percentile(&mut starts, 50)), "ms");
        figures.hold(format!("{name}, longest"), millis(percentile(&mut starts, 100)), "ms", Bound::Under(300.0));
    }
}
