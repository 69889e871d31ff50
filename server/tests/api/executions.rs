//! `/api/executions`

use std::collections::BTreeSet;

use axum_test::http::header::{ETAG, IF_NONE_MATCH, LINK};
use axum_test::http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::harness::{
    Api, Execution, NO_SUCH_ID, NODES, PLAYBOOK, TestApp, created, items, keys, ok, problem, problem_at, text, texts,
    visible,
};

/// What an execution shows in a list.
const SUMMARY: [&str; 13] = [
    "analyst_count",
    "blocked_since",
    "completed_at",
    "id",
    "incident_id",
    "incident_title",
    "playbook_id",
    "playbook_title",
    "playbook_version",
    "progress",
    "started_at",
    "started_by",
    "status",
];

/// What an execution shows beyond that.
const DETAIL: [&str; 9] =
    ["cause", "head_hash", "impact", "last_seq", "notes", "outcome", "paused", "recommendations", "steps"];

/// What a step shows.
const STEP: [&str; 17] = [
    "active_seconds",
    "applicable",
    "assignee",
    "blocked",
    "blocked_seconds",
    "completed_at",
    "decision_options",
    "decision_taken",
    "evidence",
    "kind",
    "label",
    "node_id",
    "notes",
    "phase",
    "rationale",
    "started_at",
    "status",
];

const PROGRESS: [&str; 9] = [
    "applicable",
    "blocked",
    "completed",
    "in_progress",
    "not_applicable",
    "not_started",
    "percent",
    "skipped",
    "total",
];

#[tokio::test]
async fn a_started_execution_answers_everything_about_itself_and_where_it_lies() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let request = json!({
        "playbook_id": playbook, "incident_title": " Login from nowhere ", "incident_id": "INC-7", "started_by": "Ana",
    });
    let execution = created(&app.api.start(&request).await);
    for (member, value) in [
        ("playbook_id", json!(playbook)),
        ("playbook_title", json!("Suspicious login")),
        ("playbook_version", json!(1)),
        ("incident_title", json!("Login from nowhere")),
        ("incident_id", json!("INC-7")),
        ("status", json!("active")),
        ("completed_at", Value::Null),
        ("started_by", json!("Ana")),
        ("analyst_count", json!(1)),
        ("outcome", Value::Null),
        ("recommendations", Value::Null),
        ("notes", json!([])),
        ("last_seq", json!(1)),
    ] {
        assert_eq!(execution[member], value, "{member}");
    }
    let expected = json!({
        "total": 5, "applicable": 5, "not_applicable": 0, "not_started": 5, "in_progress": 0, "completed": 0,
        "skipped": 0, "blocked": 0, "percent": 0,
    });
    assert_eq!(execution["progress"], expected);
    assert_eq!(texts(&items(execution["steps"].clone()), "node_id"), NODES);
    assert_eq!(app.api.execution(&text(&execution["id"])).read().await, execution);
}

#[tokio::test]
async fn summary_detail_and_step_have_exactly_the_members_of_the_contract() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let detail = execution.read().await;
    assert_eq!(keys(&detail), SUMMARY.into_iter().chain(DETAIL).collect());
    assert_eq!(keys(&detail["progress"]), BTreeSet::from(PROGRESS));
    for step in items(detail["steps"].clone()) {
        assert_eq!(keys(&step), BTreeSet::from(STEP));
    }
    let list = app.api.list("/api/executions").await;
    assert_eq!(keys(&list[0]), BTreeSet::from(SUMMARY));
    for member in SUMMARY {
        assert_eq!(list[0][member], detail[member], "{member}");
    }
}

