//! A server of its own for every test, and what tests ask of it.
//!
//! Everything here goes through the public API. Only [`TestApp::database`] looks behind it, for tests about what
//! happens when somebody else does.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum_test::http::Method;
use axum_test::http::header::{CONTENT_TYPE, LOCATION};
use axum_test::multipart::{MultipartForm, Part};
use axum_test::{TestRequest, TestResponse, TestServer};
use domain::api::Problem;
use sea_orm::{Database, DatabaseConnection};
use serde_json::{Value, json};
use server::{Config, Instance};
use tempfile::TempDir;

use crate::conformance::held_to_description;

/// Every kind of node; one decision, and after it a node on either branch.
pub(crate) const PLAYBOOK: &str = "\
---
title: Suspicious login
tags: [identity, triage]
---
flowchart TD
  subgraph triage [Triage]
    collect[Collect the evidence] --> malicious{Is it malicious?}
  end
  malicious -->|Yes| isolate[[Isolate the host]]
  malicious -->|No| dismiss[Close the ticket]
  isolate --> meet@{ shape: junction }
  dismiss --> meet
  meet --> report[Write the report]
";

/// The nodes of [`PLAYBOOK`], in its order.
pub(crate) const NODES: [&str; 7] = ["triage", "collect", "malicious", "isolate", "dismiss", "meet", "report"];

/// An id that nothing has.
pub(crate) const NO_SUCH_ID: &str = "01900000-0000-7000-8000-000000000000";

/// A server over a temporary data folder.
pub(crate) struct TestApp {
    /// How to speak to it.
    pub(crate) api: Api,
    /// For maintenance.
    pub(crate) instance: Instance,
    data: TempDir,
}

impl TestApp {
    /// A server over an empty folder.
    pub(crate) async fn open() -> Self {
        Self::open_with(Config::default()).await
    }

    /// A server that begins with the demo playbooks.
    pub(crate) async fn open_demo() -> Self {
        Self::open_with(Config { demo: true, ..Config::default() }).await
    }

    /// A server that is set up like this, over an empty folder.
    pub(crate) async fn open_with(config: Config) -> Self {
        Self::over(tempfile::tempdir().expect("a temporary folder"), config).await
    }

    /// A server over a folder that has a database.
    pub(crate) async fn open_over(data: TempDir) -> Self {
        Self::over(data, Config::default()).await
    }

    async fn over(data: TempDir, config: Config) -> Self {
        let config = Config { data_dir: data.path().to_owned(), max_evidence_mb: 1, ..config };
        let instance = Instance::open(&config).await.expect("the folder takes a database");
        // As [`Instance::serve`] does it; all requests come from this machine, as from a proxy.
        let peer = Extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
        let router = held_to_description(instance.router()).await.layer(peer);
        let server = TestServer::builder().http_transport().build(router);
        Self { api: Api(Arc::new(server)), instance, data }
    }

    /// Stops the server and starts another one over the same folder.
    pub(crate) async fn reopen(self) -> Self {
        self.instance.close().await;
        Self::over(self.data, Config::default()).await
    }

    /// Stops the server; what it left.
    pub(crate) async fn close(self) -> TempDir {
        self.instance.close().await;
        self.data
    }

    /// The API of another server over the same folder, as another process would be.
    pub(crate) async fn beside(&self) -> Api {
        let config = Config { data_dir: self.data.path().to_owned(), ..Config::default() };
        let instance = Instance::open(&config).await.expect("the folder has a database");
        Api(Arc::new(TestServer::builder().http_transport().build(instance.router())))
    }

    /// Where the server keeps everything.
    pub(crate) fn data_folder(&self) -> &Path {
        self.data.path()
    }

    /// What lies in the vault, as paths from there.
    pub(crate) fn stored_files(&self) -> Vec<String> {
        let vault = self.data.path().join("evidence");
        let names = |folder: &Path| match std::fs::read_dir(folder) {
            Ok(entries) => {
                entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
            }
            Err(_) => Vec::new(),
        };
        let folders: Vec<String> = names(&vault);
        let of = |folder: &String| {
            names(&vault.join(folder)).into_iter().map(|file| format!("{folder}/{file}")).collect::<Vec<_>>()
        };
        folders.iter().flat_map(of).collect()
    }

