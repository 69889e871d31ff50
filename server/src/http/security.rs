//! Headers that make browsers careful. Every answer has them, whoever gives it.
//!
//! A page is given its policy where it is rendered, as its scripts carry a nonce of this one answer; whatever else the
//! server says may load and run nothing at all. Strict-Transport-Security is left to the proxy, which alone knows
//! whether every name it serves has TLS.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use leptos::config::{Env, LeptosOptions};
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// For answers that are data. The last three do not follow `default-src`.
const DATA: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

/// Where Swagger UI lives.
const DOCUMENTATION_PATH: &str = "/api/docs";

/// For Swagger UI, whose style sheet holds its icons as `data:`.
const DOCUMENTATION: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The same for every answer.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Not `no-referrer`: with it, browsers send `Origin: null` with forms, which is refused.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
];

/// Answers hold what is known of incidents, and must not lie around in caches.
const KEEP_NOWHERE: HeaderValue = HeaderValue::from_static("no-store");

/// Adds the headers; a policy or a caching rule that a handler chose stays.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let policy = if is_documentation(request.uri().path()) { DOCUMENTATION } else { DATA };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.extend(ALWAYS);
    set_default(headers, header::CONTENT_SECURITY_POLICY, policy);
    set_default(headers, header::CACHE_CONTROL, KEEP_NOWHERE);
    response
}

fn is_documentation(path: &str) -> bool {
    path.strip_prefix(DOCUMENTATION_PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

/// Gives the page that is being rendered its policy.
pub(super) fn protect_page(options: &LeptosOptions) {
    let policy = use_nonce().and_then(|nonce| page_policy(&nonce, options).parse().ok());
    // Without a nonce the page keeps the policy of data: nothing runs, and it can still be read.
    if let (Some(response), Some(policy)) = (use_context::<ResponseOptions>(), policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// What a page may do: run the site's own script and module, use its style sheet, and speak to this server. `'self'`
/// includes the live connection (CSP 3: it matches `ws` and `wss` of the same host).
fn page_policy(nonce: &str, options: &LeptosOptions) -> String {
    // `cargo leptos watch` tells the page over a port of its own that it has changed.
    let reload = match options.env {
        Env::DEV => format!(" ws://127.0.0.1:{0} ws://localhost:{0}", options.reload_port),
        Env::PROD => String::new(),
    };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'{reload}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_development_may_speak_to_another_port() {
        let options = |env| LeptosOptions::builder().output_name("site").reload_port(3001_u32).env(env).build();
        let released = page_policy("n", &options(Env::PROD));
        assert!(released.contains("connect-src 'self';") && released.contains("'nonce-n'"), "{released}");
        assert!(page_policy("n", &options(Env::DEV)).contains("ws://127.0.0.1:3001"));
    }

    #[test]
    fn the_documentation_is_what_lies_below_its_address() {
        assert!(is_documentation("/api/docs") && is_documentation("/api/docs/swagger-ui.css"));
        assert!(!is_documentation("/api/docsx") && !is_documentation("/"));
    }
}
