//! Who may ask: a page of another site can neither change anything nor listen, although a browser on this network would
//! carry its requests here.
//!
//! Two things are checked. What changes something, and what becomes a live connection, must not come from a foreign page
//! (`Origin`, `Sec-Fetch-Site`). And a name in `Host` must be known, or a foreign page could let its own name point here
//! and be of the same origin (DNS rebinding). Programs that are no browsers name neither and are let in: this is no login.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::api::Problem;

use super::problem::{ApiError, shown};
use crate::Config;

/// What a browser calls the place that a page is from: scheme, name, and port unless it is the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    is_secure: bool,
    /// Lower case.
    host: String,
    port: u16,
}

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an origin: write it like https://forge.example.com or http://localhost:8080, without a path")]
pub struct NoOrigin;

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let uri: Uri = text.trim().parse().map_err(|_| NoOrigin)?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(NoOrigin),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(NoOrigin)?;
        if uri.path() != "/" || uri.query().is_some() || authority.host().is_empty() {
            return Err(NoOrigin);
        }
        let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        Ok(Self { is_secure, host: authority.host().to_ascii_lowercase(), port })
    }
}

impl Origin {
    /// Whether a request that names this `Host` goes to where the page is from. A proxy may have taken the TLS off, so
    /// the scheme is not looked at, and a port that is not named is that of the page's own scheme.
    fn is_at(&self, host: &Authority) -> bool {
        let own_port = if self.is_secure { 443 } else { 80 };
        self.host.eq_ignore_ascii_case(host.host()) && self.port == host.port_u16().unwrap_or(own_port)
    }
}

/// Which names and pages are let in.
#[derive(Debug)]
pub(super) struct Access {
    allowed: Vec<Origin>,
    /// Whether a name that nobody told us is refused.
    names_must_be_known: bool,
}

impl Access {
    pub(super) fn of(config: &Config) -> Arc<Self> {
        let allowed = config.allowed_origins.clone();
        let names_must_be_known = config.addr.ip().is_loopback() || !allowed.is_empty();
        Arc::new(Self { allowed, names_must_be_known })
    }

    fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
        let hosts = hosts(uri, headers)?;
        for host in &hosts {
            self.check_host(host)?;
        }
        if is_harmless(method, headers) { Ok(()) } else { self.check_page(headers, &hosts) }
    }

    /// An address cannot be rebound, and `localhost` is resolved by browsers themselves; any other name must be known.
    fn check_host(&self, host: &Authority) -> Result<(), ApiError> {
        let name = host.host();
        let is_address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        let lower = name.to_ascii_lowercase();
        let is_local = lower == "localhost" || lower.ends_with(".localhost");
        let is_listed = self.allowed.iter().any(|origin| origin.host == lower);
        if !self.names_must_be_known || is_address || is_local || is_listed {
            return Ok(());
        }
        let name = shown(name);
        Err(refused(format!(
            "the name “{name}” is not known here: if it is a name of this server, start it with \
             --allowed-origin https://{name} (FORGE_ALLOWED_ORIGINS)"
        )))
    }

    fn check_page(&self, headers: &HeaderMap, hosts: &[Authority]) -> Result<(), ApiError> {
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        let mut origins = headers.get_all(header::ORIGIN).iter().peekable();
        if origins.peek().is_none() {
            // Browsers name the origin of whatever is checked here; without it, only what they call their own is let in.
            return match site {
                None | Some(b"same-origin" | b"none") => Ok(()),
                Some(_) => Err(foreign("another site, which is not named")),
            };
        }
        for origin in origins {
            let text = String::from_utf8_lossy(origin.as_bytes());
            let own = text.parse::<Origin>().is_ok_and(|origin| {
                site == Some(b"same-origin")
                    || hosts.iter().any(|host| origin.is_at(host))
                    || self.allowed.contains(&origin)
            });
            if !own {
                return Err(foreign(&format!("“{}”", shown(&text))));
            }
        }
        Ok(())
    }
}

/// Every host that a request names; none when it is of a program that speaks HTTP/1.0.
fn hosts(uri: &Uri, headers: &HeaderMap) -> Result<Vec<Authority>, ApiError> {
    let named = headers.get_all(header::HOST).iter().map(|host| Authority::try_from(host.as_bytes()));
    let named = uri.authority().cloned().map(Ok).into_iter().chain(named);
    named.collect::<Result<_, _>>().map_err(|_| refused("the Host header is no name or address".to_owned()))
}

/// Whether a request can only read, and what it reads is kept from foreign pages by their browsers.
fn is_harmless(method: &Method, headers: &HeaderMap) -> bool {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
    let becomes_live = headers.get_all(header::UPGRADE).iter().next().is_some();
    reads && !becomes_live
}

fn foreign(from: &str) -> ApiError {
    refused(format!(
        "this request comes from a page of {from}: if that is a name of this server, start it with --allowed-origin \
         (FORGE_ALLOWED_ORIGINS)"
    ))
}

fn refused(detail: String) -> ApiError {
    Problem::new(403, "origin", "Not from here", detail).into()
}

/// Answers what may not come in with a 403.
pub(super) async fn guard(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    match access.check(request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => {
            tracing::warn!(method = %request.method(), path = request.uri().path(), reason = problem.0.detail, "refused");
            problem.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Result<Origin, NoOrigin> {
        text.parse()
    }

    #[test]
    fn an_origin_is_a_scheme_a_name_and_a_port() {
        let same = ["https://forge.example", "HTTPS://Forge.Example:443", " https://forge.example/ "];
        assert!(same.iter().all(|text| origin(text) == origin(same[0]) && origin(text).is_ok()));
        assert_ne!(origin("http://forge.example"), origin("https://forge.example"));
        assert_ne!(origin("https://forge.example:8443"), origin("https://forge.example"));
        for text in
            ["", "*", "null", "forge.example", "ftp://x", "https://", "https://a/b", "https://a?b", "https://u@a"]
        {
            assert_eq!(origin(text), Err(NoOrigin), "{text}");
        }
    }

    #[test]
    fn a_page_is_at_a_host_whatever_the_scheme() {
        let is_at = |page: &str, host: &str| {
            origin(page).is_ok_and(|origin| host.parse().is_ok_and(|host: Authority| origin.is_at(&host)))
        };
        for (page, host) in [
            ("https://forge.example", "forge.example"),
            ("https://forge.example", "FORGE.example:443"),
            ("http://127.0.0.1:3000", "127.0.0.1:3000"),
            ("http://[::1]:3000", "[::1]:3000"),
            ("https://forge.example:8443", "forge.example:8443"),
        ] {
            assert!(is_at(page, host), "{page} {host}");
        }
        for (page, host) in [
            ("https://forge.example.evil.test", "forge.example"),
            ("https://evil.test", "forge.example"),
            ("http://127.0.0.1:8080", "127.0.0.1:3000"),
            ("https://forge.example:8443", "forge.example"),
            ("http://localhost:3000", "127.0.0.1:3000"),
        ] {
            assert!(!is_at(page, host), "{page} {host}");
        }
    }
}
