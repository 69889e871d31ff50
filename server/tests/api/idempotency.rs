//! What is sent twice under one `command_id` is done once, and answered the second time as it was the first.

use std::time::{Duration, Instant};

use axum_test::TestResponse;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Api, Execution, PLAYBOOK, TestApp, created, file, ok, problem_at, text};

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

/// The refusal of a command whose id was used for another one.
fn refused(response: &TestResponse) {
    let problem = problem_at(response, 422, "command_id");
    assert_eq!(problem.detail, "This command_id was used for another change already. Use a new one.");
}

fn with_id(mut body: Value) -> Value {
    body["command_id"] = json!(COMMAND);
    body
}

#[tokio::test]
async fn another_change_of_a_step_under_the_same_id_is_refused_and_not_done() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "status": "in_progress", "notes": "once", "actor": "Ana" });
    let first = execution.change_step("malicious", &with_id(body.clone())).await;
    for (member, value) in [
        ("status", json!("completed")),
        ("status", Value::Null),
        ("notes", json!("twice")),
        ("actor", json!("Ben")),
        ("assignee", Value::Null),
        ("assignee", json!("Ana")),
        ("decision_taken", json!("Yes")),
    ] {
        let mut other = with_id(body.clone());
        other[member] = value;
        refused(&execution.patch_step("malicious", &other).await);
    }
    refused(&execution.patch_step("collect", &with_id(body.clone())).await);
    refused(&execution.patch(&with_id(json!({ "notes": "once", "actor": "Ana" }))).await);
    let form = file("once", b"once").add_text("actor", "Ana").add_text("command_id", COMMAND);
    refused(&execution.post_evidence("malicious").multipart(form).await);
    assert_eq!(execution.read().await["last_seq"], 4);
    assert_eq!(app.stored_files(), [""; 0]);
    assert_eq!(execution.change_step("malicious", &with_id(body)).await, first);
}

#[tokio::test]
async fn another_change_of_the_whole_under_the_same_id_is_refused_and_not_done() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "status": "paused", "notes": "lunch" });
    let first = execution.change(&with_id(body.clone())).await;
    for (member, value) in
        [("notes", json!("dinner")), ("status", json!("completed")), ("recommendations", json!("Eat less"))]
    {
        let mut other = with_id(body.clone());
        other[member] = value;
        refused(&execution.patch(&other).await);
    }
    assert_eq!(execution.read().await["last_seq"], 3);
    assert_eq!(execution.change(&with_id(body)).await, first);
}

#[tokio::test]
async fn a_late_retry_may_say_when_it_happened_and_what_was_seen() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = with_id(json!({ "status": "in_progress", "notes": "once", "actor": "Ana", "base_seq": 1 }));
    let first = execution.change_step("collect", &body).await;
    let mut late = body;
    late["base_seq"] = json!(2);
    late["occurred_at"] = json!("2020-01-01T00:00:00Z");
    late["before_start"] = json!(true);
    assert_eq!(execution.change_step("collect", &late).await, first);
    let file = || file("once", b"once").add_text("command_id", "01900000-0000-7000-8000-0000000000ab");
    let attached = created(&execution.post_evidence("collect").multipart(file()).await);
    let late = file().add_text("occurred_at", "2020-01-01T00:00:00Z").add_text("before_start", "true");
    assert_eq!(created(&execution.post_evidence("collect").multipart(late).await), attached);
}

#[tokio::test]
async fn another_file_under_the_same_id_is_refused_and_not_stored() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let form = |name: &str, bytes: &[u8]| file(name, bytes).add_text("command_id", COMMAND);
    let first = created(&execution.post_evidence("collect").multipart(form("a.txt", b"a")).await);
    for other in [form("b.txt", b"a"), form("a.txt", b"b"), form("a.txt", b"a").add_text("description", "An a")] {
        refused(&execution.post_evidence("collect").multipart(other).await);
    }
    refused(&execution.post_evidence("report").multipart(form("a.txt", b"a")).await);
    assert_eq!(app.stored_files().len(), 1);
    assert_eq!(execution.step("collect").await["evidence"], json!([first]));
    assert_eq!(created(&execution.post_evidence("collect").multipart(form("a.txt", b"a")).await), first);
}

#[tokio::test]
async fn another_start_under_the_same_id_is_refused_and_not_done() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let second = app.api.import_playbook(PLAYBOOK).await;
    let body = with_id(json!({ "playbook_id": playbook, "incident_title": "Once", "started_by": "Ana" }));
    let first = created(&app.api.start(&body).await);
    for (member, value) in [
        ("incident_title", json!("Twice")),
        ("incident_id", json!("INC-7")),
        ("playbook_id", json!(second)),
        ("started_by", json!("Ben")),
    ] {
        let mut other = body.clone();
        other[member] = value;
        refused(&app.api.start(&other).await);
    }
    refused(&app.api.execution(&text(&first["id"])).patch(&with_id(json!({ "notes": "Once" }))).await);
    assert_eq!(app.api.list("/api/executions").await.len(), 1);
    assert_eq!(created(&app.api.start(&body).await), first);
}

async fn save(api: &Api, id: &str, body: &Value) -> TestResponse {
    api.method("PUT", &format!("/api/playbooks/{id}")).json(body).await
}

