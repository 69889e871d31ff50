//! `PATCH /api/executions/{id}/steps/{node_id}`

use std::collections::BTreeSet;

use axum_test::http::HeaderValue;
use serde_json::{Value, json};

use crate::harness::{Execution, TestApp, items, keys, ok, problem, problem_at, seqs, text, texts};

/// The types of the events in an answer.
fn types(answer: &Value) -> Vec<String> {
    texts(&items(answer["events"].clone()), "event_type")
}

fn last_seq(answer: &Value) -> Option<u64> {
    seqs(&items(answer["events"].clone())).last().copied()
}

#[tokio::test]
async fn an_answer_holds_the_step_its_events_and_the_progress() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let answer = execution.change_step("collect", &json!({ "status": "in_progress", "actor": "Ana" })).await;
    assert_eq!(keys(&answer), BTreeSet::from(["events", "last_seq", "progress", "step"]));
    assert_eq!(answer["step"]["node_id"], "collect");
    assert_eq!(answer["events"], json!(execution.timeline("?after_seq=1").await));
    assert_eq!(answer["progress"], execution.read().await["progress"]);
    assert_eq!(answer["last_seq"], execution.read().await["last_seq"]);
}

#[tokio::test]
async fn any_status_may_follow_any_other_and_leaves_its_trace() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for (status, event_type, from) in [
        ("in_progress", "step_started", "not_started"),
        ("blocked", "step_blocked", "in_progress"),
        ("in_progress", "step_unblocked", "blocked"),
        ("completed", "step_completed", "in_progress"),
        ("skipped", "step_skipped", "completed"),
        ("in_progress", "step_started", "skipped"),
        ("not_started", "step_reset", "in_progress"),
        ("completed", "step_completed", "not_started"),
    ] {
        let answer = execution.change_step("collect", &json!({ "status": status })).await;
        assert_eq!(types(&answer), [event_type]);
        assert_eq!(answer["events"][0]["data"], json!({ "from": from }));
        assert_eq!(answer["step"]["status"], status);
        let done = matches!(status, "completed" | "skipped");
        assert_eq!(answer["step"]["completed_at"].is_string(), done, "{status}");
        assert_eq!(answer["step"]["started_at"].is_string(), status != "not_started", "{status}");
    }
}

#[tokio::test]
async fn a_status_that_already_holds_is_accepted_and_is_no_event() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let answer = execution.change_step("collect", &json!({ "status": "not_started", "assignee": null })).await;
    assert_eq!(answer["events"], json!([]));
    assert_eq!(execution.read().await["last_seq"], 1);
}

#[tokio::test]
async fn an_assignee_is_set_and_null_takes_the_step_from_them() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let answer = execution.change_step("collect", &json!({ "assignee": " Zoë " })).await;
    assert_eq!((&answer["step"]["assignee"], types(&answer)), (&json!("Zoë"), vec!["assignee_changed".into()]));
    let other = execution.change_step("collect", &json!({ "status": "in_progress" })).await;
    assert_eq!(other["step"]["assignee"], "Zoë", "what is absent stays");
    let answer = execution.change_step("collect", &json!({ "assignee": null })).await;
    assert_eq!(answer["step"]["assignee"], Value::Null);
    assert_eq!(answer["events"][0]["data"], json!({ "from": "Zoë", "to": null }));
}

#[tokio::test]
async fn notes_append_and_keep_their_author() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("triage", &json!({ "notes": "a phase takes notes, too", "actor": "Ana" })).await;
    execution.change_step("collect", &json!({ "notes": "first", "actor": "Ana" })).await;
    let answer = execution.change_step("collect", &json!({ "notes": "second", "actor": "Bo" })).await;
    let notes = items(answer["step"]["notes"].clone());
    assert_eq!(
        (texts(&notes, "text"), texts(&notes, "author")),
        (vec!["first".to_owned(), "second".to_owned()], vec!["Ana".to_owned(), "Bo".to_owned()],)
    );
    assert_eq!(keys(&notes[0]), BTreeSet::from(["author", "occurred_at", "seq", "text", "timestamp"]));
    assert_eq!(last_seq(&answer), notes[1]["seq"].as_u64());
}

#[tokio::test]
async fn a_note_is_kept_byte_for_byte() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let note = "    8.8.8.8  indented\n    second \n\n";
    let changed = execution.change_step("collect", &json!({ "notes": note, "actor": "Ana" })).await;
    assert_eq!(changed["step"]["notes"][0]["text"], note);
}

