//! Nothing acknowledged is lost, and nothing recorded can be altered unnoticed.

use std::time::Duration;

use axum_test::http::header::RETRY_AFTER;
use domain::event::ChainBreak;
use domain::ids::Seq;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use serde_json::{Value, json};
use server::Finding;
use tokio::task::JoinSet;

use crate::harness::{Execution, NO_SUCH_ID, TestApp, created, file, items, problem, seqs, texts};

/// The rows that are cached from the logs.
const CACHED: [&str; 3] = ["executions", "execution_steps", "step_evidence"];

/// What verifying found wrong, oldest execution first.
pub(crate) async fn findings(app: &TestApp) -> Vec<Option<Finding>> {
    let verifications = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    verifications.into_iter().map(|verification| verification.result.err()).collect()
}

/// Does something behind the server's back.
pub(crate) async fn meddle(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.expect("SQLite does as it is told");
}

/// Takes the lock off the log.
pub(crate) async fn unlock(database: &DatabaseConnection) {
    for operation in ["update", "delete"] {
        meddle(database, &format!("DROP TRIGGER execution_events_no_{operation}")).await;
    }
}

/// The first column of every row.
async fn column(database: &DatabaseConnection, sql: String) -> Vec<String> {
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// Every row of a table, each value as SQLite writes it.
async fn dump(database: &DatabaseConnection, table: &str) -> Vec<String> {
    let names = column(database, format!("SELECT name FROM pragma_table_info('{table}')")).await;
    let values: Vec<String> = names.iter().map(|name| format!("quote({name})")).collect();
    column(database, format!("SELECT {} AS row FROM {table} ORDER BY row", values.join("||','||"))).await
}

pub(crate) async fn dump_cached(app: &TestApp) -> Vec<Vec<String>> {
    let database = app.database().await;
    let mut tables = Vec::new();
    for table in CACHED {
        tables.push(dump(&database, table).await);
    }
    tables
}

/// An execution in which everything has happened that can happen: 12 events.
pub(crate) async fn eventful_execution(app: &TestApp) -> Execution {
    let execution = app.api.new_execution().await;
    let began = execution.read().await["started_at"].clone();
    let steps = [
        ("collect", json!({ "actor": "Ana", "status": "in_progress", "assignee": "Bo", "notes": "“Zoë”" })),
        ("collect", json!({ "actor": "Bo", "status": "blocked", "base_seq": 1 })),
        (
            "malicious",
            json!({ "actor": "Ana", "decision_taken": "Yes", "rationale": "known", "status": "completed", "assignee": null }),
        ),
        ("isolate", json!({ "actor": "陳", "status": "skipped", "occurred_at": began })),
    ];
    for (node_id, change) in &steps {
        execution.change_step(node_id, change).await;
    }
    execution.change(&json!({ "status": "paused", "notes": "lunch" })).await;
    execution.change(&json!({ "status": "completed", "outcome": "Contained", "recommendations": "- MFA" })).await;
    assert_eq!(execution.read().await["last_seq"], 12);
    execution
}

/// What an execution shows apart from clocks that run.
async fn state(execution: &Execution) -> Value {
    json!({ "detail": execution.read().await, "timeline": execution.timeline("").await })
}

#[tokio::test]
async fn reopening_gives_the_same_state_events_and_hash() {
    let app = TestApp::open().await;
    let execution = eventful_execution(&app).await;
    let before = state(&execution).await;
    let app = app.reopen().await;
    assert_eq!(state(&app.api.execution(&execution.id)).await, before);
    assert_eq!(findings(&app).await, [None]);
    let execution = app.api.execution(&execution.id);
    execution.change(&json!({ "notes": "later" })).await;
    assert_eq!(execution.timeline("?after_seq=11").await.len(), 2, "the log goes on where it ended");
    assert_eq!(findings(&app).await, [None]);
}

#[tokio::test]
async fn whole_chains_are_found_whole() {
    let app = TestApp::open().await;
    assert!(findings(&app).await.is_empty());
    let executions = [eventful_execution(&app).await, app.api.new_execution().await];
    let verifications = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    for (verification, execution) in verifications.iter().zip(&executions) {
        let detail = execution.read().await;
        assert_eq!(verification.execution_id.to_string(), execution.id);
        assert_eq!(json!(verification.events), detail["last_seq"]);
        let head = verification.result.as_ref().expect("a whole chain");
        assert_eq!(json!(head), detail["head_hash"]);
    }
    let only = executions[1].id.parse().expect("an id");
    assert_eq!(app.instance.verify(Some(only), &|_, _| {}).await.expect("the database can be read").len(), 1);
}

#[tokio::test]
async fn the_log_refuses_update_and_delete() {
    let app = TestApp::open().await;
    eventful_execution(&app).await;
    let database = app.database().await;
    let before = dump(&database, "execution_events").await;
    assert_eq!(before.len(), 12);
    for sql in [
        "UPDATE execution_events SET actor = 'Mallory' WHERE seq = 2",
        "UPDATE OR REPLACE execution_events SET seq = 2 WHERE seq = 3",
        "DELETE FROM execution_events WHERE seq = 12",
        "DELETE FROM execution_events",
    ] {
        let refused = database.execute_unprepared(sql).await.expect_err("the log is append-only");
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
    assert_eq!(dump(&database, "execution_events").await, before);
}

#[tokio::test]
async fn an_event_altered_behind_the_servers_back_is_found_by_its_number() {
    for change in [
        "actor = 'Mallory'",
        "details = json_set(details, '$.from', 'skipped')",
        "timestamp = '2026-01-01T00:00:00+00:00'",
        "occurred_at = '2026-01-01T00:00:00+00:00'",
        "node_id = 'report'",
        "event_type = 'step_skipped'",
        "command_id = zeroblob(16)",
        "hash = replace(hash, substr(hash, 1, 1), 'x')",
    ] {
        let app = TestApp::open().await;
        app.api.new_execution().await;
        let altered = eventful_execution(&app).await;
        let database = app.database().await;
        unlock(&database).await;
        let blob = altered.id.replace('-', "");
        meddle(&database, &format!("UPDATE execution_events SET {change} WHERE seq = 5 AND execution_id = x'{blob}'"))
            .await;
        assert_eq!(findings(&app).await, [None, Some(ChainBreak::Altered(Seq(5)).into())], "{change}");
    }
}

/// What is found after one execution's log was meddled with.
async fn finding_after(meddling: &[&str]) -> Option<Finding> {
    let app = TestApp::open().await;
    eventful_execution(&app).await;
    let database = app.database().await;
    unlock(&database).await;
    for sql in meddling {
        meddle(&database, sql).await;
    }
    // What a server has in memory is no evidence: another one looks.
    let app = app.reopen().await;
    let mut findings = findings(&app).await;
    assert_eq!(findings.len(), 1, "an execution never drops out of sight");
    findings.remove(0)
}

#[tokio::test]
async fn events_removed_inserted_or_reordered_are_found_by_their_number() {
    let gap = ChainBreak::Gap { expected: Seq(4), found: Seq(5) };
    assert_eq!(finding_after(&["DELETE FROM execution_events WHERE seq = 4"]).await, Some(gap.into()));

    let truncated = ChainBreak::Truncated { expected: Seq(12), found: Seq(10) };
    assert_eq!(finding_after(&["DELETE FROM execution_events WHERE seq > 10"]).await, Some(truncated.into()));

    let beheaded = ChainBreak::Gap { expected: Seq(1), found: Seq(2) };
    assert_eq!(finding_after(&["DELETE FROM execution_events WHERE seq = 1"]).await, Some(beheaded.into()));

    let doubled = "INSERT INTO execution_events SELECT execution_id, 13, event_type, node_id, actor, timestamp, \
                   occurred_at, details, zeroblob(16), 0, hash, form, subject FROM execution_events WHERE seq = 12";
    assert_eq!(finding_after(&[doubled]).await, Some(ChainBreak::Altered(Seq(13)).into()));

    let swapped = [
        "UPDATE execution_events SET seq = 99 WHERE seq = 8",
        "UPDATE execution_events SET seq = 8 WHERE seq = 9",
        "UPDATE execution_events SET seq = 9 WHERE seq = 99",
    ];
    assert_eq!(finding_after(&swapped).await, Some(ChainBreak::Altered(Seq(8)).into()));
}

#[tokio::test]
async fn a_log_that_is_gone_altogether_is_found() {
    assert_eq!(finding_after(&["DELETE FROM execution_events"]).await, Some(Finding::NoStart));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_found_by_its_number() {
    for change in ["event_type = 'step_vanished'", "details = '{}'"] {
        let sql = format!("UPDATE execution_events SET {change} WHERE seq = 5");
        assert_eq!(finding_after(&[&sql]).await, Some(ChainBreak::Unreadable(Seq(5)).into()), "{change}");
    }
}

#[tokio::test]
async fn a_playbook_altered_under_an_execution_is_found() {
    let renamed = "UPDATE playbook_versions SET graph = replace(graph, 'Isolate the host', 'Have a coffee')";
    assert_eq!(finding_after(&[renamed]).await, Some(Finding::AlteredGraph));
}

#[tokio::test]
async fn a_cached_row_that_was_tampered_with_is_found_stale_and_rebuild_mends_it() {
    for sql in [
        "UPDATE executions SET status = 'active'",
        "UPDATE executions SET incident_title = 'Nothing happened'",
        "UPDATE executions SET progress = json_set(progress, '$.percent', 100)",
        "UPDATE executions SET analyst_count = 1",
        "UPDATE execution_steps SET status = 'completed' WHERE node_id = 'report'",
        "UPDATE execution_steps SET assignee = 'Nobody' WHERE node_id = 'collect'",
        "UPDATE execution_steps SET active_micros = 7 WHERE node_id = 'collect'",
        "DELETE FROM execution_steps WHERE node_id = 'meet'",
        "INSERT INTO execution_steps SELECT execution_id, 'ghost', 7, status, assignee, started_at, completed_at, \
         active_micros, active_since, blocked_micros, blocked_since, decision_taken \
         FROM execution_steps WHERE node_id = 'meet'",
    ] {
        let app = TestApp::open().await;
        eventful_execution(&app).await;
        let before = dump_cached(&app).await;
        meddle(&app.database().await, sql).await;
        assert_ne!(dump_cached(&app).await, before, "{sql}");
        assert_eq!(findings(&app).await, [Some(Finding::StaleRows)], "{sql}");

        assert_eq!(app.instance.rebuild().await.expect("the rows are written anew"), 1);
        assert_eq!(dump_cached(&app).await, before, "{sql}");
        assert_eq!(findings(&app).await, [None], "{sql}");
    }
}

#[tokio::test]
async fn an_execution_whose_rows_are_gone_is_found_and_rebuilt() {
    let app = TestApp::open().await;
    let execution = eventful_execution(&app).await;
    let state_before = state(&execution).await;
    let before = dump_cached(&app).await;
    let database = app.database().await;
    for table in CACHED.into_iter().rev() {
        meddle(&database, &format!("DELETE FROM {table}")).await;
    }
    assert_eq!(findings(&app).await, [Some(Finding::MissingRow)]);
    assert_eq!(app.instance.rebuild().await.expect("the rows are written anew"), 1);
    assert_eq!(dump_cached(&app).await, before);
    let app = app.reopen().await;
    assert_eq!(state(&app.api.execution(&execution.id)).await, state_before);
}

#[tokio::test]
async fn a_rebuild_that_is_refused_changes_no_row() {
    let app = TestApp::open().await;
    eventful_execution(&app).await;
    eventful_execution(&app).await;
    let before = dump_cached(&app).await;
    let database = app.database().await;
    unlock(&database).await;
    meddle(&database, "UPDATE execution_events SET actor = 'Eve' WHERE seq = 12").await;
    app.instance.rebuild().await.expect_err("a damaged log is not papered over");
    assert_eq!(dump_cached(&app).await, before);
}

#[tokio::test]
async fn rebuilding_what_is_untouched_changes_no_row() {
    let app = TestApp::open().await;
    let running = app.api.new_execution().await;
    running.change_step("collect", &json!({ "status": "in_progress" })).await;
    running.change_step("report", &json!({ "status": "blocked" })).await;
    for name in ["first", "second"] {
        created(&running.post_evidence("report").multipart(file(name, b"proof")).await);
    }
    eventful_execution(&app).await;
    app.api.new_execution().await;
    let before = dump_cached(&app).await;
    assert_eq!(before.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3 * 7, 2]);
    assert_eq!(app.instance.rebuild().await.expect("the rows are written anew"), 3);
    assert_eq!(dump_cached(&app).await, before);
    assert_eq!(findings(&app).await, [None, None, None]);
}

#[tokio::test]
async fn a_database_that_another_process_holds_is_waited_for_and_then_called_busy() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let note = json!({ "notes": "Is anybody there?", "command_id": NO_SUCH_ID });
    let other = app.database().await;
    let holder = other.begin_with_options(immediate()).await.expect("nobody else writes");
    let refused = execution.patch_step("collect", &note).await;
    assert_eq!(problem(&refused, 503).kind, "/problems/busy");
    assert_eq!(refused.header(RETRY_AFTER), "1");
    assert_eq!(execution.read().await["last_seq"], 1, "reading goes on, and nothing was changed");

    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        holder.rollback().await
    });
    assert_eq!(execution.change_step("collect", &note).await["events"][0]["seq"], 2);
    release.await.expect("it ends").expect("nothing was written");
}

