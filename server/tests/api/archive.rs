//! What is written out comes back as it was, and what is not as it was is named.

use std::fs;
use std::path::Path;

use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use server::{ArchiveError, Config, Instance, Purpose, Restored, check_bundle, restore};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::harness::{Execution, PLAYBOOK, TestApp, created, file, text};

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
    assert_eq!((done.evidence, done.damaged.len()), (2, 0));
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

/// Restores a backup into an empty folder. What is named as damaged, and the folder.
async fn restored(backup: &Path) -> (Vec<String>, TempDir) {
    let data = tempfile::tempdir().expect("a temporary folder");
    match restore(&config(data.path()), backup, QUIET).await.expect("the rest is restored") {
        Restored::Backup(done) => (done.damaged, data),
        Restored::Bundle(..) => panic!("this is a backup"),
    }
}

#[tokio::test]
async fn damaged_evidence_is_named_by_backup_and_restore_and_the_rest_comes_back() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    let stored = app.stored_files();
    let file = app.data_folder().join("evidence").join(&stored[0]);
    let whole = fs::read(&file).expect("it is there");
    let mut flipped = whole.clone();
    flipped[0] ^= 1;
    let (folder, _) = place();
    for (name, damaged, words) in [
        ("missing", None, "the file is missing"),
        ("flipped", Some(&flipped[..]), "SHA-256"),
        ("short", Some(&b""[..]), "0 bytes"),
    ] {
        match damaged {
            None => fs::remove_file(&file).expect("it was there"),
            Some(bytes) => fs::write(&file, bytes).expect("it is written"),
        }
        let backup = folder.path().join(name);
        let done = app.instance.back_up(&backup, QUIET).await.expect("the rest");
        assert!(done.damaged.len() == 1 && done.damaged[0].contains(&stored[0]), "{:?}", done.damaged);
        assert!(done.damaged[0].contains(words), "{:?}", done.damaged);
        let (named, data) = restored(&backup).await;
        assert!(named.len() == 1 && named[0].contains(&stored[0]), "{named:?}");
        let again = TestApp::open_over(data).await;
        assert_eq!(again.api.execution(&execution.id).read().await, execution.read().await);
    }
    fs::write(&file, &whole).expect("it is written");
    let backup = folder.path().join("flipped later");
    app.instance.back_up(&backup, QUIET).await.expect("all of it");
    let mut bytes = fs::read(&backup).expect("it is there");
    let at = bytes.windows(whole.len()).rposition(|part| part == whole).expect("the file is in it");
    bytes[at] ^= 1;
    fs::write(&backup, bytes).expect("it is written");
    let (named, data) = restored(&backup).await;
    assert!(named.len() == 1 && named[0].contains("it is not what was backed up"), "{named:?}");
    assert_eq!(TestApp::open_over(data).await.stored_files().len(), stored.len());
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    let data = app.close().await;
    let part = data.path().join("evidence").join(&execution.id).join(format!("{}.part", uuid::Uuid::from_u128(7)));
    fs::write(&part, "an upload that was broken off").expect("a file");
    let all = || {
        let mut files = Vec::new();
        let mut folders = vec![data.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("an entry")) {
                let path = entry.path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files.push((fs::metadata(&path).expect("it is there").modified().expect("a time"), path)),
                }
            }
        }
        // Who reads the database keeps itself beside it.
        files
            .retain(|(_, path)| !path.to_string_lossy().ends_with("-shm") && !path.to_string_lossy().ends_with("-wal"));
        files.sort();
        files
    };
    let before = all();
    let instance = Instance::open_for(Purpose::Look, &config(data.path())).await.expect("it can be looked at");
    let verified = instance.verify(None, QUIET).await.expect("it is read");
    assert!(verified.len() == 1 && verified[0].result.is_ok());
    let (folder, backup) = place();
    assert_eq!(instance.back_up(&backup, QUIET).await.expect("a new file").evidence, 2);
    let id = execution.id.parse().expect("an id");
    instance.export(id, &folder.path().join("bundle"), QUIET).await.expect("a new folder");
    instance.rebuild().await.expect_err("who only looks writes nothing");
    instance.close().await;
    assert_eq!(all(), before);
    let app = TestApp::open_over(data).await;
    assert!(!part.exists(), "a server removes what was broken off");
    assert_eq!(app.api.execution(&execution.id).read().await["status"], "completed");
}

