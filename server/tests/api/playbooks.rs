//! `/api/playbooks`

use axum_test::http::StatusCode;
use axum_test::http::header::LOCATION;
use axum_test::multipart::{MultipartForm, Part};
use domain::import::MAX_SOURCE_BYTES;
use serde_json::{Value, json};

use crate::harness::{NO_SUCH_ID, NODES, PLAYBOOK, TestApp, created, items, ok, problem, problem_at, text, texts};

/// The smallest playbook.
const ONE_STEP: &str = "flowchart TD\n  a[Look at the alert]\n";

fn form(file: &[u8]) -> MultipartForm {
    MultipartForm::new().add_part("file", Part::bytes(file.to_vec()).file_name("playbook.mmd"))
}

#[tokio::test]
async fn an_import_answers_what_was_read_and_where_it_lies() {
    let app = TestApp::open().await;
    let response = app.api.import(&json!({ "source": PLAYBOOK })).await;
    let mut body = created(&response);
    let id = body["id"].take();
    let expected = json!({
        "id": null, "title": "Suspicious login", "version": 1, "format": "mermaid",
        "node_count": 7, "edge_count": 6, "issues": [], "duplicate_of": null,
    });
    assert_eq!(body, expected);
    let again = created(&app.api.import(&json!({ "source": PLAYBOOK })).await);
    assert_eq!(again["duplicate_of"], id);
    let file = json!({ "source": "flowchart TD\n  a --> b\n", "file_name": "lost-laptop.mmd" });
    assert_eq!(created(&app.api.import(&file).await)["title"], "lost-laptop");
    let long = json!({ "source": ONE_STEP, "file_name": "n".repeat(1_001) });
    problem_at(&app.api.import(&long).await, 422, "file_name");
    let location = response.header(LOCATION);
    assert_eq!(location, format!("/api/playbooks/{}", text(&id)));
    assert_eq!(app.api.read(location.to_str().expect("an address")).await["id"], id);
}

#[tokio::test]
async fn the_format_can_be_named() {
    let app = TestApp::open().await;
    let body = created(&app.api.import(&json!({ "source": ONE_STEP, "format": "mermaid" })).await);
    assert_eq!(body["format"], "mermaid");
}

#[tokio::test]
async fn a_part_of_a_document_can_be_chosen_and_stays_chosen() {
    const CHART: &str = "```mermaid\nflowchart TD\n a[Look] --> b[Call]\n b --> c[Close]\n```\n";
    let source = format!("# Mail\n\n{CHART}\n## More\n\n{CHART}\n- Note the time\n");
    let app = TestApp::open().await;
    let preview = |from: Value| {
        let body = json!({ "source": source, "from": from });
        let api = app.api.clone();
        async move { api.post("/api/playbooks/preview").json(&body).await }
    };
    let all = ok(&preview(Value::Null).await);
    let offered: Vec<Value> = items(all["contents"].clone())
        .iter()
        .map(|content| json!([content["kind"], content["nodes"], content["chosen"], content["from"]]))
        .collect();
    assert_eq!(
        json!(offered),
        json!([
            ["list", 1, false, "lists"],
            ["flowchart", 3, true, "flowchart:1"],
            ["flowchart", 3, true, "flowchart:2"]
        ])
    );
    problem_at(&preview(json!("flowchart:9")).await, 422, "source");
    assert_eq!(preview(json!("charts")).await.status_code(), 422);
    let body = created(&app.api.import(&json!({ "source": source, "from": "flowchart:2" })).await);
    assert_eq!(body["node_count"], 3);
    let address = format!("/api/playbooks/{}", text(&body["id"]));
    assert_eq!(app.api.read(&address).await["shown"]["from"], "flowchart:2");
    let more = source.replace("b --> c[Close]", "b --> c[Close]\n c --> d[Tell]");
    let saved = ok(&app.api.method("PUT", &address).json(&json!({ "source": more })).await);
    assert_eq!(
        (&saved["version"], &saved["node_count"]),
        (&json!(2), &json!(4)),
        "what was chosen before is read again"
    );
    let lists = ok(&app.api.method("PUT", &address).json(&json!({ "source": more, "from": "lists" })).await);
    assert_eq!((&lists["version"], &lists["node_count"]), (&json!(3), &json!(2)), "a phase and its step");
    let one = ok(&app.api.method("PUT", &address).json(&json!({ "source": PLAYBOOK })).await);
    assert_eq!(one["node_count"], 7, "what is gone is nobody's choice any more");
    let form = MultipartForm::new()
        .add_part("file", Part::bytes(source.into_bytes()).file_name("mail.md"))
        .add_text("from", "both");
    assert_eq!(created(&app.api.post("/api/playbooks").multipart(form).await)["node_count"], 10, "with three phases");
}

