//! `/api/executions/{id}/report` in every form, and its page.

use domain::report::{Report, markdown};
use domain::words::utc;
use serde_json::{Value, json};

use crate::harness::{Execution, NO_SUCH_ID, TestApp, created, file, items, problem, problem_at, text};

/// What nobody would want to see become anything but text.
const HOSTILE: &str = "<script>alert(1)</script> & \"quotes\" | `code` _x_ 😀 שלום";

/// An execution at which three people worked.
async fn worked_on(app: &TestApp) -> Execution {
    let execution = app.api.new_execution().await;
    let steps = [
        ("triage", json!({ "status": "completed", "notes": HOSTILE, "actor": "Ana" })),
        ("collect", json!({ "status": "in_progress", "assignee": "Ben", "actor": "Ben" })),
        ("collect", json!({ "status": "blocked", "notes": "No access\nto the **logs**", "actor": "Ben" })),
        ("malicious", json!({ "decision_taken": "Yes", "rationale": "Seen twice", "actor": "Cleo" })),
        ("malicious", json!({ "decision_taken": "No", "status": "completed", "actor": "Ben" })),
    ];
    for (node, change) in steps {
        execution.change_step(node, &change).await;
    }
    created(&execution.post_evidence("collect").multipart(file("auth.log", b"line")).await);
    execution.change(&json!({ "recommendations": "# Access\n\nGive it *before*.", "actor": "Cleo" })).await;
    execution
}

async fn report(app: &TestApp, execution: &Execution) -> Report {
    serde_json::from_value(app.api.read(&format!("/api/executions/{}/report", execution.id)).await).expect("a report")
}

#[tokio::test]
async fn every_form_of_a_report_says_what_the_timeline_says() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    execution.change(&json!({ "status": "completed", "outcome": "Contained", "actor": "Ana" })).await;
    let base = format!("/api/executions/{}", execution.id);
    let report = report(&app, &execution).await;
    let events = app.api.list(&format!("{base}/timeline")).await;
    assert!(!report.interim && report.integrity.verified);
    assert_eq!(report.integrity.event_count, events.len() as u64);
    let told: Vec<Value> = report
        .timeline
        .iter()
        .map(|entry| json!([entry.seq, entry.event_type, entry.actor, entry.recorded_at, entry.node_id]))
        .collect();
    let happened: Vec<Value> = events
        .iter()
        .map(|event| json!([event["seq"], event["event_type"], event["actor"], event["timestamp"], event["node_id"]]))
        .collect();
    assert_eq!(told, happened);
    let detail = execution.read().await;
    assert_eq!(text(&detail["head_hash"]), report.integrity.head_hash.to_string());
    assert_eq!(detail["progress"], json!(report.summary.progress));

    let graph = serde_json::from_value(
        app.api.read(&format!("/api/playbooks/{}", report.summary.playbook_id)).await["graph"].take(),
    );
    let text_of = |path: String| {
        let api = app.api.clone();
        async move { api.get(&path).await.text() }
    };
    let md = text_of(format!("{base}/report.md")).await;
    assert_eq!(md, markdown(&report, &graph.expect("a graph")));
    assert_eq!(md, text_of(format!("{base}/report?format=md")).await);
    let html = text_of(format!("/executions/{}/report", execution.id)).await;
    let facts = report.first_facts().into_iter().chain(report.summary_facts()).chain(report.metric_facts());
    for fact in facts {
        let value = fact.1.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(html.contains(&value), "{fact:?} is not on the page");
    }
    for entry in &report.timeline {
        assert!(html.contains(&utc(entry.at)) && md.contains(&utc(entry.at)), "{entry:?}");
    }
    for said in [report.integrity.head_hash.to_string(), report.integrity.evidence[0].file.evidence.sha256.clone()] {
        assert!(html.contains(&said) && md.contains(&said), "{said}");
    }
}

