//! `GET /api/executions/{id}/live`
//!
//! What is held above all: every client is sent every event exactly once and in order, whenever it comes.

use std::collections::BTreeSet;
use std::time::Duration;

use axum_test::{TestWebSocket, WsMessage};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::harness::{Execution, NO_SUCH_ID, TestApp, keys, problem, problem_at, seqs, texts};

/// After this long nothing will come any more, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connections that are made at most until a hello arrives in time.
const ATTEMPTS: usize = 20;

/// A live connection.
struct Live {
    socket: TestWebSocket,
    /// A text that was received and not asked for yet.
    first: Option<String>,
}

impl Live {
    /// Connects; `query` with its question mark, or empty.
    async fn connect(execution: &Execution, query: &str) -> Self {
        Self { socket: execution.live(query).await.into_websocket().await, first: None }
    }

    /// Connects and says hello.
    ///
    /// The server waits a moment for a hello and then begins with the first event. On a machine that is busy with other
    /// tests a hello may come later than that; then this begins anew.
    async fn greet(execution: &Execution, last_seq: u64) -> Self {
        for _ in 0..ATTEMPTS {
            let mut live = Self::connect(execution, "").await;
            live.say(&json!({ "type": "hello", "protocol": 1, "analyst": "Ana", "last_seq": last_seq })).await;
            let first = live.text().await;
            let came_late = last_seq > 0 && parse(&first)["seq"] == 1;
            if !came_late {
                live.first = Some(first);
                return live;
            }
        }
        panic!("the server does not heed what a hello says");
    }

    async fn say(&mut self, message: &Value) {
        self.socket.send_json(message).await;
    }

    async fn message(&mut self) -> WsMessage {
        timeout(PATIENCE, self.socket.receive_message()).await.expect("a message in time")
    }

    /// The next message that is a text, as it was sent; what is said about who is there is none of this file's business.
    async fn text(&mut self) -> String {
        if let Some(first) = self.first.take() {
            return first;
        }
        loop {
            match self.message().await {
                WsMessage::Text(text) if parse(&text)["type"] == "presence" => {}
                WsMessage::Text(text) => return text.to_string(),
                WsMessage::Ping(_) | WsMessage::Pong(_) => {}
                other => panic!("neither a text nor a heartbeat: {other:?}"),
            }
        }
    }

    async fn json(&mut self) -> Value {
        parse(&self.text().await)
    }

    /// The events up to the one with this number, as they were sent.
    async fn texts_until(&mut self, last: u64) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            let text = self.text().await;
            let message = parse(&text);
            let seq = message["seq"].as_u64();
            assert!(seq.is_some() || message["type"] == "heartbeat", "{text}");
            if seq.is_some() {
                texts.push(text);
            }
            if seq >= Some(last) {
                return texts;
            }
        }
    }

    /// The events up to the one with this number.
    async fn events_until(&mut self, last: u64) -> Vec<Value> {
        self.texts_until(last).await.iter().map(|text| parse(text)).collect()
    }

    /// The code of the close frame that comes in the end.
    async fn close_code(&mut self) -> u16 {
        self.close().await.0
    }

    /// The code and the reason with which the connection ends.
    async fn close(&mut self) -> (u16, String) {
        loop {
            match self.message().await {
                WsMessage::Close(Some(frame)) => return (frame.code.into(), frame.reason.to_string()),
                WsMessage::Close(None) => panic!("closed without a code"),
                _ => {}
            }
        }
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("every text is JSON")
}

/// An execution with this many events.
async fn execution_of(app: &TestApp, events: u64) -> Execution {
    let execution = app.api.new_execution().await;
    for number in 2..=events {
        note(&execution, &format!("event {number}")).await;
    }
    execution
}

async fn note(execution: &Execution, text: &str) {
    execution.change_step("collect", &json!({ "notes": text })).await;
}

#[tokio::test]
async fn a_client_that_says_hello_is_sent_what_it_missed_and_then_what_happens() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 4).await;
    let mut live = Live::greet(&execution, 2).await;
    let mut received = live.events_until(4).await;
    execution.change_step("collect", &json!({ "status": "completed", "notes": "with a note" })).await;
    execution.change(&json!({ "status": "paused" })).await;
    received.extend(live.events_until(7).await);
    assert_eq!(seqs(&received), [3, 4, 5, 6, 7]);
    assert_eq!(received, execution.timeline("?after_seq=2").await, "in the one shape of an event");
}

#[tokio::test]
async fn a_client_of_protocol_1_is_sent_new_types_of_events_and_new_members_too() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("malicious", &json!({ "decision_taken": "Yes", "rationale": "known" })).await;
    let mut live = Live::greet(&execution, 1).await;
    execution.change_step("malicious", &json!({ "decision_taken": null })).await;
    let received = live.events_until(3).await;
    assert_eq!(texts(&received, "event_type"), ["decision_taken", "decision_withdrawn"]);
    assert_eq!(received[0]["form"], 2);
    assert!(received[0]["salts"]["rationale"].is_string() && received[1].get("salts").is_none());
    assert_eq!(received, execution.timeline("?after_seq=1").await);
}

