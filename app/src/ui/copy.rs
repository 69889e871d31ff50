//! A button that puts a text into the clipboard.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::Icon;

/// How long it says that it has been pressed.
const SAYS_SO: Duration = Duration::from_secs(2);

/// Copies `text`; `what` says to those who cannot see it what that is.
#[component]
pub(crate) fn CopyButton(text: String, #[prop(into)] what: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        // Without a clipboard (an insecure address) the text can still be selected.
        let _ = window().navigator().clipboard().write_text(&text);
        copied.set(true);
        let done = move || {
            // Its step may not be looked at any more.
            let _ = copied.try_set(false);
        };
        set_timeout(done, SAYS_SO);
    };
    view! {
        <button type="button" class="button small copy" title=format!("Copy {what}") on:click=copy>
            <Icon name="copy" />
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
    }
}