#[tokio::test]
async fn another_playbook_or_version_under_the_same_id_is_refused_and_not_stored() {
    let app = TestApp::open().await;
    let import = with_id(json!({ "source": PLAYBOOK, "actor": "Ana" }));
    let first = created(&app.api.import(&import).await);
    for (member, value) in [
        ("source", json!("# Other\n\n1. Step\n")),
        ("title", json!("Other")),
        ("tags", json!(["other"])),
        ("format", json!("mermaid")),
        ("actor", json!("Ben")),
    ] {
        let mut other = import.clone();
        other[member] = value;
        refused(&app.api.import(&other).await);
    }
    let id = text(&first["id"]);
    refused(&save(&app.api, &id, &import).await);
    assert_eq!(created(&app.api.import(&import).await), first);
    assert_eq!(app.api.list("/api/playbooks").await.len(), 1);

    let version = json!({
        "source": "# Other\n\n1. Step\n", "actor": "Ana", "summary": "Shorter",
        "command_id": "01900000-0000-7000-8000-0000000000ab",
    });
    let saved = ok(&save(&app.api, &id, &version).await);
    for (member, value) in [("source", json!(PLAYBOOK)), ("summary", json!("Longer")), ("tags", json!([]))] {
        let mut other = version.clone();
        other[member] = value;
        refused(&save(&app.api, &id, &other).await);
    }
    let mut again = version.clone();
    again["base_version"] = json!(1);
    assert_eq!(ok(&save(&app.api, &id, &again).await), saved, "what was seen is no part of it");
    assert_eq!(app.api.list(&format!("/api/playbooks/{id}/versions")).await.len(), 2);
}

#[tokio::test]
async fn a_version_that_said_nothing_new_still_says_nothing_new_when_it_comes_again() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(PLAYBOOK).await;
    let same = with_id(json!({ "source": PLAYBOOK }));
    let first = ok(&save(&app.api, &id, &same).await);
    assert_eq!(first["version"], 1);
    ok(&save(&app.api, &id, &json!({ "source": "# Other\n\n1. Step\n" })).await);
    assert_eq!(ok(&save(&app.api, &id, &same).await), first);
    assert_eq!(app.api.list(&format!("/api/playbooks/{id}/versions")).await.len(), 2);
}

#[tokio::test]
async fn of_two_commands_in_flight_under_one_id_one_is_done() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut answers = JoinSet::new();
    for copy in 0..20 {
        let execution = execution.clone();
        let body = with_id(json!({ "notes": format!("note {}", copy % 2) }));
        answers.spawn(async move { execution.patch_step("report", &body).await.status_code().as_u16() });
    }
    let answers = answers.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 10, "{answers:?}");
    assert_eq!(execution.timeline("?event_type=note_added").await.len(), 1);
}

#[tokio::test]
async fn a_command_that_was_answered_before_there_were_fingerprints_is_answered_as_before() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let first = execution.change_step("collect", &with_id(json!({ "notes": "once" }))).await;
    let import = with_id(json!({ "source": PLAYBOOK }));
    let imported = created(&app.api.import(&import).await);
    let database = app.database().await;
    for table in ["execution_commands", "playbook_commands"] {
        database.execute_unprepared(&format!("UPDATE {table} SET fingerprint = NULL")).await.expect("SQLite does it");
    }
    assert_eq!(execution.change_step("collect", &with_id(json!({ "notes": "twice" }))).await, first);
    assert_eq!(created(&app.api.import(&with_id(json!({ "source": "# Other\n\n1. Step\n" }))).await), imported);
    assert_eq!(execution.read().await["last_seq"], 2);
}

/// Adds notes to the log of an execution behind the server's back. Nothing reads their hashes here.
async fn lengthen(app: &TestApp, execution: &Execution, notes: u64) {
    let database = app.database().await;
    let id = execution.id.replace('-', "");
    let more = format!(
        "WITH RECURSIVE numbers(seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM numbers WHERE seq <= {notes}) \
         INSERT INTO execution_events (execution_id, seq, event_type, node_id, actor, timestamp, details, command_id, command_part, \
         hash, form) SELECT execution_id, numbers.seq, 'note_added', 'report', 'Ana', timestamp, '{{\"text\":\"one of many\"}}', \
         randomblob(16), 0, hash, 1 FROM execution_events, numbers \
         WHERE execution_id = x'{id}' AND execution_events.seq = 1"
    );
    let head = format!("UPDATE executions SET last_seq = {} WHERE id = x'{id}'", notes + 1);
    for statement in [more, head] {
        database.execute_unprepared(&statement).await.expect("SQLite does it");
    }
}

#[tokio::test]
async fn retries_over_a_long_log_hold_nobody_up_who_writes_elsewhere() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    lengthen(&app, &execution, 20_000).await;
    let command = |number: usize| json!({ "notes": "retried", "command_id": format!("01900000-0000-7000-8000-0000000001{number:02}") });
    for number in 0..10 {
        execution.change_step("collect", &command(number)).await;
    }
    let other = app.api.new_execution().await;
    let mut retries = JoinSet::new();
    for copy in 0..40 {
        let execution = execution.clone();
        retries.spawn(async move {
            let answer = execution.change_step("collect", &command(copy % 10)).await;
            assert_eq!(answer["events"][0]["seq"], 20_002 + copy as u64 % 10);
            Instant::now()
        });
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut slowest = Duration::ZERO;
    let mut last = Instant::now();
    for _ in 0..10 {
        let began = Instant::now();
        other.change_step("collect", &json!({ "notes": "meanwhile" })).await;
        last = Instant::now();
        slowest = slowest.max(last - began);
    }
    let ends: Vec<Instant> = retries.join_all().await;
    let storm = ends.iter().max().expect("there were some").saturating_duration_since(last);
    assert!(!storm.is_zero(), "ten changes were made while the retries were answered");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}, and the retries took {storm:?} longer");
    assert_eq!(execution.read().await["last_seq"], 20_011);
}
