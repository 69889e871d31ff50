//! What is written out comes back as it was, and what is not as it was is named.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use server::{ArchiveError, Config, Restored, check_bundle, restore};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::harness::{Execution, TestApp, created, file, text};

const QUIET: server::OnProgress<'static> = &|_, _| {};

/// An execution with notes, a decision and two files.
async fn rich_execution(app: &TestApp) -> Execution {
    let execution = app.api.new_execution().await;
    execution.change_step("collect", &json!({ "status": "completed", "notes": "“Zoë” 🔥", "actor": "Ana" })).await;
    execution.change_step("malicious", &json!({ "decision_taken": "Yes", "rationale": "known" })).await;
    for (name, bytes) in [("../../x", &b"first"[..]), ("صورة.png", b"second")] {
        created(&execution.post_evidence("collect").multipart(file(name, bytes)).await);
    }
    execution.change(&json!({ "status": "completed", "outcome": "Contained" })).await;
    execution
}

/// A folder of its own, and a path in it where nothing is.
fn place() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("place");
    (folder, path)
}

async fn export(app: &TestApp, execution: &Execution, folder: &Path) {
    let id = execution.id.parse().expect("an id");
    app.instance.export(id, folder, QUIET).await.expect("a new folder");
}

fn config(data: &Path) -> Config {
    Config { data_dir: data.to_owned(), ..Config::default() }
}

#[tokio::test]
async fn a_backup_brings_everything_back_into_an_empty_folder() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    app.api.new_execution().await;
    let before = execution.read().await;
    let (_folder, backup) = place();
    let done = app.instance.back_up(&backup, QUIET).await.expect("a new file");
    assert_eq!((done.evidence, done.missing.len()), (2, 0));
    assert!(matches!(app.instance.back_up(&backup, QUIET).await, Err(ArchiveError::Exists(_))));
    execution.change(&json!({ "notes": "after the backup" })).await;

    let data = tempfile::tempdir().expect("a temporary folder");
    let restored = restore(&config(data.path()), &backup, QUIET).await.expect("an empty folder");
    assert!(matches!(restored, Restored::Backup(done) if done.evidence == 2));
    let occupied = restore(&config(data.path()), &backup, QUIET).await;
    assert!(matches!(occupied, Err(ArchiveError::Occupied(_))), "{occupied:?}");
    let names: Vec<_> =
        fs::read_dir(data.path()).expect("it is there").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 2, "nothing else stays: {names:?}");

    let restored = TestApp::open_over(data).await;
    let execution = restored.api.execution(&execution.id);
    assert_eq!(execution.read().await, before);
    for evidence in restored.api.list(&execution.evidence_address("collect")).await {
        let address = format!("/api/executions/{}/evidence/{}", execution.id, text(&evidence["id"]));
        assert_eq!(restored.api.get(&address).await.status_code(), 200);
    }
    execution.change(&json!({ "notes": "and it goes on" })).await;
}

#[tokio::test]
async fn a_backup_touches_nothing_beside_it() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    // The name of the database without its ending.
    app.instance.back_up(&app.data_folder().join("playbook-forge"), QUIET).await.expect("a new file");
    let mut names: Vec<String> = fs::read_dir(app.data_folder())
        .expect("it is there")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .filter(|name| !name.starts_with("playbook-forge.sqlite-"))
        .collect();
    names.sort();
    assert_eq!(names, ["evidence", "playbook-forge", "playbook-forge.sqlite"]);
    let app = app.reopen().await;
    assert_eq!(app.api.execution(&execution.id).read().await["status"], "completed");
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_of_one_moment() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        let execution = execution.clone();
        writers.spawn(async move {
            for round in 0..15 {
                let name = format!("{writer}-{round}");
                execution.change_step("collect", &json!({ "notes": name })).await;
                created(&execution.post_evidence("report").multipart(file(&name, name.as_bytes())).await);
            }
        });
    }
    let (folder, _) = place();
    for round in 0..3 {
        let backup = folder.path().join(format!("{round}.tar"));
        app.instance.back_up(&backup, QUIET).await.expect("a new file");
        let data = tempfile::tempdir().expect("a temporary folder");
        restore(&config(data.path()), &backup, QUIET).await.expect("whole: restoring verifies everything");
    }
    writers.join_all().await;
}

