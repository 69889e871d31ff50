//! What a request may cost: bytes of its body, and time until its answer begins.
//!
//! Every address has limits; only uploads have others of their own. The bytes are counted as they come, whoever reads
//! them, so a handler cannot forget to. An answer that takes long to fetch is not bounded here, and neither is a live
//! connection: its answer has begun with the upgrade.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use domain::api::Problem;
use domain::command::MAX_TEXT_CHARS;
use futures::StreamExt;
use futures::stream::poll_fn;
use tokio::time::timeout;

use super::problem::ApiError;

/// Most texts of one change: a note, the outcome, impact, cause and recommendations.
const TEXTS: usize = 5;
/// For changes: all their texts at their limits fit in, even if every character is written as two `\u` escapes.
pub(super) const CHANGE_BYTES: usize = TEXTS * 12 * MAX_TEXT_CHARS + 64 * 1024;

/// For pages and what they ask for: addresses, filters and ids.
pub(super) const PAGE_BYTES: usize = 64 * 1024;

/// How much of a body that is refused is read before it is, at most.
const DRAINED_BYTES: usize = 8 * 1024 * 1024;
/// How long that may take.
const DRAINED_TIME: Duration = Duration::from_secs(2);

/// What a request may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Most bytes of its body.
    pub(super) bytes: usize,
    /// How long its answer may take to begin.
    pub(super) time: Duration,
}

/// Holds every request to the addresses of a router to these limits.
pub(super) fn limited<S: Clone + Send + Sync + 'static>(router: Router<S>, limits: Limits) -> Router<S> {
    // axum's own limit says neither what it is nor what to do.
    router.layer(from_fn_with_state(limits, enforce)).layer(DefaultBodyLimit::disable())
}

async fn enforce(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > limits.bytes as u64) {
        let asks_first = request.headers().contains_key(EXPECT);
        if !asks_first {
            drain(request.into_body()).await;
        }
        return too_large(limits.bytes).into_response();
    }
    let meter = Arc::new(Meter::default());
    let request = request.map(|body| measured(body, limits.bytes, Arc::clone(&meter)));
    let answer = timeout(limits.time, next.run(request)).await;
    match answer {
        _ if Meter::is(&meter.over) => too_large(limits.bytes).into_response(),
        Ok(answer) => answer,
        Err(_) => too_slow(limits.time, Meter::is(&meter.complete)).into_response(),
    }
}

/// Reads on for a while: somebody who is still sending when the connection ends may never see the answer.
async fn drain(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut left = DRAINED_BYTES;
    let reading = async {
        while let Some(Ok(bytes)) = chunks.next().await {
            left = left.saturating_sub(bytes.len());
            if left == 0 {
                return;
            }
        }
    };
    // When the time is over, the answer is given all the same.
    let _ = timeout(DRAINED_TIME, reading).await;
}

/// How far the body of a request has come.
#[derive(Debug, Default)]
struct Meter {
    complete: AtomicBool,
    over: AtomicBool,
}

impl Meter {
    fn is(flag: &AtomicBool) -> bool {
        flag.load(Ordering::Relaxed)
    }

    fn set(flag: &AtomicBool) {
        flag.store(true, Ordering::Relaxed);
    }
}

/// The same body, ending with an error once it is over its limit.
fn measured(body: Body, limit: usize, meter: Arc<Meter>) -> Body {
    if body.is_end_stream() {
        Meter::set(&meter.complete);
        return body;
    }
    let mut left = limit;
    let mut chunks = body.into_data_stream();
    Body::from_stream(poll_fn(move |context| {
        let chunk = ready!(chunks.poll_next_unpin(context));
        match &chunk {
            None => Meter::set(&meter.complete),
            Some(Ok(bytes)) => match left.checked_sub(bytes.len()) {
                Some(rest) => left = rest,
                None => {
                    Meter::set(&meter.over);
                    return Poll::Ready(Some(Err(axum::Error::new("the body is over its limit"))));
                }
            },
            Some(Err(_)) => {}
        }
        Poll::Ready(chunk)
    }))
}

fn too_large(limit: usize) -> ApiError {
    let detail = format!("the body of this request may have at most {limit} bytes");
    Problem::new(413, "too-large", "Too large", detail).into()
}

fn too_slow(limit: Duration, was_read: bool) -> ApiError {
    let problem = if was_read {
        let detail = format!(
            "there was no answer within {limit:?}; a change may have been made all the same: send it again with the \
             same command_id, or look first"
        );
        Problem::new(503, "timeout", "Took too long", detail)
    } else {
        let detail = format!("the request was not here as a whole within {limit:?}, and nothing was changed");
        Problem::new(408, "timeout", "Took too long", detail)
    };
    problem.into()
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::post;
    use axum_test::TestServer;
    use futures::stream;
    use std::time::Instant;

    use super::*;

    fn server(handler: axum::routing::MethodRouter) -> TestServer {
        let limits = Limits { bytes: 10, time: Duration::from_millis(200) };
        TestServer::builder().http_transport().build(limited(Router::new().route("/", handler), limits))
    }

    #[tokio::test]
    async fn a_body_at_its_limit_passes_and_one_byte_more_is_refused_however_it_comes() {
        let server = server(post(|body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move {
            body.map_or(0, |body| body.len()).to_string()
        }));
        server.post("/").text("0123456789").await.assert_text("10");
        let announced = server.post("/").text("0123456789a").await;
        announced.assert_status(axum::http::StatusCode::PAYLOAD_TOO_LARGE);
        assert!(announced.json::<Problem>().detail.contains("10 bytes"));

        let chunks = |count: usize| Body::from_stream(stream::iter((0..count).map(|_| Ok::<_, axum::Error>("01234"))));
        for (count, over) in [(2, false), (3, true)] {
            let meter = Arc::new(Meter::default());
            let read = axum::body::to_bytes(measured(chunks(count), 10, Arc::clone(&meter)), usize::MAX).await;
            assert_eq!((read.is_err(), Meter::is(&meter.over), Meter::is(&meter.complete)), (over, over, !over));
        }
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_not_waited_for() {
        let server = server(post(|_: Bytes| std::future::pending::<()>()));
        let began = Instant::now();
        let answer = server.post("/").text("0123456789").await;
        assert!(began.elapsed() < Duration::from_secs(20));
        answer.assert_status(axum::http::StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.json::<Problem>().detail.contains("command_id"));
    }
}