#[tokio::test]
async fn a_new_step_is_not_started_and_a_decision_lists_its_branches() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let decision = json!({
        "node_id": "malicious", "kind": "decision", "label": "Is it malicious?", "phase": "Triage",
        "status": "not_started", "applicable": true, "assignee": null, "started_at": null, "completed_at": null,
        "active_seconds": 0, "blocked_seconds": 0, "notes": [], "decision_taken": null, "rationale": null,
        "blocked": null, "decision_options": ["Yes", "No"], "evidence": [],
    });
    assert_eq!(execution.step("malicious").await, decision);
    let step = execution.step("report").await;
    assert_eq!((&step["phase"], &step["decision_options"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn a_start_that_cannot_be_is_refused_naming_the_field() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let with = |title: &str, member: &str, value: Value| json!({ "playbook_id": playbook, "incident_title": title, member: value });
    let long = "ü".repeat(201);
    for (body, field) in [
        (json!({ "playbook_id": NO_SUCH_ID, "incident_title": "Lost" }), "playbook_id"),
        (json!({ "playbook_id": "phishing", "incident_title": "Lost" }), "playbook_id"),
        (json!({ "incident_title": "Lost" }), "playbook_id"),
        (json!({ "playbook_id": playbook }), "incident_title"),
        (with(" \t ", "incident_id", Value::Null), "incident_title"),
        (with(&long, "incident_id", Value::Null), "incident_title"),
        (with("two\nlines", "incident_id", Value::Null), "incident_title"),
        (with("Fine", "incident_id", json!(long)), "incident_id"),
        (with("Fine", "started_by", json!(" ")), "started_by"),
        (with("Fine", "started_by", json!(long)), "started_by"),
        (with("Fine", "severity", json!("high")), "severity"),
    ] {
        problem_at(&app.api.start(&body).await, 422, field);
    }
    assert!(app.api.list("/api/executions").await.is_empty(), "a refused start leaves nothing behind");
    let longest = "ü".repeat(200);
    let execution = created(&app.api.start(&with(&longest, "incident_id", json!("  "))).await);
    assert_eq!((&execution["incident_title"], &execution["incident_id"]), (&json!(longest), &Value::Null));
}

#[tokio::test]
async fn who_starts_is_named_by_the_body_else_by_the_header_else_by_the_cookie() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let body = json!({ "playbook_id": playbook, "incident_title": "Who" });
    let named = json!({ "playbook_id": playbook, "incident_title": "Who", "actor": "Ana" });
    let cookie = ("cookie", "analyst=Cy");
    let header = ("x-analyst", "Bo");
    for (request, expected) in [
        (app.api.start(&named).add_header(header.0, header.1).add_header(cookie.0, cookie.1), "Ana"),
        (app.api.start(&body).add_header(header.0, header.1).add_header(cookie.0, cookie.1), "Bo"),
        (app.api.start(&body).add_header(cookie.0, cookie.1), "Cy"),
        (app.api.start(&body), "anonymous"),
    ] {
        assert_eq!(created(&request.await)["started_by"], expected);
    }
}

/// One execution in each status, of two playbooks, oldest first: active, paused, completed, abandoned.
async fn one_of_each(api: &Api) -> (Vec<Execution>, [String; 2]) {
    let first = api.import_playbook(PLAYBOOK).await;
    let second = api.import_titled(PLAYBOOK, Some("Überfall")).await;
    let executions = vec![
        api.start_execution(&first, "Brute force on the VPN").await,
        api.start_execution(&first, "100% CPU on web_01").await,
        api.start_execution(&second, "Mail to finance").await,
        api.start_execution(&second, "Stolen laptop").await,
    ];
    for (execution, status) in executions[1..].iter().zip(["paused", "completed", "abandoned"]) {
        execution.change(&json!({ "status": status })).await;
    }
    (executions, [first, second])
}

#[tokio::test]
async fn the_list_shows_the_newest_first_and_is_filtered_by_status_playbook_and_words() {
    let app = TestApp::open().await;
    let (_, [first, second]) = one_of_each(&app.api).await;
    let vpn = "Brute force on the VPN";
    let cpu = "100% CPU on web_01";
    let mail = "Mail to finance";
    let laptop = "Stolen laptop";
    for (query, titles) in [
        (String::new(), vec![laptop, mail, cpu, vpn]),
        ("?status=active".into(), vec![vpn]),
        ("?status=paused&status=abandoned".into(), vec![laptop, cpu]),
        ("?status=active&status=paused&status=completed&status=abandoned".into(), vec![laptop, mail, cpu, vpn]),
        (format!("?playbook_id={first}"), vec![cpu, vpn]),
        (format!("?playbook_id={second}&status=completed"), vec![mail]),
        (format!("?playbook_id={NO_SUCH_ID}"), vec![]),
        ("?q=vpn".into(), vec![vpn]),
        ("?q=VPN+brute".into(), vec![vpn]),
        ("?q=suspicious".into(), vec![cpu, vpn]),
        ("?q=%C3%9Cberfall".into(), vec![laptop, mail]),
        // In any case, also of letters beyond ASCII.
        ("?q=%C3%BCBERFALL".into(), vec![laptop, mail]),
        ("?q=100%25".into(), vec![cpu]),
        ("?q=b_01".into(), vec![cpu]),
        ("?q=_".into(), vec![cpu]),
        ("?q=%5C".into(), vec![]),
        ("?q=".into(), vec![laptop, mail, cpu, vpn]),
    ] {
        let found = app.api.list(&format!("/api/executions{query}")).await;
        assert_eq!(texts(&found, "incident_title"), titles, "{query}");
    }
}

#[tokio::test]
async fn the_list_is_searched_by_incident_id() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let body = json!({ "playbook_id": playbook, "incident_title": "Numbered", "incident_id": "INC-2026-7" });
    created(&app.api.start(&body).await);
    assert_eq!(app.api.list("/api/executions?q=inc-2026").await.len(), 1);
    assert!(app.api.list("/api/executions?q=inc-2027").await.is_empty());
}

