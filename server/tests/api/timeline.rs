//! `GET /api/executions/{id}/timeline`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Execution, NO_SUCH_ID, TestApp, keys, problem, problem_at, seqs, texts};

/// Eight events by three people on three nodes.
async fn busy_execution(app: &TestApp) -> Execution {
    let execution = app.api.new_execution().await;
    let changes = [
        ("collect", json!({ "actor": "Ana", "status": "in_progress", "assignee": "Bo" })),
        ("collect", json!({ "actor": "Bo", "notes": "two log-ins at once" })),
        ("collect", json!({ "actor": "Bo", "status": "completed" })),
        ("malicious", json!({ "actor": "Ana", "assignee": null, "decision_taken": "Yes", "status": "completed" })),
        ("isolate", json!({ "actor": "Zoë", "assignee": null, "status": "in_progress" })),
    ];
    for (node_id, change) in &changes {
        execution.change_step(node_id, change).await;
    }
    execution
}

#[tokio::test]
async fn the_timeline_holds_every_event_oldest_first() {
    let app = TestApp::open().await;
    let execution = busy_execution(&app).await;
    let timeline = execution.timeline("").await;
    assert_eq!(seqs(&timeline), [1, 2, 3, 4, 5, 6, 7, 8]);
    let types = texts(&timeline, "event_type");
    let expected = [
        "execution_started",
        "assignee_changed",
        "step_started",
        "note_added",
        "step_completed",
        "decision_taken",
        "step_completed",
        "step_started",
    ];
    assert_eq!(types, expected, "assignee, decision, note, status within one change");
    let times = texts(&timeline, "timestamp");
    assert!(times.is_sorted(), "the clock never goes backwards: {times:?}");
    assert_eq!(timeline.last().map(|event| &event["hash"]), Some(&execution.read().await["head_hash"]));
}

#[tokio::test]
async fn an_event_has_the_one_shape() {
    let app = TestApp::open().await;
    let execution = busy_execution(&app).await;
    let members = BTreeSet::from([
        "actor",
        "command_id",
        "data",
        "event_type",
        "form",
        "hash",
        "node_id",
        "occurred_at",
        "seq",
        "timestamp",
    ]);
    let timeline = execution.timeline("").await;
    for event in &timeline {
        let has_text = ["execution_started", "note_added"].contains(&event["event_type"].as_str().expect("a type"));
        let salts = has_text.then_some("salts");
        assert_eq!(keys(event), members.iter().copied().chain(salts).collect());
        assert_eq!(event["timestamp"].as_str().map(str::len), Some("2026-11-22T02:14:05.123456Z".len()));
        assert_eq!(event["hash"].as_str().map(str::len), Some(64));
    }
    insta::assert_json_snapshot!(timeline, {
        "[].timestamp" => "[time]",
        "[].hash" => "[hash]",
        "[].command_id" => "[id]",
        "[].salts.incident_title" => "[salt]",
        "[].salts.text" => "[salt]",
        "[].data.playbook_id" => "[id]",
    });
}

#[tokio::test]
async fn the_timeline_is_filtered_by_type_actor_node_and_number() {
    let app = TestApp::open().await;
    let execution = busy_execution(&app).await;
    for (query, expected) in [
        ("?event_type=step_completed", vec![5, 7]),
        ("?event_type=step_completed&event_type=note_added", vec![4, 5, 7]),
        ("?actor=Bo", vec![4, 5]),
        ("?actor=Zo%C3%AB", vec![8]),
        ("?actor=bo", vec![]),
        ("?node_id=malicious", vec![6, 7]),
        ("?after_seq=6", vec![7, 8]),
        ("?after_seq=8", vec![]),
        ("?after_seq=18446744073709551615", vec![]),
        ("?after_seq=2&node_id=collect&actor=Bo&event_type=step_completed", vec![5]),
        ("?event_type=evidence_attached", vec![]),
    ] {
        assert_eq!(seqs(&execution.timeline(query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_refused_naming_it() {
    let app = TestApp::open().await;
    let execution = busy_execution(&app).await;
    let unknown = execution.get_timeline("?event_type=note_added&event_type=step_done").await;
    let unknown = problem_at(&unknown, 422, "event_type");
    assert!(unknown.detail.contains("step_done") && unknown.detail.contains("step_completed"), "{unknown}");
    problem_at(&execution.get_timeline("?after_seq=last").await, 422, "after_seq");
    problem_at(&execution.get_timeline("?author=Ana").await, 422, "author");
    let long = "x".repeat(201);
    for field in ["actor", "node_id"] {
        let refused = execution.get_timeline(&format!("?{field}={long}")).await;
        assert!(problem_at(&refused, 422, field).detail.contains("at most 200"));
    }
    let quoted = execution.get_timeline(&format!("?event_type={}", "x".repeat(60_000))).await;
    assert!(problem_at(&quoted, 422, "event_type").detail.len() < 1_000, "what was sent is not sent back whole");
}

#[tokio::test]
async fn the_timeline_of_an_unknown_execution_is_not_found() {
    let app = TestApp::open().await;
    for id in [NO_SUCH_ID, "latest"] {
        problem(&app.api.execution(id).get_timeline("").await, 404);
    }
}

#[tokio::test]
async fn a_late_entry_keeps_its_place_in_the_order_and_says_when_it_happened() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let began = execution.read().await["started_at"].clone();
    execution.change_step("collect", &json!({ "status": "in_progress" })).await;
    execution.change_step("collect", &json!({ "notes": "seen at once", "occurred_at": began })).await;
    let timeline = execution.timeline("").await;
    assert_eq!(timeline[1]["occurred_at"], Value::Null);
    assert_eq!(timeline[2]["occurred_at"], began);
    assert!(timeline[2]["timestamp"].as_str() >= timeline[1]["timestamp"].as_str());
    assert_eq!(execution.step("collect").await["notes"][0]["occurred_at"], began);
}
