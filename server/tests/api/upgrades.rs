//! Databases that older versions wrote, as they lay there: each is brought up to date, and says what it said.
//!
//! `older/` holds one for every migration but the first, named after the first migration that it lacks, dumped as SQL. `before_slim_rows`
//! and `before_part` were written by the program as it was then; the others have the rows of the former in the schema of their time, and
//! before `before_fold_version` its logs in the form of their time, with the texts in the hashes (docs/record.md).

use std::fs;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database};
use serde_json::json;
use server::{Config, Instance, Purpose};
use tempfile::TempDir;

use crate::harness::{TestApp, text, texts};

/// Every older database, with its name.
fn older() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/older");
    let entries = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("an entry").path());
    entries.map(|path| (path.file_stem().expect("a name").to_string_lossy().into_owned(), path)).collect()
}

/// A data folder with an older database.
async fn folder_of(dump: &Path) -> TempDir {
    let data = tempfile::tempdir().expect("a temporary folder");
    let file = data.path().join("playbook-forge.sqlite");
    let database = Database::connect(format!("sqlite://{}?mode=rwc", file.display())).await.expect("a new database");
    let statements = fs::read_to_string(dump).expect("it is there");
    database.execute_unprepared(&statements).await.expect("it is a dump");
    database.close().await.expect("it is closed");
    data
}

fn config(data: &TempDir) -> Config {
    Config { data_dir: data.path().to_owned(), ..Config::default() }
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date_and_says_what_it_said() {
    for (name, dump) in older() {
        let data = folder_of(&dump).await;
        let refused = Instance::open_for(Purpose::Look, &config(&data)).await.err().expect("it is older");
        assert!(refused.to_string().contains("start the server once"), "{name}: {refused}");
        let app = TestApp::open_over(data).await;
        app.instance.refold().await.expect("its logs are whole");
        let verified = app.instance.verify(None, &|_, _| {}).await.expect("it is read");
        assert!(verified.iter().all(|one| one.result.is_ok() && !one.has_older_rows), "{name}: {verified:?}");
        let listed = app.api.list("/api/executions").await;
        assert_eq!(texts(&listed, "incident_title"), ["Login from Oslo", "Login from nowhere"], "{name}");
        for summary in &listed {
            let execution = app.api.execution(&text(&summary["id"]));
            let all = execution.read().await;
            assert_eq!(all["notes"][0]["text"], "A note on the whole: “Zoë”", "{name}");
            assert_eq!(all["recommendations"], "Ask for a second factor", "{name}");
            assert_eq!(all["steps"][0]["notes"][0]["text"], "Saved the mail", "{name}");
            assert_eq!(all["steps"][1]["rationale"], "The address is known", "{name}");
        }
        assert_eq!(listed[1]["status"], "completed", "{name}");
        let going_on = app.api.execution(&text(&listed[0]["id"]));
        going_on.change(&json!({ "notes": "and it goes on" })).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_that_bring_one_database_up_to_date_at_once_both_end_well() {
    for (name, dump) in older() {
        for _ in 0..5 {
            let data = folder_of(&dump).await;
            let config = config(&data);
            let (one, other) = tokio::join!(Instance::open(&config), Instance::open(&config));
            for opened in [one, other] {
                match opened {
                    Ok(instance) => {
                        let verified = instance.verify(None, &|_, _| {}).await.expect("it is read");
                        assert!(verified.iter().all(|one| one.result.is_ok()), "{name}: {verified:?}");
                        instance.close().await;
                    }
                    Err(failure) => panic!("{name}: {failure}"),
                }
            }
        }
    }
}