#[tokio::test]
async fn a_title_and_tags_of_the_request_go_before_and_beside_those_of_the_source() {
    let app = TestApp::open().await;
    let request = json!({ "source": PLAYBOOK, "title": "  Account takeover ", "tags": ["Identity", " cloud "] });
    let created = created(&app.api.import(&request).await);
    assert_eq!(created["title"], "Account takeover");
    let playbook = app.api.read(&format!("/api/playbooks/{}", text(&created["id"]))).await;
    assert_eq!(playbook["title"], "Account takeover");
    assert_eq!(playbook["tags"], json!(["identity", "triage", "cloud"]), "a tag is there once, whatever its case");
    assert_eq!(playbook["graph"]["title"], "Account takeover");
}

#[tokio::test]
async fn a_file_is_imported_as_a_form() {
    let app = TestApp::open().await;
    let form = form(PLAYBOOK.as_bytes())
        .add_text("title", "From a file")
        .add_text("tags", "cloud, , urgent")
        .add_text("format", "mermaid");
    let body = created(&app.api.post("/api/playbooks").multipart(form).await);
    assert_eq!((&body["title"], &body["node_count"]), (&json!("From a file"), &json!(7)));
    let playbook = app.api.read(&format!("/api/playbooks/{}", text(&body["id"]))).await;
    assert_eq!(playbook["source"], PLAYBOOK);
    assert_eq!(playbook["tags"], json!(["identity", "triage", "cloud", "urgent"]));
}

#[tokio::test]
async fn a_form_that_cannot_be_a_playbook_is_refused_naming_its_field() {
    let app = TestApp::open().await;
    let post = |form| app.api.post("/api/playbooks").multipart(form);
    problem_at(&post(MultipartForm::new().add_text("title", "No file")).await, 422, "file");
    problem_at(&post(form(b"\xff\xfe\x00a")).await, 422, "file");
    problem_at(&post(form(ONE_STEP.as_bytes()).add_text("colour", "red")).await, 422, "colour");
    problem_at(&post(form(ONE_STEP.as_bytes()).add_text("format", "docx")).await, 422, "format");
    problem_at(&post(form(ONE_STEP.as_bytes()).add_text("title", "  ")).await, 422, "title");
    problem_at(&post(form(b"")).await, 422, "source");
    problem(&post(form(&vec![b' '; 7 * MAX_SOURCE_BYTES])).await, 413);
    assert!(app.api.list("/api/playbooks").await.is_empty());
}

