//! Long answers that lie in memory until their readers have taken them: together no more than fit. Who would be one too many is
//! told to come again, and those who never read are cut off ([`crate::pace`]).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::ApiError;
use crate::service::ServiceError;

/// Shorter answers are not counted.
const COUNTED_BYTES: u64 = 1024 * 1024;
/// Most bytes of long answers at once, in KiB.
const ROOM_KIB: usize = 256 * 1024;

/// Room for long answers.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ROOM_KIB)))
    }
}

/// Lets an answer go out as far as there is room for it.
pub(super) async fn hold(State(room): State<Room>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    let Some(length) = answer.body().size_hint().exact().filter(|length| *length > COUNTED_BYTES) else {
        return answer;
    };
    // One that is larger than the whole room takes all of it.
    let taken = usize::try_from(length / 1024).map_or(ROOM_KIB, |taken| taken.min(ROOM_KIB));
    let permit = u32::try_from(taken).ok().and_then(|taken| room.0.try_acquire_many_owned(taken).ok());
    match permit {
        Some(permit) => answer.map(|body| Body::new(Held { body, _room: permit })),
        None => ApiError::from(ServiceError::Overloaded).into_response(),
    }
}

/// The body of a long answer, and the room that it takes.
struct Held {
    body: Body,
    _room: OwnedSemaphorePermit,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn long_answers_share_a_room_until_they_are_read_or_given_up() {
        let long = || async { vec![0_u8; 100 * 1024 * 1024] };
        let room = Room::default();
        let router = Router::new()
            .route("/long", get(long))
            .route("/short", get(|| async { "short" }))
            .layer(from_fn_with_state(room, hold));
        let ask = async |address: &str| {
            let request = Request::get(address).body(Body::empty()).expect("a request");
            router.clone().oneshot(request).await.expect("an answer")
        };
        let (first, second) = (ask("/long").await, ask("/long").await);
        assert_eq!([first.status(), second.status()], [StatusCode::OK; 2]);
        let refused = ask("/long").await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()["retry-after"], "1");
        assert_eq!(ask("/short").await.status(), StatusCode::OK);
        drop(first);
        assert_eq!(ask("/long").await.status(), StatusCode::OK);
    }
}
