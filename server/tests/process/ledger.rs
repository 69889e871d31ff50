//! What was asked of servers and what they answered, and whether the record says the same.
//!
//! A change with an answer must be in the record exactly once, as it was answered. One without may be there once or not
//! at all, and is there once after it was sent again.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::change::{Change, PLAYBOOK, Trace, sha256};
use crate::client::{Answer, Client, Request};

/// A change and what became of it, as far as is known.
#[derive(Clone, Debug)]
struct Entry {
    change: Change,
    /// `None` when no answer came.
    answer: Option<Value>,
}

impl Entry {
    fn answer(&self) -> &Value {
        self.answer.as_ref().expect("the ledger is settled")
    }
}

/// Everything that was asked on some executions.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// The playbook that all executions run.
    pub(crate) playbook: String,
    /// Those that there were at the beginning.
    pub(crate) executions: Vec<String>,
    entries: Vec<Entry>,
}

impl Ledger {
    /// Imports the playbook and starts executions.
    pub(crate) fn open(client: &Client, rng: &mut Rng, executions: usize) -> Self {
        let import = Request::post("/api/playbooks", json!({ "source": PLAYBOOK }));
        let playbook = text(&client.ask(&import).done()["id"]);
        let mut ledger = Self { playbook, executions: Vec::new(), entries: Vec::new() };
        for _ in 0..executions {
            let change = Change::start(rng, &ledger.playbook);
            let answer = client.ask(&change.request);
            ledger.executions.push(text(&answer.done()["id"]));
            ledger.note(change, Some(&answer));
        }
        ledger
    }

    /// Notes a change and its answer, which is no refusal: no change in these tests breaks a rule.
    #[track_caller]
    pub(crate) fn note(&mut self, change: Change, answer: Option<&Answer>) {
        let answer = answer.map(Answer::done);
        self.entries.push(Entry { change, answer });
    }

    /// Another answer to the change noted last is the same as the first.
    #[track_caller]
    pub(crate) fn assert_last_outcome(&self, answer: &Answer) {
        let entry = self.entries.last().expect("something was noted");
        assert_eq!(outcome(&answer.done()), outcome(entry.answer()), "both answers to {:?}", entry.change.request);
    }

    /// How many changes have an answer.
    pub(crate) fn answered(&self) -> usize {
        self.entries.iter().filter(|entry| entry.answer.is_some()).count()
    }

    /// Sends again what got no answer.
    pub(crate) fn settle(&mut self, client: &Client) -> usize {
        let mut sent = 0;
        for entry in self.entries.iter_mut().filter(|entry| entry.answer.is_none()) {
            entry.answer = Some(client.ask(&entry.change.request).done());
            sent += 1;
        }
        sent
    }

    /// Sends some of what was answered again: the answer is the same. The ledger is settled.
    pub(crate) fn replay(&self, client: &Client, rng: &mut Rng, times: usize) {
        for _ in 0..times {
            let entry = &self.entries[rng.usize(..self.entries.len())];
            let again = client.ask(&entry.change.request).done();
            assert_eq!(
                outcome(&again),
                outcome(entry.answer()),
                "the answer to {:?}, sent again",
                entry.change.request
            );
        }
    }

    /// Compares the ledger, in which nothing is without an answer, with what a server says. Returns the files that the
    /// record knows, as `execution/evidence`.
    pub(crate) fn check(&self, client: &Client) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        for (id, entries) in self.by_execution() {
            let record = Record::read(client, id);
            record.check_log(&entries);
            record.check_notes(&entries);
            files.extend(record.check_evidence(client));
        }
        self.check_executions(client);
        files
    }

    /// The entries of each execution; a start belongs to the execution that it became.
    fn by_execution(&self) -> BTreeMap<String, Vec<&Entry>> {
        let mut groups: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            let execution = entry.change.execution.clone().unwrap_or_else(|| text(&entry.answer()["id"]));
            groups.entry(execution).or_default().push(entry);
        }
        groups
    }

    /// Every execution of the playbook was asked for, and is there once.
    fn check_executions(&self, client: &Client) {
        let mut titles = Vec::new();
        loop {
            let page = format!("/api/executions?playbook_id={}&limit=1000&offset={}", self.playbook, titles.len());
            let listed = client.read(&page);
            let found: Vec<String> = items(&listed).iter().map(|summary| text(&summary["incident_title"])).collect();
            if found.is_empty() {
                break;
            }
            titles.extend(found);
        }
        let asked = self.entries.iter().filter_map(|entry| match &entry.change.trace {
            Trace::Execution(title) => Some(title.clone()),
            _ => None,
        });
        assert_eq!(sorted(titles.into_iter()), sorted(asked), "the executions");
    }
}

