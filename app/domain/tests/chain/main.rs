//! The chain of hashes: what it holds, in both of its forms, and that nothing of it can be changed unnoticed.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

#[path = "../common/mod.rs"]
mod common;

use std::sync::Arc;

use common::{at, graph, header};
use domain::command::{Command, ExecutionChange, Meta, StepChange, decide};
use domain::event::{
    ChainBreak, Event, Evidence, ExecutionStatus, Form, Hash, Header, Salt, SealedText, Secret, StepStatus, unseal,
    verify_chain,
};
use domain::execution::Execution;
use domain::ids::{Actor, CommandId, EvidenceId, Seq};
use proptest::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

/// A log that a version wrote which knew no other form than the first.
#[derive(Deserialize)]
struct OldLog {
    header: Header,
    head_hash: Hash,
    events: Vec<Event>,
}

fn old_log() -> OldLog {
    serde_json::from_str(include_str!("old_form.json")).expect("a log")
}

/// An execution, and its log so far.
struct Run {
    execution: Execution,
    events: Vec<Event>,
}

impl Run {
    fn begin() -> Self {
        let graph = Arc::new(graph());
        Self { execution: Execution::new(header(&graph), graph), events: Vec::new() }
    }

    /// Goes on after a log.
    fn after(log: OldLog) -> Self {
        let execution = Execution::fold(log.header, Arc::new(graph()), &log.events);
        Self { execution, events: log.events }
    }

    /// Does what is asked if it is allowed.
    fn give(&mut self, actor: &str, command: &Command) {
        let number = self.events.len();
        let meta = Meta {
            now: at(1_000 + i64::try_from(number).expect("few")),
            actor: Actor::new(actor).expect("a name"),
            command_id: CommandId(Uuid::from_u128(1_000 + number as u128)),
            base_seq: Some(Seq(1)),
            occurred_at: None,
            before_start: false,
            secret: Secret([u8::try_from(number % 256).expect("a byte"); 32]),
        };
        if let Ok(drafts) = decide(&self.execution, command, &meta) {
            self.events.extend(self.execution.record(drafts, &meta));
        }
    }

    fn verify(&self) -> Result<(Seq, Hash), ChainBreak> {
        verify_chain(&self.execution.state.header, &self.events)
    }

    fn head(&self) -> (Seq, Hash) {
        (self.execution.state.last_seq, self.execution.state.head_hash.clone())
    }
}

fn start(title: &str) -> Command {
    Command::Start { incident_title: title.to_owned(), incident_id: Some("INC-7".to_owned()) }
}

fn step(node: &str, change: StepChange) -> Command {
    Command::ChangeStep { node_id: node.into(), change }
}

fn note(text: &str) -> Command {
    step("triage", StepChange { note: Some(text.to_owned()), ..StepChange::default() })
}

fn attach(name: &str, description: Option<String>) -> Command {
    let evidence = Evidence {
        id: EvidenceId(Uuid::from_u128(9)),
        file_name: name.to_owned(),
        mime_type: "text/plain".to_owned(),
        size: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned(),
        description,
    };
    Command::AttachEvidence { node_id: "image".into(), evidence }
}

/// Every kind of event, with every text that there can be.
fn eventful() -> Run {
    let mut run = Run::begin();
    run.give("Ana", &start("Files encrypted on “FS-01”"));
    let begin = StepChange {
        status: Some(StepStatus::InProgress),
        assignee: Some(Some(Actor::new("Ben").expect("a name"))),
        note: Some("Zoë 陳 🔥 \u{2028} \"quoted\" \\server".to_owned()),
        ..StepChange::default()
    };
    run.give("Ana", &step("triage", begin));
    for status in StepStatus::ALL.into_iter().rev() {
        let reason = (status == StepStatus::Blocked).then(|| "The lawyer’s answer".to_owned());
        run.give("Ben", &step("triage", StepChange { status: Some(status), reason, ..StepChange::default() }));
    }
    for (actor, decision, rationale) in [
        ("Ana", Some("Yes"), Some("New hosts every minute")),
        ("Ben", Some("No"), None),
        ("Ben", None, None),
        ("Ben", Some("No"), None),
    ] {
        let decision = Some(decision.map(str::to_owned));
        let rationale = rationale.map(str::to_owned);
        run.give(actor, &step("spreading", StepChange { decision, rationale, ..StepChange::default() }));
    }
    run.give("Ana", &attach("fs-01 | <image>.dd", Some("Disk of FS-01".to_owned())));
    run.give("Ana", &attach("notes.txt", None));
    for (status, outcome) in [
        (ExecutionStatus::Paused, None),
        (ExecutionStatus::Active, None),
        (ExecutionStatus::Abandoned, Some("A false alarm")),
        (ExecutionStatus::Active, None),
        (ExecutionStatus::Completed, Some("Contained")),
    ] {
        let change = ExecutionChange {
            status: Some(status),
            outcome: outcome.map(str::to_owned),
            reason: (status == ExecutionStatus::Paused).then(|| "The provider’s call".to_owned()),
            note: Some(format!("now {}", status.as_str())),
            recommendations: Some(format!("Think of {}", status.as_str())),
            key: true,
            impact: Some(format!("{} hosts", run.events.len())),
            cause: Some(outcome.unwrap_or_default().to_owned()),
        };
        run.give("Ana", &Command::ChangeExecution(change));
    }
    run
}