    /// The database, behind the server's back.
    pub(crate) async fn database(&self) -> DatabaseConnection {
        let file = self.data.path().join("playbook-forge.sqlite");
        Database::connect(format!("sqlite://{}", file.display())).await.expect("the database is there")
    }
}

/// The API of a server.
#[derive(Clone)]
pub(crate) struct Api(Arc<TestServer>);

impl Api {
    /// Where it is, as the origin of its pages.
    pub(crate) fn address(&self) -> String {
        let address = self.0.server_address().expect("it listens").to_string();
        address.trim_end_matches('/').to_owned()
    }

    /// A request with a method of one's own choice.
    pub(crate) fn method(&self, method: &str, path: &str) -> TestRequest {
        self.0.method(method.parse().expect("a method"), path)
    }

    /// A request to read.
    pub(crate) fn get(&self, path: &str) -> TestRequest {
        self.0.get(path)
    }

    /// A request by any method.
    pub(crate) fn request(&self, method: Method, path: &str) -> TestRequest {
        self.0.method(method, path)
    }

    /// What lies at an address.
    pub(crate) async fn read(&self, path: &str) -> Value {
        ok(&self.get(path).await)
    }

    /// What lies at an address that gives a list.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        items(self.read(path).await)
    }

    /// A request to create, without a body so far.
    pub(crate) fn post(&self, path: &str) -> TestRequest {
        self.0.post(path)
    }

    /// A request to delete.
    pub(crate) fn delete(&self, path: &str) -> TestRequest {
        self.0.delete(path)
    }

    /// A request to change, without a body so far.
    pub(crate) fn patch(&self, path: &str) -> TestRequest {
        self.0.patch(path)
    }

    /// Where the server listens.
    pub(crate) fn socket_address(&self) -> SocketAddr {
        let address = self.0.server_address().expect("the server listens");
        address.socket_addrs(|| None).expect("an address of this machine")[0]
    }

    /// A request to become a WebSocket.
    pub(crate) fn websocket(&self, path: &str) -> TestRequest {
        self.0.get_websocket(path)
    }

    /// A request to import a playbook.
    pub(crate) fn import(&self, body: &Value) -> TestRequest {
        self.post("/api/playbooks").json(body)
    }

    /// Imports a playbook and returns its id.
    pub(crate) async fn import_playbook(&self, source: &str) -> String {
        self.import_titled(source, None).await
    }

    /// Imports a playbook under a title of its own and returns its id.
    pub(crate) async fn import_titled(&self, source: &str, title: Option<&str>) -> String {
        text(&created(&self.import(&json!({ "source": source, "title": title })).await)["id"])
    }

    /// A request to start an execution.
    pub(crate) fn start(&self, body: &Value) -> TestRequest {
        self.post("/api/executions").json(body)
    }

    /// Starts an execution of a playbook, as Ana.
    pub(crate) async fn start_execution(&self, playbook_id: &str, incident_title: &str) -> Execution {
        let body = json!({ "playbook_id": playbook_id, "incident_title": incident_title, "started_by": "Ana" });
        self.execution(&text(&created(&self.start(&body).await)["id"]))
    }

    /// Starts an execution of [`PLAYBOOK`], as Ana.
    pub(crate) async fn new_execution(&self) -> Execution {
        let playbook = self.import_playbook(PLAYBOOK).await;
        self.start_execution(&playbook, "Login from nowhere").await
    }

    /// The execution with an id.
    pub(crate) fn execution(&self, id: &str) -> Execution {
        Execution { api: self.clone(), id: id.to_owned() }
    }
}

/// An execution, by its addresses.
#[derive(Clone)]
pub(crate) struct Execution {
    api: Api,
    /// Its id.
    pub(crate) id: String,
}

impl Execution {
    fn path(&self) -> String {
        format!("/api/executions/{}", self.id)
    }

    /// All of it.
    pub(crate) async fn read(&self) -> Value {
        self.api.read(&self.path()).await
    }

    /// One step.
    pub(crate) async fn step(&self, node_id: &str) -> Value {
        let steps = items(self.read().await["steps"].take());
        steps.into_iter().find(|step| step["node_id"] == node_id).expect("the playbook has this node")
    }

    /// A request to change the whole.
    pub(crate) fn patch(&self, body: &Value) -> TestRequest {
        self.api.patch(&self.path()).json(body)
    }

    /// Changes the whole and returns it.
    pub(crate) async fn change(&self, body: &Value) -> Value {
        ok(&self.patch(body).await)
    }