#[tokio::test]
async fn a_late_change_says_everywhere_from_when_it_counts_if_that_is_not_when_it_happened() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    let began = execution.read().await["started_at"].clone();
    execution.change_step("report", &json!({ "status": "in_progress", "occurred_at": began })).await;
    execution.change_step("collect", &json!({ "status": "in_progress", "actor": "Ben" })).await;
    // Ben had not begun at the start, so it cannot have ended then.
    execution.change_step("collect", &json!({ "status": "completed", "occurred_at": began, "actor": "Ana" })).await;
    let events = execution.timeline("").await;
    let late = events.iter().find(|event| event["event_type"] == "step_completed").expect("it is in the log");
    assert_eq!(late["occurred_at"], began);
    let step = execution.step("collect").await;
    assert_eq!(step["completed_at"], late["timestamp"]);
    assert!(step["started_at"].as_str() <= step["completed_at"].as_str());
    let report = report(&app, &execution).await;
    let counted: Vec<_> = report.timeline.iter().filter_map(|entry| Some((entry.seq, entry.counted_at?))).collect();
    assert_eq!(json!(counted), json!([[late["seq"], late["timestamp"]]]));
    for address in ["/api/executions/{}/report.md", "/executions/{}/report", "/execute/{}?timeline=open"]
        .map(|a| a.replace("{}", &execution.id))
    {
        let text = app.api.get(&address).await.text();
        assert!(text.contains("counted from "), "{address}: {text}");
    }
}

#[tokio::test]
async fn an_execution_that_goes_on_has_an_interim_report() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    let first = report(&app, &execution).await;
    assert!(first.interim && first.summary.ended_at.is_none());
    let html = app.api.get(&format!("/executions/{}/report", execution.id)).await.text();
    assert!(html.contains("Interim report"));
    assert!(report(&app, &execution).await.as_of >= first.as_of);
}

#[tokio::test]
async fn what_analysts_wrote_is_text_on_the_page_and_recommendations_are_markdown() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    let html = app.api.get(&format!("/executions/{}/report", execution.id)).await.text();
    assert!(!html.contains("<script>alert"), "a note became a script");
    assert!(html.contains("שלום") && html.contains("<strong>logs</strong>"), "strong text is shown so");
    assert!(html.contains("Give it *before*."), "and every other sign to the letter");
}

#[tokio::test]
async fn recommendations_are_written_after_the_end_and_stand_in_the_log() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    execution.change(&json!({ "status": "abandoned", "actor": "Ana" })).await;
    execution.change(&json!({ "recommendations": "Call earlier", "actor": "Ben" })).await;
    let written = report(&app, &execution).await.recommendations.expect("they are there");
    assert_eq!((written.text.as_str(), written.actor.as_str()), ("Call earlier", "Ben"));
    let asked = json!({ "id": execution.id, "passage": "recommendations" });
    let answer = app.api.post("/app/passage").json(&asked).await;
    let answer: Value = answer.json();
    assert!(answer["html"].as_str().is_some_and(|html| html.contains("Last changed by Ben")), "{answer}");
    assert_eq!((&answer["text"], &answer["seq"]), (&json!("Call earlier"), &execution.read().await["last_seq"]));
    let events = items(
        app.api.read(&format!("/api/executions/{}/timeline?event_type=recommendations_changed", execution.id)).await,
    );
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn impact_and_cause_are_told_with_what_they_replaced_and_are_written_after_the_end_too() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    execution.change(&json!({ "status": "completed", "actor": "Ana" })).await;
    let seen = execution.read().await["last_seq"].clone();
    execution.change(&json!({ "impact": "Two hosts", "cause": "A macro", "actor": "Ana" })).await;
    let changed = execution.change(&json!({ "impact": "Three hosts", "actor": "Ben", "base_seq": seen })).await;
    assert_eq!((&changed["impact"], &changed["cause"]), (&json!("Three hosts"), &json!("A macro")));
    let event = &changed["events"][0];
    assert_eq!(event["event_type"], "execution_described");
    let overwrote = json!({ "actor": "Ana", "value": "Two hosts", "seq": event["data"]["overwrote"]["seq"] });
    let data = json!({ "field": "impact", "from": "Two hosts", "to": "Three hosts", "overwrote": overwrote });
    assert_eq!(event["data"], data);
    assert_eq!(execution.change(&json!({ "impact": "Three hosts" })).await["events"], json!([]), "it says so already");
    assert_eq!(execution.change(&json!({ "cause": " " })).await["cause"], Value::Null);
    let report = report(&app, &execution).await;
    assert_eq!(report.impact.map(|impact| impact.actor.to_string()).as_deref(), Some("Ben"));
    assert_eq!(report.cause, None);
    let long = json!({ "impact": "x".repeat(20_001) });
    problem_at(&execution.patch(&long).await, 422, "impact");
}

