//! Icons on pages: one set, as symbols that every page carries once.

use domain::drawing::icon::ICONS;
use leptos::prelude::*;

/// The drawings, to be referred to by [`Icon`].
#[component]
pub(crate) fn IconSprite() -> impl IntoView {
    view! {
        <svg class="sprite" aria-hidden="true">
            {ICONS
                .map(|(name, path)| {
                    view! {
                        <symbol id=format!("i-{name}") viewBox="0 0 16 16">
                            <path d=path />
                        </symbol>
                    }
                })
                .collect_view()}
        </svg>
    }
}

/// An icon; it is decoration, the words beside it (or the button's label) carry the meaning.
#[component]
pub(crate) fn Icon(#[prop(into)] name: Signal<&'static str>) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" width="16" height="16">
            <use href=move || format!("#i-{}", name.get())></use>
        </svg>
    }
}