#[tokio::test]
async fn started_after_takes_the_moment_itself_and_started_before_leaves_it_out() {
    let app = TestApp::open().await;
    let (executions, _) = one_of_each(&app.api).await;
    let mut started = Vec::new();
    for execution in &executions {
        started.push(text(&execution.read().await["started_at"]));
    }
    assert!(started.is_sorted_by(|a, b| a < b), "{started:?}");
    for (query, expected) in [
        (format!("started_after={}", started[2]), vec![&started[3], &started[2]]),
        (format!("started_before={}", started[2]), vec![&started[1], &started[0]]),
        (format!("started_after={}&started_before={}", started[1], started[3]), vec![&started[2], &started[1]]),
        ("started_after=2199-01-01T00:00:00Z".to_owned(), vec![]),
        ("started_before=2000-01-01T00:00:00%2B02:00".to_owned(), vec![]),
    ] {
        let found = app.api.list(&format!("/api/executions?{query}")).await;
        assert_eq!(texts(&found, "started_at").iter().collect::<Vec<_>>(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_paged_list_says_how_long_it_is_and_where_it_goes_on() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    for number in 1..=5 {
        app.api.start_execution(&playbook, &format!("Incident {number}")).await;
    }
    let mut titles = Vec::new();
    let mut sizes = Vec::new();
    let mut next = Some("/api/executions?status=active&q=incident&limit=2".to_owned());
    while let Some(path) = next {
        let response = app.api.get(&path).await;
        assert_eq!(response.header("x-total-count"), "5");
        let page = items(ok(&response));
        sizes.push(page.len());
        titles.extend(texts(&page, "incident_title"));
        next = response.maybe_header(LINK).map(|link| {
            let link = link.to_str().expect("an address").to_owned();
            link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("RFC 8288").to_owned()
        });
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(titles, ["Incident 5", "Incident 4", "Incident 3", "Incident 2", "Incident 1"]);
}

#[tokio::test]
async fn a_list_that_is_not_paged_or_ends_here_leads_nowhere() {
    let app = TestApp::open().await;
    one_of_each(&app.api).await;
    for (query, total, length) in [
        ("", "4", 4),
        ("?limit=4", "4", 4),
        ("?limit=9", "4", 4),
        ("?offset=3", "4", 1),
        ("?offset=9&limit=2", "4", 0),
        ("?status=paused&limit=1", "1", 1),
        ("?limit=0", "4", 0),
    ] {
        let response = app.api.get(&format!("/api/executions{query}")).await;
        assert_eq!(response.header("x-total-count"), total, "{query}");
        assert_eq!(response.maybe_header(LINK), None, "{query}");
        assert_eq!(items(ok(&response)).len(), length, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_refused_naming_it() {
    let app = TestApp::open().await;
    for (query, field) in [
        ("status=done", "status"),
        ("playbook_id=phishing", "playbook_id"),
        ("started_after=yesterday", "started_after"),
        ("started_before=2026-11-22", "started_before"),
        ("started_before=", "started_before"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("offset=many", "offset"),
        ("analyst=Ana", "analyst"),
        (&format!("q={}", "x".repeat(201)), "q"),
    ] {
        let refused = problem(&app.api.get(&format!("/api/executions?{query}")).await, 422);
        let blamed = &refused.errors[0].field;
        assert!(blamed.starts_with(field), "{query} blames {blamed}");
    }
}

#[tokio::test]
async fn a_list_has_pages_of_a_hundred_and_at_most_a_thousand() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    for number in 0..102 {
        app.api.start_execution(&playbook, &format!("Incident {number}")).await;
        app.api.import_titled(PLAYBOOK, Some(&format!("Playbook {number}"))).await;
    }
    for (path, total) in [("/api/executions", 102), ("/api/playbooks", 103)] {
        let first = app.api.get(path).await;
        assert_eq!(first.header("x-total-count"), total.to_string().as_str());
        let next = format!("<{path}?offset=100>; rel=\"next\"");
        assert_eq!(first.header(LINK), next.as_str());
        assert_eq!(items(ok(&first)).len(), 100);
        let rest = app.api.get(&format!("{path}?offset=100")).await;
        assert_eq!((items(ok(&rest)).len(), rest.maybe_header(LINK)), (total - 100, None));
        assert_eq!(app.api.list(&format!("{path}?limit=1000")).await.len(), total);
        assert!(app.api.list(&format!("{path}?offset=18446744073709551615")).await.is_empty());
        let refused = problem(&app.api.get(&format!("{path}?limit=1001")).await, 422);
        assert_eq!(refused.errors[0].field, "limit");
        assert!(refused.errors[0].message.contains("at most 1000"), "{}", refused.errors[0].message);
    }
}

#[tokio::test]
async fn a_list_that_has_not_changed_is_not_sent_again_whoever_changes_it() {
    let app = TestApp::open().await;
    let beside = app.beside().await;
    let execution = app.api.new_execution().await;
    for (path, expected) in [("/api/executions?q=login", 1), ("/api/playbooks", 1)] {
        let ask = |tag: HeaderValue| app.api.get(path).add_header(IF_NONE_MATCH, tag);
        let mut tag = app.api.get(path).await.header(ETAG);
        for process in [&app.api, &beside] {
            let same = ask(tag.clone()).await;
            assert_eq!((same.status_code(), same.as_bytes().len()), (StatusCode::NOT_MODIFIED, 0));
            ok(&process.execution(&execution.id).patch(&json!({ "notes": "Seen again" })).await);
            let changed = ask(tag.clone()).await;
            assert_eq!(items(ok(&changed)).len(), expected);
            assert_ne!(changed.header(ETAG), tag);
            tag = changed.header(ETAG);
        }
    }
}

#[tokio::test]
async fn what_is_no_number_is_named_in_words() {
    let app = TestApp::open().await;
    for (query, word) in [
        ("limit=ten", "“ten” is not a whole number"),
        ("limit=-1", "“-1” is not a whole number"),
        ("offset=99999999999999999999", "99999999999999999999 is too large"),
    ] {
        let refused = problem(&app.api.get(&format!("/api/executions?{query}")).await, 422);
        assert!(refused.errors[0].message.contains(word), "{}", refused.errors[0].message);
    }
}

#[tokio::test]
async fn an_execution_is_paused_and_resumed() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let paused = execution.change(&json!({ "status": "paused", "actor": "Bo" })).await;
    assert_eq!((&paused["status"], &paused["last_seq"]), (&json!("paused"), &json!(2)));
    assert_eq!(paused["analyst_count"], 2);
    let again = execution.change(&json!({ "status": "paused" })).await;
    assert_eq!(again["last_seq"], 2, "a status that already holds is no event");
    let resumed = execution.change(&json!({ "status": "active" })).await;
    assert_eq!((&resumed["status"], &resumed["last_seq"]), (&json!("active"), &json!(3)));
    let types = texts(&execution.timeline("").await, "event_type");
    assert_eq!(types, ["execution_started", "execution_paused", "execution_resumed"]);
}

#[tokio::test]
async fn an_execution_ends_with_an_outcome_and_can_be_reopened() {
    let app = TestApp::open().await;
    for (status, event_type) in [("completed", "execution_completed"), ("abandoned", "execution_abandoned")] {
        let execution = app.api.new_execution().await;
        let ended = execution.change(&json!({ "status": status, "outcome": " False alarm. " })).await;
        assert_eq!((&ended["status"], &ended["outcome"]), (&json!(status), &json!("False alarm.")));
        assert!(ended["completed_at"].is_string(), "ended with open steps");
        let event = &execution.timeline("?after_seq=1").await[0];
        assert_eq!(event["event_type"], event_type);
        assert_eq!(event["data"], json!({ "outcome": "False alarm." }));

        let reopened = execution.change(&json!({ "status": "active" })).await;
        assert_eq!((&reopened["status"], &reopened["completed_at"]), (&json!("active"), &Value::Null));
        assert_eq!(reopened["outcome"], Value::Null);
        execution.change_step("collect", &json!({ "status": "completed" })).await;
    }
}

#[tokio::test]
async fn a_status_that_cannot_follow_is_a_conflict() {
    let app = TestApp::open().await;
    let (executions, _) = one_of_each(&app.api).await;
    let [_, _, completed, abandoned] = executions.as_slice() else { panic!("four executions") };
    for (execution, to) in
        [(completed, "paused"), (completed, "abandoned"), (abandoned, "paused"), (abandoned, "completed")]
    {
        let before = execution.read().await;
        problem_at(&execution.patch(&json!({ "status": to })).await, 409, "status");
        assert_eq!(execution.read().await, before, "a refused change leaves no trace");
    }
}

#[tokio::test]
async fn notes_append_in_every_status() {
    let app = TestApp::open().await;
    let (executions, _) = one_of_each(&app.api).await;
    for execution in &executions {
        execution.change(&json!({ "notes": " first\nline ", "actor": "Ana" })).await;
        let notes = items(execution.change(&json!({ "notes": "second", "actor": "Bo" })).await["notes"].take());
        assert_eq!(texts(&notes, "text"), [" first\nline ", "second"]);
        assert_eq!(texts(&notes, "author"), ["Ana", "Bo"]);
        assert_eq!(keys(&notes[0]), BTreeSet::from(["author", "occurred_at", "seq", "text", "timestamp"]));
    }
}

#[tokio::test]
async fn recommendations_are_rewritten_as_a_whole_in_every_status() {
    let app = TestApp::open().await;
    let (executions, _) = one_of_each(&app.api).await;
    for execution in &executions {
        for (written, read) in [("- Use MFA", json!("- Use MFA")), ("", Value::Null), ("- Patch", json!("- Patch"))] {
            let answer = execution.change(&json!({ "recommendations": written })).await;
            assert_eq!(answer["recommendations"], read);
        }
        let before = execution.read().await["last_seq"].clone();
        let same = execution.change(&json!({ "recommendations": "- Patch" })).await;
        assert_eq!(same["last_seq"], before, "what already holds is no event");
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_is_refused_naming_the_field_and_leaves_no_trace() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for (body, field) in [
        (json!({ "status": "done" }), "status"),
        (json!({ "notes": "  " }), "notes"),
        (json!({ "notes": "x".repeat(20_001) }), "notes"),
        (json!({ "outcome": "Good" }), "outcome"),
        (json!({ "outcome": "Good", "status": "paused" }), "outcome"),
        (json!({ "outcome": " ", "status": "completed" }), "outcome"),
        (json!({ "notes": "kept?", "status": "completed", "outcome": " " }), "outcome"),
        (json!({ "outcome": "x".repeat(20_001), "status": "completed" }), "outcome"),
        (json!({ "recommendations": "x".repeat(20_001) }), "recommendations"),
        (json!({ "incident_title": "Other" }), "incident_title"),
        (json!({ "notes": "late", "occurred_at": "2199-01-01T00:00:00Z" }), "occurred_at"),
        (json!({ "notes": "early", "occurred_at": "2000-01-01T00:00:00Z" }), "occurred_at"),
    ] {
        problem_at(&execution.patch(&body).await, 422, field);
    }
    problem(&execution.patch(&json!({})).await, 422);
    assert_eq!(execution.read().await["last_seq"], 1);
}

#[tokio::test]
async fn several_changes_of_one_request_are_made_together() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let body = json!({ "notes": "done", "recommendations": "- Sleep", "status": "completed", "actor": "Bo" });
    let answer = execution.change(&body).await;
    assert_eq!(answer["last_seq"], 4);
    let timeline = execution.timeline("?after_seq=1").await;
    let types = ["execution_noted", "recommendations_changed", "execution_completed"];
    assert_eq!(texts(&timeline, "event_type"), types);
    assert!(timeline.iter().all(|event| event["command_id"] == timeline[0]["command_id"] && event["actor"] == "Bo"));
}

#[tokio::test]
async fn an_unknown_execution_is_not_found() {
    let app = TestApp::open().await;
    for id in [NO_SUCH_ID, "latest", "7"] {
        problem(&app.api.get(&format!("/api/executions/{id}")).await, 404);
    }
    for id in [NO_SUCH_ID, "latest"] {
        let execution = app.api.execution(id);
        problem(&execution.patch(&json!({ "notes": "hello?" })).await, 404);
        problem(&execution.patch_step("collect", &json!({ "status": "completed" })).await, 404);
    }
}

#[tokio::test]
async fn a_late_entry_keeps_both_times_and_lies_before_the_start_only_on_purpose() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let before = "2000-01-01T00:00:00.000000Z";
    let note = json!({ "notes": "seen by the night shift", "occurred_at": before });
    problem_at(&execution.patch(&note).await, 422, "occurred_at");
    problem_at(&execution.patch_step("collect", &note).await, 422, "occurred_at");
    let late = json!({ "notes": "seen by the night shift", "occurred_at": before, "before_start": true });
    execution.change(&late).await;
    let status = json!({ "status": "completed", "occurred_at": before, "before_start": true });
    execution.change_step("collect", &status).await;
    for event in &execution.timeline("?after_seq=1").await {
        assert_eq!(event["occurred_at"], before);
        assert_ne!(event["timestamp"], before);
    }
    assert_eq!(execution.step("collect").await["completed_at"], before);
    assert_eq!(execution.read().await["notes"][0]["occurred_at"], before);
}

#[tokio::test]
async fn recommendations_that_replace_somebody_elses_unseen_say_so_and_both_texts_stay_whole() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let hers = format!("From Ana\n\n{}", "a long text. ".repeat(500));
    let first = json!({ "recommendations": hers, "actor": "Ana", "base_seq": 1 });
    let first = execution.change(&first).await;
    assert_eq!(first["events"][0]["data"].get("overwrote"), None);
    let second = json!({ "recommendations": "From Ben", "actor": "Ben", "base_seq": 1 });
    let answer = execution.change(&second).await;
    let hers = hers.trim();
    let said = |event: &Value| event["data"]["overwrote"].clone();
    let kept = first["recommendations"].as_str().expect("a text");
    assert_eq!(kept.trim(), hers);
    assert_eq!(said(&answer["events"][0]), json!({ "actor": "Ana", "value": kept, "seq": 2 }));
    let timeline = execution.timeline("?event_type=recommendations_changed").await;
    assert_eq!((&timeline[0]["data"]["text"], &timeline[1]["data"]["text"]), (&json!(kept), &json!("From Ben")));
    assert_eq!(said(&timeline[1]), said(&answer["events"][0]));
    let emptied = json!({ "recommendations": "", "actor": "Ana", "base_seq": 1 });
    assert_eq!(said(&execution.change(&emptied).await["events"][0])["value"], "From Ben");
    let again = json!({ "recommendations": "Again", "actor": "Ben", "base_seq": 1 });
    assert_eq!(said(&execution.change(&again).await["events"][0])["value"], Value::Null);
    let seen = json!({ "recommendations": "Seen", "actor": "Ana", "base_seq": 5 });
    assert_eq!(said(&execution.change(&seen).await["events"][0]), Value::Null);
    let report = app.api.get(&format!("/api/executions/{}/report.md", execution.id)).await.text();
    assert!(report.contains("replacing Ana’s text") && report.contains("a long text"), "{report}");
    let page = visible(&app.api.get(&format!("/execute/{}?timeline=open", execution.id)).await.text());
    assert!(page.contains("replacing Ana’s text") && page.contains("a long text. a long text."));
}

#[tokio::test]
async fn a_status_of_the_whole_that_replaces_another_unseen_says_so() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    execution.change(&json!({ "status": "paused", "actor": "Ana", "base_seq": 1 })).await;
    let answer = execution.change(&json!({ "status": "completed", "actor": "Ben", "base_seq": 1 })).await;
    let overwrote = &answer["events"][0]["data"]["overwrote"];
    assert_eq!(*overwrote, json!({ "actor": "Ana", "value": "paused", "seq": 2 }));
    let answer = execution.change(&json!({ "status": "active", "actor": "Ana", "base_seq": 3 })).await;
    assert_eq!(answer["events"][0]["data"].get("overwrote"), None, "she had seen it");
}

#[tokio::test]
async fn an_outcome_is_never_replaced_in_silence() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let ended = |outcome: &str, actor: &str| json!({ "status": "completed", "outcome": outcome, "actor": actor, "base_seq": 1 });
    execution.change(&ended("Contained", "Ana")).await;
    let refusal = problem_at(&execution.patch(&ended("False alarm", "Ben")).await, 409, "outcome");
    assert!(refusal.detail.contains("reopen it"), "{refusal}");
    let same = execution.change(&ended("Contained", "Ben")).await;
    assert_eq!((&same["outcome"], &same["events"]), (&json!("Contained"), &json!([])));
    execution.change(&json!({ "status": "completed" })).await;
    assert_eq!(execution.read().await["last_seq"], 2);
}