#[tokio::test]
async fn a_body_that_cannot_be_a_playbook_is_refused_naming_its_field() {
    let app = TestApp::open().await;
    let long = "x".repeat(201);
    let mermaid = |name: &str, value: Value| json!({ "source": ONE_STEP, name: value });
    for (body, field) in [
        (json!({ "source": "" }), "source"),
        (json!({ "source": " \n\t" }), "source"),
        (json!({ "source": "PK\u{0}\u{3}" }), "source"),
        (json!({ "source": "sequenceDiagram\n  A->>B: hello\n", "format": "mermaid" }), "source"),
        (json!({ "source": 7 }), "source"),
        (json!({}), "source"),
        (mermaid("format", json!("docx")), "format"),
        (mermaid("colour", json!("red")), "colour"),
        (mermaid("title", json!("  ")), "title"),
        (mermaid("title", json!(long)), "title"),
        (mermaid("title", json!("one\ntwo")), "title"),
        (mermaid("tags", json!(["a\u{0}b"])), "tags"),
        (mermaid("tags", json!(["ok", " "])), "tags"),
        (mermaid("tags", json!([long])), "tags"),
        (mermaid("tags", json!(vec!["tag"; 51])), "tags"),
        (mermaid("tags", json!(["ok", 7])), "tags[1]"),
        (json!([ONE_STEP]), "body"),
    ] {
        problem_at(&app.api.import(&body).await, 422, field);
    }
    assert!(app.api.list("/api/playbooks").await.is_empty());
}

#[tokio::test]
async fn a_source_over_the_limit_is_refused_with_the_limit_and_a_body_far_over_it_is_not_read() {
    let app = TestApp::open().await;
    let padded = |bytes: usize| json!({ "source": format!("{ONE_STEP}{}", " ".repeat(bytes - ONE_STEP.len())) });
    created(&app.api.import(&padded(MAX_SOURCE_BYTES)).await);
    let refused = problem_at(&app.api.import(&padded(MAX_SOURCE_BYTES + 1)).await, 422, "source");
    assert!(refused.detail.contains(&MAX_SOURCE_BYTES.to_string()), "{refused}");
    let refused = problem(&app.api.import(&padded(7 * MAX_SOURCE_BYTES)).await, 413);
    assert!(refused.detail.contains(&(6 * MAX_SOURCE_BYTES + 64 * 1024).to_string()), "{refused}");
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused_and_one_that_is_no_json_is_malformed() {
    let app = TestApp::open().await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let response = app.api.post("/api/playbooks").text(ONE_STEP).content_type(media_type).await;
        assert!(problem(&response, 415).detail.contains(media_type));
    }
    for body in ["", "{", "flowchart TD", "{\"source\": \"a\"} trailing"] {
        problem(&app.api.post("/api/playbooks").text(body).content_type("application/json").await, 400);
    }
}

#[tokio::test]
async fn the_library_lists_the_newest_first_with_what_a_card_shows() {
    let app = TestApp::open().await;
    assert!(app.api.list("/api/playbooks").await.is_empty());
    for title in ["First", "Second", "Third"] {
        app.api.import_titled(ONE_STEP, Some(title)).await;
    }
    let newest = app.api.import_playbook(PLAYBOOK).await;
    app.api.start_execution(&newest, "One").await;
    app.api.start_execution(&newest, "Two").await;
    let mut list = app.api.list("/api/playbooks").await;
    assert_eq!(texts(&list, "title"), ["Suspicious login", "Third", "Second", "First"]);
    let card = &mut list[0];
    for time in ["created_at", "last_used"] {
        assert!(text(&card[time].take()).ends_with('Z'));
    }
    let expected = json!({
        "id": newest, "title": "Suspicious login", "version": 1, "format": "mermaid", "tags": ["identity", "triage"],
        "node_count": 7, "edge_count": 6, "step_count": 4, "decision_count": 1, "execution_count": 2,
        "created_at": null, "last_used": null, "median_seconds": null, "hidden": false,
    });
    assert_eq!(*card, expected);
}