#[tokio::test]
async fn a_decision_is_taken_with_a_rationale_and_can_be_changed() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let taken = json!({ "decision_taken": "Yes", "rationale": "known bad address", "actor": "Ana" });
    let step = execution.change_step("malicious", &taken).await["step"].take();
    assert_eq!((&step["decision_taken"], &step["rationale"]), (&json!("Yes"), &json!("known bad address")));
    let answer = execution.change_step("malicious", &json!({ "decision_taken": "No", "actor": "Bo" })).await;
    assert_eq!(answer["events"][0]["data"], json!({ "branch": "No", "from": "Yes" }));
    assert_eq!((&answer["step"]["decision_taken"], &answer["step"]["rationale"]), (&json!("No"), &Value::Null));
    let log = execution.timeline("?event_type=decision_taken").await;
    assert_eq!(log.len(), 2, "the earlier choice stays in the log");
}

#[tokio::test]
async fn a_branch_that_is_none_is_refused_with_those_there_are() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let refused = problem_at(
        &execution.patch_step("malicious", &json!({ "decision_taken": "Maybe" })).await,
        422,
        "decision_taken",
    );
    for branch in ["Maybe", "Yes", "No"] {
        assert!(refused.detail.contains(branch), "{refused}");
    }
}

#[tokio::test]
async fn nothing_is_decided_where_there_is_no_decision() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for node_id in ["collect", "triage", "isolate", "meet"] {
        problem_at(&execution.patch_step(node_id, &json!({ "decision_taken": "Yes" })).await, 422, "decision_taken");
    }
}

#[tokio::test]
async fn what_a_decision_rules_out_is_not_applicable_until_somebody_works_on_it() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("collect", &json!({ "status": "completed" })).await;
    let decided = json!({ "decision_taken": "No", "status": "completed" });
    let progress = execution.change_step("malicious", &decided).await["progress"].take();
    let expected = json!({
        "total": 5, "applicable": 4, "not_applicable": 1, "not_started": 2, "in_progress": 0, "completed": 2,
        "skipped": 0, "blocked": 0, "percent": 50,
    });
    assert_eq!(progress, expected);
    assert_eq!(execution.step("isolate").await["applicable"], false);
    assert_eq!(execution.step("report").await["applicable"], true);

    let answer = execution.change_step("isolate", &json!({ "status": "skipped" })).await;
    assert_eq!(answer["step"]["applicable"], true, "it is worked on all the same, so it counts");
    let progress = &answer["progress"];
    assert_eq!(
        (&progress["applicable"], &progress["not_applicable"], &progress["percent"]),
        (&json!(5), &json!(0), &json!(60),)
    );
}

#[tokio::test]
async fn phases_and_merges_can_be_annotated_and_do_not_count() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for node_id in ["triage", "meet"] {
        let answer = execution.change_step(node_id, &json!({ "status": "completed" })).await;
        assert_eq!((&answer["progress"]["completed"], &answer["progress"]["total"]), (&json!(0), &json!(5)));
    }
}

#[tokio::test]
async fn a_closed_execution_refuses_changes_and_takes_notes() {
    let app = TestApp::open().await;
    for status in ["completed", "abandoned"] {
        let execution = app.api.new_execution().await;
        let closed = execution.change(&json!({ "status": status })).await;
        for body in [
            json!({ "status": "completed" }),
            json!({ "assignee": "Bo" }),
            json!({ "assignee": null }),
            json!({ "status": "completed", "notes": "not even with a note" }),
        ] {
            let refused = problem(&execution.patch_step("collect", &body).await, 409);
            assert!(refused.detail.contains(status), "{refused}");
        }
        problem(&execution.patch_step("malicious", &json!({ "decision_taken": "Yes" })).await, 409);
        assert_eq!(execution.read().await["head_hash"], closed["head_hash"], "a refused change leaves no trace");
        let answer = execution.change_step("collect", &json!({ "notes": "for the report" })).await;
        assert_eq!(answer["step"]["notes"][0]["text"], "for the report");
    }
}

#[tokio::test]
async fn a_paused_execution_refuses_statuses_and_decisions_and_takes_the_rest() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change(&json!({ "status": "paused" })).await;
    problem(&execution.patch_step("collect", &json!({ "status": "in_progress" })).await, 409);
    problem(&execution.patch_step("malicious", &json!({ "decision_taken": "Yes" })).await, 409);
    let answer = execution.change_step("collect", &json!({ "notes": "while we wait", "assignee": "Bo" })).await;
    assert_eq!(types(&answer), ["assignee_changed", "note_added"]);
}