/// An execution, as a server tells it.
struct Record {
    id: String,
    timeline: Vec<Value>,
    detail: Value,
}

impl Record {
    fn read(client: &Client, id: String) -> Self {
        let timeline = items(&client.read(&format!("/api/executions/{id}/timeline"))).clone();
        let detail = client.read(&format!("/api/executions/{id}"));
        Self { id, timeline, detail }
    }

    fn steps(&self) -> &Vec<Value> {
        items(&self.detail["steps"])
    }

    /// The log has no gap, holds every entry as it was answered, and nothing else.
    fn check_log(&self, entries: &[&Entry]) {
        let id = &self.id;
        let seqs: Vec<u64> = self.timeline.iter().filter_map(|event| event["seq"].as_u64()).collect();
        let expected: Vec<u64> = (1..=self.timeline.len() as u64).collect();
        assert_eq!(seqs, expected, "the log of {id}");
        assert_eq!(self.detail["last_seq"], self.timeline.len(), "the end of {id}");
        let mut log: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for event in &self.timeline {
            log.entry(text(&event["command_id"])).or_default().push(event);
        }
        for entry in entries {
            let events = log.remove(&entry.change.command_id).unwrap_or_default();
            check_entry(entry, &events);
        }
        assert!(log.is_empty(), "nobody asked for {log:?} in {id}");
    }

    /// Every note is there once.
    fn check_notes(&self, entries: &[&Entry]) {
        let asked = |of: fn(&Trace) -> Option<&String>| {
            sorted(entries.iter().filter_map(|entry| of(&entry.change.trace).cloned()))
        };
        let on_steps = self.steps().iter().flat_map(|step| items(&step["notes"])).map(|note| text(&note["text"]));
        let wanted = asked(|trace| if let Trace::StepNote(text) = trace { Some(text) } else { None });
        assert_eq!(sorted(on_steps), wanted, "the notes on the steps of {}", self.id);
        let on_whole = items(&self.detail["notes"]).iter().map(|note| text(&note["text"]));
        let wanted = asked(|trace| if let Trace::ExecutionNote(text) = trace { Some(text) } else { None });
        assert_eq!(sorted(on_whole), wanted, "the notes on {}", self.id);
    }

    /// Every file that a step lists can be read and is what its hash says. The step lists what the log does.
    fn check_evidence(&self, client: &Client) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        for evidence in self.steps().iter().flat_map(|step| items(&step["evidence"])) {
            let id = text(&evidence["id"]);
            let answer = client.ask(&Request::get(format!("/api/executions/{}/evidence/{id}", self.id)));
            assert!(answer.is_success(), "{}", answer.text());
            assert_eq!(sha256(&answer.body), text(&evidence["sha256"]), "evidence {id}");
            assert!(files.insert(format!("{}/{id}", self.id)), "evidence {id} is listed once");
        }
        let attached = self.timeline.iter().filter(|event| event["event_type"] == "evidence_attached").count();
        assert_eq!(files.len(), attached, "the evidence of {}", self.id);
        files
    }
}

/// The events of a change are what was answered.
fn check_entry(entry: &Entry, events: &[&Value]) {
    let (change, answer) = (&entry.change, entry.answer());
    let only = || match events {
        [event] => *event,
        _ => panic!("{:?} is not one event but {events:?}", change.request),
    };
    match &change.trace {
        Trace::Events | Trace::StepNote(_) => {
            assert!(items(&answer["events"]).iter().eq(events.iter().copied()), "{answer} is not {events:?}");
        }
        Trace::ExecutionNote(text) => assert_eq!(only()["data"]["text"], text.as_str()),
        Trace::Execution(title) => assert_eq!(only()["data"]["incident_title"], title.as_str()),
        Trace::Evidence(hash) => {
            let event = only();
            assert_eq!(event["event_type"], "evidence_attached");
            assert_eq!([&event["data"]["id"], &event["data"]["sha256"]], [&answer["id"], &json!(hash)]);
        }
    }
}

/// The part of an answer that a later change to the same execution leaves as it is.
fn outcome(answer: &Value) -> &Value {
    if answer["events"].is_array() {
        &answer["events"]
    } else if answer["sha256"].is_string() {
        answer
    } else {
        &answer["id"]
    }
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts
}

#[track_caller]
fn items(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
