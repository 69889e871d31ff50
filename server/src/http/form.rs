//! Forms with files (`multipart/form-data`, RFC 7578), whose every failure is a problem in words.

use std::error::Error;
use std::iter::successors;
use std::str::FromStr;
use std::task::{Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use domain::api::Problem;
use futures::StreamExt;
use futures::stream::poll_fn;
use tokio::time::timeout;

use super::problem::ApiError;
use crate::pace::{Pace, TooSlow};

/// How long a client may be silent in the middle of a form; trickling helps it little ([`Pace`]).
const SILENCE: Duration = Duration::from_secs(30);
/// How long the rest of a refused form is read: who is still sending would otherwise not hear why.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest field that is no file, in bytes: 20,000 characters fit in.
const MAX_FIELD_BYTES: usize = 128 * 1024;

/// Whether a request brings a form.
pub(super) fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// The same request, whose body ends with an error once its client is too slow.
pub(super) async fn paced(request: Request) -> Request {
    request.map(|body| {
        let mut pace = Pace::new(SILENCE);
        let mut chunks = body.into_data_stream();
        Body::from_stream(poll_fn(move |context| {
            let tried = chunks.poll_next_unpin(context);
            let bytes =
                |chunk: &Option<Result<Bytes, _>>| chunk.as_ref().map_or(0, |c| c.as_ref().map_or(0, Bytes::len));
            match ready!(pace.poll(context, tried, bytes)) {
                Ok(chunk) => Poll::Ready(chunk),
                Err(slow) => Poll::Ready(Some(Err(axum::Error::new(slow)))),
            }
        }))
    })
}

/// A form that is being read.
pub(super) struct Form(Multipart);

impl Form {
    pub(super) async fn open(request: Request) -> Result<Self, ApiError> {
        if !is_form(&request) {
            let detail = "send a form with Content-Type: multipart/form-data";
            return Err(Problem::new(415, "media-type", "Unsupported media type", detail).into());
        }
        let opened = Multipart::from_request(request, &()).await;
        opened.map(Self).map_err(|rejection| unreadable(rejection.status(), &rejection.body_text()))
    }

    /// The next field.
    pub(super) async fn next(&mut self) -> Result<Option<Field<'_>>, ApiError> {
        timeout(SILENCE, self.0.next_field()).await.map_err(|_| silent())?.map_err(broken)
    }

    /// Goes on reading what nobody wants, for a while and beside everything else, so that a client that is still
    /// sending gets to hear the answer.
    pub(super) fn drain(mut self) {
        tokio::spawn(timeout(PATIENCE, async move { while let Ok(Some(_)) = self.0.next_field().await {} }));
    }
}

/// The next bytes of a field.
pub(super) async fn chunk(field: &mut Field<'_>) -> Result<Option<Bytes>, ApiError> {
    timeout(SILENCE, field.chunk()).await.map_err(|_| silent())?.map_err(broken)
}

/// The name of a field's file, as it is called where it comes from; empty when it has none.
///
/// # Errors
/// When it is no text.
pub(super) fn file_name(field: &Field<'_>) -> Result<String, ApiError> {
    let Some(header) = field.headers().get(CONTENT_DISPOSITION) else { return Ok(String::new()) };
    let no_text = || ApiError::invalid("file", "the name of the file is not a UTF-8 text");
    let header = std::str::from_utf8(header.as_bytes()).map_err(|_| no_text())?;
    Ok(file_name_in(header))
}

/// The name of a file in a `Content-Disposition`.
///
/// Browsers and newer versions of curl write a quote as `%22`, line breaks as `%0D` and `%0A`, and everything else as it is
/// (WHATWG HTML, multipart/form-data), so that a backslash is one. Older clients write a quote as `\"` (RFC 2616 §2.2): one
/// behind a backslash ends the name only where something else can follow.
fn file_name_in(header: &str) -> String {
    let Some(value) = parameter(header, "filename") else { return String::new() };
    let Some(quoted) = value.strip_prefix('"') else {
        return value.split(';').next().unwrap_or_default().trim().to_owned();
    };
    let ends_at = |at: usize| {
        let rest = quoted[at + 1..].trim_start();
        !quoted[..at].ends_with('\\') || rest.is_empty() || rest.starts_with(';')
    };
    let end = quoted.match_indices('"').map(|(at, _)| at).find(|at| ends_at(*at)).unwrap_or(quoted.len());
    let mut name = quoted[..end].to_owned();
    if name.contains("\\\"") {
        name = name.replace("\\\"", "\"").replace("\\\\", "\\");
    }
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// What follows `name=`, outside of what is quoted.
fn parameter<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut quoted = false;
    for (at, character) in header.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                let rest = header[at + 1..].trim_start();
                let value =
                    rest.get(..name.len()).filter(|word| word.eq_ignore_ascii_case(name)).map(|_| &rest[name.len()..]);
                if let Some(value) = value.and_then(|value| value.trim_start().strip_prefix('=')) {
                    return Some(value.trim_start());
                }
            }
            _ => {}
        }
    }
    None
}

