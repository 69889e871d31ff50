//! What is measured: playbooks, executions, and writers at work on them.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::client::{Client, Request};
use crate::driver::Server;

/// A playbook of 200 steps in 10 phases.
pub(crate) fn large_playbook() -> String {
    let phase = |phase: u32| {
        let steps: String = (1..=20)
            .map(|step| {
                format!(
                    "{step}. Look at source {phase}.{step}, compare it with the baseline, and write down what differs\n"
                )
            })
            .collect();
        format!("## Phase {phase}\n\n{steps}\n")
    };
    format!("# Intrusion of the whole site\n\n{}", (1..=10).map(phase).collect::<String>())
}

/// Imports a playbook and returns its id.
pub(crate) fn import(client: &Client, source: &str) -> String {
    text(&client.ask(&Request::post("/api/playbooks", json!({ "source": source }))).done()["id"])
}

/// An execution and the steps that can be worked on.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) id: String,
    pub(crate) steps: Vec<String>,
}

impl Subject {
    /// Starts an execution of a playbook.
    pub(crate) fn start(client: &Client, playbook: &str) -> Self {
        let body = json!({ "playbook_id": playbook, "incident_title": "Measured", "started_by": "Ana" });
        let execution = client.ask(&Request::post("/api/executions", body)).done();
        let steps = execution["steps"].as_array().expect("an execution has steps");
        let steps = steps.iter().filter(|step| step["kind"] == "step").map(|step| text(&step["node_id"])).collect();
        Self { id: text(&execution["id"]), steps }
    }

    /// Where evidence for one of its steps goes.
    pub(crate) fn evidence_address(&self) -> String {
        format!("/api/executions/{}/steps/{}/evidence", self.id, self.steps[0])
    }

    /// A note of the usual length, or a change of status that is one.
    pub(crate) fn change(&self, rng: &mut Rng, number: usize) -> Request {
        let step = &self.steps[rng.usize(..self.steps.len())];
        let body = if number.is_multiple_of(2) {
            let text = format!("Compared with the baseline of last week: {:016x} differs, nothing else", rng.u64(..));
            json!({ "notes": text, "actor": "Ana" })
        } else {
            let statuses = ["in_progress", "completed", "blocked", "skipped", "not_started"];
            json!({ "status": statuses[rng.usize(..statuses.len())], "actor": "Ben" })
        };
        Request::patch(format!("/api/executions/{}/steps/{step}", self.id), body)
    }
}

/// What writers got done.
pub(crate) struct Work {
    /// How long each request took.
    pub(crate) times: Vec<Duration>,
    /// How long all took together.
    pub(crate) elapsed: Duration,
}

/// Lets writers, each on a connection of its own, send requests one after the other until there are none.
pub(crate) fn work(
    server: &Server,
    writers: usize,
    requests: impl Fn(usize, &mut Rng) -> Option<Request> + Sync,
) -> Work {
    let begun = Instant::now();
    let times = thread::scope(|scope| {
        let handles: Vec<_> = (0..writers)
            .map(|writer| {
                let (client, requests) = (server.client(), &requests);
                scope.spawn(move || {
                    let mut rng = Rng::with_seed(writer as u64);
                    let mut times = Vec::new();
                    while let Some(request) = requests(writer, &mut rng) {
                        let sent = Instant::now();
                        let answer = client.ask(&request);
                        times.push(sent.elapsed());
                        assert!(answer.is_success(), "{}", answer.text());
                    }
                    times
                })
            })
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a writer finishes")).collect()
    });
    Work { times, elapsed: begun.elapsed() }
}

/// Sends one request over and over.
pub(crate) fn repeat(client: &Client, request: &Request, times: usize) -> Vec<Duration> {
    (0..times)
        .map(|_| {
            let sent = Instant::now();
            let answer = client.ask(request);
            assert!(answer.is_success(), "{}", answer.text());
            sent.elapsed()
        })
        .collect()
}

/// Processor time that a process has used so far.
pub(crate) fn processor_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is there");
    // Fields 14 and 15, counted after the name, which may hold anything but ends with the last parenthesis.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
    // Linux tells a hundredth of a second to programs, whatever its own tick is.
    Duration::from_millis(ticks * 10)
}

/// Most memory that a process has held since [`forget_peak`], in MB.
pub(crate) fn peak_megabytes(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells the peak");
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes * 1_024.0 / 1_000_000.0
}

/// Begins to watch the memory of a process anew.
pub(crate) fn forget_peak(pid: u32) {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("the process is our own");
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