    /// A request to change a step, without a body so far.
    pub(crate) fn patch_step_raw(&self, node_id: &str) -> TestRequest {
        self.api.patch(&format!("{}/steps/{node_id}", self.path()))
    }

    /// A request to change a step.
    pub(crate) fn patch_step(&self, node_id: &str, body: &Value) -> TestRequest {
        self.patch_step_raw(node_id).json(body)
    }

    /// Changes a step and returns the answer.
    pub(crate) async fn change_step(&self, node_id: &str, body: &Value) -> Value {
        ok(&self.patch_step(node_id, body).await)
    }

    /// Where the evidence of a step lies.
    pub(crate) fn evidence_address(&self, node_id: &str) -> String {
        format!("{}/steps/{node_id}/evidence", self.path())
    }

    /// A request to attach evidence to a step, without a body so far.
    pub(crate) fn post_evidence(&self, node_id: &str) -> TestRequest {
        self.api.post(&self.evidence_address(node_id))
    }

    /// A request for the timeline; `query` with its question mark, or empty.
    pub(crate) fn get_timeline(&self, query: &str) -> TestRequest {
        self.api.get(&format!("{}/timeline{query}", self.path()))
    }

    /// The timeline; `query` with its question mark, or empty.
    pub(crate) async fn timeline(&self, query: &str) -> Vec<Value> {
        items(ok(&self.get_timeline(query).await))
    }

    /// A request for the live connection; `query` with its question mark, or empty.
    pub(crate) fn live(&self, query: &str) -> TestRequest {
        self.api.websocket(&format!("{}/live{query}", self.path()))
    }
}

/// A form with one file.
pub(crate) fn file(name: &str, bytes: &[u8]) -> MultipartForm {
    MultipartForm::new().add_part("file", Part::bytes(bytes.to_vec()).file_name(name))
}

/// The body of a 200.
pub(crate) fn ok(response: &TestResponse) -> Value {
    assert_eq!(response.status_code(), 200, "{}", response.text());
    response.json()
}

/// The body of a 201, whose `Location` leads to what was made.
pub(crate) fn created(response: &TestResponse) -> Value {
    assert_eq!(response.status_code(), 201, "{}", response.text());
    let body: Value = response.json();
    let location = response.header(LOCATION);
    assert!(location.as_bytes().ends_with(text(&body["id"]).as_bytes()), "Location: {location:?}");
    body
}

/// The body of a failure, which is always `application/problem+json` (RFC 9457) and agrees with the status.
pub(crate) fn problem(response: &TestResponse, status: u16) -> Problem {
    assert_eq!(response.status_code(), status, "{}", response.text());
    assert_eq!(response.header(CONTENT_TYPE), "application/problem+json");
    let body: Value = response.json();
    let mut members = keys(&body);
    members.remove("errors");
    assert_eq!(members, BTreeSet::from(["detail", "status", "title", "type"]));
    let problem: Problem = response.json();
    assert_eq!(problem.status, status);
    assert!(problem.kind.starts_with("/problems/"), "{problem:?}");
    assert!(!problem.title.is_empty() && !problem.detail.is_empty(), "{problem:?}");
    problem
}

/// The body of a failure that blames exactly one field.
pub(crate) fn problem_at(response: &TestResponse, status: u16, field: &str) -> Problem {
    let problem = problem(response, status);
    let blamed: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(blamed, [field], "{problem:?}");
    assert!(!problem.errors[0].message.is_empty(), "{problem:?}");
    problem
}

/// The names of an object's members.
pub(crate) fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The items of an array.
pub(crate) fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => panic!("not an array: {other}"),
    }
}

/// One member of every item, as text.
pub(crate) fn texts(items: &[Value], member: &str) -> Vec<String> {
    items.iter().map(|item| text(&item[member])).collect()
}

/// The `seq` of every item.
pub(crate) fn seqs(items: &[Value]) -> Vec<u64> {
    items.iter().map(|item| item["seq"].as_u64().expect("a number")).collect()
}

/// A text.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// What a page shows: without what its scripts are given.
pub(crate) fn visible(page: &str) -> String {
    let mut shown = String::new();
    for part in page.split("<script") {
        shown.push_str(part.split_once("</script>").map_or(part, |(_, rest)| rest));
    }
    shown
}
