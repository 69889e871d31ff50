//! Names: kept in NFC, refused when they cannot be told from others, and read as they are where they are recorded.

use axum_test::TestResponse;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::harness::{Execution, PLAYBOOK, TestApp, created, file, items, ok, problem_at, text, texts, visible};

/// What no name may hold, what is said about it, and where it stands in `Ana…`.
const FORBIDDEN: [(&str, &str); 9] = [
    ("\u{200b}", "U+200B"),
    ("\u{feff}", "U+FEFF"),
    ("\u{2060}", "U+2060"),
    ("\u{ad}", "U+00AD"),
    ("\u{202e}", "U+202E"),
    ("\u{2066}", "U+2066"),
    ("\u{e0041}", "U+E0041"),
    ("\u{fe0f}", "U+FE0F"),
    ("\u{200d}", "U+200D"),
];

fn refused(response: &TestResponse, field: &str, number: &str) {
    let problem = problem_at(response, 422, field);
    assert!(problem.detail.contains(&format!("({number}, character 4)")), "{problem:?}");
}

#[tokio::test]
async fn a_name_that_cannot_be_told_from_another_is_refused_on_every_way_in() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let execution = app.api.start_execution(&playbook, "Names").await;
    for (hidden, number) in FORBIDDEN {
        let name = format!("Ana{hidden}");
        let start = |member: &str| {
            let mut body = json!({ "playbook_id": playbook, "incident_title": "Names" });
            body[member] = json!(name);
            app.api.start(&body)
        };
        for member in ["incident_title", "incident_id", "started_by"] {
            refused(&start(member).await, member, number);
        }
        refused(&execution.patch(&json!({ "notes": "x", "actor": name })).await, "actor", number);
        refused(&execution.patch_step("collect", &json!({ "notes": "x", "actor": name })).await, "actor", number);
        refused(&execution.patch_step("collect", &json!({ "assignee": name })).await, "assignee", number);
        let form = file("x", b"x").add_text("actor", &name);
        refused(&execution.post_evidence("collect").multipart(form).await, "actor", number);
        let import = |member: &str, value: Value| {
            let mut body = json!({ "source": PLAYBOOK });
            body[member] = value;
            app.api.import(&body)
        };
        refused(&import("actor", json!(name)).await, "actor", number);
        refused(&import("title", json!(name)).await, "title", number);
        refused(&import("tags", json!(["fine", name])).await, "tags", number);
        let form = || file("x.mmd", PLAYBOOK.as_bytes());
        refused(&app.api.post("/api/playbooks").multipart(form().add_text("actor", &name)).await, "actor", number);
        refused(&app.api.post("/api/playbooks").multipart(form().add_text("title", &name)).await, "title", number);
        for member in ["actor", "title", "summary"] {
            let mut body = json!({ "source": "# Other\n\n1. Step\n" });
            body[member] = json!(name);
            let saved = app.api.method("PUT", &format!("/api/playbooks/{playbook}")).json(&body).await;
            refused(&saved, member, number);
        }
        let by_header =
            execution.patch_step("collect", &json!({ "notes": "x" })).add_header("x-analyst", name.as_bytes());
        refused(&by_header.await, "X-Analyst", number);
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let by_cookie = execution.patch_step("collect", &json!({ "notes": "x" }));
        refused(&by_cookie.add_header("cookie", format!("analyst={encoded}")).await, "Cookie", number);
        let named = execution.patch_step("collect", &json!({ "notes": "x", "actor": "Ana" }));
        ok(&named.add_header("cookie", format!("analyst={encoded}")).await);
    }
    assert_eq!(app.api.list("/api/executions").await.len(), 1);
    let actors = texts(&execution.timeline("").await, "actor");
    assert!(actors.iter().all(|actor| actor == "Ana"), "{actors:?}");
    for blanks in ["Ana\u{a0}Silva", "Ana  Silva", "Ana\u{2003}Silva"] {
        problem_at(&execution.patch(&json!({ "notes": "x", "actor": blanks })).await, 422, "actor");
    }
}

