//! Rows that an older version of the fold wrote: they are no damage, nothing is read from them, and a server folds them anew.

use std::time::Duration;

use domain::event::ChainBreak;
use domain::ids::Seq;
use serde_json::{Value, json};
use server::{Config, Finding, Instance, Refolded};
use tokio::net::TcpListener;

use crate::durability::{dump_cached, eventful_execution, findings, meddle, unlock};
use crate::harness::{Api, Execution, TestApp, ok, problem};

/// Rows as an older version of the fold may have written them: some figures are others, and the version is.
const OLDER: [&str; 2] = [
    "UPDATE executions SET fold_version = 1, completed_at = IIF(completed_at IS NULL, NULL, '2020-01-01T00:00:00+00:00'), \
     active_micros = IIF(active_micros IS NULL, NULL, 7000000000), \
     step_outcomes = IIF(step_outcomes IS NULL, NULL, '[null,[\"completed\",7000000000,0,null],null,null,null,null,null]')",
    "UPDATE execution_steps SET active_micros = 7000000000, completed_at = '2020-01-01T00:00:00+00:00' \
     WHERE node_id = 'collect'",
];

async fn make_older(app: &TestApp) {
    for sql in OLDER {
        meddle(&app.database().await, sql).await;
    }
}

/// One execution that is over, and one that is worked on.
async fn two_executions(app: &TestApp) -> [Execution; 2] {
    let over = eventful_execution(app).await;
    let open = app.api.new_execution().await;
    open.change_step("collect", &json!({ "status": "in_progress", "notes": "by phone" })).await;
    [over, open]
}

/// What lists and figures say.
async fn read_all(api: &Api) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in ["/api/executions", "/api/metrics/summary", "/api/metrics/playbooks", "/api/playbooks"] {
        answers.push(api.read(path).await);
    }
    answers[1]["as_of"] = Value::Null;
    answers
}

#[tokio::test]
async fn a_server_folds_rows_of_an_older_fold_anew_and_is_ready_then() {
    let app = TestApp::open().await;
    two_executions(&app).await;
    let (rows, answers) = (dump_cached(&app).await, read_all(&app.api).await);
    make_older(&app).await;
    let app = app.reopen().await;
    let older = dump_cached(&app).await;
    assert_ne!(older, rows);
    problem(&app.api.get("/readyz").await, 503);
    assert_eq!(app.api.get("/healthz").await.text(), "ok");
    assert_eq!(read_all(&app.api).await, answers, "nothing is read from rows of another fold");
    assert_eq!(dump_cached(&app).await, older, "reading writes nothing");

    assert_eq!(app.instance.refold().await.expect("it can be written"), Refolded { executions: 2, damaged: 0 });
    assert_eq!(dump_cached(&app).await, rows);
    assert_eq!(app.api.get("/readyz").await.text(), "ready");
    assert_eq!(read_all(&app.api).await, answers);
    assert_eq!(findings(&app).await, [None, None]);
    assert_eq!(app.instance.refold().await.expect("nothing is left"), Refolded::default());
}

#[tokio::test]
async fn verify_tells_rows_of_an_older_fold_from_damage_and_changes_nothing() {
    let app = TestApp::open().await;
    two_executions(&app).await;
    let fresh = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    assert!(fresh.iter().all(|one| !one.has_older_rows));
    make_older(&app).await;
    let before = dump_cached(&app).await;
    let verified = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok() && one.has_older_rows), "{verified:?}");
    assert_eq!(dump_cached(&app).await, before);
}

#[tokio::test]
async fn a_change_writes_every_row_of_an_execution_that_was_folded_by_an_older_version() {
    let app = TestApp::open().await;
    let [_, open] = two_executions(&app).await;
    make_older(&app).await;
    let app = app.reopen().await;
    app.api.execution(&open.id).change_step("report", &json!({ "status": "skipped" })).await;
    let after = dump_cached(&app).await;
    assert_eq!(app.instance.rebuild().await.expect("the rows are written anew"), 2);
    let rebuilt = dump_cached(&app).await;
    let of_open = |tables: &[Vec<String>]| {
        let id = open.id.replace('-', "").to_uppercase();
        tables.iter().flatten().filter(|row| row.contains(&id)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of_open(&after).len(), 1 + 7);
    assert_eq!(of_open(&after), of_open(&rebuilt));
    assert_ne!(after, rebuilt, "the other execution was not changed");
}

#[tokio::test]
async fn a_damaged_log_is_not_folded_anew_and_does_not_hold_up_the_server() {
    let app = TestApp::open().await;
    let [over, _] = two_executions(&app).await;
    make_older(&app).await;
    let database = app.database().await;
    unlock(&database).await;
    let id = over.id.replace('-', "");
    meddle(
        &database,
        &format!("UPDATE execution_events SET event_type = 'no_type' WHERE seq = 5 AND execution_id = x'{id}'"),
    )
    .await;
    let app = app.reopen().await;
    assert_eq!(app.instance.refold().await.expect("it can be written"), Refolded { executions: 1, damaged: 1 });
    assert_eq!(app.api.get("/readyz").await.text(), "ready");
    assert_eq!(findings(&app).await, [Some(Finding::Chain(ChainBreak::Unreadable(Seq(5)))), None]);
    assert_eq!(app.api.list("/api/executions").await.len(), 2, "it is listed as it was known");
    let summary = app.api.read("/api/metrics/summary").await;
    assert_eq!(summary["executions"]["started_count"], 1, "and is in no figure");
}

#[tokio::test]
async fn serving_folds_anew_by_itself() {
    let app = TestApp::open().await;
    two_executions(&app).await;
    let rows = dump_cached(&app).await;
    make_older(&app).await;
    let app = app.reopen().await;
    let config = Config { data_dir: app.data_folder().to_owned(), ..Config::default() };
    let beside = Instance::open(&config).await.expect("the folder has a database");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let until_folded = async {
        while dump_cached(&app).await != rows {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(60), beside.serve(listener, until_folded));
    in_time.await.expect("the rows are folded anew").expect("it serves");
    beside.close().await;
    assert_eq!(ok(&app.api.get("/api/executions").await).as_array().map(Vec::len), Some(2));
    assert_eq!(app.api.get("/readyz").await.text(), "ready", "whoever has folded them");
}
