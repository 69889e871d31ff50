//! Times that are sent lie in years that can be recorded, and what was recorded before that was so is still shown.

use axum_test::multipart::{MultipartForm, Part};
use domain::event::{Event, EventBody, Hash, Reset, Seal, StateChange, StatusChange, StepStatus, Text};
use domain::ids::{Actor, CommandId, Seq};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};
use server::{Config, Restored, check_bundle, restore};
use uuid::Uuid;

use crate::harness::{Execution, TestApp, problem_at, text};

const QUIET: server::OnProgress<'static> = &|_, _| {};

/// Times that RFC 3339 can write and nobody can mean.
const BAD: [&str; 5] = [
    "0000-01-01T00:00:00+01:00",
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00+00:01",
    "2201-01-01T00:00:00Z",
];

#[tokio::test]
async fn a_time_in_other_years_is_refused_wherever_it_is_sent() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let before = execution.read().await["head_hash"].clone();
    for time in BAD {
        let late = |body: Value| {
            let mut body = body;
            body["occurred_at"] = json!(time);
            body["before_start"] = json!(true);
            body
        };
        let form = MultipartForm::new()
            .add_text("before_start", "true")
            .add_text("occurred_at", time)
            .add_part("file", Part::bytes(b"proof".to_vec()).file_name("proof"));
        let answers = [
            execution.patch_step("collect", &late(json!({ "status": "in_progress" }))).await,
            execution.patch(&late(json!({ "notes": "long ago" }))).await,
            execution.post_evidence("collect").multipart(form).await,
        ];
        for answer in answers {
            let problem = problem_at(&answer, 422, "occurred_at");
            assert!(problem.detail.starts_with("occurred_at must lie in the years 1970 to 2200 (UTC)"), "{problem}");
            assert!(problem.detail.contains(time), "{problem}");
        }
        for address in ["/api/executions", "/api/metrics/summary", "/api/metrics/playbooks"] {
            for name in ["started_after", "started_before"] {
                let answer = app.api.get(address).add_query_param(name, time).await;
                let problem = problem_at(&answer, 422, name);
                assert!(problem.detail.contains(&format!("{name} must lie in the years 1970 to 2200")), "{problem}");
            }
        }
    }
    assert_eq!(execution.read().await["head_hash"], before, "a refused change leaves no trace");
}

#[tokio::test]
async fn the_first_and_the_last_year_are_taken() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let first = json!({ "notes": "long ago", "occurred_at": "1970-01-01T00:00:00Z", "before_start": true });
    let answer = execution.change_step("collect", &first).await;
    assert_eq!(answer["events"][0]["occurred_at"], "1970-01-01T00:00:00.000000Z");
    for (name, time) in [("started_after", "1970-01-01T00:00:00Z"), ("started_before", "2200-12-31T23:59:59.999999Z")] {
        let answer = app.api.get("/api/executions").add_query_param(name, time).await;
        assert_eq!(answer.json::<Vec<Value>>().len(), 1, "{name}");
    }
    // A page takes a day that makes no sense for none.
    for page in ["/executions", "/"] {
        for day in ["0000-01-01", "2200-12-31", "9999-12-31"] {
            let answer = app.api.get(&format!("{page}?from={day}&to={day}")).await;
            assert_eq!(answer.status_code(), 200, "{page} {day}");
        }
    }
}

/// Goes on with a log as a version did that took any time.
async fn write_behind(app: &TestApp, execution: &Execution, bodies: Vec<(Option<&str>, EventBody)>) {
    let database = app.database().await;
    let detail = execution.read().await;
    let mut last: Event =
        serde_json::from_value(execution.timeline("").await.pop().expect("events")).expect("an event");
    last.hash = Hash(text(&detail["head_hash"]));
    for (node, body) in bodies {
        let seq = last.seq.next();
        let mut event = Event {
            seq,
            body,
            node_id: node.map(Into::into),
            occurred_at: Some("0000-01-01T00:00:00+01:00".parse().expect("a time")),
            actor: Actor::new("Ana").expect("a name"),
            command_id: CommandId(Uuid::from_u128(seq.0.into())),
            seal: Seal::default(),
            ..last.clone()
        };
        event.hash = event.expected_hash(&last.hash).expect("of the old form");
        insert(&database, &execution.id, &event).await;
        last = event;
    }
}

