//! Pages of lists: how long the whole is, where the rest is, and whether anything changed since it was last asked for.

use std::sync::{Arc, LazyLock};

use axum::http::header::{ETAG, IF_NONE_MATCH, LINK};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::long::as_json;
use super::problem::ApiError;
use crate::service::{Page, Service};

/// Tells the generations that this process counts from those of others.
static PROCESS: LazyLock<Uuid> = LazyLock::new(Uuid::now_v7);

/// A list as it is asked for.
pub(super) struct Asked<'r> {
    /// The address, with the query.
    pub(super) address: &'r Uri,
    /// What its reader has already, if anything.
    pub(super) headers: &'r HeaderMap,
    /// How many of the newest are left out.
    pub(super) offset: Option<u64>,
}

/// What tells a list from what it is after the next change of anything (RFC 9110 §8.8.1: a weak validator).
pub(super) struct Tag(String);

impl Tag {
    /// The one of now. Taken before the list is read, so that what changes meanwhile is not missed.
    pub(super) async fn now(service: &Service) -> Result<Self, ApiError> {
        Ok(Self(format!("W/\"{}-{}\"", PROCESS.simple(), service.generation().await?.tag())))
    }
}

/// A page is written as what is on it.
struct Items<T>(Arc<Page<T>>);

impl<T: Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.items.serialize(serializer)
    }
}

impl Asked<'_> {
    /// The answer to who has it already.
    pub(super) fn unchanged(&self, tag: &Tag) -> Option<Response> {
        let tags = self.headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
        let is_known = tags.flat_map(|tags| tags.split(',')).any(|known| known.trim() == tag.0);
        is_known.then(|| (StatusCode::NOT_MODIFIED, [(ETAG, tag.0.clone())]).into_response())
    }

    /// The answer to everybody else.
    pub(super) async fn page<T: Serialize + Send + Sync + 'static>(
        &self,
        service: &Service,
        tag: Tag,
        page: Arc<Page<T>>,
    ) -> Result<Response, ApiError> {
        let (shown, total) = (page.items.len(), page.total);
        let mut answer = as_json(service, Items(page)).await?;
        let headers = answer.headers_mut();
        headers.insert("x-total-count", HeaderValue::from(total));
        headers.extend(HeaderValue::from_str(&tag.0).ok().map(|tag| (ETAG, tag)));
        let end = self.offset.unwrap_or(0).saturating_add(shown as u64);
        if shown > 0 && end < total {
            let next = format!("<{}>; rel=\"next\"", with_offset(self.address, end));
            headers.extend(HeaderValue::from_str(&next).ok().map(|next| (LINK, next)));
        }
        Ok(answer)
    }
}

/// The same address, further on in the list.
fn with_offset(address: &Uri, offset: u64) -> String {
    let pairs = form_urlencoded::parse(address.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(name, _)| name != "offset"));
    query.append_pair("offset", &offset.to_string());
    format!("{}?{}", address.path(), query.finish())
}
