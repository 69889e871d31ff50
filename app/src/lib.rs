//! The web application: pages rendered on the server and taken over by the browser.

pub mod backend;

use leptos::prelude::*;

/// The document around every page.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    view! { <App /> }
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    view! { <p>"x"</p> }
}
