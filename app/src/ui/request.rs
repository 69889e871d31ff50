//! Calls of the REST API from the browser. Every failure comes back as a [`Problem`] in words.

use domain::api::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The methods that change something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

/// Sends JSON and reads JSON; an answer without a body reads as `null`.
///
/// # Errors
/// What the server said, or that it could not be reached.
#[cfg(feature = "hydrate")]
pub(crate) async fn send<T: DeserializeOwned>(
    method: Method,
    address: &str,
    body: &impl Serialize,
) -> Result<T, Problem> {
    use gloo_net::http::Request;
    let unreachable = |_| {
        Problem::new(
            503,
            "offline",
            "No connection",
            "the server cannot be reached, so nothing was saved: try again when the connection is back",
        )
    };
    let builder = match method {
        Method::Post => Request::post(address),
        Method::Patch => Request::patch(address),
        Method::Delete => Request::delete(address),
    };
    let request = builder.json(body).map_err(unreachable)?;
    let response = request.send().await.map_err(unreachable)?;
    let text = response.text().await.map_err(unreachable)?;
    let unreadable = || {
        let detail = format!("the server answered {} with something that is not understood", response.status());
        Problem::new(response.status(), "answer", "Unexpected answer", detail)
    };
    if response.ok() {
        let text = if text.is_empty() { "null" } else { &text };
        serde_json::from_str(text).map_err(|_| unreadable())
    } else {
        Err(serde_json::from_str(&text).unwrap_or_else(|_| unreadable()))
    }
}

/// Only the browser calls.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn send<T: DeserializeOwned>(_: Method, _: &str, _: &impl Serialize) -> Result<T, Problem> {
    Err(Problem::new(500, "page", "Not in a browser", "only the browser calls the API"))
}
