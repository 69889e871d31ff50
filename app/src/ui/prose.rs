//! Free texts, as every page shows them.

use domain::prose::{Kind, html};
use leptos::prelude::*;

/// A text, wherever block elements may stand. The server and the browser write the same.
pub(crate) fn prose(text: &str, kind: Kind) -> impl IntoView + use<> {
    view! { <div class="prose" dir="auto" inner_html=html(text, kind)></div> }
}
