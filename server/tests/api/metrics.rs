//! `/api/metrics`: figures over many executions. How each is defined, `app/domain/tests/metrics.rs` holds with times that only
//! the domain can be given; here is that the server finds the right executions, and reads what it wrote.

use serde_json::{Value, json};

use crate::durability::meddle;
use crate::harness::{Api, Execution, NO_SUCH_ID, PLAYBOOK, TestApp, items, ok, problem, problem_at, text, texts};

/// An execution of a playbook: evidence collected, meanwhile blocked, decided so, the report skipped, ended so.
async fn past(api: &Api, playbook: &str, branch: &str, end: &str) -> Execution {
    let execution = api.start_execution(playbook, &format!("Decided {branch}, {end}")).await;
    for status in ["in_progress", "blocked", "in_progress", "completed"] {
        execution.change_step("collect", &json!({ "status": status })).await;
    }
    execution.change_step("malicious", &json!({ "decision_taken": branch, "status": "completed" })).await;
    execution.change_step("report", &json!({ "status": "skipped" })).await;
    execution.change(&json!({ "status": end })).await;
    execution
}

/// Three executions of a playbook that are over, one that is active and blocked, and one of another playbook that is paused.
async fn fixture(app: &TestApp) -> (String, String) {
    let api = &app.api;
    let playbook = api.import_playbook(PLAYBOOK).await;
    let other = api.import_titled(PLAYBOOK, Some("Another")).await;
    past(api, &playbook, "Yes", "completed").await;
    past(api, &playbook, "No", "completed").await;
    past(api, &playbook, "Yes", "abandoned").await;
    let active = api.start_execution(&playbook, "Stuck").await;
    active.change_step("collect", &json!({ "status": "blocked" })).await;
    api.start_execution(&other, "Paused").await.change(&json!({ "status": "paused" })).await;
    // As if collecting had taken 90 s, 30 of them blocked: nothing that is sent makes time pass.
    let times = "UPDATE executions SET step_outcomes = \
                 json_set(step_outcomes, '$[1]', json('[\"completed\",60000000,30000000,null]')) \
                 WHERE step_outcomes IS NOT NULL";
    meddle(&app.database().await, times).await;
    (playbook, other)
}

/// Members of an object, in this order.
fn pick<const N: usize>(value: &Value, members: [&str; N]) -> [Value; N] {
    members.map(|member| value[member].clone())
}

const COUNTS: [&str; 4] = ["started_count", "completed_count", "abandoned_count", "open_count"];

#[tokio::test]
async fn the_summary_says_what_goes_on_and_what_became_of_the_rest() {
    let app = TestApp::open().await;
    let (playbook, _) = fixture(&app).await;
    let summary = app.api.read("/api/metrics/summary").await;
    assert_eq!(
        pick(&summary["running"], ["active_count", "paused_count", "blocked_count"]),
        [1, 1, 1].map(Value::from)
    );
    assert_eq!(summary["running"]["blocked"][0]["incident_title"], "Stuck");
    assert_eq!(pick(&summary["executions"], COUNTS), [5, 2, 1, 2].map(Value::from));
    assert_eq!(summary["executions"]["completion_percent"], 66.7);
    assert_eq!(summary["over_time"]["unit"], "day");
    // Two days when it is midnight.
    let days = items(summary["over_time"]["periods"].clone());
    let sum = |member: &str| days.iter().filter_map(|day| day[member].as_u64()).sum::<u64>();
    assert_eq!(["completed_count", "abandoned_count", "open_count"].map(sum), [2, 1, 2]);
    let slow = &summary["bottlenecks"]["by_time"][0];
    let members = ["playbook_id", "node_id", "handled_count", "seconds", "median_seconds", "share_percent"];
    let found = pick(slow, members);
    assert_eq!(found, [json!(playbook), json!("collect"), json!(3), json!(270), json!(90.0), json!(100.0)]);
    let blocked = &summary["bottlenecks"]["by_blocks"][0];
    let members = ["node_id", "blocked_count", "blocked_percent", "blocked_seconds"];
    assert_eq!(pick(blocked, members), [json!("collect"), json!(3), json!(100.0), json!(90)]);
    let skipped = &summary["bottlenecks"]["by_skips"][0];
    assert_eq!(pick(skipped, ["node_id", "skipped_count"]), [json!("report"), json!(3)]);
    let decision = &summary["decisions"][0];
    assert_eq!(pick(decision, ["label", "decided_count"]), [json!("Is it malicious?"), json!(3)]);
    let branches = items(decision["branches"].clone());
    assert_eq!(texts(&branches, "branch"), ["Yes", "No"]);
    assert_eq!([&branches[0]["count"], &branches[1]["count"]], [2, 1]);
}