#[tokio::test]
async fn an_unknown_node_is_not_found() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let refused = problem(&execution.patch_step("reboot", &json!({ "status": "completed" })).await, 404);
    assert!(refused.detail.contains("reboot"), "{refused}");
    let long = execution.patch_step(&"x".repeat(10_000), &json!({ "status": "completed" })).await;
    assert!(problem(&long, 404).detail.len() < 1_000, "what was sent is not sent back whole");
}

#[tokio::test]
async fn a_change_that_cannot_be_is_refused_naming_the_field_and_leaves_no_trace() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for (body, field) in [
        (json!({ "stauts": "completed" }), "stauts"),
        (json!({ "status": "done" }), "status"),
        (json!({ "status": 7 }), "status"),
        (json!({ "assignee": 7 }), "assignee"),
        (json!({ "assignee": "" }), "assignee"),
        (json!({ "assignee": "two\nlines" }), "assignee"),
        (json!({ "assignee": "x".repeat(201) }), "assignee"),
        (json!({ "notes": " " }), "notes"),
        (json!({ "notes": "x".repeat(20_001) }), "notes"),
        (json!({ "rationale": "because" }), "rationale"),
        (json!({ "status": "completed", "notes": " " }), "notes"),
        (json!({ "actor": " ", "status": "completed" }), "actor"),
        (json!({ "actor": "x".repeat(201), "status": "completed" }), "actor"),
        (json!({ "status": "completed", "occurred_at": "yesterday" }), "occurred_at"),
        (json!({ "status": "completed", "occurred_at": "2999-01-01T00:00:00Z" }), "occurred_at"),
        (json!({ "status": "completed", "occurred_at": "2000-01-01T00:00:00Z" }), "occurred_at"),
        (json!({ "status": "completed", "command_id": "7" }), "command_id"),
        (json!({ "status": "completed", "base_seq": -1 }), "base_seq"),
    ] {
        problem_at(&execution.patch_step("collect", &body).await, 422, field);
    }
    let rationale = json!({ "decision_taken": "Yes", "rationale": " " });
    problem_at(&execution.patch_step("malicious", &rationale).await, 422, "rationale");
    let rationale = json!({ "decision_taken": "Yes", "rationale": "x".repeat(20_001) });
    assert!(
        problem_at(&execution.patch_step("malicious", &rationale).await, 422, "rationale").detail.contains("20000")
    );
    let branch = json!({ "decision_taken": "x".repeat(20_001) });
    assert!(problem_at(&execution.patch_step("malicious", &branch).await, 422, "decision_taken").detail.len() < 1_000);
    let unknown = json!({ "x".repeat(50_000): 1 });
    assert!(problem(&execution.patch_step("collect", &unknown).await, 422).detail.len() < 10_000);
    for (body, status) in [("{}", 422), ("[]", 422), ("\"completed\"", 422), ("null", 422), ("{\"status\":", 400)] {
        let request = execution.patch_step_raw("collect").text(body).content_type("application/json");
        problem(&request.await, status);
    }
    let text = execution.patch_step_raw("collect").text("status=completed").content_type("text/plain");
    problem(&text.await, 415);
    assert_eq!(execution.read().await["last_seq"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_sent_at_once_by_a_hurried_client_is_made_once() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "notes": "once", "command_id": "01900000-0000-7000-8000-0000000000bb" });
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (execution, body) = (execution.clone(), body.clone());
        sent.spawn(async move { execution.change_step("collect", &body).await["events"].take() });
    }
    let answers = sent.join_all().await;
    assert!(answers.iter().all(|events| *events == answers[0] && seqs(&items(events.clone())) == [2]), "{answers:?}");
    assert_eq!(execution.step("collect").await["notes"].as_array().map(Vec::len), Some(1));
}

/// Ana's change and then Bo's, who has not seen it, of one field; what Bo's event says of Ana's.
async fn overwritten(execution: &Execution, node_id: &str, field: &str, values: [Value; 2]) -> Value {
    let base = execution.read().await["last_seq"].clone();
    let [hers, his] = values;
    execution.change_step(node_id, &json!({ field: hers, "actor": "Ana", "base_seq": base })).await;
    let answer = execution.change_step(node_id, &json!({ field: his, "actor": "Bo", "base_seq": base })).await;
    answer["events"][0]["data"]["overwrote"].clone()
}

