//! Speaks to a server over HTTP, on a connection that is kept open.
//!
//! A [`Request`] is data, so that the very same one can be sent again. [`Lost`] means that no whole answer came, and
//! nobody knows whether the change was made; every answer, also a refusal, is an [`Answer`].

use std::time::Duration;

use serde_json::Value;
use ureq::http;

/// What stands between the parts of a form. No content of a test holds it.
const BOUNDARY: &str = "forge-5d1f0c8e-form-boundary";
/// No answer takes so long.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// A JSON document.
    Json(Value),
    /// A form with a file as its last field.
    Form {
        /// The fields before the file.
        fields: Vec<(&'static str, String)>,
        /// What the file is called.
        file_name: String,
        /// What it holds.
        content: Vec<u8>,
    },
}

/// One request, to be sent as often as needed.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, `POST`, `PATCH`.
    pub(crate) method: http::Method,
    /// Path and query.
    pub(crate) path: String,
    /// What is sent.
    pub(crate) body: Body,
    /// `Accept-Encoding`; the answer is kept as it came.
    accept: &'static str,
}

impl Request {
    fn new(method: http::Method, path: impl Into<String>, body: Body) -> Self {
        Self { method, path: path.into(), body, accept: "identity" }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(http::Method::GET, path, Body::Empty)
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(http::Method::POST, path, Body::Json(body))
    }

    pub(crate) fn patch(path: impl Into<String>, body: Value) -> Self {
        Self::new(http::Method::PATCH, path, Body::Json(body))
    }

    pub(crate) fn upload(
        path: impl Into<String>,
        fields: Vec<(&'static str, String)>,
        file_name: impl Into<String>,
        content: Vec<u8>,
    ) -> Self {
        let body = Body::Form { fields, file_name: file_name.into(), content };
        Self::new(http::Method::POST, path, body)
    }

    /// Asks for the answer in an encoding.
    pub(crate) fn accepting(self, encoding: &'static str) -> Self {
        Self { accept: encoding, ..self }
    }
}

/// What the server said.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: http::HeaderMap,
    /// The whole body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether it was done.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The body in words, for messages.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body[..self.body.len().min(2_000)]))
    }

    /// The body as JSON of an answer that must be a success.
    #[track_caller]
    pub(crate) fn done(&self) -> Value {
        assert!(self.is_success(), "{}", self.text());
        self.json()
    }
}

/// No whole answer came.
#[derive(Debug)]
#[expect(dead_code, reason = "the reason is read by whoever sees the test fail")]
pub(crate) struct Lost(String);

/// Speaks to one server.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
}

impl Client {
    /// For the server at `http://host:port`.
    pub(crate) fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .proxy(None)
            .build();
        Self { agent: config.new_agent(), base: base.to_owned() }
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) fn send(&self, request: &Request) -> Result<Answer, Lost> {
        let lost = |error: ureq::Error| Lost(format!("{} {}: {error}", request.method, request.path));
        let mut response = self.agent.run(self.message(request)).map_err(lost)?;
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_vec().map_err(lost)?;
        Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    /// Sends a request to a server that is there.
    #[track_caller]
    pub(crate) fn ask(&self, request: &Request) -> Answer {
        self.send(request).expect("the server answers")
    }

    /// What lies at an address.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> Value {
        self.ask(&Request::get(path)).done()
    }

    fn message(&self, request: &Request) -> http::Request<Vec<u8>> {
        let message = http::Request::builder()
            .method(&request.method)
            .uri(format!("{}{}", self.base, request.path))
            .header("accept-encoding", request.accept);
        let (message, body) = match &request.body {
            Body::Empty => (message, Vec::new()),
            Body::Json(value) => (message.header("content-type", "application/json"), value.to_string().into_bytes()),
            Body::Form { fields, file_name, content } => (
                message.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")),
                form(fields, file_name, content),
            ),
        };
        message.body(body).expect("the tests write valid requests")
    }
}

/// A form as RFC 7578 has it.
fn form(fields: &[(&str, String)], file_name: &str, content: &[u8]) -> Vec<u8> {
    let mut form = Vec::with_capacity(content.len() + 1_024);
    for (name, value) in fields {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(content);
    form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
}
