//! The web pages as the server renders them, which is all that is there without a script.

use axum_test::WsMessage;
use serde_json::{Value, json};
use server::Config;

use crate::harness::{Api, Execution, PLAYBOOK, TestApp, created, text};

/// An execution with an incident id.
async fn execution_of(api: &Api, incident_id: &str) -> Execution {
    let playbook = api.import_playbook(PLAYBOOK).await;
    let body = json!({
        "playbook_id": playbook, "incident_title": "Login from nowhere", "incident_id": incident_id, "started_by": "Ana",
    });
    api.execution(&text(&created(&api.start(&body).await)["id"]))
}

async fn page(api: &Api, address: &str) -> String {
    let page = api.get(address).await;
    assert_eq!(page.status_code(), 200, "{address}");
    page.text()
}

/// The beginning tag of the link to an address.
fn link<'a>(html: &'a str, address: &str) -> Option<&'a str> {
    html.split("<a ").skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)).find(|tag| tag.contains(address))
}

#[tokio::test]
async fn an_incident_leads_into_thehive_when_it_is_known_where_that_is() {
    let thehive = Some("https://thehive.example.com/".parse().expect("an address"));
    let app = TestApp::open_with(Config { thehive, ..Config::default() }).await;
    for (id, address) in
        [("~40964216", "cases/~40964216/details"), ("#42", "cases/42/details"), ("a/b", "cases/a%2Fb/details")]
    {
        let execution = execution_of(&app.api, id).await;
        let html = page(&app.api, &format!("/execute/{}", execution.id)).await;
        let link = link(&html, &format!("\"https://thehive.example.com/{address}\"")).expect("a link");
        assert!(link.contains("target=\"_blank\"") && link.contains("rel=\"noopener\""), "{link}");
    }
    let app = TestApp::open().await;
    let execution = execution_of(&app.api, "~40964216").await;
    let html = page(&app.api, &format!("/execute/{}", execution.id)).await;
    assert!(html.contains("~40964216") && link(&html, "~40964216").is_none());
}

#[tokio::test]
async fn the_timeline_is_in_the_page_when_it_is_asked_for() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for number in 0..100 {
        execution.change_step("collect", &json!({ "notes": format!("Note {number}"), "actor": "Ana" })).await;
    }
    let address = format!("/execute/{}", execution.id);
    let rows = |html: &str| html.matches("class=\"timeline-row\"").count();
    assert_eq!(rows(&page(&app.api, &address).await), 0);
    assert_eq!(rows(&page(&app.api, &format!("{address}?timeline=open")).await), 101);
}

/// What a page of executions shows, by section.
fn sections(html: &str) -> Vec<(String, Vec<String>)> {
    let inside = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        rest.split(to).next().unwrap_or_default().to_owned()
    };
    let of = |section: &str| {
        let titles = section.split("<h3").skip(1).map(|card| inside(card, "title=\"", "\"")).collect();
        (inside(section, "aria-label=\"", "\""), titles)
    };
    html.split("<section ")
        .filter(|section| inside(section, "class=\"", "\"") == "executions-section")
        .map(of)
        .collect()
}

#[tokio::test]
async fn executions_stand_in_sections_and_are_filtered_by_the_address() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let others = app.api.import_titled(PLAYBOOK, Some("Another")).await;
    for (title, status) in
        [("one", None), ("two", Some("paused")), ("three", Some("completed")), ("four", Some("abandoned"))]
    {
        let execution = app.api.start_execution(&playbook, title).await;
        if let Some(status) = status {
            execution.change(&json!({ "status": status })).await;
        }
    }
    app.api.start_execution(&others, "five").await;
    for (query, shown) in [
        ("", [vec!["five", "one"], vec!["two"], vec!["four", "three"]]),
        ("?status=active&status=abandoned", [vec!["five", "one"], vec![], vec!["four"]]),
        ("?status=completed&q=THREE", [vec![], vec![], vec!["three"]]),
        (&format!("?playbook={others}"), [vec!["five"], vec![], vec![]]),
        ("?from=2000-01-01&to=2000-12-31", [vec![], vec![], vec![]]),
        ("?from=2000-01-01&status=paused", [vec![], vec!["two"], vec![]]),
    ] {
        let html = page(&app.api, &format!("/executions{query}")).await;
        let found = sections(&html);
        assert_eq!(found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Active", "Paused", "Recent"]);
        assert_eq!(found.into_iter().map(|(_, titles)| titles).collect::<Vec<_>>(), shown, "{query}");
        assert_eq!(html.contains("No execution matches."), shown.iter().all(Vec::is_empty), "{query}");
    }
}

#[tokio::test]
async fn of_many_executions_the_newest_are_shown_and_the_address_asks_for_more() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    for number in 0..70 {
        app.api.start_execution(&playbook, &format!("case {number}")).await;
    }
    let html = page(&app.api, "/executions?q=case").await;
    assert_eq!(sections(&html)[0].1.len(), 60);
    assert!(html.contains("Showing 60 of 70.") && link(&html, "/executions?q=case&amp;show=120").is_some(), "{html}");
    let html = page(&app.api, "/executions?q=case&show=120").await;
    assert_eq!(sections(&html)[0].1.len(), 70);
    assert!(!html.contains("Showing"));
}

#[tokio::test]
async fn who_is_at_an_execution_is_shown_in_the_list() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    assert!(!page(&app.api, "/executions").await.contains("here now"));
    let mut socket = execution.live("?last_seq=1").await.into_websocket().await;
    socket.send_json(&json!({ "type": "hello", "protocol": 1, "analyst": "Cleo", "last_seq": 1 })).await;
    // Who is there is told to who came; from then on the list has it.
    loop {
        if let WsMessage::Text(message) = socket.receive_message().await {
            let message: Value = serde_json::from_str(&message).expect("JSON");
            if message["type"] == "presence" && message["analysts"][0]["name"] == "Cleo" {
                break;
            }
        }
    }
    assert!(page(&app.api, "/executions").await.contains("Cleo here now"));
}