#[tokio::test]
async fn a_client_that_never_says_hello_is_sent_everything() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 3).await;
    let mut live = Live::connect(&execution, "").await;
    assert_eq!(seqs(&live.events_until(3).await), [1, 2, 3]);
    note(&execution, "live").await;
    assert_eq!(seqs(&live.events_until(4).await), [4]);
}

#[tokio::test]
async fn a_hello_without_a_number_is_a_hello_of_somebody_who_knows_nothing() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 2).await;
    let mut live = Live::connect(&execution, "").await;
    live.say(&json!({ "type": "hello", "protocol": 1 })).await;
    assert_eq!(seqs(&live.events_until(2).await), [1, 2]);
}

#[tokio::test]
async fn a_script_can_resume_by_the_address() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 4).await;
    let mut live = Live::connect(&execution, "?last_seq=3").await;
    assert_eq!(seqs(&live.events_until(4).await), [4]);
    note(&execution, "live").await;
    assert_eq!(seqs(&live.events_until(5).await), [5]);
}

#[tokio::test]
async fn a_heartbeat_says_that_the_client_has_caught_up() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 3).await;
    for known in [0, 2, 3] {
        let mut live = Live::greet(&execution, known).await;
        for seq in known + 1..=3 {
            assert_eq!(live.json().await["seq"], seq);
        }
        let heartbeat = live.json().await;
        assert_eq!(keys(&heartbeat), BTreeSet::from(["last_seq", "now", "type"]));
        assert_eq!((&heartbeat["type"], &heartbeat["last_seq"]), (&json!("heartbeat"), &json!(3)));
    }
}

#[tokio::test]
async fn only_the_events_of_its_execution_reach_a_client() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 1).await;
    let other = execution_of(&app, 1).await;
    let mut live = Live::greet(&execution, 1).await;
    assert_eq!(live.json().await["type"], "heartbeat");
    note(&other, "elsewhere").await;
    note(&execution, "here").await;
    assert_eq!(live.json().await["data"]["text"], "here");
}

#[tokio::test]
async fn all_clients_are_sent_identical_bytes_whether_they_listened_or_caught_up() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut first = Live::greet(&execution, 0).await;
    let mut second = Live::greet(&execution, 0).await;
    for live in [&mut first, &mut second] {
        live.texts_until(1).await;
    }
    let body =
        json!({ "decision_taken": "Yes", "rationale": "\u{2028}“Zoë” </script>", "assignee": null, "actor": "陳" });
    execution.change_step("malicious", &body).await;
    let began = execution.read().await["started_at"].clone();
    execution.change_step("malicious", &json!({ "status": "completed", "occurred_at": began })).await;
    execution.change(&json!({ "recommendations": "- Use MFA\n- Sleep" })).await;
    execution.change(&json!({ "status": "completed", "outcome": "Contained" })).await;

    let bytes = first.texts_until(5).await;
    assert_eq!(second.texts_until(5).await, bytes);
    assert_eq!(Live::greet(&execution, 1).await.texts_until(5).await, bytes);
    let app = app.reopen().await;
    let execution = app.api.execution(&execution.id);
    assert_eq!(Live::greet(&execution, 1).await.texts_until(5).await, bytes, "nor does another server matter");
}

/// How a client of the race comes in.
#[derive(Clone, Copy)]
enum Entrance {
    /// With a hello that tells what it knows.
    Hello(u64),
    /// With what it knows in the address.
    Address(u64),
    /// Without a word.
    Silent,
}

impl Entrance {
    async fn enter(self, execution: &Execution) -> Live {
        match self {
            Self::Hello(known) => Live::greet(execution, known).await,
            Self::Address(known) => Live::connect(execution, &format!("?last_seq={known}")).await,
            Self::Silent => Live::connect(execution, "").await,
        }
    }

