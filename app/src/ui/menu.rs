//! A button that opens a list of further things to do.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// Opens below its button, and closes when something in it was pressed, when the focus leaves it, or with Escape. Without a script
/// it is the browser's own `details`.
#[component]
pub(crate) fn Menu(#[prop(into)] label: String, children: Children) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let pressed = move |event: ev::MouseEvent| {
        let target = event_target::<web_sys::Element>(&event);
        if target.closest("a, button").is_ok_and(|found| found.is_some()) {
            // Before what is pressed opens a dialog, which then gives the focus back to the menu's button.
            focus_summary(menu);
            close();
        }
    };
    let left = move |event: ev::FocusEvent| {
        let Some(menu) = menu.get_untracked() else { return };
        let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if !menu.contains(to.as_ref()) {
            close();
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if !menu.get_untracked().is_some_and(|menu| menu.open() && event.key() == "Escape") {
            return;
        }
        event.prevent_default();
        close();
        focus_summary(menu);
    };
    view! {
        <details class="menu" node_ref=menu on:focusout=left on:keydown=key>
            <summary class="button">{label}</summary>
            <div class="menu-body" on:click:capture=pressed>{children()}</div>
        </details>
    }
}

fn focus_summary(menu: NodeRef<html::Details>) {
    let summary = menu.get_untracked().and_then(|menu| menu.query_selector("summary").ok().flatten());
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Without it somebody goes on by pointer.
        let _ = summary.focus();
    }
}
