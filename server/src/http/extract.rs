//! What handlers take from a request, each failing with a problem that names the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use domain::api::Problem;
use domain::ids::Actor;
use domain::legible::NameError;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::problem::{ApiError, shown};

/// A JSON body. Text that is no JSON is a 400; JSON of another shape, with unknown or missing fields, a 422.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        // Plain text and forms are what a foreign page may send without asking; JSON is what is documented.
        if !content_type.is_empty() && !is_json(content_type) {
            return Err(Problem::new(
                415,
                "media-type",
                "Unsupported media type",
                format!("the body is {content_type}: send JSON with Content-Type: application/json"),
            )
            .into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            Problem::new(rejection.status().as_u16(), "body", "Unreadable body", rejection.body_text())
        })?;
        from_json(&bytes).map(Self)
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // First whether it is JSON: a number where an enum is expected is a syntax error to serde_json.
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
    // Serde would take an array for a struct, member by member.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(ApiError::invalid("body", "the body must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let message =
            if inner.is_data() { without_position(&inner.to_string()) } else { "this is no value for it".to_owned() };
        ApiError::invalid(&field_of(&path, &message), message)
    })
}

fn malformed(error: &serde_json::Error) -> ApiError {
    let detail = if error.is_eof() && error.line() <= 1 && error.column() == 0 {
        "the body is empty: send a JSON object".to_owned()
    } else {
        format!("the body is not JSON: {error}")
    };
    Problem::new(400, "malformed", "Malformed JSON", detail).into()
}

/// serde_json appends where it stood, which helps nobody who sees the field's name.
fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(before, _)| before).to_owned()
}

/// The field to blame: where the deserializer stood, or what it did not know or miss.
fn field_of(path: &str, message: &str) -> String {
    let named = message
        .strip_prefix("unknown field `")
        .or_else(|| message.strip_prefix("missing field `"))
        .and_then(|rest| rest.split_once('`'))
        .map(|(name, _)| name);
    match (path, named) {
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    }
}

/// The query; a name may repeat.
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let deserializer = serde_html_form::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| {
            let path = error.path().to_string();
            let message = error.into_inner().to_string();
            let field = field_of(&path, &message);
            let said = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| *name == field).map(|(_, said)| said);
            let message = said.and_then(|said| no_number(&message, &said)).unwrap_or(message);
            ApiError::invalid(&field, message)
        })
    }
}

/// What to say of a text that is no whole number, where the standard library speaks of digits and types.
fn no_number(message: &str, said: &str) -> Option<String> {
    let said = shown(said);
    match message {
        "cannot parse integer from empty string" => Some("a whole number is missing here".to_owned()),
        "invalid digit found in string" => Some(format!("“{said}” is not a whole number from 0 on")),
        "number too large to fit in target type" => Some(format!("{said} is too large a number")),
        _ => None,
    }
}

/// An id in the address. Text that is no id leads to nothing: a 404.
pub(super) struct Id<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| {
            Problem::new(404, "not-found", "Not found", "there is nothing with this id: ids are UUIDs").into()
        })
    }
}

/// Who asks, as far as headers say: `X-Analyst`, else the web page's cookie.
pub(super) struct Caller(Result<Option<Actor>, ApiError>);

impl Caller {
    /// Who acts: the name in the body, else in the headers, else `anonymous`. A header that is no name is of no account when the
    /// body has one, and is refused otherwise: nobody else's name takes its place.
    pub(super) fn unless(self, named: Option<Actor>) -> Result<Actor, ApiError> {
        match named {
            Some(actor) => Ok(actor),
            None => Ok(self.0?.unwrap_or_else(Actor::anonymous)),
        }
    }
}

/// A name that somebody gives in a field, or in a header.
pub(super) fn actor(field: &str, name: &str) -> Result<Actor, ApiError> {
    Actor::new(name).map_err(|error| ApiError::invalid(field, format!("{field} {error}")))
}

fn named_in(parts: &Parts) -> Result<Option<Actor>, ApiError> {
    if let Some(header) = parts.headers.get("x-analyst") {
        let name = std::str::from_utf8(header.as_bytes())
            .map_err(|_| ApiError::invalid("X-Analyst", "X-Analyst must be UTF-8"))?;
        return actor("X-Analyst", name).map(Some);
    }
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let name = cookies.flat_map(|cookies| cookies.split(';')).find_map(|cookie| cookie.trim().strip_prefix("analyst="));
    match name {
        None => Ok(None),
        Some(name) => {
            let name = percent_decode_str(name).decode_utf8();
            let name = name.map_err(|_| ApiError::invalid("Cookie", "the cookie analyst must be UTF-8"))?;
            match Actor::new(&name) {
                Ok(actor) => Ok(Some(actor)),
                Err(NameError::Blank) => Ok(None),
                Err(error) => Err(ApiError::invalid("Cookie", format!("the cookie analyst {error}"))),
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(named_in(parts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::api::PatchStep;
    use domain::ids::Seq;

    fn problem(body: &str) -> Problem {
        match from_json::<PatchStep>(body.as_bytes()) {
            Ok(patch) => panic!("{body} was read as {patch:?}"),
            Err(error) => error.0,
        }
    }

    #[test]
    fn a_bad_field_is_named() {
        for (body, field) in [
            (r#"{"status": "done"}"#, "status"),
            (r#"{"status": 7}"#, "status"),
            (r#"{"stauts": "completed"}"#, "stauts"),
            (r#"{"assignee": 7}"#, "assignee"),
            (r#"{"actor": "  "}"#, "actor"),
            (r#"{"occurred_at": "yesterday"}"#, "occurred_at"),
            (r#"{"base_seq": 1.5}"#, "base_seq"),
            (r#"{"base_seq": -1}"#, "base_seq"),
            (r#"[null, null]"#, "body"),
            ("null", "body"),
        ] {
            let problem = problem(body);
            assert_eq!((problem.status, problem.errors[0].field.as_str()), (422, field), "{body}");
        }
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for text in ["41", "41.0", "4.1e1"] {
            let patch = from_json::<PatchStep>(format!(r#"{{"base_seq": {text}}}"#).as_bytes());
            assert_eq!(patch.ok().and_then(|patch| patch.base_seq), Some(Seq(41)), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_a_400() {
        for body in ["", "{", "hello", "{} {}"] {
            assert_eq!(problem(body).status, 400, "{body}");
        }
    }
}
