//! A browser: who sits there, the storage that all its tabs share, and the proxy that stands before the server.

use std::collections::BTreeMap;

use domain::api::Problem;
use domain::ids::Actor;
use domain::session::{Answer, Stored};
use fastrand::Rng;

/// What a browser keeps, until it is full, cleared or forbidden.
#[derive(Debug, Default)]
pub(crate) struct Storage {
    pub(crate) items: BTreeMap<String, String>,
    /// Most bytes.
    pub(crate) room: Option<usize>,
    pub(crate) is_forbidden: bool,
    /// On purpose: it says that it keeps changes, and does not.
    pub(crate) lies: bool,
}

impl Storage {
    pub(crate) fn set(&mut self, name: &str, text: &str) -> Stored {
        if self.is_forbidden {
            return Stored::Unavailable;
        }
        let others = self.items.iter().filter(|(other, _)| *other != name);
        let used: usize = others.map(|(name, text)| name.len() + text.len()).sum();
        if self.room.is_some_and(|room| used + name.len() + text.len() > room) {
            return Stored::Full;
        }
        if !(self.lies && text.contains(r#""change""#)) {
            self.items.insert(name.to_owned(), text.to_owned());
        }
        Stored::Kept
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.items.get(name).filter(|_| !self.is_forbidden).map(String::as_str)
    }

    pub(crate) fn remove(&mut self, name: &str) {
        if !self.is_forbidden {
            self.items.remove(name);
        }
    }

    /// Everything, as a tab reads it.
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        let items = self.items.iter().filter(|_| !self.is_forbidden);
        items.map(|(name, text)| (name.clone(), text.clone())).collect()
    }
}

/// How the proxy before the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// Lets everything through.
    Open,
    /// Lets nothing through until somebody signs in again.
    SignIn,
    /// Lets only some through.
    Shaky,
}

pub(crate) struct Browser {
    pub(crate) actor: Actor,
    pub(crate) storage: Storage,
    pub(crate) proxy: Proxy,
}

fn html(status: u16) -> Answer {
    let body = "<!doctype html><title>Sign in</title><form>".to_owned();
    Answer { status, content_type: "text/html; charset=utf-8".into(), body, ..Answer::default() }
}

/// What a proxy answers instead of the server when a sign-in has ended.
pub(crate) fn sign_in(rng: &mut Rng) -> Answer {
    match rng.u32(..7) {
        0 => html(401),
        1 => html(403),
        2 => html(200),
        3 => Answer { is_redirect: true, ..Answer::default() },
        4 => Answer { is_redirect: true, ..html(302) },
        5 => Answer {
            status: 200,
            content_type: "application/json".into(),
            body: r#"{"login":"/"}"#.into(),
            ..html(200)
        },
        _ => {
            let body = r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"expired"}"#.to_owned();
            Answer { content_type: "application/problem+json".into(), body, ..html(403) }
        }
    }
}

/// What a proxy answers when the server is not to be had, or when it thinks so.
pub(crate) fn trouble(rng: &mut Rng) -> Answer {
    let status = [500, 502, 503, 504, 408, 429, 507][rng.usize(..7)];
    if status == 507 {
        return problem(&Problem::new(507, "storage-full", "No room left", "there is no room left"));
    }
    Answer { retry_after: (status == 429).then_some(3), ..html(status) }
}

/// A proxy's own limit on what is sent.
pub(crate) fn too_large() -> Answer {
    html(413)
}

/// A problem, as the server tells it.
pub(crate) fn problem(problem: &Problem) -> Answer {
    let body = serde_json::to_string(problem).expect("a problem can be written");
    Answer { status: problem.status, content_type: "application/problem+json".into(), body, ..Answer::default() }
}