fn immediate() -> TransactionOptions {
    TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_lose_nothing() {
    const WRITERS: usize = 16;
    const NOTES: usize = 25;
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let execution = execution.clone();
        writers.spawn(async move {
            let mut acknowledged = Vec::new();
            for number in 0..NOTES {
                let body = json!({ "notes": format!("{writer}/{number}"), "actor": format!("Analyst {writer}") });
                let answer = execution.change_step("collect", &body).await;
                let [seq] = seqs(&items(answer["events"].clone()))[..] else { panic!("one event: {answer}") };
                acknowledged.push((seq, format!("{writer}/{number}")));
            }
            assert!(acknowledged.is_sorted(), "a writer's own changes stand in their order");
            acknowledged
        });
    }
    let mut acknowledged: Vec<(u64, String)> = writers.join_all().await.concat();
    acknowledged.sort();

    let app = app.reopen().await;
    let execution = app.api.execution(&execution.id);
    let timeline = execution.timeline("").await;
    assert_eq!(seqs(&timeline), (1..=1 + (WRITERS * NOTES) as u64).collect::<Vec<_>>());
    let notes = items(execution.step("collect").await["notes"].take());
    let stored: Vec<(u64, String)> = seqs(&notes).into_iter().zip(texts(&notes, "text")).collect();
    assert_eq!(stored, acknowledged);
    assert_eq!(execution.read().await["analyst_count"], 17);
    assert_eq!(findings(&app).await, [None]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_change_spoils_none_that_is_committed_with_it() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let mut writers = JoinSet::new();
    for number in 0..60 {
        let execution = execution.clone();
        writers.spawn(async move {
            if number % 3 == 0 {
                problem(&execution.patch_step("nowhere", &json!({ "notes": "refused" })).await, 404);
            } else {
                execution.change_step("collect", &json!({ "notes": format!("{number}") })).await;
            }
        });
    }
    writers.join_all().await;
    assert_eq!(execution.step("collect").await["notes"].as_array().map(Vec::len), Some(40));
    assert_eq!(findings(&app).await, [None]);
}