#[test]
fn a_log_of_the_old_form_verifies_as_before() {
    let log = old_log();
    let last = log.events.last().map(|event| event.seq).expect("events");
    assert_eq!(verify_chain(&log.header, &log.events), Ok((last, log.head_hash)));
    assert!(log.events.iter().all(|event| event.seal.form == Form::First));
    for line in include_str!("old_form.json").lines().filter_map(|line| line.strip_prefix("    ")) {
        let line = line.strip_suffix(',').unwrap_or(line);
        assert!(Event::from_line(line).is_ok(), "written as it was: {line}");
    }
}

#[test]
fn a_log_of_the_old_form_goes_on_in_the_new_one() {
    let mut run = Run::after(old_log());
    let before = run.events.len();
    run.give(
        "Ana",
        &Command::ChangeExecution(ExecutionChange {
            status: Some(ExecutionStatus::Active),
            ..ExecutionChange::default()
        }),
    );
    run.give("Ana", &note("later"));
    assert_eq!(run.events.len(), before + 2);
    assert!(run.events[before..].iter().all(|event| event.seal.form == Form::Second));
    assert_eq!(run.verify(), Ok(run.head()));
    for position in [0, 5, before, before + 1] {
        let mut altered = run.events.clone();
        altered[position].actor = Actor::new("Mallory").expect("a name");
        let seq = altered[position].seq;
        assert_eq!(verify_chain(&run.execution.state.header, &altered), Err(ChainBreak::Altered(seq)));
    }
}

#[test]
fn the_hash_of_the_new_form_is_what_the_documentation_says() {
    let run = eventful();
    // Step by step as docs/record.md has it, for the event with the note.
    let event = run.events.iter().find(|event| event.body.event_type() == "note_added").expect("a note");
    let previous = &run.events[usize::try_from(event.seq.0).expect("few") - 2].hash;
    let mut value = serde_json::to_value(event).expect("JSON");
    let salt = value["salts"]["text"].as_str().expect("a salt").to_owned();
    let salt: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&salt[2 * at..2 * at + 2], 16).expect("a byte")).collect();
    let text = value["data"]["text"].as_str().expect("a text").to_owned();
    let commitment = sha256(&[&salt, text.as_bytes()]);
    value["data"]["text"] = serde_json::json!({ "commitment": commitment });
    let members = value.as_object_mut().expect("an object");
    members.remove("hash");
    members.remove("salts");
    assert_eq!(members["form"], 2);
    let bytes = domain::canonical::to_bytes(&value);
    assert_eq!(event.hash.0, sha256(&[previous.0.as_bytes(), &bytes]));
}

fn sha256(parts: &[&[u8]]) -> String {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    domain::canonical::hex(&digest.finalize())
}