#[tokio::test]
async fn a_note_that_is_marked_is_a_finding_and_a_mark_without_a_note_is_refused() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    execution.change_step("collect", &json!({ "notes": "The **way in**", "key": true, "actor": "Ben" })).await;
    execution.change(&json!({ "notes": "The board knows", "key": true, "actor": "Ana" })).await;
    problem_at(&execution.patch(&json!({ "key": true, "status": "paused" })).await, 422, "key");
    problem_at(&execution.patch_step("collect", &json!({ "key": true })).await, 422, "key");
    let notes = execution.step("collect").await["notes"].clone();
    assert_eq!(
        notes.as_array().map(|notes| notes.iter().map(|note| note["key"].clone()).collect::<Vec<_>>()),
        Some(vec![Value::Null, json!(true)])
    );
    let report = report(&app, &execution).await;
    let found: Vec<_> = report.findings().into_iter().map(|(_, note)| note.text.clone()).collect();
    assert_eq!(found, ["The **way in**", "The board knows"]);
    let md = app.api.get(&format!("/api/executions/{}/report.md", execution.id)).await.text();
    let (_, findings) = md.split_once("### Findings").expect("a section");
    assert!(findings.split("### Recommendations").next().is_some_and(|part| part.contains("The **way in**")), "{md}");
}

#[tokio::test]
async fn a_picture_of_the_evidence_is_in_the_pdf_unless_it_is_damaged() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    let pdf = || async { app.api.get(&format!("/api/executions/{}/report.pdf", execution.id)).await.as_bytes().len() };
    execution.change(&json!({ "status": "completed" })).await;
    let without = pdf().await;
    execution.change(&json!({ "status": "active" })).await;
    let noise: Vec<u8> = (0..300_u32 * 200 * 3).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let noise = image::RgbImage::from_raw(300, 200, noise).expect("its size");
    let mut png = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    let attached = created(&execution.post_evidence("collect").multipart(file("screen.png", png.get_ref())).await);
    execution.change(&json!({ "status": "completed" })).await;
    let with = pdf().await;
    assert!(with > without + 10_000, "{without} bytes without it, {with} with it");
    let lies = app.data_folder().join("evidence").join(&execution.id).join(text(&attached["id"]));
    std::fs::write(lies, b"something else").expect("it can be written");
    execution.change(&json!({ "notes": "a new report" })).await;
    let damaged = pdf().await;
    assert!(damaged < with - 10_000, "{with} bytes with it, {damaged} when it is damaged");
}

#[tokio::test]
async fn the_page_of_a_long_report_is_bounded_and_says_where_the_rest_is() {
    let app = TestApp::open().await;
    let execution = app.api.new_execution().await;
    for number in 0..80 {
        let note = format!("Line {number:03} {}", "x".repeat(19_000));
        execution.change_step("collect", &json!({ "notes": note, "actor": "Ana" })).await;
    }
    let html = app.api.get(&format!("/executions/{}/report", execution.id)).await.text();
    assert!(html.len() < 8_000_000, "{} bytes", html.len());
    assert!(html.contains("Line 010") && !html.contains("Line 079"), "the first notes are there");
    assert!(html.contains(" more notes are in the Markdown and the JSON of this report."));
    assert!(html.contains(" more events are in the Markdown and the JSON of this report."));
    let md = app.api.get(&format!("/api/executions/{}/report.md", execution.id)).await.text();
    assert!(md.contains("Line 000") && md.contains("Line 079"));
}

#[tokio::test]
async fn a_report_is_asked_for_in_a_form_that_there_is_of_an_execution_that_there_is() {
    let app = TestApp::open().await;
    let execution = worked_on(&app).await;
    problem_at(&app.api.get(&format!("/api/executions/{}/report?format=docx", execution.id)).await, 422, "format");
    for path in ["report", "report.md", "report.pdf", "report?format=html"] {
        problem(&app.api.get(&format!("/api/executions/{NO_SUCH_ID}/{path}")).await, 404);
    }
    assert_eq!(app.api.get(&format!("/executions/{NO_SUCH_ID}/report")).await.status_code(), 404);
    let page = app.api.get(&format!("/api/executions/{}/report?format=html", execution.id)).await;
    assert_eq!(page.status_code(), 303);
    assert_eq!(page.header("location"), format!("/executions/{}/report", execution.id).as_str());
    let md = app.api.get(&format!("/api/executions/{}/report.md", execution.id)).await;
    assert_eq!(md.header("content-type"), "text/markdown; charset=utf-8");
    assert_eq!(
        md.header("content-disposition"),
        "attachment; filename=\"Report Login from nowhere.md\"; filename*=UTF-8''Report%20Login%20from%20nowhere.md"
    );
    let pdf = app.api.get(&format!("/api/executions/{}/report.pdf", execution.id)).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.as_bytes().starts_with(b"%PDF-"));
}