#[tokio::test]
async fn a_database_of_another_version_is_named_and_left_alone() {
    let app = TestApp::open().await;
    let data = app.close().await;
    let file = data.path().join("playbook-forge.sqlite");
    let database = Database::connect(format!("sqlite://{}", file.display())).await.expect("it is there");
    for (statement, words) in [
        ("INSERT INTO seaql_migrations VALUES ('m29991231_000001_later', 0)", "newer version"),
        ("DELETE FROM seaql_migrations WHERE version LIKE 'm2999%' OR version LIKE '%slim_rows'", "older version"),
    ] {
        database.execute_unprepared(statement).await.expect("it is changed");
        let refused = Instance::open_for(Purpose::Look, &config(data.path())).await.err().expect("another version");
        assert!(refused.to_string().contains(words), "{refused}");
    }
}

#[tokio::test]
async fn a_bundle_whose_restore_was_broken_off_is_restored_all_the_same() {
    let app = TestApp::open().await;
    let execution = rich_execution(&app).await;
    let (_folder, bundle) = place();
    export(&app, &execution, &bundle).await;
    let stored = app.stored_files();
    let copied = async |content: Option<&[u8]>| {
        let data = tempfile::tempdir().expect("a temporary folder");
        let target = data.path().join("evidence").join(&stored[0]);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        let source = app.data_folder().join("evidence").join(&stored[0]);
        fs::write(&target, content.map_or_else(|| fs::read(source).expect("it is there"), <[u8]>::to_vec))
            .expect("a file");
        fs::write(target.with_file_name(format!("{}.part", stored[1].rsplit('/').next().expect("a name"))), "half")
            .expect("a file");
        let done = restore(&config(data.path()), &bundle, QUIET).await;
        (done, data)
    };
    let (done, data) = copied(None).await;
    assert!(matches!(done, Ok(Restored::Bundle(..))), "{done:?}");
    let again = TestApp::open_over(data).await;
    assert_eq!(again.stored_files(), stored);
    let (refused, _data) = copied(Some(b"other")).await;
    let refused = refused.expect_err("another file is there").to_string();
    assert!(refused.contains("never replaced"), "{refused}");
}

#[tokio::test]
async fn the_same_text_is_imported_once_and_comes_back_when_it_was_deleted() {
    let app = TestApp::open().await;
    let first = app.instance.import(PLAYBOOK.to_owned(), None, None).await.expect("a playbook");
    let second = app.instance.import(PLAYBOOK.to_owned(), None, None).await.expect("the same");
    assert_eq!((first.id, app.api.list("/api/playbooks").await.len()), (second.id, 1));
    app.api.delete(&format!("/api/playbooks/{}", first.id)).await;
    assert!(app.api.list("/api/playbooks").await.is_empty());
    app.instance.import(PLAYBOOK.to_owned(), None, None).await.expect("the same");
    assert_eq!(app.api.list("/api/playbooks").await.len(), 1);
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
    flipped[database] ^= 1;
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    header.as_old_mut().name[..10].copy_from_slice(b"../outside");
    header.set_cksum();
    tar.append(&header, &b"x"[..]).expect("memory");
    let outside = tar.into_inner().expect("memory");
    for (name, bytes, words) in [
        ("cut", &whole[..whole.len() / 2], "broken off"),
        ("flipped", &flipped[..], "not a database"),
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
            "event 5 does not match its hash",
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
