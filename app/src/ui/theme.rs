//! Dark or light: what the system prefers, unless the analyst chose.

use leptos::prelude::*;

use super::cookie;
use super::icon::Icon;

/// The theme chosen earlier, for the document's first rendering; empty when the system decides.
pub(crate) fn requested() -> String {
    cookie::get("theme").filter(|theme| theme == "dark" || theme == "light").unwrap_or_default()
}

#[derive(Clone, Copy)]
struct Theme(RwSignal<String>);

pub(crate) fn provide_theme() {
    let theme = Theme(RwSignal::new(requested()));
    provide_context(theme);
    Effect::new(move || {
        let chosen = theme.0.get();
        if let Some(root) = document().document_element() {
            // Writing an attribute of one's own document does not fail.
            let _ = root.set_attribute("data-theme", &chosen);
        }
        cookie::set("theme", &chosen);
    });
}

/// The theme that was chosen, for what draws in colours of its own.
pub(crate) fn chosen_theme() -> RwSignal<String> {
    expect_context::<Theme>().0
}

/// Goes from “as the system” to dark, to light, and back.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let Theme(theme) = expect_context();
    let next = move |_| {
        theme.update(|theme| {
            let next = match theme.as_str() {
                "" => "dark",
                "dark" => "light",
                _ => "",
            };
            next.clone_into(theme);
        });
    };
    let label = move || match theme.get().as_str() {
        "dark" => "Theme: dark",
        "light" => "Theme: light",
        _ => "Theme: as the system",
    };
    view! {
        <button type="button" class="icon-button" on:click=next title=label aria-label=label>
            {move || match theme.get().as_str() {
                "dark" => view! { <Icon name="moon" /> },
                "light" => view! { <Icon name="sun" /> },
                _ => view! { <Icon name="contrast" /> },
            }}
        </button>
    }
}