async fn insert(database: &DatabaseConnection, execution: &str, event: &Event) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let time = |time: Timestamp| quoted(&time.to_utc().to_rfc3339());
    let (execution, command) = (execution.replace('-', ""), event.command_id.0.simple());
    let Seq(seq) = event.seq;
    for sql in [
        format!(
            "INSERT INTO execution_events (execution_id, seq, event_type, node_id, actor, timestamp, occurred_at, details, \
             command_id, command_part, hash) VALUES (x'{execution}', {seq}, {}, {}, 'Ana', {}, {}, {}, x'{command}', 0, {})",
            quoted(event.body.event_type()),
            event.node_id.as_ref().map_or("NULL".to_owned(), |node| quoted(node.as_str())),
            time(event.timestamp),
            time(event.occurred_at.expect("it is late")),
            quoted(&event.stored_data().expect("of the old form")),
            quoted(&event.hash.0),
        ),
        format!(
            "INSERT INTO execution_commands (execution_id, command_id, first_seq, last_seq, decided_at) \
             VALUES (x'{execution}', x'{command}', {seq}, {seq}, {})",
            time(event.timestamp),
        ),
    ] {
        database.execute_unprepared(&sql).await.expect("SQLite does as it is told");
    }
}

#[tokio::test]
async fn a_log_that_holds_a_time_in_another_year_is_still_shown() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let started = StatusChange { from: StepStatus::NotStarted, reason: None, overwrote: None };
    let completed = StatusChange { from: StepStatus::InProgress, reason: None, overwrote: None };
    let reset = Reset { from: StepStatus::InProgress, kept: None, overwrote: None };
    let bodies = vec![
        (Some("collect"), EventBody::StepStarted(started.clone())),
        (Some("collect"), EventBody::NoteAdded(Text { text: "long ago".to_owned(), key: false })),
        (Some("collect"), EventBody::StepCompleted(completed)),
        (Some("isolate"), EventBody::StepBlocked(started.clone())),
        (Some("report"), EventBody::StepStarted(started)),
        (Some("report"), EventBody::StepReset(reset)),
        (None, EventBody::ExecutionNoted(Text { text: "and the whole".to_owned(), key: false })),
        (None, EventBody::ExecutionCompleted(StateChange::default())),
    ];
    write_behind(&app, &execution, bodies).await;
    assert_eq!(app.instance.rebuild().await.expect("the log is whole"), 1);

    // Another server, which has nothing of it in memory; its answers are not held to the description of today's times.
    let api = app.beside().await;
    let verified = app.instance.verify(None, QUIET).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok()), "{verified:?}");
    let shown = "-0001-12-31T23:00:00.000000Z";
    let timeline = api.list(&format!("/api/executions/{}/timeline", execution.id)).await;
    assert_eq!((timeline.len(), &timeline[2]["occurred_at"]), (9, &json!(shown)));
    assert_eq!(api.read(&format!("/api/executions/{}", execution.id)).await["status"], "completed");
    assert_eq!(api.list("/api/executions").await.len(), 1);
    for page in ["/", "/executions"] {
        assert_eq!(api.get(page).await.status_code(), 200, "{page}");
    }
    let page = api.get(&format!("/execute/{}?timeline=open", execution.id)).await;
    assert_eq!(page.status_code(), 200);
    assert!(page.text().contains("-0001-12-31 23:00:00") && page.text().contains("long ago"));
    let report = format!("/api/executions/{}/report", execution.id);
    let page = api.get(&format!("/executions/{}/report", execution.id)).await;
    assert!(page.text().contains("-0001-12-31 23:00:00"), "{}", page.text());
    assert!(api.get(&format!("{report}.md")).await.text().contains("long ago"));
    assert!(api.get(&format!("{report}.pdf")).await.as_bytes().starts_with(b"%PDF-"));
    let json: domain::report::Report = serde_json::from_value(api.read(&report).await).expect("a report");
    assert!(json.integrity.verified, "{:?}", json.integrity.fault);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("bundle");
    app.instance.export(execution.id.parse().expect("an id"), &bundle, QUIET).await.expect("a new folder");
    let checked = check_bundle(&bundle).expect("whole");
    let config = Config { data_dir: folder.path().join("data"), ..Config::default() };
    let restored = restore(&config, &bundle, QUIET).await.expect("a bundle");
    assert!(matches!(restored, Restored::Bundle(_, head) if head == checked.head_hash));

    // And it goes on, in the new form.
    let execution = api.execution(&execution.id);
    execution.change(&json!({ "status": "active" })).await;
    execution.change_step("collect", &json!({ "notes": "and now" })).await;
    let verified = app.instance.verify(None, QUIET).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok()), "{verified:?}");
}
