//! What is sent twice under one `command_id` is done once, and answered the second time as it was the first.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{PLAYBOOK, TestApp, created};

const COMMAND: &str = "01900000-0000-7000-8000-0000000000aa";

#[tokio::test]
async fn a_change_of_a_step_is_answered_as_it_was_whatever_has_happened_since() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({
        "status": "in_progress", "assignee": "Ana", "notes": "once", "actor": "Ana", "command_id": COMMAND,
    });
    let first = execution.change_step("collect", &body).await;
    assert_eq!(first["events"].as_array().map(Vec::len), Some(3));
    execution.change_step("collect", &json!({ "status": "completed", "actor": "Bo" })).await;
    assert_eq!(execution.change_step("collect", &body).await, first);

    let app = app.reopen().await;
    let execution = app.api.execution(&execution.id);
    execution.change(&json!({ "status": "completed" })).await;
    assert_eq!(execution.change_step("collect", &body).await, first, "also by another server, though refused by now");
    assert_eq!(execution.read().await["last_seq"], 6);
}

#[tokio::test]
async fn a_change_that_changed_nothing_still_changes_nothing_when_it_comes_again() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "status": "not_started", "command_id": COMMAND });
    let first = execution.change_step("collect", &body).await;
    assert_eq!(first["events"], json!([]));
    execution.change_step("collect", &json!({ "status": "completed" })).await;
    assert_eq!(execution.change_step("collect", &body).await, first);
    assert_eq!(execution.step("collect").await["status"], "completed");
}

#[tokio::test]
async fn a_change_of_the_whole_is_answered_as_it_was() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "status": "paused", "notes": "lunch", "command_id": COMMAND });
    let first = execution.change(&body).await;
    execution.change(&json!({ "status": "active" })).await;
    assert_eq!(execution.change(&body).await, first);
    assert_eq!(execution.read().await["status"], "active");
}

#[tokio::test]
async fn an_execution_is_started_once() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let body = json!({ "playbook_id": playbook, "incident_title": "Once", "command_id": COMMAND });
    let first = created(&app.api.start(&body).await);
    let execution = app.api.execution(first["id"].as_str().expect("an id"));
    execution.change_step("collect", &json!({ "status": "completed" })).await;
    assert_eq!(created(&app.api.start(&body).await), first);
    let app = app.reopen().await;
    assert_eq!(created(&app.api.start(&body).await), first);
    assert_eq!(app.api.list("/api/executions").await.len(), 1);
}

#[tokio::test]
async fn a_playbook_is_imported_once() {
    let app = TestApp::open().await;
    let body = json!({ "source": PLAYBOOK, "command_id": COMMAND });
    let first = created(&app.api.import(&body).await);
    assert_eq!(created(&app.api.import(&body).await), first);
    assert_eq!(app.api.list("/api/playbooks").await.len(), 1);
}

#[tokio::test]
async fn commands_that_arrive_together_are_done_once_and_answered_alike() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut answers = JoinSet::new();
    for copy in 0..40 {
        let execution = execution.clone();
        answers.spawn(async move {
            let command = format!("01900000-0000-7000-8000-00000000000{}", copy % 4);
            let body = json!({ "notes": "together", "status": "in_progress", "command_id": command });
            (copy % 4, execution.change_step("report", &body).await)
        });
    }
    let answers: Vec<(usize, Value)> = answers.join_all().await;
    for (command, answer) in &answers {
        let (_, same) = answers.iter().find(|(other, _)| other == command).expect("its copies");
        assert_eq!(answer, same);
    }
    assert_eq!(execution.timeline("?event_type=note_added").await.len(), 4);
    assert_eq!(execution.timeline("?event_type=step_started").await.len(), 1);
}

#[tokio::test]
async fn one_id_means_another_command_on_another_execution() {
    let app = TestApp::open().await;
    for execution in [app.api.new_execution().await, app.api.new_execution().await] {
        execution.change_step("collect", &json!({ "notes": "mine", "command_id": COMMAND })).await;
        assert_eq!(execution.timeline("?event_type=note_added").await.len(), 1);
    }
}
