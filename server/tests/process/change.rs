//! Changes, each unlike all others: by its `command_id`, and where it says something by its words.

use fastrand::Rng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::client::Request;

/// Steps in two phases, and decisions among them.
pub(crate) const PLAYBOOK: &str = "\
---
title: Suspicious login
---
flowchart TD
  subgraph triage [Triage]
    collect[Collect the evidence] --> malicious{Is it malicious?}
  end
  subgraph response [Response]
    isolate[Isolate the host] --> spread{Did it spread?}
    spread -->|Yes| hunt[Hunt on the other hosts]
    spread -->|No| clean[Clean the host]
  end
  malicious -->|Yes| isolate
  malicious -->|No| dismiss[Close the ticket]
  hunt --> report[Write the report]
  clean --> report
  dismiss --> report
";
/// Its nodes that can be worked on.
pub(crate) const STEPS: [&str; 6] = ["collect", "isolate", "hunt", "clean", "dismiss", "report"];
const DECISIONS: [&str; 2] = ["malicious", "spread"];
const STATUSES: [&str; 5] = ["not_started", "in_progress", "completed", "skipped", "blocked"];
/// Most evidence in these tests is small: it is their number that matters.
const SMALL_EVIDENCE_BYTES: usize = 50_000;
/// Some takes long enough to be interrupted.
const LARGE_EVIDENCE_BYTES: usize = 1_000_000;

/// What a change leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// The events of the answer.
    Events,
    /// The events of the answer, and this note on the step, once.
    StepNote(String),
    /// This note on the execution, once.
    ExecutionNote(String),
    /// An execution of this title.
    Execution(String),
    /// A file with this hash.
    Evidence(String),
}

/// Something asked of a server.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// As it is sent, each time.
    pub(crate) request: Request,
    /// The execution that it changes; `None` for one that starts an execution.
    pub(crate) execution: Option<String>,
    /// What makes it the same change when it is sent again.
    pub(crate) command_id: String,
    /// What it leaves behind.
    pub(crate) trace: Trace,
}

impl Change {
    fn step(rng: &mut Rng, execution: &str, node: &str, mut body: Value, trace: Trace) -> Self {
        let command_id = command_id(rng);
        body["command_id"] = json!(command_id);
        body["actor"] = json!(analyst(rng));
        let request = Request::patch(format!("/api/executions/{execution}/steps/{node}"), body);
        Self { request, execution: Some(execution.to_owned()), command_id, trace }
    }

    /// A note on a step.
    pub(crate) fn note(rng: &mut Rng, execution: &str, node: &str) -> Self {
        let text = words(rng);
        Self::step(rng, execution, node, json!({ "notes": text }), Trace::StepNote(text))
    }

    /// A status, which the step may have already.
    pub(crate) fn status(rng: &mut Rng, execution: &str, node: &str) -> Self {
        let status = one_of(rng, &STATUSES);
        Self::step(rng, execution, node, json!({ "status": status }), Trace::Events)
    }

    fn assignee(rng: &mut Rng, execution: &str, node: &str) -> Self {
        let assignee = if rng.u8(..4) == 0 { Value::Null } else { json!(analyst(rng)) };
        Self::step(rng, execution, node, json!({ "assignee": assignee }), Trace::Events)
    }

    fn decision(rng: &mut Rng, execution: &str) -> Self {
        let (node, branch) = (one_of(rng, &DECISIONS), one_of(rng, &["Yes", "No"]));
        let body = json!({ "decision_taken": branch, "rationale": words(rng), "status": "completed" });
        Self::step(rng, execution, node, body, Trace::Events)
    }

    fn execution_note(rng: &mut Rng, execution: &str) -> Self {
        let (command_id, text) = (command_id(rng), words(rng));
        let body = json!({ "notes": text, "command_id": command_id, "actor": analyst(rng) });
        let request = Request::patch(format!("/api/executions/{execution}"), body);
        Self { request, execution: Some(execution.to_owned()), command_id, trace: Trace::ExecutionNote(text) }
    }

    /// An execution.
    pub(crate) fn start(rng: &mut Rng, playbook: &str) -> Self {
        let (command_id, title) = (command_id(rng), words(rng));
        let body = json!({
            "playbook_id": playbook, "incident_title": title, "command_id": command_id, "started_by": analyst(rng),
        });
        let request = Request::post("/api/executions", body);
        Self { request, execution: None, command_id, trace: Trace::Execution(title) }
    }

    /// A file of random content and length.
    pub(crate) fn evidence(rng: &mut Rng, execution: &str, node: &str) -> Self {
        let most = if rng.u8(..8) == 0 { LARGE_EVIDENCE_BYTES } else { SMALL_EVIDENCE_BYTES };
        let bytes = rng.usize(..most);
        Self::evidence_of(rng, execution, node, bytes)
    }

    /// A file of random content and this length.
    pub(crate) fn evidence_of(rng: &mut Rng, execution: &str, node: &str, bytes: usize) -> Self {
        let mut content = vec![0; bytes];
        rng.fill(&mut content);
        let command_id = command_id(rng);
        let fields = vec![("command_id", command_id.clone()), ("actor", analyst(rng)), ("description", words(rng))];
        let trace = Trace::Evidence(sha256(&content));
        let path = format!("/api/executions/{execution}/steps/{node}/evidence");
        // The same name every time: two files of one name are two pieces of evidence.
        let request = Request::upload(path, fields, "memory.dmp", content);
        Self { request, execution: Some(execution.to_owned()), command_id, trace }
    }

    /// Any change, of these executions or a new one.
    pub(crate) fn any(rng: &mut Rng, playbook: &str, executions: &[String]) -> Self {
        let execution = &executions[rng.usize(..executions.len())];
        let node = one_of(rng, &STEPS);
        match rng.u8(..20) {
            0..6 => Self::note(rng, execution, node),
            6..11 => Self::status(rng, execution, node),
            11..13 => Self::assignee(rng, execution, node),
            13..15 => Self::decision(rng, execution),
            15 => Self::execution_note(rng, execution),
            16 => Self::start(rng, playbook),
            _ => Self::evidence(rng, execution, node),
        }
    }
}

fn one_of<'a>(rng: &mut Rng, choices: &[&'a str]) -> &'a str {
    choices[rng.usize(..choices.len())]
}

fn command_id(rng: &mut Rng) -> String {
    Uuid::from_u128(rng.u128(..)).to_string()
}

fn words(rng: &mut Rng) -> String {
    format!("Seen at {:032x}", rng.u128(..))
}

fn analyst(rng: &mut Rng) -> String {
    one_of(rng, &["Ana", "Ben", "Chioma", "Dmitri"]).to_owned()
}

/// As hexadecimal digits.
pub(crate) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