#[test]
fn every_free_text_is_committed_to_and_none_lies_in_what_is_hashed() {
    let run = eventful();
    let mut found = Vec::new();
    for event in &run.events {
        let stored = event.stored_data().expect("it has its salts");
        for SealedText { field, text, .. } in event.sealed_texts() {
            assert!(field == "overwrote.value" || !stored.contains(&text), "{stored}");
            found.push(format!("{} {field}", event.body.event_type()));
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(
        found,
        [
            "decision_taken overwrote.value",
            "decision_taken rationale",
            "evidence_attached description",
            "evidence_attached file_name",
            "execution_abandoned outcome",
            "execution_completed outcome",
            "execution_described from",
            "execution_described to",
            "execution_noted text",
            "execution_paused reason",
            "execution_started incident_id",
            "execution_started incident_title",
            "note_added text",
            "recommendations_changed text",
            "step_blocked reason",
        ]
    );
}

#[test]
fn the_same_text_twice_is_not_told_by_its_commitment() {
    let mut run = Run::begin();
    run.give("Ana", &start("Odd logins"));
    run.give("Ana", &note("same"));
    run.give("Ana", &note("same"));
    let [.., first, second] = &run.events[..] else { panic!("two notes") };
    assert_ne!(first.stored_data(), second.stored_data());
}

#[test]
fn a_text_that_is_missing_leaves_the_log_readable_and_is_named() {
    let run = eventful();
    for position in 0..run.events.len() {
        let event = &run.events[position];
        for missing in event.sealed_texts() {
            let texts = event.sealed_texts().into_iter().filter(|text| text.field != missing.field).collect();
            let read = read_back(event, &event.stored_data().expect("whole"), texts).expect("it can be read");
            let mut events = run.events.clone();
            events[position] = read.clone();
            let named = ChainBreak::NoText { seq: event.seq, field: missing.field.clone() };
            assert_eq!(verify_chain(&run.execution.state.header, &events), Err(named));
            let shown = Execution::fold(run.execution.state.header.clone(), run.execution.graph.clone(), &events);
            assert_eq!(shown.state.head_hash, run.execution.state.head_hash);
            // It travels and is stored again without the text, and is still what it was.
            let line = serde_json::to_string(&read).expect("JSON");
            assert_eq!(Event::from_line(&line).expect("an event"), read);
            if missing.field != "overwrote.value" {
                assert!(!line.contains(&serde_json::to_string(&missing.text).expect("JSON")), "{line}");
            }
            assert_eq!(read.stored_data(), event.stored_data());
        }
    }
}

#[test]
fn a_text_without_its_salt_is_named() {
    let run = eventful();
    let mut events = run.events.clone();
    events[0].seal.salts.remove("incident_title");
    let named = ChainBreak::NoSalt { seq: Seq(1), field: "incident_title".to_owned() };
    assert_eq!(verify_chain(&run.execution.state.header, &events), Err(named));
}

/// An event as it is read from what is stored of it.
fn read_back(event: &Event, data: &str, texts: Vec<SealedText>) -> Option<Event> {
    let (body, seal) = unseal(event.body.event_type(), data, texts).ok()?;
    Some(Event { body, seal, ..event.clone() })
}

/// Whether what is stored of an event still gives the event: it verifies after the one before, and is stored so again.
fn is_whole(run: &Run, position: usize, data: &str, texts: Vec<SealedText>) -> bool {
    let Some(event) = read_back(&run.events[position], data, texts) else { return false };
    let mut events = run.events.clone();
    let stored = event.stored_data();
    events[position] = event;
    verify_chain(&run.execution.state.header, &events).is_ok() && stored.is_ok_and(|stored| stored == data)
}

#[test]
fn nothing_can_be_added_to_what_is_stored_of_an_event() {
    let run = eventful();
    for (position, event) in run.events.iter().enumerate() {
        let (data, texts) = (event.stored_data().expect("whole"), event.sealed_texts());
        assert!(is_whole(&run, position, &data, texts.clone()), "{data}");
        let more = data.replacen('{', r#"{"aside":1,"#, 1).replace(",}", "}");
        assert!(!is_whole(&run, position, &more, texts.clone()), "{more}");
        assert!(!is_whole(&run, position, &format!("{data} "), texts.clone()), "white space");
        for field in ["text", "aside", "overwrote.value", "outcome", "rationale"] {
            if texts.iter().all(|text| text.field != field) {
                let more = SealedText { field: field.to_owned(), salt: Salt([0; 16]), text: "more".to_owned() };
                let texts = texts.iter().cloned().chain([more]).collect();
                assert!(!is_whole(&run, position, &data, texts), "{field} of {data}");
            }
        }
        let line = serde_json::to_string(event).expect("JSON");
        for (from, to) in [
            ("{\"seq\"", "{\"aside\":1,\"seq\""),
            ("\"data\":{", "\"data\":{\"aside\":1,"),
            ("\"form\":2,", ""),
            ("\"form\":2", "\"form\":1"),
        ] {
            let altered = line.replacen(from, to, 1).replace(",}", "}");
            assert_ne!(altered, line);
            assert!(!holds_with(&run, position, &altered), "{altered}");
        }
    }
}

/// Whether the log verifies with another line in the place of one of its events.
fn holds_with(run: &Run, position: usize, line: &str) -> bool {
    let Ok(event) = Event::from_line(line) else { return false };
    let mut events = run.events.clone();
    events[position] = event;
    verify_chain(&run.execution.state.header, &events).is_ok()
}

fn any_command() -> impl Strategy<Value = Command> {
    let text = || prop::option::of("\\PC{1,12}");
    let status = prop::option::of(prop::sample::select(ExecutionStatus::ALL.to_vec()));
    let whole = (status, text(), text(), text(), text(), text(), text(), any::<bool>());
    let whole = whole.prop_map(|(status, note, outcome, recommendations, reason, impact, cause, key)| {
        let reason = reason.filter(|_| status == Some(ExecutionStatus::Paused));
        let key = key && note.is_some();
        let change = ExecutionChange { status, note, key, outcome, reason, recommendations, impact, cause };
        Command::ChangeExecution(change)
    });
    let node = prop::sample::select(vec!["triage", "spreading", "image"]);
    let branch = prop::option::of(prop::option::of(prop::sample::select(vec!["Yes", "No"])));
    let name = prop::option::of(prop::option::of(prop::sample::select(vec!["Ana", "Ben"])));
    let status = prop::option::of(prop::sample::select(StepStatus::ALL.to_vec()));
    let step = (node, status, name, text(), branch, text(), text(), any::<bool>()).prop_map(
        |(node, status, name, note, branch, rationale, reason, key)| {
            let assignee = name.map(|name| name.and_then(|name| Actor::new(name).ok()));
            let decision = branch.map(|branch| branch.map(str::to_owned));
            let rationale = rationale.filter(|_| matches!(decision, Some(Some(_))));
            let reason = reason.filter(|_| status == Some(StepStatus::Blocked));
            let key = key && note.is_some();
            self::step(node, StepChange { status, assignee, note, key, decision, rationale, reason })
        },
    );
    let evidence = ("\\PC{1,12}", text()).prop_map(|(name, description)| attach(&name, description));
    prop_oneof![6 => step, 2 => whole, 1 => evidence]
}

proptest! {
    #[test]
    fn whatever_is_decided_verifies_and_no_byte_of_it_can_be_changed(
        title in "[^\\p{C}\\s]{1,12}",
        commands in prop::collection::vec((prop::sample::select(vec!["Ana", "Ben"]), any_command()), 0..12),
        event in any::<prop::sample::Index>(),
        byte in any::<prop::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let mut run = Run::begin();
        run.give("Ana", &start(&title));
        for (actor, command) in &commands {
            run.give(actor, command);
        }
        prop_assert_eq!(run.verify(), Ok(run.head()));
        let position = event.index(run.events.len());
        let event = &run.events[position];
        let altered = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            let at = byte.index(bytes.len());
            bytes[at] ^= change;
            String::from_utf8(bytes).ok()
        };
        let line = serde_json::to_string(event).expect("JSON");
        prop_assert!(holds_with(&run, position, &line));
        if let Some(line) = altered(&line) {
            prop_assert!(!holds_with(&run, position, &line), "{}", line);
        }
        let (data, texts) = (event.stored_data().expect("whole"), event.sealed_texts());
        prop_assert!(is_whole(&run, position, &data, texts.clone()));
        if let Some(data) = altered(&data) {
            prop_assert!(!is_whole(&run, position, &data, texts.clone()), "{}", data);
        }
        for at in 0..texts.len() {
            let with = |change: &dyn Fn(&mut SealedText)| {
                let mut texts = texts.clone();
                change(&mut texts[at]);
                texts
            };
            prop_assert!(!is_whole(&run, position, &data, with(&|text| text.salt.0[byte.index(16)] ^= change)));
            for (changed, put) in [
                (altered(&texts[at].text), (|text, changed| text.text = changed) as fn(&mut SealedText, String)),
                (altered(&texts[at].field), |text, changed| text.field = changed),
            ] {
                if let Some(changed) = changed {
                    prop_assert!(!is_whole(&run, position, &data, with(&|text| put(text, changed.clone()))));
                }
            }
        }
    }
}
