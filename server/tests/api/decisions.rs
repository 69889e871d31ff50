//! Taking a decision back, and what a reset keeps.

use axum_test::multipart::{MultipartForm, Part};
use serde_json::{Value, json};

use crate::harness::{TestApp, created, problem, problem_at, texts};

/// The types of the events that an answer tells of.
fn types(answer: &Value) -> Vec<String> {
    texts(answer["events"].as_array().expect("events"), "event_type")
}

#[tokio::test]
async fn null_takes_a_decision_back_and_its_branches_apply_again() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("malicious", &json!({ "decision_taken": "No", "rationale": "Seen before" })).await;
    assert_eq!(execution.step("isolate").await["applicable"], false);
    let absent = execution.change_step("malicious", &json!({ "notes": "absent is not null" })).await;
    assert_eq!(absent["step"]["decision_taken"], "No");

    let answer = execution.change_step("malicious", &json!({ "decision_taken": null, "actor": "Ben" })).await;
    assert_eq!(types(&answer), ["decision_withdrawn"]);
    assert_eq!(answer["events"][0]["data"], json!({ "from": "No" }));
    assert_eq!((&answer["step"]["decision_taken"], &answer["step"]["rationale"]), (&Value::Null, &Value::Null));
    assert_eq!(execution.step("isolate").await["applicable"], true);
    let again = execution.change_step("malicious", &json!({ "decision_taken": null })).await;
    assert_eq!(again["events"], json!([]), "what is not taken cannot be taken back");
    assert_eq!(execution.timeline("?event_type=decision_withdrawn").await.len(), 1);

    let verified = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok()), "{verified:?}");
}

#[tokio::test]
async fn a_decision_is_taken_back_only_where_and_when_it_can_be_taken() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let withdrawal = json!({ "decision_taken": null });
    problem_at(&execution.patch_step("collect", &withdrawal).await, 422, "decision_taken");
    let why = json!({ "decision_taken": null, "rationale": "because" });
    problem_at(&execution.patch_step("malicious", &why).await, 422, "rationale");
    execution.change_step("malicious", &json!({ "decision_taken": "Yes" })).await;
    for (status, back) in [("paused", "active"), ("completed", "active"), ("abandoned", "active")] {
        execution.change(&json!({ "status": status })).await;
        let refused = problem(&execution.patch_step("malicious", &withdrawal).await, 409);
        assert!(refused.detail.contains(status), "{refused}");
        execution.change(&json!({ "status": back })).await;
    }
    assert_eq!(execution.step("malicious").await["decision_taken"], "Yes");
}

#[tokio::test]
async fn who_takes_back_or_decides_over_what_they_had_not_seen_is_told() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("malicious", &json!({ "decision_taken": "Yes", "actor": "Ana" })).await;
    let taken_back = json!({ "decision_taken": null, "actor": "Ben", "base_seq": 1 });
    let answer = execution.change_step("malicious", &taken_back).await;
    let overwrote = json!({ "actor": "Ana", "value": "Yes", "seq": 2 });
    assert_eq!(answer["events"][0]["data"], json!({ "from": "Yes", "overwrote": overwrote }));
    let decided = json!({ "decision_taken": "No", "actor": "Ana", "base_seq": 2 });
    let answer = execution.change_step("malicious", &decided).await;
    assert_eq!(answer["events"][0]["data"]["overwrote"], json!({ "actor": "Ben", "value": null, "seq": 3 }));
}

#[tokio::test]
async fn every_form_of_the_report_tells_of_an_answer_that_was_taken_back() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("malicious", &json!({ "decision_taken": "No", "rationale": "It was ours" })).await;
    execution.change_step("malicious", &json!({ "decision_taken": null, "actor": "Ben" })).await;
    let base = format!("/api/executions/{}/report", execution.id);
    let report = app.api.read(&base).await;
    let step = report["steps"].as_array().expect("steps").iter().find(|step| step["node_id"] == "malicious");
    let step = step.expect("the decision is reported");
    assert_eq!(step["decision"], Value::Null);
    assert_eq!(step["earlier_decisions"][0]["branch"], "No");
    assert_eq!(step["earlier_decisions"][0]["withdrawn"]["actor"], "Ben");
    let markdown = app.api.get(&format!("{base}.md")).await.text();
    let page = app.api.get(&format!("/executions/{}/report", execution.id)).await.text();
    for text in [&markdown, &page] {
        assert!(text.contains("took back “No” at") && text.contains("taken back by Ben"), "{text}");
    }
    assert!(app.api.get(&format!("{base}.pdf")).await.as_bytes().starts_with(b"%PDF-"));
    // Of a decision that is not taken, the figures know nothing.
    execution.change(&json!({ "status": "completed" })).await;
    let summary = app.api.read("/api/metrics/summary").await;
    assert_eq!(summary["decisions"], json!([]), "{summary}");
}

#[tokio::test]
async fn a_reset_says_what_it_keeps() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let decided = json!({ "decision_taken": "Yes", "status": "completed", "notes": "One", "assignee": "Zoë" });
    execution.change_step("malicious", &decided).await;
    let form = MultipartForm::new().add_part("file", Part::bytes(b"proof".to_vec()).file_name("proof.txt"));
    created(&execution.post_evidence("malicious").multipart(form).await);
    let answer = execution.change_step("malicious", &json!({ "status": "not_started", "notes": "Two" })).await;
    let kept = json!({ "notes": 2, "files": 1, "assignee": "Zoë", "decision": "Yes" });
    assert_eq!(answer["events"][1]["data"], json!({ "from": "completed", "kept": kept }));
    assert_eq!(answer["step"]["notes"].as_array().map(Vec::len), Some(2), "it is kept indeed");
    let words = "2 notes, 1 file, the assignee Zoë and the answer “Yes” are kept";
    let base = format!("/api/executions/{}/report", execution.id);
    let page = app.api.get(&format!("/execute/{}?timeline=open", execution.id)).await.text();
    let report = app.api.get(&format!("/executions/{}/report", execution.id)).await.text();
    for text in [app.api.get(&format!("{base}.md")).await.text(), report, page] {
        assert!(text.contains(words), "{text}");
    }

    // What the same command takes away is not kept.
    execution.change_step("malicious", &json!({ "status": "in_progress" })).await;
    let bare = json!({ "status": "not_started", "assignee": null, "decision_taken": null });
    let answer = execution.change_step("malicious", &bare).await;
    assert_eq!(answer["events"][2]["data"]["kept"], json!({ "notes": 2, "files": 1 }));
    execution.change_step("collect", &json!({ "status": "skipped" })).await;
    let answer = execution.change_step("collect", &json!({ "status": "not_started" })).await;
    assert_eq!(answer["events"][0]["data"], json!({ "from": "skipped" }), "nothing is there to be kept");
}
