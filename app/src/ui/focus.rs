//! Moving the focus, for keys and for what opens somewhere else.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// Gives the focus to an element.
pub(crate) fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // What cannot have the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Gives the focus to the first element that a selector finds.
pub(crate) fn focus_on(selector: &str) {
    focus(document().query_selector(selector).ok().flatten());
}
