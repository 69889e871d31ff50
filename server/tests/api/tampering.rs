//! What is changed behind the server's back, in the database or in a bundle, is named by `verify`: also where nobody reads it.

use std::fs;
use std::path::Path;

use domain::event::ChainBreak;
use domain::ids::Seq;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};
use server::{Finding, check_bundle};

use crate::harness::{Execution, TestApp, created, file};

const QUIET: server::OnProgress<'static> = &|_, _| {};

/// Six events: the start, a note and a status by one command, a decision with its reason, a file, and the end.
async fn recorded(app: &TestApp) -> Execution {
    let execution = app.api.new_execution().await;
    let noted = json!({ "status": "completed", "assignee": null, "notes": "“Zoë” found it", "actor": "Ana" });
    execution.change_step("collect", &noted).await;
    execution.change_step("malicious", &json!({ "decision_taken": "Yes", "rationale": "known", "actor": "Ana" })).await;
    created(&execution.post_evidence("collect").multipart(file("mail.eml", b"From: x")).await);
    execution.change(&json!({ "status": "completed", "outcome": "Contained", "actor": "Ana" })).await;
    assert_eq!(execution.read().await["last_seq"], 6);
    execution
}

async fn meddle(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// What verifying finds after something was done to the database, of the one execution in it.
async fn finding_after(meddling: &str) -> Option<Finding> {
    let app = TestApp::open().await;
    recorded(&app).await;
    let database = app.database().await;
    for table in ["execution_events", "event_texts"] {
        for operation in ["update", "delete"] {
            meddle(&database, &format!("DROP TRIGGER {table}_no_{operation}")).await;
        }
    }
    meddle(&database, "PRAGMA foreign_keys = OFF").await;
    meddle(&database, meddling).await;
    let app = app.reopen().await;
    let verified = app.instance.verify(None, QUIET).await.expect("the database can be read");
    let finding = verified.into_iter().find_map(|one| one.result.err());
    if finding.is_some() && !meddling.contains("execution_commands") {
        app.instance.rebuild().await.expect_err("a damaged log is not papered over");
    }
    finding
}

#[tokio::test]
async fn a_row_that_holds_more_than_its_event_says_is_found_by_its_number() {
    for (seq, change) in [
        (2, r#"details = json_set(details, '$.aside', 'nobody reads this')"#),
        (3, r#"details = json_set(details, '$.aside', null)"#),
        (3, r#"details = details || ' '"#),
        (3, r#"details = replace(details, ':', ': ')"#),
        (3, r#"details = replace(details, '}', ',"from":"not_started"}')"#),
        (4, r#"details = json_set(details, '$.rationale.aside', 1)"#),
        (6, r#"details = json_set(details, '$.overwrote', null)"#),
        (2, "actor = actor || ' '"),
        (3, "command_part = 7"),
        (3, "timestamp = replace(timestamp, '+00:00', 'Z')"),
        (3, "timestamp = replace(timestamp, '+00:00', '000+00:00')"),
        (4, "occurred_at = ''"),
        (2, "form = 1"),
        (2, "form = 3"),
        (2, "subject = 'oidc|ana'"),
        (2, "subject = ''"),
        (2, "command_id = 'no id'"),
        (2, "details = 'no JSON'"),
        (2, "hash = upper(hash)"),
        (2, "node_id = NULL"),
        (2, "event_type = 'execution_noted'"),
    ] {
        let finding = finding_after(&format!("UPDATE execution_events SET {change} WHERE seq = {seq}")).await;
        let seq = Seq(seq);
        let named = [Finding::Row(seq), ChainBreak::Altered(seq).into(), ChainBreak::Unreadable(seq).into()];
        let finding = finding.unwrap_or_else(|| panic!("not found: {change}"));
        assert!(named.contains(&finding), "{change}: {finding}");
        assert!(finding.to_string().contains(&seq.to_string()), "{finding}");
    }
}

#[tokio::test]
async fn a_text_that_was_changed_moved_taken_out_or_put_in_is_found() {
    let no_text = |seq, field: &str| Finding::Chain(ChainBreak::NoText { seq: Seq(seq), field: field.to_owned() });
    let stray = |seq, field: &str| Finding::StrayText { seq: Seq(seq), field: field.to_owned() };
    let altered = |seq| Finding::Chain(ChainBreak::Altered(Seq(seq)));
    let insert = "INSERT INTO event_texts SELECT execution_id";
    for (meddling, finding) in [
        ("UPDATE event_texts SET text = 'Nothing' WHERE seq = 2", altered(2)),
        ("UPDATE event_texts SET text = text || ' ' WHERE seq = 6", altered(6)),
        ("UPDATE event_texts SET text = '' WHERE field = 'rationale'", altered(4)),
        ("UPDATE event_texts SET salt = zeroblob(16) WHERE field = 'incident_title'", altered(1)),
        ("UPDATE event_texts SET salt = x'00' WHERE seq = 2", Finding::Chain(ChainBreak::Unreadable(Seq(2)))),
        ("DELETE FROM event_texts WHERE seq = 2", no_text(2, "text")),
        ("DELETE FROM event_texts WHERE field = 'file_name'", no_text(5, "file_name")),
        ("DELETE FROM event_texts", no_text(1, "incident_title")),
        ("UPDATE event_texts SET field = 'outcome' WHERE seq = 2", no_text(2, "text")),
        (&format!("{insert}, 3, field, salt, text FROM event_texts WHERE seq = 2"), altered(3)),
        (&format!("{insert}, 2, 'outcome', salt, text FROM event_texts WHERE seq = 2"), altered(2)),
        (&format!("{insert}, 99, field, salt, text FROM event_texts WHERE seq = 2"), stray(99, "text")),
        (&format!("{insert}, 0, field, salt, text FROM event_texts WHERE seq = 2"), stray(0, "text")),
    ] {
        let found = finding_after(meddling).await;
        let found = found.unwrap_or_else(|| panic!("not found: {meddling}"));
        // A text under another name is missing in its place, and one too many in the other.
        let is_moved = meddling.contains("SET field") && found == altered(2);
        assert!(found == finding || is_moved, "{meddling}: {found}");
    }
}

#[tokio::test]
async fn a_text_refuses_every_change() {
    let app = TestApp::open().await;
    recorded(&app).await;
    let database = app.database().await;
    for sql in [
        "UPDATE event_texts SET text = 'Nothing'",
        "DELETE FROM event_texts WHERE seq = 2",
        "INSERT OR REPLACE INTO event_texts SELECT execution_id, seq, field, salt, 'Nothing' FROM event_texts",
    ] {
        let refused = database.execute_unprepared(sql).await.expect_err("texts are append-only");
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn an_execution_of_which_a_text_is_gone_is_still_shown() {
    let app = TestApp::open().await;
    let execution = recorded(&app).await;
    let database = app.database().await;
    meddle(&database, "DROP TRIGGER event_texts_no_delete").await;
    meddle(&database, "DELETE FROM event_texts WHERE seq = 2").await;
    let app = app.reopen().await;
    let execution = app.api.execution(&execution.id);
    let timeline = execution.timeline("").await;
    assert_eq!(timeline[1]["data"], json!({ "text": "" }));
    assert!(timeline[1]["withheld"]["text"].is_string() && timeline[1].get("salts").is_none(), "{}", timeline[1]);
    assert_eq!(app.api.get(&format!("/execute/{}", execution.id)).await.status_code(), 200);
    let report = app.api.read(&format!("/api/executions/{}/report", execution.id)).await;
    assert_eq!(report["integrity"]["fault"], "the text “text” of event 2 is missing");
}

#[tokio::test]
async fn what_was_answered_to_a_command_is_compared_with_the_log() {
    for meddling in [
        "UPDATE execution_commands SET last_seq = 2 WHERE last_seq = 3",
        "UPDATE execution_commands SET first_seq = 1 WHERE first_seq = 2",
        "UPDATE execution_commands SET decided_at = '2026-01-01T00:00:00+00:00' WHERE first_seq = 1",
        "UPDATE execution_commands SET decided_at = '2100-01-01T00:00:00+00:00' WHERE first_seq = 2",
        "UPDATE execution_commands SET decided_at = replace(decided_at, '+00:00', 'Z') WHERE first_seq = 2",
        "UPDATE execution_commands SET command_id = zeroblob(16) WHERE first_seq = 2",
        "DELETE FROM execution_commands WHERE first_seq = 4",
        "INSERT INTO execution_commands (execution_id, command_id, first_seq, last_seq, decided_at) \
         SELECT execution_id, zeroblob(16), 2, 3, decided_at FROM execution_commands WHERE first_seq = 2",
        "INSERT INTO execution_commands (execution_id, command_id, first_seq, last_seq, decided_at) \
         SELECT execution_id, zeroblob(16), 100, 99, decided_at FROM execution_commands WHERE first_seq = 2",
    ] {
        let found = finding_after(meddling).await;
        assert!(matches!(found, Some(Finding::Answer(_))), "{meddling}: {found:?}");
    }
}

#[tokio::test]
async fn an_answer_to_a_command_that_changed_nothing_is_whole() {
    let app = TestApp::open().await;
    let execution = recorded(&app).await;
    let same = execution.change(&json!({ "status": "completed", "actor": "Ana" })).await;
    assert_eq!(same["last_seq"], 6, "it was so already");
    let verified = app.instance.verify(None, QUIET).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok()), "{verified:?}");
}

#[tokio::test]
async fn a_playbook_version_is_compared_with_the_hash_that_the_log_begins_with() {
    for change in [
        "graph = replace(graph, 'Isolate the host', 'Have a coffee')",
        r#"graph = replace(graph, '{"', '{"aside":1,"')"#,
        "graph = graph || ' '",
        "graph_hash = replace(graph_hash, substr(graph_hash, 1, 1), 'x')",
        "step_count = 99",
        "node_count = 0",
    ] {
        let found = finding_after(&format!("UPDATE playbook_versions SET {change}")).await;
        assert_eq!(found, Some(Finding::AlteredGraph), "{change}");
    }
    for meddling in ["DELETE FROM playbook_versions", "UPDATE playbook_versions SET graph = 'no JSON'"] {
        let found = finding_after(meddling).await;
        assert!(matches!(found, Some(Finding::Playbook(_))), "{meddling}: {found:?}");
    }
}

#[tokio::test]
async fn every_column_of_the_rows_of_evidence_and_steps_is_compared() {
    for (table, change) in [
        ("step_evidence", "file_name = 'other.eml'"),
        ("step_evidence", "sha256 = upper(sha256)"),
        ("step_evidence", "size = size + 1"),
        ("step_evidence", "mime_type = 'text/html'"),
        ("step_evidence", "description = 'mine'"),
        ("step_evidence", "uploaded_by = 'Mallory'"),
        ("step_evidence", "uploaded_at = replace(uploaded_at, '+00:00', 'Z')"),
        ("step_evidence", "node_id = 'report'"),
        ("step_evidence", "file_path = 'evidence/elsewhere'"),
        ("executions", "started_at = replace(started_at, '+00:00', 'Z')"),
        ("executions", "completed_at = NULL"),
        ("executions", "started_by = 'Mallory'"),
        ("executions", "head_hash = upper(head_hash)"),
        ("execution_steps", "decision_taken = 'unknown' WHERE node_id = 'malicious'"),
        ("execution_steps", "completed_at = NULL WHERE node_id = 'collect'"),
    ] {
        let app = TestApp::open().await;
        recorded(&app).await;
        meddle(&app.database().await, &format!("UPDATE {table} SET {change}")).await;
        let verified = app.instance.verify(None, QUIET).await.expect("the database can be read");
        let found = verified.into_iter().find_map(|one| one.result.err());
        assert_eq!(found, Some(Finding::StaleRows), "{table}: {change}");
    }
}

/// Changes a text in a file of a bundle, and lists the file as it is now: whoever alters a file can also alter the manifest.
fn edit(bundle: &Path, name: &str, change: impl Fn(&str) -> String) {
    let path = bundle.join(name);
    let before = fs::read_to_string(&path).expect("a text");
    let after = change(&before);
    assert_ne!(before, after, "{name}");
    fs::write(&path, &after).expect("a file");
    let manifest = fs::read(bundle.join("manifest.json")).expect("it");
    let mut manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    for entry in manifest["files"].as_array_mut().expect("files").iter_mut().filter(|entry| entry["path"] == name) {
        entry["size"] = json!(after.len());
        entry["sha256"] = json!(domain::canonical::hex(&<sha2::Sha256 as sha2::Digest>::digest(after.as_bytes())));
    }
    if name != "manifest.json" {
        fs::write(bundle.join("manifest.json"), manifest.to_string()).expect("a file");
    }
}

#[tokio::test]
async fn a_bundle_that_says_more_than_was_exported_is_found() {
    let app = TestApp::open().await;
    let execution = recorded(&app).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = |from: &'static str, to: &'static str| move |text: &str| text.replacen(from, to, 1);
    type Change = Box<dyn Fn(&str) -> String>;
    let cases: [(&str, Change, &str); 13] = [
        ("events.jsonl", Box::new(first(r#""data":{"#, r#""data":{"aside":1,"#)), "line 1"),
        ("events.jsonl", Box::new(first(r#"{"seq":2"#, r#"{"aside":1,"seq":2"#)), "line 2"),
        ("events.jsonl", Box::new(first(r#"{"seq":2"#, r#"{ "seq":2"#)), "line 2"),
        ("events.jsonl", Box::new(first(r#""actor":"Ana""#, r#""actor":"Ana ""#)), "event 1"),
        ("events.jsonl", Box::new(first("found it", "lost it")), "event 2"),
        (
            "events.jsonl",
            Box::new(first(r#""salts":{"text":""#, r#""salts":{"more":"00000000000000000000000000000000","text":""#)),
            "event 2",
        ),
        ("events.jsonl", Box::new(|text| text.trim_end().to_owned()), "end of a line"),
        ("events.jsonl", Box::new(|text| text.replace('\n', "\r\n")), "line 1"),
        ("events.jsonl", Box::new(|text| format!("{text}\n")), "line 7"),
        ("playbook.json", Box::new(first("{", r#"{"aside":1,"#)), "playbook.json"),
        ("playbook.json", Box::new(first(r#""graph": {"#, r#""graph": {"aside":1,"#)), "playbook.json"),
        ("state.json", Box::new(first("{", r#"{"aside":1,"#)), "state.json"),
        ("manifest.json", Box::new(first("Login from nowhere", "Nothing happened")), "incident_title"),
    ];
    for (number, (name, change, words)) in cases.into_iter().enumerate() {
        let bundle = folder.path().join(number.to_string());
        app.instance.export(execution.id.parse().expect("an id"), &bundle, QUIET).await.expect("a new folder");
        check_bundle(&bundle).expect("whole so far");
        edit(&bundle, name, change);
        let finding = check_bundle(&bundle).expect_err(name).to_string();
        assert!(finding.contains(words), "{number} {name}: {finding}");
    }
    let bundle = folder.path().join("headed");
    app.instance.export(execution.id.parse().expect("an id"), &bundle, QUIET).await.expect("a new folder");
    edit(&bundle, "manifest.json", first(r#""header": {"#, r#""header": {"aside":1,"#));
    let finding = check_bundle(&bundle).expect_err("more in the header").to_string();
    assert!(finding.contains("manifest.json"), "{finding}");
}

#[tokio::test]
async fn a_file_that_the_log_records_stays_although_its_row_is_gone() {
    let app = TestApp::open().await;
    let execution = recorded(&app).await;
    let evidence = execution.step("collect").await["evidence"][0]["id"].clone();
    meddle(&app.database().await, "DELETE FROM step_evidence").await;
    let app = app.reopen().await;
    app.instance.rebuild().await.expect("the log is whole");
    let address = format!("/api/executions/{}/evidence/{}", execution.id, evidence.as_str().expect("an id"));
    assert_eq!(app.api.get(&address).await.as_bytes().as_ref(), b"From: x");
}
