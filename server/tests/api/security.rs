//! Who may ask, and what every answer tells a browser.

use axum_test::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN};
use axum_test::{TestRequest, TestResponse};
use domain::api::Problem;
use serde_json::json;
use server::Config;

use crate::harness::{Execution, TestApp, created, problem};

/// What browsers send from where.
const SITE: &str = "sec-fetch-site";

/// A request as a page would send it: the headers it has.
type Headers<'a> = &'a [(&'a str, &'a str)];

/// Sends a request with headers.
async fn send(request: TestRequest, headers: Headers<'_>) -> TestResponse {
    headers.iter().fold(request, |request, (name, value)| request.add_header(*name, *value)).await
}

/// A server that goes by these names as well.
async fn known_as(origins: &[&str]) -> TestApp {
    let allowed_origins = origins.iter().map(|origin| origin.parse().expect("an origin")).collect();
    TestApp::open_with(Config { allowed_origins, ..Config::default() }).await
}

/// The 403 of something that was not let in.
fn refused(response: &TestResponse) -> Problem {
    let problem = problem(response, 403);
    assert_eq!(problem.kind, "/problems/origin");
    problem
}

/// A request of every kind that changes something.
fn changes(app: &TestApp, execution: &Execution) -> Vec<TestRequest> {
    vec![
        app.api.import(&json!({ "source": "- Call" })),
        app.api.start(&json!({ "playbook_id": "", "incident_title": "" })),
        app.api.delete("/api/playbooks/01900000-0000-7000-8000-000000000000"),
        execution.patch(&json!({ "notes": "posted by a foreign page" })),
        execution.patch_step("collect", &json!({ "notes": "posted by a foreign page" })),
        app.api.post("/app/playbooks"),
    ]
}

#[tokio::test]
async fn a_foreign_page_can_change_nothing_and_is_told_why() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let foreign: [Headers<'_>; 7] = [
        &[("origin", "https://evil.test")],
        &[("origin", "https://evil.test"), (SITE, "cross-site")],
        &[("origin", "http://127.0.0.1:1"), (SITE, "same-site")],
        &[("origin", "null")],
        &[("origin", "null"), (SITE, "same-origin")],
        &[(SITE, "cross-site")],
        &[(SITE, "same-site")],
    ];
    for headers in foreign {
        for request in changes(&app, &execution) {
            let problem = refused(&send(request, headers).await);
            assert!(problem.detail.contains("--allowed-origin"), "{problem}");
            if let Some((_, origin)) = headers.iter().find(|(name, _)| *name == "origin") {
                assert!(problem.detail.contains(origin), "{problem}");
            }
        }
    }
    assert_eq!(execution.read().await["last_seq"], 1);
    assert_eq!(app.api.list("/api/playbooks").await.len(), 1);
}

#[tokio::test]
async fn ones_own_page_and_what_is_no_browser_are_let_in() {
    let app = TestApp::open().await;
    let own = app.api.address();
    let own: [Headers<'_>; 6] = [
        &[],
        &[(SITE, "none")],
        &[(SITE, "same-origin")],
        &[("origin", &own)],
        &[("origin", &own), (SITE, "same-origin")],
        // A proxy may name another host to us than the browser did to it; only a browser can say this of a page.
        &[("origin", "https://forge.example"), (SITE, "same-origin")],
    ];
    for headers in own {
        created(&send(app.api.import(&json!({ "source": "- Call" })), headers).await);
    }
}

#[tokio::test]
async fn a_page_below_another_of_the_servers_names_is_let_in() {
    let app = known_as(&["https://forge.example", "http://console.example:8080"]).await;
    for origin in ["https://forge.example", "https://FORGE.example:443", "http://console.example:8080"] {
        let request = app.api.import(&json!({ "source": "- Call" }));
        created(&send(request, &[("origin", origin), (SITE, "cross-site")]).await);
    }
    for origin in [
        "http://forge.example",
        "https://forge.example:8443",
        "https://console.example:8080",
        "https://a.forge.example",
        "https://forge.example.evil.test",
    ] {
        refused(&send(app.api.import(&json!({ "source": "- Call" })), &[("origin", origin)]).await);
    }
}

#[tokio::test]
async fn a_foreign_page_cannot_listen() {
    let app = known_as(&["https://forge.example"]).await;
    let execution = app.api.new_execution().await;
    for origin in ["https://evil.test", "null", "file://"] {
        refused(&execution.live("").add_header(ORIGIN, origin).await);
    }
    refused(&execution.live("").add_header(SITE, "cross-site").await);
    for origin in ["https://forge.example".to_owned(), app.api.address()] {
        let mut live = execution.live("").add_header(ORIGIN, origin).await.into_websocket().await;
        assert!(live.receive_text().await.contains("execution_started"));
    }
}