#[tokio::test]
async fn a_backup_without_a_file_says_which() {
    let app = TestApp::open().await;
    rich_execution(&app).await;
    let stored = app.stored_files();
    fs::remove_file(app.data_folder().join("evidence").join(&stored[0])).expect("it was there");
    let (_folder, backup) = place();
    let done = app.instance.back_up(&backup, QUIET).await.expect("the rest");
    assert_eq!((done.evidence, done.missing), (1, vec![format!("evidence/{}", stored[0])]));
    let data = tempfile::tempdir().expect("a temporary folder");
    let refusal = restore(&config(data.path()), &backup, QUIET).await.expect_err("evidence is missing");
    assert!(refusal.to_string().contains("the file is missing"), "{refusal}");
    assert_eq!(fs::read_dir(data.path()).expect("it is there").count(), 0, "nothing was restored");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_not_restored() {
    let app = TestApp::open().await;
    rich_execution(&app).await;
    let (folder, backup) = place();
    app.instance.back_up(&backup, QUIET).await.expect("a new file");
    let whole = fs::read(&backup).expect("it is there");
    let database = whole.windows(6).position(|bytes| bytes == b"SQLite").expect("a database");
    let mut flipped = whole.clone();
    flipped[database + 200] ^= 1;
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    header.as_old_mut().name[..10].copy_from_slice(b"../outside");
    header.set_cksum();
    tar.append(&header, &b"x"[..]).expect("memory");
    let outside = tar.into_inner().expect("memory");
    for (name, bytes, words) in [
        ("cut", &whole[..whole.len() / 2], "broken off"),
        ("flipped", &flipped[..], "is not what it was"),
        ("empty", &b""[..], "no manifest"),
        ("text", &b"hello"[..], "no backup"),
        ("outside", &outside[..], "does not belong here"),
    ] {
        let archive = folder.path().join(name);
        fs::write(&archive, bytes).expect("a file");
        let data = tempfile::tempdir().expect("a temporary folder");
        let refusal = restore(&config(data.path()), &archive, QUIET).await.expect_err(name).to_string();
        assert!(refusal.contains(words), "{name}: {refusal}");
        assert_eq!(fs::read_dir(data.path()).expect("it is there").count(), 0, "{name}");
    }
    assert!(
        !folder.path().join("outside").is_dir() && !folder.path().parent().expect("a parent").join("outside").exists()
    );
}

#[tokio::test]
async fn a_bundle_is_checked_without_a_server_and_restored_with_the_same_hash() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    let before = execution.read().await;
    let (_folder, bundle) = place();
    export(&app, &execution, &bundle).await;
    let checked = check_bundle(&bundle).expect("whole");
    assert_eq!(json!([checked.events, checked.head_hash]), json!([before["last_seq"], before["head_hash"]]));
    assert_eq!((checked.evidence, checked.incident_title.as_str()), (2, "Login from nowhere"));
    let lines = fs::read_to_string(bundle.join("events.jsonl")).expect("the log");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    assert_eq!(lines, execution.timeline("").await);

    let other = TestApp::open().await;
    let restored = restore(&config(other.data_folder()), &bundle, QUIET).await.expect("a bundle");
    assert!(matches!(restored, Restored::Bundle(_, head) if json!(head) == before["head_hash"]));
    let there = other.api.execution(&execution.id);
    assert_eq!(there.read().await, before);
    assert_eq!(there.timeline("").await, execution.timeline("").await);
    let again = restore(&config(other.data_folder()), &bundle, QUIET).await.expect_err("it is here already");
    assert!(again.to_string().contains("here already"), "{again}");
    assert_eq!(other.stored_files().len(), 2, "its files were left alone");
    let verified = other.instance.verify(None, QUIET).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok()), "{verified:?}");
    there.change(&json!({ "status": "active" })).await;
}

#[tokio::test]
async fn a_bundle_holds_the_report_and_the_playbook_in_any_format() {
    let app = TestApp::open().await;
    let cacao = r#"{"type": "playbook", "spec_version": "cacao-2.0", "id": "playbook--1", "name": "Mail", "workflow_start": "start--1", "workflow": {
        "start--1": {"type": "start", "on_completion": "action--1"},
        "action--1": {"type": "action", "name": "Save the mail", "on_completion": "end--1"}, "end--1": {"type": "end"}}}"#;
    for (source, name) in [("# Mail\n\n- Save it", "playbook.md"), (cacao, "playbook.cacao.json")] {
        let playbook = app.api.import_playbook(source).await;
        let execution = app.api.start_execution(&playbook, "Mail to finance").await;
        let (_folder, bundle) = place();
        export(&app, &execution, &bundle).await;
        check_bundle(&bundle).expect("it is whole");
        assert_eq!(fs::read_to_string(bundle.join(name)).expect("the playbook"), source);
        assert!(fs::read_to_string(bundle.join("report.md")).expect("the report").contains("Mail to finance"));
        assert!(fs::read(bundle.join("report.pdf")).expect("the report").starts_with(b"%PDF-"));
    }
}