#[tokio::test]
async fn playbooks_are_listed_by_use_and_stay_when_they_are_deleted() {
    let app = TestApp::open().await;
    let (playbook, other) = fixture(&app).await;
    assert_eq!(app.api.delete(&format!("/api/playbooks/{other}")).await.status_code(), 204);
    let found = app.api.list("/api/metrics/playbooks").await;
    assert_eq!(texts(&found, "playbook_id"), [playbook.as_str(), &other]);
    assert_eq!(texts(&found, "title"), ["Suspicious login", "Another"]);
    assert_eq!([&found[0]["in_library"], &found[1]["in_library"]], [true, false]);
    assert_eq!(pick(&found[0], COUNTS), [4, 2, 1, 1].map(Value::from));
    assert_eq!(pick(&found[1], COUNTS), [1, 0, 0, 1].map(Value::from));
    assert_eq!(pick(&found[1], ["completion_percent", "mean_seconds"]), [Value::Null, Value::Null]);
}

#[tokio::test]
async fn a_filter_narrows_every_figure_but_what_goes_on_at_this_moment() {
    let app = TestApp::open().await;
    let (_, other) = fixture(&app).await;
    for (query, counts, running) in [
        (format!("?playbook_id={other}"), [1, 0, 0, 1], [0, 1]),
        (format!("?playbook_id={NO_SUCH_ID}"), [0; 4], [0, 0]),
        ("?started_before=2026-01-01T00:00:00Z".to_owned(), [0; 4], [1, 1]),
        ("?started_after=2026-01-01T00:00:00Z".to_owned(), [5, 2, 1, 2], [1, 1]),
    ] {
        let summary = app.api.read(&format!("/api/metrics/summary{query}")).await;
        assert_eq!(pick(&summary["executions"], COUNTS), counts.map(Value::from), "{query}");
        assert_eq!(pick(&summary["running"], ["active_count", "paused_count"]), running.map(Value::from), "{query}");
        let found = app.api.list(&format!("/api/metrics/playbooks{query}")).await;
        let started: u64 = found.iter().filter_map(|playbook| playbook["started_count"].as_u64()).sum();
        assert_eq!(json!(started), counts[0], "{query}");
    }
}

#[tokio::test]
async fn the_history_of_a_playbook_has_every_step_that_there_is() {
    let app = TestApp::open().await;
    let (playbook, other) = fixture(&app).await;
    let history = app.api.read(&format!("/api/metrics/playbooks/{playbook}")).await;
    assert_eq!(pick(&history["executions"], COUNTS), [4, 2, 1, 1].map(Value::from));
    let steps = items(history["steps"].clone());
    assert_eq!(texts(&steps, "node_id"), ["collect", "malicious", "isolate", "dismiss", "report"]);
    let handled: Vec<&Value> = steps.iter().map(|step| &step["handled_count"]).collect();
    assert_eq!(handled, [3, 3, 0, 0, 3]);
    let unused = app.api.read(&format!("/api/metrics/playbooks/{other}")).await;
    assert_eq!(items(unused["steps"].clone()).len(), 5);
    assert!(items(unused["steps"].clone()).iter().all(|step| step["handled_count"] == 0));
}

#[tokio::test]
async fn what_is_not_there_and_what_makes_no_sense_is_refused_in_words() {
    let app = TestApp::open().await;
    for path in ["summary", "playbooks"] {
        for (query, field) in [
            ("playbook_id=7", "playbook_id"),
            ("started_after=yesterday", "started_after"),
            ("started_before=", "started_before"),
            ("status=active", "status"),
        ] {
            problem_at(&app.api.get(&format!("/api/metrics/{path}?{query}")).await, 422, field);
        }
    }
    problem(&app.api.get(&format!("/api/metrics/playbooks/{NO_SUCH_ID}")).await, 404);
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    assert_eq!(ok(&app.api.get(&format!("/api/metrics/playbooks/{playbook}")).await)["executions"]["started_count"], 0);
    app.api.delete(&format!("/api/playbooks/{playbook}")).await;
    problem(&app.api.get(&format!("/api/metrics/playbooks/{playbook}")).await, 404);
}