#[tokio::test]
async fn two_spellings_of_a_name_are_one_person() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let decomposed = "O\u{308}zil";
    let body = json!({ "playbook_id": playbook, "incident_title": "Zu\u{308}rich", "started_by": decomposed });
    let started = created(&app.api.start(&body).await);
    assert_eq!((&started["started_by"], &started["incident_title"]), (&json!("Özil"), &json!("Zürich")));
    let execution = app.api.execution(&text(&started["id"]));
    for name in [decomposed, "Özil"] {
        execution.change_step("collect", &json!({ "assignee": name, "notes": "x", "actor": name })).await;
        let by_header =
            execution.patch_step("collect", &json!({ "notes": "x" })).add_header("x-analyst", name.as_bytes());
        ok(&by_header.await);
    }
    assert_eq!(execution.timeline("?event_type=assignee_changed").await.len(), 1, "it was theirs already");
    assert_eq!(execution.read().await["analyst_count"], 1);
    let all = execution.timeline("").await.len();
    for query in ["?actor=%C3%96zil", "?actor=O%CC%88zil"] {
        assert_eq!(execution.timeline(query).await.len(), all, "{query}");
    }
    for query in ["Z%C3%BCrich", "Zu%CC%88rich"] {
        assert_eq!(app.api.list(&format!("/api/executions?q={query}")).await.len(), 1, "{query}");
    }
}

#[tokio::test]
async fn a_joiner_stays_where_its_script_needs_it() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for name in ["علی\u{200c}رضا", "ශ්\u{200d}රී", "👩\u{200d}🚀", "辻\u{e0100}"] {
        let answer = execution.change_step("collect", &json!({ "assignee": name, "actor": name })).await;
        assert_eq!((&answer["step"]["assignee"], &answer["events"][0]["actor"]), (&json!(name), &json!(name)));
    }
}

/// Gives an execution names as they could be recorded before there were rules. Nothing reads the hashes here.
async fn with_old_names(app: &TestApp, execution: &Execution) {
    let database = app.database().await;
    for statement in [
        "DROP TRIGGER execution_events_no_update",
        "DROP TRIGGER event_texts_no_update",
        "UPDATE execution_events SET actor = 'Ana' || char(0x200b) WHERE seq = 1",
        "UPDATE executions SET started_by = 'Ana' || char(0x200b), incident_title = 'invoice' || char(0x202e) || 'fdp.exe'",
        "UPDATE event_texts SET text = 'invoice' || char(0x202e) || 'fdp.exe' WHERE field = 'incident_title'",
    ] {
        database.execute_unprepared(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    assert_eq!(execution.id.len(), 36);
}

#[tokio::test]
async fn a_name_that_was_recorded_before_is_read_as_it_is_and_shown_with_marks() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let form = file("photo\u{202e}gpj.exe", b"x").add_text("actor", "Ana");
    created(&execution.post_evidence("collect").multipart(form).await);
    with_old_names(&app, &execution).await;
    let app = app.reopen().await;
    let execution = app.api.execution(&execution.id);
    assert_eq!(execution.read().await["started_by"], "Ana\u{200b}");
    assert_eq!(execution.timeline("").await[0]["actor"], "Ana\u{200b}");
    assert_eq!(app.api.list("/api/executions").await[0]["started_by"], "Ana\u{200b}");
    let address = format!("/executions/{}/report", execution.id);
    for address in ["/executions".to_owned(), format!("/execute/{}", execution.id), address.clone()] {
        let page = visible(&app.api.get(&address).await.text());
        assert!(page.contains("invoice⟨U+202E⟩fdp.exe"), "{address}");
        assert!(!page.contains('\u{202e}') && !page.contains('\u{200b}'), "{address}");
        assert!(page.contains("Ana⟨U+200B⟩"), "{address}");
    }
    for address in [format!("/execute/{}", execution.id), address] {
        let page = app.api.get(&address).await.text();
        assert!(visible(&page).contains("photo⟨U+202E⟩gpj.exe"), "{address}");
    }
    let markdown = app.api.get(&format!("/api/executions/{}/report.md", execution.id)).await.text();
    assert!(markdown.contains("photo⟨U+202E⟩gpj.exe") && markdown.contains("Ana⟨U+200B⟩"), "{markdown}");
    assert!(markdown.contains("invoice⟨U+202E⟩fdp.exe") && !markdown.contains('\u{202e}'), "{markdown}");
    let report = app.api.read(&format!("/api/executions/{}/report?format=json", execution.id)).await;
    assert_eq!(items(report["steps"].clone()).len(), report["steps"].as_array().map_or(0, Vec::len));
    assert_eq!(report["summary"]["incident_title"], "invoice\u{202e}fdp.exe", "data is to the letter");
}
