//! Versions of playbooks, what differs between them, what is given out, and bringing back what was taken out of the
//! library.

use axum_test::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::harness::{Api, NO_SUCH_ID, PLAYBOOK, TestApp, items, ok, problem, problem_at, text, texts};

/// Two steps.
const FIRST: &str = "# Phishing\n\n1. Save the mail\n2. Block the sender\n";
/// The same, one reworded, and one more.
const SECOND: &str = "# Phishing\n\n1. Save the mail\n2. Block the sender\n3. Call the user\n";

fn at(id: &str) -> String {
    format!("/api/playbooks/{id}")
}

async fn put(api: &Api, id: &str, body: &Value) -> axum_test::TestResponse {
    api.method("PUT", &at(id)).json(body).await
}

async fn save(api: &Api, id: &str, body: &Value) -> Value {
    ok(&put(api, id, body).await)
}

#[tokio::test]
async fn a_new_version_is_added_and_those_before_stay_as_they_were() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let execution = app.api.start_execution(&id, "Before").await;
    let saved = save(
        &app.api,
        &id,
        &json!({ "source": SECOND, "summary": " Call them, too ", "actor": "Ben", "base_version": 1 }),
    )
    .await;
    assert_eq!((&saved["version"], &saved["node_count"]), (&json!(2), &json!(3)));

    let newest = app.api.read(&at(&id)).await;
    assert_eq!((&newest["version"], &newest["source"], &newest["step_count"]), (&json!(2), &json!(SECOND), &json!(3)));
    assert_eq!(newest["shown"]["version"], 2);
    let first = app.api.read(&format!("{}?version=1", at(&id))).await;
    assert_eq!(
        (&first["version"], &first["shown"]["version"], &first["source"]),
        (&json!(2), &json!(1), &json!(FIRST))
    );
    let ids = |playbook: &Value| texts(&items(playbook["graph"]["nodes"].clone()), "id");
    assert_eq!(ids(&first)[..], ids(&newest)[..2], "what stayed keeps its id");

    let versions = app.api.list(&format!("{}/versions", at(&id))).await;
    assert_eq!(texts(&versions, "summary"), ["Call them, too", ""]);
    assert_eq!(texts(&versions, "author"), ["Ben", "anonymous"]);
    assert_eq!(versions.iter().map(|version| &version["node_count"]).collect::<Vec<_>>(), [&json!(3), &json!(2)]);

    assert_eq!(execution.read().await["playbook_version"], 1);
    assert_eq!(app.api.start_execution(&id, "After").await.read().await["playbook_version"], 2);
    let card = &app.api.list("/api/playbooks").await[0];
    assert_eq!((&card["version"], &card["execution_count"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn what_is_the_newest_version_already_is_not_saved_again() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    assert_eq!(save(&app.api, &id, &json!({ "source": FIRST, "summary": "Nothing" })).await["version"], 1);
    assert_eq!(save(&app.api, &id, &json!({ "source": FIRST, "title": "Renamed" })).await["version"], 2);
    assert_eq!(app.api.list(&format!("{}/versions", at(&id))).await.len(), 2);
}

#[tokio::test]
async fn who_saves_over_what_they_have_not_seen_is_told_whose_it_is_and_nothing_is_saved() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    save(&app.api, &id, &json!({ "source": SECOND, "actor": "Ben", "base_version": 1 })).await;
    let mine = json!({ "source": "# Phishing\n- Mine\n", "actor": "Ana", "base_version": 1 });
    let refused = problem_at(&put(&app.api, &id, &mine).await, 409, "base_version");
    assert_eq!(refused.kind, "/problems/outdated");
    assert!(refused.detail.contains("Ben saved version 2"), "{refused}");
    assert_eq!(app.api.list(&format!("{}/versions", at(&id))).await.len(), 2);
    let seen = json!({ "source": "# Phishing\n- Mine\n", "actor": "Ana", "base_version": 2 });
    assert_eq!(save(&app.api, &id, &seen).await["version"], 3);
}

#[tokio::test]
async fn versions_that_are_saved_at_once_are_all_there() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let mut saving = tokio::task::JoinSet::new();
    for number in 0..6 {
        let (api, id) = (app.api.clone(), id.clone());
        saving.spawn(async move { save(&api, &id, &json!({ "source": format!("{FIRST}3. Step {number}\n") })).await });
    }
    let mut versions: Vec<_> = saving.join_all().await.iter().map(|saved| saved["version"].as_u64()).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..8).map(Some).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_version_that_is_sent_again_is_saved_once() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let body = json!({ "source": SECOND, "base_version": 1, "command_id": NO_SUCH_ID });
    let first = save(&app.api, &id, &body).await;
    save(&app.api, &id, &json!({ "source": FIRST })).await;
    let app = app.reopen().await;
    assert_eq!(save(&app.api, &id, &body).await, first);
    assert_eq!(app.api.list(&format!("{}/versions", at(&id))).await.len(), 3);
}

