//! Figures over a long history: 10,000 executions of three playbooks with 30 steps each, made through the API.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::json;

use crate::client::{Client, Request};
use crate::driver::{Folder, percentile};
use crate::figures::{Bound, Figures, millis};
use crate::subject::{Subject, import, repeat};

const EXECUTIONS: usize = 10_000;
const PLAYBOOKS: usize = 3;
const STEPS: usize = 30;
const WRITERS: usize = 32;
const READS: usize = 40;
const STARTS: usize = 5;

/// A playbook with a decision and 29 steps, none of which a branch leaves out.
fn playbook(number: usize) -> String {
    let steps: String = (2..STEPS).map(|step| format!("{step}. Look at source {number}.{step}\n")).collect();
    format!(
        "# Intrusion {number}\n\n1. Decision: Is it spreading?\n   - Yes -> Cut the segment\n   - No -> Watch it\n{steps}"
    )
}

/// Executes a playbook from its start to its end: most steps are begun and completed, some blocked, some skipped.
fn execute(client: &Client, playbook: &str, rng: &mut Rng) {
    let subject = Subject::start(client, playbook);
    let change = |path: &str, body| {
        client.ask(&Request::patch(format!("/api/executions/{}{path}", subject.id), body)).done();
    };
    for step in &subject.steps {
        let statuses: &[&str] = match rng.u8(..10) {
            0 => &["skipped"],
            1 => &["blocked", "completed"],
            2..6 => &["in_progress", "completed"],
            _ => &["completed"],
        };
        for status in statuses {
            change(&format!("/steps/{step}"), json!({ "status": status, "actor": "Ana" }));
        }
    }
    let end = if rng.u8(..5) == 0 { "abandoned" } else { "completed" };
    change("", json!({ "status": end, "actor": "Ana" }));
}

pub(crate) fn measure(figures: &mut Figures) {
    let folder = Folder::new();
    let server = folder.serve();
    let client = server.client();
    let playbooks: Vec<String> = (0..PLAYBOOKS).map(|number| import(&client, &playbook(number))).collect();
    let number = AtomicUsize::new(0);
    let begun = Instant::now();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (client, number, playbooks) = (server.client(), &number, &playbooks);
            scope.spawn(move || {
                let mut rng = Rng::with_seed(writer as u64);
                while number.fetch_add(1, Ordering::Relaxed) < EXECUTIONS {
                    execute(&client, &playbooks[rng.usize(..PLAYBOOKS)], &mut rng);
                }
            });
        }
    });
    figures.note(format!("{EXECUTIONS} executions carried through"), begun.elapsed().as_secs_f64(), "s");
    for (name, address) in [
        ("summary", "/api/metrics/summary".to_owned()),
        ("by playbook", "/api/metrics/playbooks".to_owned()),
        ("history of one playbook", format!("/api/metrics/playbooks/{}", playbooks[0])),
        ("dashboard, rendered", "/".to_owned()),
        ("page of one playbook, rendered", format!("/playbooks/{}", playbooks[0])),
    ] {
        let mut times = repeat(&client, &Request::get(address), READS);
        let name = format!("{name}, {EXECUTIONS} executions");
        figures.note(format!("{name}, median"), millis(percentile(&mut times, 50)), "ms");
        figures.hold(format!("{name}, p99"), millis(percentile(&mut times, 99)), "ms", Bound::Under(200.0));
    }
    assert!(server.stop().success(), "a server that is asked to stop does so");
    let mut starts: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let server = folder.serve();
            let ready_after = server.ready_after;
            server.stop();
            ready_after
        })
        .collect();
    let longest = millis(percentile(&mut starts, 100));
    figures.hold("start to first 200 over these, longest", longest, "ms", Bound::Under(300.0));
}
