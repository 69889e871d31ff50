//! Holds every answer of every test against the description of the API: its status, its media type and its body.
//!
//! An answer that is not as described is replaced by a 500 that says why, so that the test that got it fails.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum_test::TestServer;
use jsonschema::Validator;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// The same for every server, and the validators take a while to make.
static DESCRIPTION: OnceCell<Arc<Description>> = OnceCell::const_new();

/// The router, with every answer held against the description that it gives of itself.
pub(crate) async fn held_to_description(router: Router) -> Router {
    let description = DESCRIPTION.get_or_init(|| Description::of(router.clone())).await;
    router.layer(from_fn_with_state(description.clone(), hold))
}

async fn hold(State(description): State<Arc<Description>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let Some(path) = path.filter(|path| description.knows(path)) else { return response };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS || method == Method::HEAD {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("the body of an answer can be read");
    match description.fault(&method, &path, parts.status, &parts.headers, &body) {
        None => Response::from_parts(parts, Body::from(body)),
        Some(fault) => {
            let text = String::from_utf8_lossy(&body);
            let fault = format!("not as described: {method} {path} answers {}: {fault}\n{text}", parts.status);
            (StatusCode::INTERNAL_SERVER_ERROR, fault).into_response()
        }
    }
}

/// The description of the API, ready to be held against answers.
pub(crate) struct Description {
    /// As it is served.
    pub(crate) document: Value,
    validators: HashMap<String, Validator>,
}

impl Description {
    /// Of the server behind a router.
    pub(crate) async fn of(router: Router) -> Arc<Self> {
        let document: Value = TestServer::new(router).get("/api/openapi.json").await.json();
        Arc::new(Self::new(document))
    }

    fn new(document: Value) -> Self {
        let mut validators = HashMap::new();
        let mut open = vec![&document];
        while let Some(value) = open.pop() {
            if let Some(schema) = value.get("schema") {
                validators.entry(schema.to_string()).or_insert_with(|| validator(&document, schema));
            }
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.values()),
                _ => {}
            }
        }
        Self { document, validators }
    }

    fn knows(&self, path: &str) -> bool {
        self.document["paths"].get(path).is_some()
    }

    /// What stands behind a `$ref`, or the value itself.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let pointer = reference.strip_prefix('#').expect("a reference within the document");
                self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads to nothing"))
            }
            None => value,
        }
    }

    /// What is wrong with a value, as far as its schema says.
    pub(crate) fn mismatch(&self, schema: &Value, value: &Value) -> Option<String> {
        let validator = self.validators.get(&schema.to_string()).expect("a schema of the document");
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{} {error}", error.instance_path())).collect();
        (!errors.is_empty()).then(|| errors.join("; "))
    }

    fn fault(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<String> {
        let operation = &self.document["paths"][path][method.as_str().to_lowercase()];
        if operation.is_null() {
            let refused = status == StatusCode::METHOD_NOT_ALLOWED;
            return (!refused).then(|| "the method is not described, and 405 is not the answer".to_owned());
        }
        let Some(response) = operation["responses"].get(status.as_str()) else {
            return Some("the status is not described".to_owned());
        };
        let Some(content) = self.resolve(response).get("content") else {
            return (!body.is_empty()).then(|| "there is a body where none is described".to_owned());
        };
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default();
        let Some(described) = content.get(essence) else {
            // Files are of any type, and nothing is said of what is in them.
            let is_any = content.get("*/*").is_some();
            return (!is_any).then(|| format!("the media type “{media_type}” is not described"));
        };
        if !essence.ends_with("json") {
            return None;
        }
        match serde_json::from_slice(body) {
            Ok(value) => self.mismatch(&described["schema"], &value),
            Err(error) => Some(format!("the body is no JSON: {error}")),
        }
    }
}

fn validator(document: &Value, schema: &Value) -> Validator {
    let mut whole = schema.clone();
    // So that its references lead somewhere.
    whole["components"] = json!({ "schemas": document["components"]["schemas"] });
    jsonschema::options()
        .should_validate_formats(true)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{schema} is no JSON Schema: {error}"))
}

#[test]
fn an_answer_that_is_not_as_described_is_found() {
    let description = Description::new(json!({
        "paths": { "/things": { "get": { "responses": { "200": { "content": { "application/json": {
            "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } },
        } } } } } } },
        "components": { "schemas": { "Thing": { "type": "string", "format": "date-time" } } },
    }));
    let json: HeaderMap = [(CONTENT_TYPE, "application/json".parse().expect("a value"))].into_iter().collect();
    let fault = |method, status, headers: &HeaderMap, body: &str| {
        description.fault(&method, "/things", status, headers, body.as_bytes())
    };
    let good = r#"["2026-11-22T02:14:05Z"]"#;
    assert_eq!(fault(Method::GET, StatusCode::OK, &json, good), None);
    for fault in [
        fault(Method::GET, StatusCode::OK, &json, r#"["yesterday"]"#),
        fault(Method::GET, StatusCode::OK, &json, "["),
        fault(Method::GET, StatusCode::OK, &HeaderMap::new(), good),
        fault(Method::GET, StatusCode::CREATED, &json, good),
        fault(Method::POST, StatusCode::OK, &json, good),
    ] {
        assert!(fault.is_some());
    }
}
