//! The browser's entry: takes over the page that the server rendered, and nothing else.

// The type of a page is as deep as the page.
#![recursion_limit = "512"]

/// Called by the page's script once the module has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