#[tokio::test]
async fn figures_follow_an_execution_that_is_reopened_and_one_that_is_rebuilt() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let execution = past(&app.api, &playbook, "No", "completed").await;
    let before = app.api.read(&format!("/api/metrics/playbooks/{playbook}")).await;
    execution.change(&json!({ "status": "active" })).await;
    let open = app.api.read("/api/metrics/summary").await;
    assert_eq!(pick(&open["executions"], COUNTS), [1, 0, 0, 1].map(Value::from));
    assert_eq!(open["bottlenecks"]["by_time"], json!([]));
    execution.change(&json!({ "status": "completed" })).await;
    assert_eq!(app.instance.rebuild().await.expect("the rows are written anew"), 1);
    let mut after = app.api.read(&format!("/api/metrics/playbooks/{playbook}")).await;
    // The time of the whole is that of the test.
    for figure in ["mean_seconds", "median_seconds"] {
        after["executions"][figure] = before["executions"][figure].clone();
    }
    assert_eq!(after, before);
    let verified = app.instance.verify(None, &|_, _| {}).await.expect("the database can be read");
    assert!(verified.iter().all(|one| one.result.is_ok()), "{verified:?}");
    assert_eq!(text(&after["steps"][0]["playbook_title"]), "Suspicious login");
}

/// The page at an address, without what only keeps its markup apart.
async fn page(api: &Api, address: &str) -> String {
    let page = api.get(address).await;
    assert_eq!(page.status_code(), 200, "{address}");
    page.text().replace("<!>", "")
}

#[tokio::test]
async fn the_dashboard_shows_what_the_api_says_and_leads_to_it() {
    let app = TestApp::open().await;
    let (playbook, other) = fixture(&app).await;
    let html = page(&app.api, "/").await;
    for shown in [
        "1 blocked",
        "2 completed, 1 abandoned, 2 open",
        "n = 3: 2 of those that are over",
        "median 1 min 30 s, n = 3",
        "3 of n = 3, 1 min 30 s in all",
        &format!("href=\"/playbooks/{playbook}?history=open\""),
        "href=\"/executions?status=completed&amp;status=abandoned\"",
    ] {
        assert!(html.contains(shown), "{shown} is not in {html}");
    }
    let html = page(&app.api, &format!("/?playbook={other}&from=2026-01-01&to=nonsense")).await;
    assert!(html.contains("0 completed, 0 abandoned, 1 open"), "{html}");
    assert!(html.contains(&format!("href=\"/executions?status=completed&amp;playbook={other}&amp;from=2026-01-01\"")));
    let html = page(&app.api, "/?to=2026-01-01").await;
    assert!(html.contains("No execution began in this time") && html.contains("1 blocked"), "{html}");
}

#[tokio::test]
async fn an_empty_dashboard_leads_on() {
    let app = TestApp::open().await;
    let html = page(&app.api, "/").await;
    assert!(html.contains("Nothing has been executed yet") && html.contains("href=\"/playbooks/new\""), "{html}");
    app.api.import_playbook(PLAYBOOK).await;
    let html = page(&app.api, "/").await;
    assert!(html.contains("Choose a playbook") && !html.contains("href=\"/playbooks/new\""), "{html}");
}

#[tokio::test]
async fn what_a_playbook_says_stays_text_on_the_dashboard() {
    let app = TestApp::open().await;
    let bad = "<img src=x onerror=alert(1)>";
    let source = format!("# Bad\n\n1. Decision: {bad}?\n   - {bad} -> Look\n   - No -> Leave\n");
    let playbook = app.api.import_titled(&source, Some(bad)).await;
    let execution = app.api.start_execution(&playbook, bad).await;
    let steps = items(execution.read().await["steps"].take());
    let decision = steps.iter().find(|step| step["kind"] == "decision").expect("there is one");
    let change = json!({ "status": "blocked", "decision_taken": decision["decision_options"][0] });
    execution.change_step(&text(&decision["node_id"]), &change).await;
    assert!(!page(&app.api, "/").await.contains("<img"));
    execution.change(&json!({ "status": "completed" })).await;
    for address in ["/".to_owned(), format!("/playbooks/{playbook}")] {
        let html = page(&app.api, &address).await;
        assert!(html.contains("&lt;img") && !html.contains("<img"), "{html}");
    }
}
