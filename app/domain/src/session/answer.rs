//! What an answer to a request means: whether it is this API's at all, and what to do when it is not.
//!
//! Between a page and the server there may be proxies, and each answers in its own way: with a login page, a redirect to
//! one, an error page, a limit of its own. Only this API's problems and the JSON that was asked for are answers. Nothing
//! else says what became of a request.

use std::fmt;

use serde::Deserialize;

use crate::api::Problem;
use crate::screen::in_words;

/// An answer to a request, as the browser shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; 0 where the browser hides it, as it does of redirects.
    pub status: u16,
    /// Whether it leads elsewhere. It is not followed.
    pub is_redirect: bool,
    /// Its media type, with parameters.
    pub content_type: String,
    /// The seconds to wait that it asks for.
    pub retry_after: Option<u32>,
    /// Its text.
    pub body: String,
}

/// Why a request has not been answered, though it may well be later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no connection.
    Unreachable,
    /// There is a connection, and no answer in time.
    Silent,
    /// A status that will pass, and the words of our own server when they are its.
    Status(u16, Option<String>),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("The server cannot be reached."),
            Self::Silent => f.write_str("The server does not answer."),
            Self::Status(status, Some(detail)) => write!(f, "The server has trouble ({status}): {detail}."),
            Self::Status(408, None) => f.write_str("The connection is too slow (408)."),
            Self::Status(status @ (425 | 429), None) => write!(f, "The server asks to slow down ({status})."),
            Self::Status(status, None) => write!(f, "The server has trouble ({status})."),
        }
    }
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// JSON of a success. Whether it is what was asked for shows when it is read; if not, it is [`Verdict::SignedOut`].
    Success,
    /// Refused for good: the same again would be refused again.
    Refused(Problem),
    /// Not from this API: most likely the sign-in at a proxy has ended.
    SignedOut,
    /// Worth trying again later, not before so many seconds.
    Wait(Trouble, Option<u32>),
}

impl Answer {
    /// What it means.
    pub fn judge(&self) -> Verdict {
        if self.is_redirect || self.status == 401 {
            return Verdict::SignedOut;
        }
        let problem = self.problem();
        match self.status {
            200..300 if self.is_of("application/json") => Verdict::Success,
            408 | 425 | 429 | 500..600 => {
                Verdict::Wait(Trouble::Status(self.status, problem.map(|problem| problem.detail)), self.retry_after)
            }
            413 if problem.is_none() => Verdict::Refused(too_large()),
            _ => problem.map_or(Verdict::SignedOut, Verdict::Refused),
        }
    }

    /// Reads a success.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }

    /// The problem of this API that it tells, in the words of the screen; `None` when it is not this API that answers.
    fn problem(&self) -> Option<Problem> {
        let problem: Problem = self.is_of("application/problem+json").then(|| self.read()).flatten()?;
        let is_ours = problem.kind.starts_with("/problems/") && problem.status == self.status;
        is_ours.then(|| Problem { detail: in_words(&problem.detail), ..problem })
    }

    fn is_of(&self, media_type: &str) -> bool {
        self.content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
    }
}

/// A proxy refuses what is larger than its own limit, and will do so again.
fn too_large() -> Problem {
    let detail =
        "a proxy in front of the server takes nothing so large (413): shorten it, or ask whoever runs the proxy";
    Problem::new(413, "proxy-limit", "Too large", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, content_type: &str, body: &str) -> Answer {
        Answer { status, content_type: content_type.into(), body: body.into(), ..Answer::default() }
    }

    fn ours(status: u16) -> Answer {
        let problem = Problem::new(status, "conflict", "Not in this state", "it is closed");
        answer(status, "application/problem+json", &serde_json::to_string(&problem).expect("JSON"))
    }

    const HTML: (&str, &str) = ("text/html; charset=utf-8", "<!doctype html><title>Sign in</title>");

    #[test]
    fn only_json_of_a_success_and_problems_of_this_api_are_answers() {
        assert_eq!(answer(200, "application/json", "{}").judge(), Verdict::Success);
        assert_eq!(answer(200, "Application/JSON; charset=utf-8", "{}").judge(), Verdict::Success);
        for status in [400, 403, 404, 409, 413, 422] {
            assert!(matches!(ours(status).judge(), Verdict::Refused(problem) if problem.detail == "it is closed"));
        }
    }

    #[test]
    fn whatever_a_sign_in_at_a_proxy_answers_is_no_answer() {
        for status in [200, 201, 204, 302, 303, 400, 401, 403, 404, 405, 407, 418] {
            assert_eq!(answer(status, HTML.0, HTML.1).judge(), Verdict::SignedOut, "{status}");
            assert_eq!(answer(status, "", "").judge(), Verdict::SignedOut, "{status}");
        }
        let hidden = Answer { is_redirect: true, ..Answer::default() };
        assert_eq!(hidden.judge(), Verdict::SignedOut);
        assert_eq!(ours(401).judge(), Verdict::SignedOut, "a 401 means the same from everybody");
    }

    #[test]
    fn a_problem_of_somebody_else_is_not_ours() {
        let about_blank = r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"token expired"}"#;
        assert_eq!(answer(403, "application/problem+json", about_blank).judge(), Verdict::SignedOut);
        let other_status = ours(409).body;
        assert_eq!(answer(403, "application/problem+json", &other_status).judge(), Verdict::SignedOut);
        assert_eq!(answer(403, "application/json", &ours(403).body).judge(), Verdict::SignedOut);
    }

    #[test]
    fn what_passes_is_waited_for_in_words_and_for_as_long_as_it_says() {
        let told = |answer: &Answer| match answer.judge() {
            Verdict::Wait(trouble, after) => (trouble.to_string(), after),
            other => panic!("{other:?}"),
        };
        for status in [500, 502, 503, 504, 507, 520, 599] {
            assert_eq!(told(&answer(status, HTML.0, HTML.1)), (format!("The server has trouble ({status})."), None));
        }
        let slow = Answer { retry_after: Some(7), ..answer(429, "text/plain", "slow down") };
        assert_eq!(told(&slow), ("The server asks to slow down (429).".to_owned(), Some(7)));
        assert_eq!(told(&answer(408, "", "")).0, "The connection is too slow (408).");
        assert_eq!(told(&ours(507)).0, "The server has trouble (507): it is closed.");
    }

    #[test]
    fn the_limit_of_a_proxy_is_a_refusal_in_words() {
        let verdict = answer(413, HTML.0, HTML.1).judge();
        assert!(matches!(verdict, Verdict::Refused(problem) if problem.detail.contains("proxy")), "never sent again");
    }
}
