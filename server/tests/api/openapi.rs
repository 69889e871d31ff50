//! The description of the API, and the page to browse it. That answers are as described is held by every other test.

use std::collections::BTreeSet;

use axum_test::http::Method;
use axum_test::http::header::{ALLOW, CONTENT_TYPE, LOCATION};
use serde_json::{Value, json};

use crate::conformance::Description;
use crate::harness::{PLAYBOOK, TestApp, problem, text};

/// Every operation, by its method and its path.
fn operations(description: &Description) -> Vec<(String, &Value)> {
    let paths = description.document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("a path has operations");
            item.iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

/// Every media type of a request or an answer of an operation, with what it belongs to.
fn contents<'a>(description: &'a Description, operation: &'a Value) -> Vec<(String, &'a Value)> {
    let responses = operation["responses"].as_object().expect("responses").iter();
    responses
        .map(|(status, response)| (status.clone(), description.resolve(response)))
        .chain([("request".to_owned(), &operation["requestBody"])])
        .filter_map(|(of, part)| Some((of, part.get("content")?.as_object()?)))
        .flat_map(|(of, content)| content.iter().map(move |(media, content)| (format!("{of} {media}"), content)))
        .collect()
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_whole() {
    let description = Description::of(TestApp::open().await.instance.router()).await;
    let document = &description.document;
    assert!(text(&document["openapi"]).starts_with("3.1."));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["info"]["license"]["identifier"], "MIT");
    let tags: BTreeSet<String> =
        document["tags"].as_array().expect("tags").iter().map(|tag| text(&tag["name"])).collect();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&description) {
        assert!(ids.insert(text(&operation["operationId"])), "{name}");
        assert!(!text(&operation["summary"]).is_empty(), "{name}");
        assert!(tags.contains(&text(&operation["tags"][0])), "{name}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{name}: {parameter}");
        }
        for link in operation["responses"]["201"]["links"].as_object().into_iter().flat_map(|links| links.values()) {
            let target =
                operations(&description).into_iter().any(|(_, other)| other["operationId"] == link["operationId"]);
            assert!(target, "{name}: {link}");
        }
    }
    assert!(ids.contains("change_step") && ids.contains("live"));
}

