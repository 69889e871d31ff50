//! Odd characters in every field: taken and given back, or refused in words that name the field; never a fault of the server.

use axum_test::TestResponse;
use domain::api::Problem;
use serde_json::{Value, json};

use crate::harness::{PLAYBOOK, TestApp, file, text};

/// What is odd about a text, in the middle of it.
const ODD: [&str; 12] = [
    "a\u{0}b",
    "a\u{1}b",
    "a\u{1b}[31mb",
    "a\u{7f}b",
    "a\u{85}b",
    "a\u{ad}b",
    "a\u{202e}b",
    "a\u{feff}b",
    "a\u{fffe}b",
    "a\u{ffff}b",
    "a\u{e000}b",
    "a\u{10ffff}b",
];

/// Whether it was taken; if not, that the field is named.
fn taken(response: &TestResponse, field: &str) -> bool {
    let status = response.status_code().as_u16();
    if status < 300 {
        return true;
    }
    let problem: Problem = response.json();
    assert_eq!(status, 422, "{field}: {problem:?}");
    assert_eq!(problem.errors.first().map(|error| error.field.as_str()), Some(field), "{problem:?}");
    false
}

#[tokio::test]
async fn odd_characters_are_kept_to_the_letter_or_refused_naming_the_field() {
    let app = TestApp::open().await;
    let playbook = app.api.import_playbook(PLAYBOOK).await;
    let execution = app.api.start_execution(&playbook, "Odd").await;
    for odd in ODD {
        for field in ["incident_title", "incident_id", "started_by"] {
            let mut body = json!({ "playbook_id": playbook, "incident_title": "Odd" });
            body[field] = json!(odd);
            assert!(!taken(&app.api.start(&body).await, field), "{field} {odd:?}");
        }
        let note = execution.patch_step("collect", &json!({ "notes": odd })).await;
        let whole = execution.patch(&json!({ "notes": odd })).await;
        let recommended = execution.patch(&json!({ "recommendations": odd })).await;
        let decided = json!({ "decision_taken": "Yes", "rationale": odd });
        let decided = execution.patch_step("malicious", &decided).await;
        let form = file("x", b"x").add_text("description", odd);
        let attached = execution.post_evidence("collect").multipart(form).await;
        let has_nul = odd.contains('\0');
        assert_eq!(taken(&note, "notes"), !has_nul, "{odd:?}");
        assert_eq!(taken(&whole, "notes"), !has_nul, "{odd:?}");
        assert_eq!(taken(&recommended, "recommendations"), !has_nul, "{odd:?}");
        assert_eq!(taken(&decided, "rationale"), !has_nul, "{odd:?}");
        assert_eq!(taken(&attached, "description"), !has_nul, "{odd:?}");
        if !has_nul {
            let step = execution.step("collect").await;
            assert_eq!(
                step["notes"].as_array().and_then(|notes| notes.last()).map(|note| &note["text"]),
                Some(&json!(odd))
            );
            assert_eq!(
                step["evidence"].as_array().and_then(|files| files.last()).map(|file| &file["description"]),
                Some(&json!(odd))
            );
            assert_eq!(execution.read().await["recommendations"], odd);
        }
        for field in ["decision_taken", "status"] {
            let mut body = json!({});
            body[field] = json!(odd);
            assert!(!taken(&execution.patch_step("malicious", &body).await, field), "{field} {odd:?}");
        }
        for field in ["actor", "title", "tags"] {
            let mut body = json!({ "source": PLAYBOOK });
            body[field] = if field == "tags" { json!([odd]) } else { json!(odd) };
            assert!(!taken(&app.api.import(&body).await, field), "{field} {odd:?}");
        }
        let source = format!("# Odd\n\n1. Step {odd}\n");
        taken(&app.api.import(&json!({ "source": source })).await, "source");
        let ended = json!({ "status": "completed", "outcome": odd });
        assert_eq!(taken(&execution.patch(&ended).await, "outcome"), !has_nul, "{odd:?}");
        if !has_nul {
            execution.change(&json!({ "status": "active" })).await;
        }
        let encoded: String = odd.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/api/executions?q={encoded}"),
            format!("/api/playbooks?q={encoded}&tag={encoded}"),
            format!("/api/executions/{}/timeline?actor={encoded}&node_id={encoded}", execution.id),
            format!("/api/executions/{}/steps/{encoded}/evidence", execution.id),
            format!("/api/executions/{encoded}"),
        ] {
            let status = app.api.get(&path).await.status_code().as_u16();
            assert!(status < 500, "{path}: {status}");
        }
    }
    let surrogate =
        execution.patch_step_raw("collect").text(r#"{"notes": "a\ud800b"}"#).content_type("application/json");
    assert_eq!(surrogate.await.status_code().as_u16() / 100, 4);
    for address in [
        format!("/execute/{}", execution.id),
        format!("/executions/{}/report", execution.id),
        format!("/api/executions/{}/report.md", execution.id),
        format!("/api/executions/{}/report.pdf", execution.id),
        "/executions".to_owned(),
        "/playbooks".to_owned(),
    ] {
        assert_eq!(app.api.get(&address).await.status_code(), 200, "{address}");
    }
    let verified = app.instance.verify(None, &|_, _| {}).await.expect("the logs can be read");
    let broken: Vec<_> = verified.iter().filter(|verified| verified.result.is_err()).collect();
    assert!(broken.is_empty(), "{broken:?}");
    let rebuilt = app.instance.rebuild().await.expect("the rows are written anew");
    assert_eq!(rebuilt, 1);
    let page: Value = execution.read().await;
    assert!(!text(&page["id"]).is_empty());
}
