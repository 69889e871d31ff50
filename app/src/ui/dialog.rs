//! A modal dialog: the browser's own, so that focus, Escape and the background behave.

use leptos::html;
use leptos::prelude::*;

use super::icon::Icon;

/// Shows its children over the page while `open` is true; `wide` ones take what room there is.
#[component]
pub(crate) fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    #[prop(optional)] wide: bool,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        match (wanted, dialog.open()) {
            (true, false) => {
                // Fails only when the element has left the page, and then there is nothing to show.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let name = title.clone();
    view! {
        <dialog class="dialog" class:wide=wide node_ref=dialog aria-label=name on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2>{title}</h2>
                <button type="button" class="icon-button" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon name="close" />
                </button>
            </div>
            {children()}
        </dialog>
    }
}

/// The foot of a form in a dialog: why it was refused, the way out, and the button that sends it. `keys` send it, too.
#[component]
pub(crate) fn DialogFoot(
    open: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    send: &'static str,
    #[prop(optional)] keys: Option<&'static str>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <p class="field-error" role="alert">{move || error.get()}</p>
        <div class="dialog-actions">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
            <button type="submit" class="button primary" title=keys disabled=move || busy.get()>{send}</button>
        </div>
    }
}
