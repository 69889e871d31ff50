//! Changes at a steady pace, whatever the answers: who waited for them would measure a slow server less often.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Request;
use crate::driver::Server;
use crate::subject::Subject;

/// By the second, over all executions.
pub(crate) const CHANGES: usize = 20;
/// Changes that may be unanswered before one is late: each sender has one under way, and its turn once a second.
const SENDERS: usize = CHANGES;

/// A change that was made.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// On which of the executions.
    pub(crate) subject: usize,
    /// The number of its event.
    pub(crate) seq: u64,
    /// When it was about to be sent.
    pub(crate) sent: Instant,
    /// How long that was after it should have been.
    pub(crate) late: Duration,
    /// How long until its answer was there.
    pub(crate) answered: Duration,
}

/// Sends [`CHANGES`] each second, to one execution after the other.
pub(crate) fn keep(server: &Server, subjects: &[Subject], lasting: Duration) -> Vec<Change> {
    let count = CHANGES * usize::try_from(lasting.as_secs()).expect("a short time");
    let period = Duration::from_secs(1) / u32::try_from(CHANGES).expect("a small number");
    let clients: Vec<_> = (0..SENDERS).map(|_| server.client()).collect();
    // So that no change pays for a connection.
    clients.iter().for_each(|client| _ = client.ask(&Request::get("/healthz")));
    let begun = Instant::now() + period;
    let mut changes: Vec<Change> = thread::scope(|scope| {
        let senders: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(sender, client)| {
                scope.spawn(move || {
                    (sender..count)
                        .step_by(SENDERS)
                        .map(|number| {
                            let subject = number % subjects.len();
                            let request = change(&subjects[subject], number / subjects.len() + subject);
                            let due = begun + period * u32::try_from(number).expect("a small number");
                            thread::sleep(due.saturating_duration_since(Instant::now()));
                            let sent = Instant::now();
                            let answer = client.ask(&request);
                            let answered = sent.elapsed();
                            let seq = answer.done()["events"][0]["seq"].as_u64().expect("every change is an event");
                            Change { subject, seq, sent, late: sent.duration_since(due), answered }
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        senders.into_iter().flat_map(|sender| sender.join().expect("a sender finishes")).collect()
    });
    changes.sort_by_key(|change| change.sent);
    changes
}

/// A note of the usual length, or a status that its step does not have yet, by turns.
fn change(subject: &Subject, number: usize) -> Request {
    const STATUSES: [&str; 5] = ["in_progress", "completed", "blocked", "skipped", "not_started"];
    let Subject { id, steps } = subject;
    let turn = number / 2;
    let body = if number.is_multiple_of(2) {
        json!({ "notes": format!("Compared with the baseline of last week: {number:016x} differs, nothing else"), "actor": "Ana" })
    } else {
        json!({ "status": STATUSES[turn / steps.len() % STATUSES.len()], "actor": "Ben" })
    };
    Request::patch(format!("/api/executions/{id}/steps/{}", steps[turn % steps.len()]), body)
}