#[tokio::test]
async fn a_title_and_tags_that_were_chosen_stay_until_others_are() {
    let app = TestApp::open().await;
    let import = json!({ "source": PLAYBOOK, "title": "Ours", "tags": ["soc"] });
    let id = text(&ok_created(&app.api, &import).await["id"]);
    let source = PLAYBOOK.replace("Isolate the host", "Cut it off");
    save(&app.api, &id, &json!({ "source": source })).await;
    let kept = app.api.read(&at(&id)).await;
    assert_eq!((&kept["title"], &kept["tags"]), (&json!("Ours"), &json!(["identity", "triage", "soc"])));
    save(&app.api, &id, &json!({ "source": source, "title": "Theirs", "tags": [] })).await;
    let changed = app.api.read(&at(&id)).await;
    assert_eq!((&changed["title"], &changed["tags"]), (&json!("Theirs"), &json!(["identity", "triage"])));
}

async fn ok_created(api: &Api, body: &Value) -> Value {
    crate::harness::created(&api.import(body).await)
}

#[tokio::test]
async fn every_version_has_a_format_of_its_own() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    save(&app.api, &id, &json!({ "source": PLAYBOOK })).await;
    let formats = texts(&app.api.list(&format!("{}/versions", at(&id))).await, "format");
    assert_eq!(formats, ["mermaid", "markdown"]);
    assert_eq!(app.api.read(&at(&id)).await["format"], "mermaid");
}

#[tokio::test]
async fn a_version_that_cannot_be_is_refused_naming_its_field() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let long = "x".repeat(201);
    for (body, field) in [
        (json!({ "source": "" }), "source"),
        (json!({}), "source"),
        (json!({ "source": FIRST, "format": "docx" }), "format"),
        (json!({ "source": FIRST, "title": " " }), "title"),
        (json!({ "source": FIRST, "tags": [long] }), "tags"),
        (json!({ "source": FIRST, "summary": long }), "summary"),
        (json!({ "source": FIRST, "summary": "one\ntwo" }), "summary"),
        (json!({ "source": FIRST, "base_version": "1" }), "base_version"),
        (json!({ "source": FIRST, "colour": "red" }), "colour"),
    ] {
        problem_at(&put(&app.api, &id, &body).await, 422, field);
    }
    problem(&put(&app.api, NO_SUCH_ID, &json!({ "source": FIRST })).await, 404);
    assert_eq!(app.api.read(&at(&id)).await["version"], 1);
}

#[tokio::test]
async fn two_versions_are_compared_the_last_two_unless_others_are_named() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let diff = |query: &str| format!("{}/diff{query}", at(&id));
    let none = app.api.read(&diff("")).await;
    assert_eq!((&none["from"], &none["to"], &none["added"]), (&json!(1), &json!(1), &json!([])));
    save(&app.api, &id, &json!({ "source": SECOND })).await;
    save(&app.api, &id, &json!({ "source": SECOND.replace("# Phishing", "# Spear phishing") })).await;

    let last = app.api.read(&diff("")).await;
    assert_eq!((&last["from"], &last["to"]), (&json!(2), &json!(3)));
    assert_eq!(last["playbook"], json!([{ "aspect": "title", "before": "Phishing", "after": "Spear phishing" }]));
    let whole = app.api.read(&diff("?from=1&to=2")).await;
    assert_eq!(texts(&items(whole["added"].clone()), "label"), ["Call the user"]);
    assert_eq!(whole["changed"][0]["label"], "Block the sender");
    assert_eq!(whole["changed"][0]["changes"][0]["aspect"], "ways_out");
    let back = app.api.read(&diff("?from=2&to=1")).await;
    assert_eq!((&back["removed"], &back["added_edges"]), (&whole["added"], &whole["removed_edges"]));

    problem(&app.api.get(&diff("?from=9")).await, 404);
    problem(&app.api.get(&format!("{}?version=9", at(&id))).await, 404);
    problem_at(&app.api.get(&diff("?from=x")).await, 422, "from");
}