#[tokio::test]
async fn the_library_is_searched_by_words_of_title_and_tags_and_by_tag() {
    let app = TestApp::open().await;
    for (title, tags) in [
        ("Phishing mail", json!(["mail", "identity"])),
        ("Stolen laptop", json!(["device"])),
        ("Überweisungsbetrug per Mail", json!(["finance"])),
    ] {
        created(&app.api.import(&json!({ "source": ONE_STEP, "title": title, "tags": tags })).await);
    }
    for (query, titles) in [
        ("q=MAIL", vec!["Überweisungsbetrug per Mail", "Phishing mail"]),
        ("q=identity+phish", vec!["Phishing mail"]),
        ("q=%C3%9CBERWEISUNG", vec!["Überweisungsbetrug per Mail"]),
        ("q=laptop+mail", vec![]),
        ("q=", vec!["Überweisungsbetrug per Mail", "Stolen laptop", "Phishing mail"]),
        ("tag=Device", vec!["Stolen laptop"]),
        ("tag=dev", vec![]),
        ("tag=finance&q=mail", vec!["Überweisungsbetrug per Mail"]),
    ] {
        let found = app.api.list(&format!("/api/playbooks?{query}")).await;
        assert_eq!(texts(&found, "title"), titles, "{query}");
    }
    problem_at(&app.api.get("/api/playbooks?colour=red").await, 422, "colour");
    for field in ["q", "tag"] {
        let long = app.api.get(&format!("/api/playbooks?{field}={}", "x".repeat(201))).await;
        assert!(problem_at(&long, 422, field).detail.contains("at most 200"));
    }
}

#[tokio::test]
async fn a_playbook_shows_its_source_its_issues_its_graph_and_its_drawing() {
    let app = TestApp::open().await;
    let source = format!("{PLAYBOOK}  report ==>\n");
    let import = created(&app.api.import(&json!({ "source": source })).await);
    let issues = items(import["issues"].clone());
    assert!(!issues.is_empty(), "an edge that leads nowhere is worth a word");
    assert!(issues.iter().all(|issue| issue["message"].is_string() && issue["severity"].is_string()), "{issues:?}");

    let playbook = app.api.read(&format!("/api/playbooks/{}", text(&import["id"]))).await;
    assert_eq!(playbook["source"], source);
    assert_eq!(playbook["issues"], import["issues"]);
    assert!(playbook["placement"]["nodes"].is_array() && playbook["placement"]["edges"].is_array());
    let nodes = items(playbook["graph"]["nodes"].clone());
    assert_eq!(texts(&nodes, "id"), NODES);
    assert_eq!(texts(&nodes, "kind"), ["phase", "step", "decision", "execute", "step", "merge", "step"]);
    assert_eq!(playbook["graph"]["edges"][1], json!({ "from": "malicious", "to": "isolate", "label": "Yes" }));
}

#[tokio::test]
async fn an_unknown_playbook_is_not_found() {
    let app = TestApp::open().await;
    for id in [NO_SUCH_ID, "phishing", "%00", "7"] {
        let path = format!("/api/playbooks/{id}");
        problem(&app.api.get(&path).await, 404);
        problem(&app.api.delete(&path).await, 404);
    }
    problem(&app.api.get("/api/nothing-here").await, 404);
    problem(&app.api.patch("/api/playbooks").await, 405);
}

#[tokio::test]
async fn a_deleted_playbook_is_hidden_and_its_executions_go_on() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let id = text(&execution.read().await["playbook_id"]);
    let path = format!("/api/playbooks/{id}");

    assert_eq!(app.api.delete(&path).await.status_code(), StatusCode::NO_CONTENT);

    problem(&app.api.get(&path).await, 404);
    problem(&app.api.delete(&path).await, 404);
    assert!(app.api.list("/api/playbooks").await.is_empty());
    let start = app.api.start(&json!({ "playbook_id": id, "incident_title": "Too late" })).await;
    problem_at(&start, 422, "playbook_id");

    let app = app.reopen().await;
    let execution = app.api.execution(&execution.id);
    let answer = ok(&execution.patch_step("collect", &json!({ "status": "completed" })).await);
    assert_eq!(answer["step"]["status"], "completed");
    assert_eq!(execution.read().await["playbook_title"], "Suspicious login");
    assert_eq!(app.api.list("/api/executions").await.len(), 1);
}