    fn known(self) -> u64 {
        match self {
            Self::Hello(known) | Self::Address(known) => known,
            Self::Silent => 0,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_client_is_sent_every_event_once_and_in_order_while_others_write() {
    const WRITERS: u64 = 8;
    const NOTES: u64 = 40;
    const WRITTEN: u64 = 1 + WRITERS * NOTES;
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let (acknowledged, _) = watch::channel(1_u64);

    let mut clients = JoinSet::new();
    for number in 0..12 {
        // Each comes in at another moment, and claims to have seen some of what had been acknowledged by then.
        let moment = 1 + number * (WRITTEN / 14);
        let entrance = match number % 3 {
            0 => Entrance::Hello(moment / 2),
            1 => Entrance::Address(moment),
            _ => Entrance::Silent,
        };
        let (execution, mut acknowledged) = (execution.clone(), acknowledged.subscribe());
        clients.spawn(async move {
            acknowledged.wait_for(|count| *count >= moment).await.expect("the writers go on");
            let mut live = entrance.enter(&execution).await;
            // The last one comes after all the others, so that a double of these would show.
            (entrance.known(), live.texts_until(WRITTEN + 1).await)
        });
    }
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (execution, acknowledged) = (execution.clone(), acknowledged.clone());
        writers.spawn(async move {
            for number in 0..NOTES {
                note(&execution, &format!("{writer}/{number}")).await;
                acknowledged.send_modify(|count| *count += 1);
            }
        });
    }
    writers.join_all().await;
    note(&execution, "the last one").await;

    let timeline = execution.timeline("").await;
    assert_eq!(seqs(&timeline), (1..=WRITTEN + 1).collect::<Vec<_>>());
    for (known, texts) in clients.join_all().await {
        let events: Vec<Value> = texts.iter().map(|text| parse(text)).collect();
        let missed: Vec<u64> = (known + 1..=WRITTEN + 1).collect();
        assert_eq!(seqs(&events), missed, "a client that knew {known}");
        let from = usize::try_from(known).expect("a small number");
        assert_eq!(events, timeline[from..], "a client that knew {known}");
    }
}

#[tokio::test]
async fn a_client_that_knows_more_than_there_is_is_sent_the_state() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 3).await;
    for known in [4, u64::MAX] {
        let mut live = Live::greet(&execution, known).await;
        let snapshot = live.json().await;
        assert_eq!(snapshot["type"], "snapshot");
        let state = &snapshot["state"];
        assert_eq!((&state["last_seq"], &state["incident_title"]), (&json!(3), &json!("Login from nowhere")));
        assert_eq!(state["head_hash"], execution.read().await["head_hash"]);
        let heartbeat = live.json().await;
        assert_eq!((&heartbeat["type"], &heartbeat["last_seq"]), (&json!("heartbeat"), &json!(3)));
    }
    let mut live = Live::greet(&execution, 99).await;
    assert_eq!(live.json().await["type"], "snapshot");
    note(&execution, "live").await;
    assert_eq!(seqs(&live.events_until(4).await), [4], "and goes on from there");
}

#[tokio::test]
async fn another_version_of_the_protocol_is_closed_with_4001() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 1).await;
    let hello = json!({ "type": "hello", "protocol": 2, "last_seq": 0 });
    let mut live = Live::connect(&execution, "").await;
    live.say(&hello).await;
    assert_eq!(live.close_code().await, 4001);
    let mut late = Live::greet(&execution, 1).await;
    assert_eq!(late.json().await["type"], "heartbeat");
    late.say(&hello).await;
    assert_eq!(late.close_code().await, 4001);
}

#[tokio::test]
async fn what_is_no_message_is_closed_with_4002() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 1).await;
    for garbage in [json!("hello"), json!({ "type": "goodbye" }), json!({ "type": "hello", "protocol": "one" })] {
        let mut live = Live::connect(&execution, "").await;
        live.say(&garbage).await;
        assert_eq!(live.close_code().await, 4002, "{garbage}");
    }
    let mut nameless = Live::connect(&execution, "").await;
    nameless.say(&json!({ "type": "hello", "protocol": 1, "analyst": "Ana\u{200b}" })).await;
    let (code, reason) = nameless.close().await;
    assert_eq!(code, 4002);
    assert!(reason.contains("invisible characters (U+200B, character 4)"), "{reason}");
    let mut late = Live::greet(&execution, 1).await;
    assert_eq!(late.json().await["type"], "heartbeat");
    late.socket.send_text("{").await;
    assert_eq!(late.close_code().await, 4002);
}

#[tokio::test]
async fn what_cannot_be_a_live_connection_is_refused_before_the_upgrade() {
    let app = TestApp::open().await;
    for id in [NO_SUCH_ID, "latest"] {
        problem(&app.api.execution(id).live("").await, 404);
    }
    let execution = execution_of(&app, 1).await;
    problem_at(&execution.live("?last_seq=all").await, 422, "last_seq");
    problem_at(&execution.live("?since=1").await, 422, "since");
}

#[tokio::test]
async fn who_does_not_ask_for_a_websocket_is_told_to() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 1).await;
    let response = app.api.get(&format!("/api/executions/{}/live", execution.id)).await;
    problem(&response, 426);
    assert_eq!(response.header("upgrade"), "websocket");
}

#[tokio::test]
async fn a_server_about_to_stop_closes_with_1001() {
    let app = TestApp::open().await;
    let execution = execution_of(&app, 1).await;
    let mut live = Live::greet(&execution, 1).await;
    assert_eq!(live.json().await["type"], "heartbeat");
    app.instance.stopper().send_replace(true);
    assert_eq!(live.close_code().await, 1001);
}