#[tokio::test]
async fn a_playbook_is_given_out_in_every_format_under_its_title() {
    let app = TestApp::open().await;
    let id = app.api.import_titled(PLAYBOOK, Some("Über/all")).await;
    let graph = app.api.read(&at(&id)).await["graph"].take();
    for (format, media_type, extension) in [
        ("cacao", "application/cacao+json", "cacao.json"),
        ("markdown", "text/markdown; charset=utf-8", "md"),
        ("mermaid", "text/plain; charset=utf-8", "mmd"),
        ("json", "application/json", "json"),
        ("svg", "image/svg+xml", "svg"),
    ] {
        let file = app.api.get(&format!("{}/export?format={format}", at(&id))).await;
        assert_eq!((file.status_code().as_u16(), file.header(CONTENT_TYPE).as_bytes()), (200, media_type.as_bytes()));
        let disposition = file.header(CONTENT_DISPOSITION);
        let name = format!("attachment; filename=\"_ber_all.{extension}\"; filename*=UTF-8''%C3%9Cber_all.{extension}");
        assert_eq!(disposition.to_str().ok(), Some(&*name), "{format}");
        if format == "svg" {
            assert!(file.text().starts_with("<svg ") && file.text().contains("Isolate the host"));
            continue;
        }
        let again = app.api.import_playbook(&file.text()).await;
        let read = app.api.read(&at(&again)).await;
        let ids = |graph: &Value| texts(&items(graph["nodes"].clone()), "id");
        assert_eq!(ids(&read["graph"]), ids(&graph), "{format}");
        assert_eq!(read["title"], "Über/all", "{format}");
    }
}

#[tokio::test]
async fn any_version_is_given_out_and_nothing_else() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    save(&app.api, &id, &json!({ "source": SECOND })).await;
    let export = |query: &str| app.api.get(&format!("{}/export?{query}", at(&id)));
    assert!(!export("format=json&version=1").await.text().contains("Call the user"));
    assert!(export("format=json").await.text().contains("Call the user"));
    problem(&export("format=json&version=3").await, 404);
    problem_at(&export("format=docx").await, 422, "format");
    problem_at(&export("version=1").await, 422, "format");
}

#[tokio::test]
async fn the_json_is_as_its_published_schema_says() {
    let app = TestApp::open().await;
    let response = app.api.get("/api/schema/playbook.json").await;
    assert_eq!(response.header(CONTENT_TYPE), "application/schema+json");
    let schema = jsonschema::validator_for(&response.json::<Value>()).expect("a schema");
    let id = app.api.import_playbook(PLAYBOOK).await;
    let exported: Value = app.api.get(&format!("{}/export?format=json", at(&id))).await.json();
    assert!(schema.is_valid(&exported), "{exported}");
    assert!(!schema.is_valid(&json!({ "format": "playbook-forge" })));
}

#[tokio::test]
async fn a_preview_is_read_and_drawn_and_not_kept() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let preview = async |body: Value| app.api.post("/api/playbooks/preview").json(&body).await;
    let read = ok(&preview(json!({ "source": SECOND, "playbook_id": id })).await);
    assert_eq!((&read["format"], &read["graph"]["nodes"][2]["label"]), (&json!("markdown"), &json!("Call the user")));
    assert_eq!(read["placement"]["nodes"].as_array().map(Vec::len), Some(3));
    problem_at(&preview(json!({ "source": "only words" })).await, 422, "source");
    problem(&preview(json!({ "source": FIRST, "playbook_id": NO_SUCH_ID })).await, 404);
    assert_eq!(app.api.list("/api/playbooks").await.len(), 1);
    assert_eq!(app.api.read(&at(&id)).await["version"], 1);
}

#[tokio::test]
async fn words_are_found_in_what_the_newest_version_says() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook("# Phishing\n\n1. Sichern\n   Als ÜBERSICHT ablegen\n").await;
    for (query, found) in [("übersicht", 1), ("phishing+sichern", 1), ("sichern+laptop", 0), ("kind", 0)] {
        assert_eq!(app.api.list(&format!("/api/playbooks?q={query}")).await.len(), found, "{query}");
    }
    save(&app.api, &id, &json!({ "source": FIRST })).await;
    assert!(app.api.list("/api/playbooks?q=sichern").await.is_empty());
}