/// A field that is no file, whole.
pub(super) async fn text(name: &str, field: Field<'_>) -> Result<String, ApiError> {
    let bytes = bytes_up_to(MAX_FIELD_BYTES, name, field).await?;
    String::from_utf8(bytes).map_err(|_| ApiError::invalid(name, format!("{name} is not a UTF-8 text")))
}

/// The bytes of a field, if they are not more.
pub(super) async fn bytes_up_to(limit: usize, name: &str, mut field: Field<'_>) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(more) = chunk(&mut field).await? {
        bytes.extend_from_slice(&more);
        if bytes.len() > limit {
            return Err(ApiError::invalid(name, format!("{name} has at most {limit} bytes")));
        }
    }
    Ok(bytes)
}

/// The value that a field's text stands for.
pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, ApiError> {
    text.trim().parse().map_err(|error| ApiError::invalid(name, format!("“{text}” is no value for {name}: {error}")))
}

/// A field that nothing is known of.
pub(super) fn unknown_field(name: &str, expected: &str) -> ApiError {
    ApiError::invalid(name, format!("unknown field `{name}`, expected {expected}"))
}

fn broken(error: MultipartError) -> ApiError {
    let mut causes = successors(Some(&error as &(dyn Error + 'static)), |error| (*error).source());
    if causes.any(<dyn Error>::is::<TooSlow>) {
        return silent();
    }
    unreadable(error.status(), &error.body_text())
}

fn unreadable(status: StatusCode, detail: &str) -> ApiError {
    if status.is_server_error() {
        // Nothing went wrong here: what was to come never came.
        return Problem::new(
            400,
            "body",
            "Unreadable body",
            "the form broke off, so nothing was stored: send it again",
        )
        .into();
    }
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(413, "too-large", "Too large", "the body is larger than this address takes").into();
    }
    Problem::new(status.as_u16(), "body", "Unreadable body", format!("the form cannot be read: {detail}")).into()
}

fn silent() -> ApiError {
    let detail = "too little came for too long, so nothing was stored: send it again over a better line";
    Problem::new(408, "timeout", "Too slow", detail).into()
}

#[cfg(test)]
mod tests {
    use super::file_name_in;

    #[test]
    fn the_form_encoding_of_a_file_name_is_undone_and_nothing_else() {
        for (written, name) in [
            (r#"form-data; name="file"; filename="a b.txt""#, "a b.txt"),
            (r#"form-data; name="file"; filename="say %22hi%22.txt""#, "say \"hi\".txt"),
            (r#"form-data; name="file"; filename="a%0D%0Ab""#, "a\r\nb"),
            (r#"form-data; name="file"; filename="100% %20 %0d %41.log""#, "100% %20 %0d %41.log"),
            (r#"form-data; name="file"; filename="say \"hi\".txt""#, "say \"hi\".txt"),
            (r#"form-data; name="file"; filename="say \"hi\"""#, "say \"hi\""),
            (r#"form-data; name="file"; filename="C:\Users\eva\x.lnk""#, r"C:\Users\eva\x.lnk"),
            (r#"form-data; name="file"; filename="C:\Users\""#, r"C:\Users\"),
            (r#"form-data; name="filename=x; y"; filename="z;1""#, "z;1"),
            (r#"form-data; filename="first"; name="file""#, "first"),
            ("form-data; name=file; FileName = plain.txt ; x=y", "plain.txt"),
            (r#"form-data; name="file"; filename="""#, ""),
            (r#"form-data; name="file""#, ""),
            (r#"form-data; name="file"; filename="复答 é.pdf""#, "复答 é.pdf"),
        ] {
            assert_eq!(file_name_in(written), name, "{written}");
        }
    }
}
