//! Calls of the REST API from the browser. Every failure comes back as a [`Problem`] in words.

use domain::api::Problem;
use domain::ids::CommandId;
use leptos::prelude::{GetValue, SetValue, StoredValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The methods that change something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    /// `POST`
    Post,
    /// `PUT`
    Put,
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
    let builder = match method {
        Method::Post => Request::post(address),
        Method::Put => Request::put(address),
        Method::Patch => Request::patch(address),
        Method::Delete => Request::delete(address),
    };
    let request = builder.json(body).map_err(|_| unreachable())?;
    let response = request.send().await.map_err(|_| unreachable())?;
    let text = response.text().await.map_err(|_| unreachable())?;
    read(response.status(), &text)
}

/// Sends a form with a file and reads JSON. Says on the way how much has been sent, of how much; `request` can be
/// aborted by whoever keeps it.
///
/// # Errors
/// What the server said, or that it could not be reached.
#[cfg(feature = "hydrate")]
pub(crate) async fn upload<T: DeserializeOwned>(
    request: &web_sys::XmlHttpRequest,
    address: &str,
    form: &web_sys::FormData,
    on_progress: impl Fn(f64, f64) + 'static,
) -> Result<T, Problem> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let (ended, end) = futures::channel::oneshot::channel::<()>();
    let on_end = Closure::once(move || ended.send(()).unwrap_or_default());
    let on_progress = Closure::<dyn Fn(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| {
        on_progress(event.loaded(), event.total());
    });
    request.open("POST", address).map_err(|_| unreachable())?;
    if let Ok(sending) = request.upload() {
        sending.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    }
    request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    request.send_with_opt_form_data(Some(form)).map_err(|_| unreachable())?;
    // Nobody drops the sender before the request has ended.
    let _ = end.await;
    match request.status() {
        Ok(0) | Err(_) => Err(unreachable()),
        Ok(status) => read(status, &request.response_text().ok().flatten().unwrap_or_default()),
    }
}

#[cfg(feature = "hydrate")]
fn unreachable() -> Problem {
    Problem::new(503, OFFLINE, "No connection", "the server cannot be reached: try again when the connection is back")
}

/// What the server answered.
#[cfg(feature = "hydrate")]
fn read<T: DeserializeOwned>(status: u16, text: &str) -> Result<T, Problem> {
    let unreadable = || {
        let detail = format!("the server answered {status} with something that is not understood");
        Problem::new(status, "answer", "Unexpected answer", detail)
    };
    if (200..300).contains(&status) {
        let text = if text.is_empty() { "null" } else { text };
        serde_json::from_str(text).map_err(|_| unreadable())
    } else {
        Err(serde_json::from_str(text).unwrap_or_else(|_| unreadable()))
    }
}

/// Only the browser calls.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn upload<T: DeserializeOwned>(
    _: &web_sys::XmlHttpRequest,
    _: &str,
    _: &web_sys::FormData,
    _: impl Fn(f64, f64) + 'static,
) -> Result<T, Problem> {
    Err(Problem::new(500, "page", "Not in a browser", "only the browser calls the API"))
}

/// Only the browser calls.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn send<T: DeserializeOwned>(_: Method, _: &str, _: &impl Serialize) -> Result<T, Problem> {
    Err(Problem::new(500, "page", "Not in a browser", "only the browser calls the API"))
}

/// The kind of problem of a call that did not get through.
const OFFLINE: &str = "offline";

/// Whether a call did not get through at all.
pub(crate) fn is_unreachable(problem: &Problem) -> bool {
    problem.kind.ends_with(OFFLINE)
}

/// Whether a failure is one of the moment (no connection, a server that restarts or is full), so that the same is worth
/// being sent again.
pub(crate) fn may_pass(problem: &Problem) -> bool {
    matches!(problem.status, 408 | 425 | 429 | 502 | 503 | 504 | 507)
}

/// The id of a new command.
#[cfg(feature = "hydrate")]
pub(crate) fn new_command_id() -> CommandId {
    CommandId(uuid::Uuid::new_v4())
}

/// Only the browser gives commands.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn new_command_id() -> CommandId {
    CommandId(uuid::Uuid::nil())
}

/// What a form sent last, and under which id.
pub(crate) type LastSent<T> = StoredValue<Option<(T, CommandId)>>;

/// The id for a form's request: that of the last one when the same is sent again because its answer was lost, so that
/// it is not done twice.
pub(crate) fn command_id_for<T>(last: LastSent<T>, request: &T) -> CommandId
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    match last.get_value() {
        Some((sent, id)) if sent == *request => id,
        _ => {
            let id = new_command_id();
            last.set_value(Some((request.clone(), id)));
            id
        }
    }
}