#[tokio::test]
async fn what_is_said_is_about_the_api_and_not_about_the_code() {
    let app = TestApp::open().await;
    let text = app.api.get("/api/openapi.json").await.text();
    for word in ["`None`", "`Some", "[`", "crate::", "Option<", "Vec<"] {
        let at = text.find(word).map(|at| &text[at.saturating_sub(60)..(at + 60).min(text.len())]);
        assert_eq!(at, None, "{word}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let description = Description::of(TestApp::open().await.instance.router()).await;
    let mut open = vec![&description.document];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                description.resolve(value);
                open.extend(members.values());
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn every_body_has_an_example_that_is_as_described() {
    let description = Description::of(TestApp::open().await.instance.router()).await;
    let mut examples = 0;
    for (name, operation) in operations(&description) {
        for (of, content) in contents(&description, operation) {
            let example = content.get("example").unwrap_or_else(|| panic!("{name}: {of} has no example"));
            assert_eq!(description.mismatch(&content["schema"], example), None, "{name}: {of}");
            examples += 1;
        }
    }
    assert!(examples > 40, "{examples} examples: were they collected?");
}

/// Bodies of which the description and the server must think the same.
fn bodies() -> Vec<Value> {
    let (name, note) = ("x".repeat(200), "x".repeat(20_000));
    vec![
        json!({ "notes": note }),
        json!({ "notes": format!("{note}x") }),
        json!({ "notes": " \n " }),
        json!({ "notes": "one\ntwo\u{0}" }),
        json!({ "assignee": name }),
        json!({ "assignee": format!("{name}x") }),
        json!({ "assignee": null }),
        json!({ "assignee": "" }),
        json!({ "assignee": "A\nna" }),
        json!({ "notes": "x", "actor": "  " }),
        json!({ "notes": "x", "actor": null }),
        json!({ "notes": "x", "actor": "Zoë 🦊" }),
        json!({ "notes": "x", "status": null }),
        json!({ "notes": "x", "status": "done" }),
        json!({ "notes": "x", "base_seq": 1.0 }),
        json!({ "notes": "x", "base_seq": 1.5 }),
        json!({ "notes": "x", "base_seq": -1 }),
        json!({ "notes": "x", "base_seq": u64::MAX }),
        json!({ "notes": "x", "base_seq": "1" }),
        json!({ "notes": "x", "command_id": "01900000-0000-7000-8000-000000000000" }),
        json!({ "notes": "x", "command_id": "7" }),
        json!({ "notes": "x", "occurred_at": "yesterday" }),
        json!({ "notes": "x", "colour": "red" }),
        json!([null]),
        json!("x"),
    ]
}

#[tokio::test]
async fn the_description_and_the_server_agree_on_what_a_change_may_be() {
    let app = TestApp::open().await;
    let description = Description::of(app.instance.router()).await;
    let operation = &description.document["paths"]["/api/executions/{id}/steps/{node_id}"]["patch"];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let execution = app.api.new_execution().await;
    for body in bodies() {
        let response = execution.patch_step("collect", &body).await;
        let taken = response.status_code() == 200;
        let mismatch = description.mismatch(schema, &body);
        let shown: String = body.to_string().chars().take(80).collect();
        assert_eq!(taken, mismatch.is_none(), "{shown}: {mismatch:?}, {}", response.text());
        if !taken {
            assert_eq!(problem(&response, 422).kind, "/problems/invalid", "{shown}");
        }
    }
}

#[tokio::test]
async fn a_rule_is_told_from_a_shape() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for body in [
        json!({}),
        json!({ "decision_taken": "Yes" }),
        json!({ "rationale": "because" }),
        json!({ "notes": "x", "occurred_at": "2001-01-01T00:00:00Z" }),
    ] {
        let refused = problem(&execution.patch_step("collect", &body).await, 422);
        assert_eq!(refused.kind, "/problems/refused", "{body}");
    }
    let import = app.api.import(&json!({ "source": "Just a sentence." })).await;
    assert_eq!(problem(&import, 422).kind, "/problems/no-playbook");
    let import = app.api.import(&json!({ "source": PLAYBOOK, "title": "one\ntwo" })).await;
    assert_eq!(problem(&import, 422).kind, "/problems/invalid");
}

#[tokio::test]
async fn a_method_that_is_not_described_is_refused_with_those_that_are() {
    let app = TestApp::open().await;
    for (path, allowed) in [
        ("/api/executions", "GET,HEAD,POST"),
        ("/api/executions/7", "GET,HEAD,PATCH"),
        ("/api/playbooks/7/versions", "GET,HEAD"),
        ("/api/openapi.json", "GET,HEAD"),
        ("/healthz", "GET,HEAD"),
    ] {
        for method in [Method::PUT, Method::TRACE, Method::OPTIONS] {
            let response = app.api.request(method, path).await;
            problem(&response, 405);
            assert_eq!(response.header(ALLOW), allowed, "{path}");
        }
    }
}

#[tokio::test]
async fn the_page_needs_no_inline_script_and_nothing_from_elsewhere() {
    let app = TestApp::open().await;
    assert_eq!(app.api.get("/api/docs").await.header(LOCATION), "docs/");
    let page = app.api.get("/api/docs/").await;
    assert_eq!((page.status_code().as_u16(), page.header(CONTENT_TYPE).as_bytes()), (200, b"text/html".as_slice()));
    let html = page.text();
    assert!(!html.contains("//") && !html.contains("<style"), "{html}");
    let scripts: Vec<&str> = html.split("<script").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let (attributes, rest) = script.split_once('>').expect("a tag ends");
        assert!(rest.trim_start().starts_with("</script>"), "{script}");
        let name = attributes.split_once("src=\"./").and_then(|(_, src)| src.split_once('"')).expect("a source").0;
        let file = app.api.get(&format!("/api/docs/{name}")).await;
        assert_eq!(file.status_code(), 200, "{name}");
        assert!(file.header(CONTENT_TYPE).to_str().expect("text").contains("javascript"), "{name}");
    }
    problem(&app.api.get("/api/docs/nothing.js").await, 404);
}

#[tokio::test]
async fn every_address_is_listed() {
    let app = TestApp::open().await;
    let description = Description::of(app.instance.router()).await;
    let routes = server::routes();
    let listed: BTreeSet<String> =
        routes.iter().map(|route| format!("{} {}", route.methods.to_lowercase(), route.path)).collect();
    for (name, _) in operations(&description) {
        assert!(listed.contains(&name), "{name}");
    }
    for route in routes.iter().filter(|route| route.methods == "GET" && !route.path.contains(['{', ':'])) {
        assert!(!route.summary.is_empty(), "{route:?}");
        let response = app.api.get(&route.path).await;
        // The icon lies in the site, which tests do without.
        assert!(response.status_code() == 200 || route.path == "/favicon.svg", "{route:?}");
    }
}
