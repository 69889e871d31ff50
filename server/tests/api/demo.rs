//! The demo playbooks are what they promise to be.

use serde_json::Value;

use super::harness::TestApp;

fn count(nodes: &[Value], kind: &str) -> usize {
    nodes.iter().filter(|node| node["kind"] == kind).count()
}

#[tokio::test]
async fn four_playbooks_have_phases_steps_decisions_and_commands_and_read_without_remarks() {
    let app = TestApp::open_demo().await;
    let playbooks = app.api.list("/api/playbooks").await;
    assert_eq!(playbooks.len(), 4);
    for playbook in &playbooks {
        let title = &playbook["title"];
        let detail = app.api.read(&format!("/api/playbooks/{}", playbook["id"].as_str().expect("an id"))).await;
        let nodes = detail["graph"]["nodes"].as_array().expect("nodes");
        assert!((20..=40).contains(&playbook["step_count"].as_u64().expect("a number")), "{title}");
        assert!(count(nodes, "phase") >= 5, "{title}");
        assert!(count(nodes, "decision") >= 4, "{title}");
        let commands = nodes.iter().filter(|node| node["kind"] == "execute" && node["code"][0]["text"].is_string());
        assert!(commands.count() >= 5, "{title}");
        assert_eq!(detail["issues"], Value::Array(Vec::new()), "{title}");
    }
}