#[tokio::test]
async fn a_foreign_page_may_be_a_link_to_here_but_reads_nothing() {
    let app = TestApp::open().await;
    for path in ["/api/playbooks", "/playbooks", "/healthz"] {
        let answer = send(app.api.get(path), &[("origin", "https://evil.test"), (SITE, "cross-site")]).await;
        assert_eq!(answer.status_code(), 200, "{path}");
        assert_eq!(answer.maybe_header("access-control-allow-origin"), None, "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
    let preflight = app.api.method("OPTIONS", "/api/playbooks");
    let headers = [("origin", "https://evil.test"), ("access-control-request-method", "POST")];
    let preflight = send(preflight, &headers).await;
    assert!(!preflight.status_code().is_success());
    assert_eq!(preflight.maybe_header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn on_a_loopback_address_a_name_must_be_known() {
    let app = known_as(&["https://forge.example"]).await;
    for host in [
        "localhost",
        "localhost:3000",
        "LOCALHOST:3000",
        "forge.localhost:3000",
        "127.0.0.1:3000",
        "127.1.2.3",
        "[::1]:3000",
        "10.0.0.5:3000",
        "forge.example",
        "Forge.Example:443",
        "forge.example:8443",
    ] {
        assert_eq!(app.api.get("/api/playbooks").add_header(HOST, host).await.status_code(), 200, "{host}");
    }
    for host in ["evil.test", "evil.test:3000", "localhost.evil.test", "127.0.0.1.evil.test", "xforge.example", "1.2.3"]
    {
        for path in ["/api/playbooks", "/playbooks", "/nowhere", "/healthz"] {
            let problem = refused(&app.api.get(path).add_header(HOST, host).await);
            let name = host.split(':').next().expect("a name");
            assert!(problem.detail.contains(&format!("--allowed-origin https://{name} ")), "{problem}");
        }
    }
    refused(&app.api.get("/playbooks").add_header(HOST, "no host").await);
    // The page of a name that was rebound is of the same origin, for all that its browser knows.
    let rebound = [("host", "evil.test"), ("origin", "http://evil.test"), (SITE, "same-origin")];
    refused(&send(app.api.import(&json!({ "source": "- Call" })), &rebound).await);
}

#[tokio::test]
async fn beyond_loopback_every_name_is_let_in_until_some_are_listed() {
    let addr = ([0, 0, 0, 0], 3000).into();
    let open = TestApp::open_with(Config { addr, ..Config::default() }).await;
    assert_eq!(open.api.get("/playbooks").add_header(HOST, "forge.lan").await.status_code(), 200);
    let named = [("host", "forge.lan"), ("origin", "https://forge.lan")];
    created(&send(open.api.import(&json!({ "source": "- Call" })), &named).await);
    refused(&send(open.api.import(&json!({ "source": "- Call" })), &[named[0], ("origin", "https://evil.test")]).await);

    let allowed_origins = vec!["https://forge.lan".parse().expect("an origin")];
    let listed = TestApp::open_with(Config { addr, allowed_origins, ..Config::default() }).await;
    assert_eq!(listed.api.get("/playbooks").add_header(HOST, "forge.lan").await.status_code(), 200);
    refused(&listed.api.get("/playbooks").add_header(HOST, "evil.test").await);
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let app = TestApp::open().await;
    let refused = app.api.get("/").add_header(HOST, "evil.test").await;
    let mut answers = vec![("a refusal", refused)];
    for path in
        ["/", "/playbooks", "/nowhere", "/api/playbooks", "/api/nowhere", "/healthz", "/favicon.svg", "/api/docs"]
    {
        answers.push((path, app.api.get(path).await));
    }
    for (path, answer) in &answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.headers().get_all(name).iter().collect::<Vec<_>>(), [value], "{path}");
        }
        assert!(answer.maybe_header("permissions-policy").is_some(), "{path}");
        let policies: Vec<_> = answer.headers().get_all(CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(policies.len(), 1, "{path}");
        let policy = policies[0].to_str().expect("a text");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-eval'") || policy.contains("'wasm-unsafe-eval'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn only_a_page_may_run_scripts_and_only_its_own() {
    let app = TestApp::open().await;
    let data = app.api.get("/api/playbooks").await.header(CONTENT_SECURITY_POLICY);
    assert!(!data.to_str().expect("a text").contains("script-src"), "{data:?}");
    let mut nonces = Vec::new();
    for path in ["/playbooks", "/executions", "/nowhere"] {
        let page = app.api.get(path).await;
        let policy = page.header(CONTENT_SECURITY_POLICY).to_str().expect("a text").to_owned();
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let (nonce, _) = rest.split_once('\'').expect("a whole nonce");
        let html = page.text();
        let scripts = html.matches("<script").count();
        assert!(scripts > 0, "{path}");
        assert_eq!(html.matches(&format!("nonce=\"{nonce}\"")).count(), scripts, "{path}: every script has the nonce");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{path} carries styles, which are not applied");
        assert!(nonce.len() >= 16 && !nonces.contains(&nonce.to_owned()), "a nonce is used once");
        nonces.push(nonce.to_owned());
    }
}

#[tokio::test]
async fn the_page_of_an_execution_carries_no_styles() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change_step("collect", &json!({ "status": "completed" })).await;
    let html = app.api.get(&format!("/execute/{}", execution.id)).await.text();
    assert!(html.contains("class=\"segment\"") && html.contains("data-depth=\"1\""), "{html}");
    assert!(!html.contains(" style=") && !html.contains("<style"), "{html}");
}

#[tokio::test]
async fn what_is_known_of_incidents_is_kept_in_no_cache() {
    let app = TestApp::open().await;
    for path in ["/playbooks", "/api/playbooks", "/api/nowhere"] {
        assert_eq!(app.api.get(path).await.header(CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_the_limit() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "notes": " ".repeat(1_300_000) });
    for request in [execution.patch(&body), execution.patch_step("collect", &body), app.api.start(&body)] {
        let problem = problem(&request.await, 413);
        assert!(problem.detail.contains("1265536 bytes"), "{problem}");
    }
    let page = app.api.post("/app/executions").json(&body).await;
    assert!(problem(&page, 413).detail.contains("65536 bytes"), "a page asks for little");
    let text = "\\ud83d\\udd25".repeat(20_000);
    let texts = ["notes", "outcome", "impact", "cause", "recommendations"].map(|name| format!("\"{name}\":\"{text}\""));
    let escaped = format!("{{\"status\":\"completed\",{}}}", texts.join(","));
    let longest =
        app.api.patch(&format!("/api/executions/{}", execution.id)).text(escaped).content_type("application/json");
    assert_eq!(longest.await.status_code(), 200, "texts at their limit fit in, however they are written");
}
