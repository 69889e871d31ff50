//! Calls of the REST API from the browser. Redirects are not followed, so that a login page of a proxy is never taken for an
//! answer (`domain::session`). Every failure comes back as a [`Problem`] in words.

use domain::api::Problem;
use domain::ids::CommandId;
use domain::session::Answer;
#[cfg(feature = "hydrate")]
use domain::session::{Trouble, Verdict};
use leptos::prelude::{GetValue, SetValue, StoredValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The methods that are used.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    #[cfg(feature = "hydrate")]
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// An address of this API that anybody may ask for, and whose answer is short: it tells who answers.
pub(crate) const PROBE: &str = "/api/executions?limit=0";

/// Sends JSON, if there is any, and takes whatever is answered; `None` when nothing is.
#[cfg(feature = "hydrate")]
pub(crate) async fn fetch(method: Method, address: &str, body: Option<&str>) -> Option<Answer> {
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    let init = web_sys::RequestInit::new();
    init.set_method(method.name());
    init.set_redirect(web_sys::RequestRedirect::Manual);
    if let Some(body) = body {
        let headers = web_sys::Headers::new().ok()?;
        headers.set("content-type", "application/json").ok()?;
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(body));
    }
    let response = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(address, &init)).await.ok()?;
    let response: web_sys::Response = response.unchecked_into();
    let header = |name| response.headers().get(name).ok().flatten().unwrap_or_default();
    let (content_type, retry_after) = (header("content-type"), seconds(&header("retry-after")));
    let is_redirect = response.type_() == web_sys::ResponseType::Opaqueredirect;
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string().unwrap_or_default();
    Some(Answer { status: response.status(), is_redirect, content_type, retry_after, body })
}

/// How long to wait, as seconds or until a date (RFC 9110 §10.2.3); a day at most.
#[cfg(feature = "hydrate")]
fn seconds(retry_after: &str) -> Option<u32> {
    const DAY: f64 = 86_400.0;
    let seconds = match retry_after.trim().parse::<u32>() {
        Ok(seconds) => f64::from(seconds),
        Err(_) => (js_sys::Date::parse(retry_after) - js_sys::Date::now()) / 1_000.0,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a day")]
    seconds.is_finite().then(|| seconds.clamp(0.0, DAY).ceil() as u32)
}

/// Only the browser calls.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn fetch(_: Method, _: &str, _: Option<&str>) -> Option<Answer> {
    None
}

/// Sends JSON and reads JSON; an answer without a body reads as `null`.
///
/// # Errors
/// What the server said, or why it did not answer.
#[cfg(feature = "hydrate")]
pub(crate) async fn send<T: DeserializeOwned>(
    method: Method,
    address: &str,
    body: &impl Serialize,
) -> Result<T, Problem> {
    let body = serde_json::to_string(body).unwrap_or_default();
    let answer = fetch(method, address, Some(&body)).await;
    let answer = answer.ok_or_else(|| passing("offline", &Trouble::Unreachable.to_string()))?;
    if answer.status == 204 && !answer.is_redirect {
        return serde_json::from_str("null").map_err(|_| signed_out());
    }
    match answer.judge() {
        Verdict::Success => answer.read().ok_or_else(signed_out),
        Verdict::Refused(problem) => Err(problem),
        Verdict::SignedOut => Err(signed_out()),
        Verdict::Wait(trouble, _) => Err(passing("trouble", &trouble.to_string())),
    }
}

/// What is said where somebody can try again themselves.
#[cfg(feature = "hydrate")]
fn passing(kind: &str, trouble: &str) -> Problem {
    Problem::new(503, kind, "Not now", format!("{trouble} Nothing is lost: try again in a moment."))
}

#[cfg(feature = "hydrate")]
fn signed_out() -> Problem {
    let detail = "You are signed out. Open this page in another tab, sign in again there, then try again here.";
    Problem::new(401, "sign-in", "Sign in again", detail)
}

/// Sends a form with a file and takes whatever is answered; `None` when nothing is. Says on the way how much has been sent,
/// of how much; `request` can be aborted by whoever keeps it.
#[cfg(feature = "hydrate")]
pub(crate) async fn upload(
    request: &web_sys::XmlHttpRequest,
    address: &str,
    form: &web_sys::FormData,
    on_progress: impl Fn(f64, f64) + 'static,
) -> Option<Answer> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let (ended, end) = futures::channel::oneshot::channel::<()>();
    let on_end = Closure::once(move || ended.send(()).unwrap_or_default());
    let on_progress = Closure::<dyn Fn(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| {
        on_progress(event.loaded(), event.total());
    });
    request.open("POST", address).ok()?;
    if let Ok(sending) = request.upload() {
        sending.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    }
    request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    request.send_with_opt_form_data(Some(form)).ok()?;
    // Nobody drops the sender before the request has ended.
    let _ = end.await;
    let header = |name| request.get_response_header(name).ok().flatten().unwrap_or_default();
    let status = request.status().ok().filter(|status| *status != 0)?;
    Some(Answer {
        status,
        is_redirect: false,
        content_type: header("content-type"),
        retry_after: seconds(&header("retry-after")),
        body: request.response_text().ok().flatten().unwrap_or_default(),
    })
}

/// Only the browser calls.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn upload(
    _: &web_sys::XmlHttpRequest,
    _: &str,
    _: &web_sys::FormData,
    _: impl Fn(f64, f64) + 'static,
) -> Option<Answer> {
    None
}

/// Only the browser calls.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn send<T: DeserializeOwned>(_: Method, _: &str, _: &impl Serialize) -> Result<T, Problem> {
    Err(Problem::new(500, "page", "Not in a browser", "only the browser calls the API"))
}

/// Whether a failure is one of the moment (no connection, an ended sign-in, a server that restarts or is full), so that the
/// same is worth being sent again.
pub(crate) fn may_pass(problem: &Problem) -> bool {
    matches!(problem.status, 401 | 408 | 425 | 429 | 500..600)
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