#[tokio::test]
async fn what_was_taken_out_of_the_library_is_listed_apart_and_can_be_brought_back() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    app.api.import_playbook(PLAYBOOK).await;
    app.api.delete(&at(&id)).await;
    assert_eq!(texts(&app.api.list("/api/playbooks").await, "title"), ["Suspicious login"]);
    let hidden = app.api.list("/api/playbooks?hidden=true").await;
    assert_eq!((texts(&hidden, "title"), &hidden[0]["hidden"]), (vec!["Phishing".to_owned()], &json!(true)));
    problem(&put(&app.api, &id, &json!({ "source": SECOND })).await, 404);
    problem(&app.api.get(&format!("{}/versions", at(&id))).await, 404);

    let back = format!("{}/restore", at(&id));
    assert_eq!(ok(&app.api.post(&back).await)["hidden"], false);
    assert_eq!(ok(&app.api.post(&back).await)["title"], "Phishing");
    assert_eq!(app.api.list("/api/playbooks").await.len(), 2);
    assert!(app.api.list("/api/playbooks?hidden=true").await.is_empty());
    problem(&app.api.post(&format!("/api/playbooks/{NO_SUCH_ID}/restore")).await, 404);
}

#[tokio::test]
async fn a_playbook_says_when_it_was_used_and_how_long_that_took() {
    let app = TestApp::open().await;
    let id = app.api.import_playbook(FIRST).await;
    let unused = app.api.read(&at(&id)).await;
    assert_eq!((&unused["last_used"], &unused["median_seconds"]), (&Value::Null, &Value::Null));
    app.api.start_execution(&id, "First").await.change(&json!({ "status": "completed" })).await;
    let last = app.api.start_execution(&id, "Second").await.read().await;
    let card = &app.api.list("/api/playbooks").await[0];
    assert_eq!(card["last_used"], last["started_at"]);
    assert!(card["median_seconds"].is_number(), "{card}");
}

/// A page, as whoever has no script reads it.
async fn page(app: &TestApp, path: &str) -> String {
    let response = app.api.get(path).await;
    assert_eq!(response.status_code(), 200, "{path}: {}", response.text());
    response.text()
}

#[tokio::test]
async fn the_pages_of_the_library_are_whole_without_a_script() {
    let app = TestApp::open().await;
    assert!(page(&app, "/playbooks").await.contains("No playbooks yet"));
    let tagged = json!({ "source": FIRST, "tags": ["<mail>"], "actor": "Ana" });
    let id = text(&ok_created(&app.api, &tagged).await["id"]);
    save(&app.api, &id, &json!({ "source": SECOND, "summary": "Call <them>, too", "actor": "Ben" })).await;
    app.api.start_execution(&id, "Used").await;
    let list = page(&app, "/playbooks?q=sender&tag=%3Cmail%3E").await;
    for part in ["Phishing", "used once", "version 2", "&lt;mail&gt;", "3 steps"] {
        assert!(list.contains(part), "{part}");
    }
    assert!(page(&app, "/playbooks?q=nowhere").await.contains("No playbook matches"));

    let newest = page(&app, &format!("/playbooks/{id}")).await;
    for part in
        ["2 versions", "Call &lt;them&gt;, too", "1 node added", "→ Call the user", "format=cacao&amp;version=2"]
    {
        assert!(newest.contains(part), "{part}");
    }
    let first = page(&app, &format!("/playbooks/{id}?version=1")).await;
    assert!(first.contains("Executions start from version 2") && first.contains("Edit from this version"));
    let back = page(&app, &format!("/playbooks/{id}?version=1&from=2")).await;
    assert!(back.contains("From version 2 to version 1") && back.contains("Removed"));

    assert!(page(&app, &format!("/playbooks/{id}/edit")).await.contains("Save as a new version"));
    assert!(page(&app, "/playbooks/new").await.contains("/playbooks/new/edit?template=containment"));
    assert!(page(&app, "/playbooks/new/edit?template=containment").await.contains("Isolate it from the network"));
    app.api.delete(&at(&id)).await;
    assert!(page(&app, "/playbooks?hidden=true").await.contains("Restore"));
    assert_eq!(app.api.get(&format!("/playbooks/{id}/edit")).await.status_code(), 404);
}