#[tokio::test]
async fn the_first_thing_that_does_not_match_is_named() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    let evidence = text(&execution.step("collect").await["evidence"][1]["id"]);
    let evidence = format!("evidence/{evidence}");
    let edit = |path: &Path, from: &str, to: &str| {
        let before = fs::read_to_string(path).expect("a text");
        assert!(before.contains(from), "{from}");
        fs::write(path, before.replace(from, to)).expect("a file");
    };
    // Whoever alters a file can also alter the manifest.
    let relist = |bundle: &Path, name: &str| {
        let mut manifest: Value =
            serde_json::from_slice(&fs::read(bundle.join("manifest.json")).expect("it")).expect("JSON");
        let bytes = fs::read(bundle.join(name)).expect("the file");
        for entry in manifest["files"].as_array_mut().expect("files") {
            if entry["path"] == name {
                entry["size"] = json!(bytes.len());
                entry["sha256"] = json!(domain::canonical::hex(&<sha2::Sha256 as sha2::Digest>::digest(&bytes)));
            }
        }
        fs::write(bundle.join("manifest.json"), manifest.to_string()).expect("a file");
    };
    type Tamper<'a> = &'a dyn Fn(&Path);
    let cases: [(&str, Tamper, &str); 10] = [
        ("evidence altered", &|bundle| fs::write(bundle.join(&evidence), "secomd").expect("a file"), &evidence),
        ("evidence gone", &|bundle| fs::remove_file(bundle.join(&evidence)).expect("a file"), &evidence),
        ("a file too many", &|bundle| fs::write(bundle.join("evidence/more"), "x").expect("a file"), "evidence/more"),
        ("the source altered", &|bundle| edit(&bundle.join("playbook.mmd"), "host", "hose"), "playbook.mmd"),
        ("an event altered", &|bundle| edit(&bundle.join("events.jsonl"), "known", "knows"), "events.jsonl"),
        (
            "an event altered, and listed so",
            &|bundle| {
                edit(&bundle.join("events.jsonl"), "known", "knows");
                relist(bundle, "events.jsonl");
            },
            "event 4 does not match its hash",
        ),
        (
            "the last event cut off, and listed so",
            &|bundle| {
                let log = fs::read_to_string(bundle.join("events.jsonl")).expect("the log");
                let lines: Vec<&str> = log.lines().collect();
                fs::write(bundle.join("events.jsonl"), lines[..lines.len() - 1].join("\n")).expect("a file");
                relist(bundle, "events.jsonl");
            },
            "does not end with the event",
        ),
        (
            "the state embellished, and listed so",
            &|bundle| {
                edit(&bundle.join("state.json"), "Contained", "Prevented");
                relist(bundle, "state.json");
            },
            "state.json",
        ),
        (
            "the playbook altered, and listed so",
            &|bundle| {
                edit(&bundle.join("playbook.json"), "Isolate the host", "Ignore the host");
                relist(bundle, "playbook.json");
            },
            "the graph is not the one that was run",
        ),
        ("no manifest", &|bundle| fs::remove_file(bundle.join("manifest.json")).expect("a file"), "no manifest.json"),
    ];
    for (name, tamper, words) in cases {
        let (_folder, bundle) = place();
        export(&app, &execution, &bundle).await;
        check_bundle(&bundle).expect("whole so far");
        tamper(&bundle);
        let finding = check_bundle(&bundle).expect_err(name).to_string();
        assert!(finding.contains(words), "{name}: {finding}");
        let data = tempfile::tempdir().expect("a temporary folder");
        restore(&config(&data.path().join("data")), &bundle, QUIET).await.expect_err(name);
        assert!(!data.path().join("data").exists(), "{name}: nothing was made of it");
    }
}

#[tokio::test]
async fn a_bundle_needs_an_empty_folder_and_whole_evidence() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    let id = execution.id.parse().expect("an id");
    let (folder, bundle) = place();
    let refusal = app.instance.export(id, folder.path().parent().expect("a parent"), QUIET).await;
    assert!(matches!(refusal, Err(ArchiveError::Exists(_))));
    let stored = app.data_folder().join("evidence").join(&app.stored_files()[0]);
    fs::write(stored, "other").expect("a file");
    let refusal = app.instance.export(id, &bundle, QUIET).await.expect_err("damaged evidence").to_string();
    assert!(refusal.contains("not what was uploaded"), "{refusal}");
    check_bundle(&bundle).expect_err("it was not finished");
}