#[tokio::test]
async fn overwriting_what_somebody_else_set_unseen_is_said() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let status = overwritten(&execution, "collect", "status", [json!("completed"), json!("skipped")]).await;
    assert_eq!(status, json!({ "actor": "Ana", "value": "completed", "seq": 3 }), "she had taken it before");
    let assignee = overwritten(&execution, "collect", "assignee", [json!("Cy"), json!("Bo")]).await;
    assert_eq!(assignee, json!({ "actor": "Ana", "value": "Cy", "seq": 5 }));
    let decision = overwritten(&execution, "malicious", "decision_taken", [json!("Yes"), json!("No")]).await;
    assert_eq!(decision, json!({ "actor": "Ana", "value": "Yes", "seq": 7 }));
    let reason = |why: &str| json!({ "decision_taken": "No", "rationale": why, "base_seq": 8 });
    let mut hers = reason("Seen in the log");
    hers["actor"] = json!("Ana");
    execution.change_step("malicious", &hers).await;
    let mut his = reason("Told by phone");
    his["actor"] = json!("Bo");
    let answer = execution.change_step("malicious", &his).await;
    let overwrote = &answer["events"][0]["data"]["overwrote"];
    assert_eq!(
        *overwrote,
        json!({ "actor": "Ana", "value": "Seen in the log", "seq": 9 }),
        "the branch stays, the reason does not"
    );
}

#[tokio::test]
async fn nothing_is_overwritten_when_it_was_seen_or_ones_own_or_nobody_says_what_was_seen() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution
        .change_step("collect", &json!({ "status": "in_progress", "assignee": null, "actor": "Ana", "base_seq": 1 }))
        .await;
    for body in [
        json!({ "status": "blocked", "assignee": null, "actor": "Bo", "base_seq": 2 }),
        json!({ "status": "completed", "assignee": null, "actor": "Bo", "base_seq": 1 }),
        json!({ "status": "skipped", "actor": "Ana" }),
        json!({ "assignee": "Cy", "actor": "Cy", "base_seq": 1 }),
    ] {
        let answer = execution.change_step("collect", &body).await;
        assert_eq!(answer["events"][0]["data"].get("overwrote"), None, "{body}");
    }
}

#[tokio::test]
async fn who_acts_is_named_by_the_body_else_by_the_header_else_by_the_cookie_else_nobody_is() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let note = json!({ "notes": "who was it?" });
    let signed = json!({ "notes": "it was me", "actor": "Ana" });
    let utf8 = |name: &str| HeaderValue::from_bytes(name.as_bytes()).expect("bytes of a header");
    let cookie = ("cookie", "theme=dark; analyst=Ren%C3%A9e%20O%27Hara; analyst_id=7");
    for (request, expected) in [
        (execution.patch_step("collect", &signed).add_header("x-analyst", "Bo").add_header(cookie.0, cookie.1), "Ana"),
        (execution.patch_step("collect", &note).add_header("x-analyst", "Bo").add_header(cookie.0, cookie.1), "Bo"),
        (execution.patch_step("collect", &note).add_header("x-analyst", utf8("Zoë 陳")), "Zoë 陳"),
        (execution.patch_step("collect", &note).add_header(cookie.0, cookie.1), "Renée O'Hara"),
        (execution.patch_step("collect", &note).add_header("cookie", "analyst=%20"), "anonymous"),
        (execution.patch_step("collect", &note), "anonymous"),
    ] {
        assert_eq!(text(&ok(&request.await)["events"][0]["actor"]), expected);
    }
}

#[tokio::test]
async fn a_header_that_is_no_name_is_refused_naming_it() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let note = json!({ "notes": "who was it?" });
    for name in [&b"  "[..], b"Zo\xeb", &[b'x'; 201]] {
        let value = HeaderValue::from_bytes(name).expect("bytes of a header");
        let response = execution.patch_step("collect", &note).add_header("x-analyst", value).await;
        problem_at(&response, 422, "X-Analyst");
    }
}

#[tokio::test]
async fn a_start_that_is_told_after_a_pause_does_not_count_the_pause() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let began = execution.read().await["started_at"].clone();
    execution.change(&json!({ "status": "paused" })).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    execution.change(&json!({ "status": "active" })).await;
    execution.change_step("collect", &json!({ "status": "in_progress", "occurred_at": began })).await;
    let step = execution.change_step("collect", &json!({ "status": "completed" })).await["step"].clone();
    assert_eq!(step["started_at"], began);
    let report = app.api.read(&format!("/api/executions/{}/report", execution.id)).await;
    let summary = &report["summary"];
    assert!(summary["paused_seconds"].as_i64() >= Some(1), "{summary}");
    // However slow the machine is, a step is never longer at work than the execution was active.
    assert!(step["active_seconds"].as_i64() <= summary["active_seconds"].as_i64(), "{step} {summary}");
}
