//! Small settings that the server must know for its first rendering: the analyst's name and the theme.

/// The value of a cookie of this request, or of this document.
pub(crate) fn get(name: &str) -> Option<String> {
    let cookies = all()?;
    let value =
        cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))?;
    Some(decode(&value))
}

#[cfg(feature = "ssr")]
fn all() -> Option<String> {
    let parts = leptos::prelude::use_context::<http::request::Parts>()?;
    let cookies = parts.headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    Some(cookies.collect::<Vec<_>>().join(";"))
}

#[cfg(not(feature = "ssr"))]
fn all() -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let document = leptos::prelude::document().dyn_into::<web_sys::HtmlDocument>().ok()?;
        document.cookie().ok()
    }
    #[cfg(not(feature = "hydrate"))]
    None
}

/// Keeps a value for a year; an empty one is forgotten.
#[cfg(feature = "hydrate")]
pub(crate) fn set(name: &str, value: &str) {
    use wasm_bindgen::JsCast;
    let Ok(document) = leptos::prelude::document().dyn_into::<web_sys::HtmlDocument>() else { return };
    let value = js_sys::encode_uri_component(value);
    let age = if value.length() == 0 { 0 } else { 31_536_000 };
    let cookie = format!("{name}={value}; path=/; max-age={age}; samesite=lax");
    if let Err(error) = document.set_cookie(&cookie) {
        leptos::logging::warn!("the setting {name} cannot be kept: {error:?}");
    }
}

/// Only the browser keeps settings.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn set(_name: &str, _value: &str) {}

/// Undoes percent-encoding; bytes that are no UTF-8 are replaced visibly.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn names_of_any_script_survive_a_cookie() {
        assert_eq!(decode("J%C3%B6rg%20%D8%B9%D9%84%D9%8A"), "Jörg علي");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
    }
}
