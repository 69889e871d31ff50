//! What changed since whoever sits here looked.

use std::sync::Arc;

use domain::event::Event;
use domain::words::{counted, what};
use leptos::html;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::time::Time;

/// "7 changes since 02:10", which opens into the list of them. Not there when nothing is new.
#[component]
pub(super) fn Changes(store: ExecutionStore) -> impl IntoView {
    let unseen = store.unseen();
    let menu = NodeRef::<html::Details>::new();
    let is_new = Memo::new(move |_| !unseen.read().is_empty());
    let since = move || {
        unseen.track();
        store.seen_at().map(|at| view! { " since " <Time at short=true /> })
    };
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    view! {
        <Show when=move || is_new.get()>
            <details class="menu changes" node_ref=menu>
                <summary class="button" title="What others did since you looked">
                    <span class="dot"></span>
                    <span>{move || counted(unseen.read().len() as u64, "change")} {since}</span>
                </summary>
                <div class="menu-body">
                    <ol>
                        <For each=move || unseen.get() key=|event| event.seq let:event>
                            <li><Change store event on_press=close /></li>
                        </For>
                    </ol>
                    <footer class="menu-foot">
                        <button type="button" class="button small" on:click=move |_| store.see_all()>
                            <Icon name="check" />"Mark all as seen"
                        </button>
                    </footer>
                </div>
            </details>
        </Show>
    }
}

#[component]
fn Change(store: ExecutionStore, event: Arc<Event>, on_press: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let label = event.node_id.as_ref().and_then(|node_id| store.label(node_id));
    let node_id = event.node_id.clone();
    let go = move |_| {
        if let Some(node_id) = &node_id {
            on_press();
            store.selected().set(Some(node_id.clone()));
        }
    };
    let line = view! {
        <Avatar actor=event.actor.clone() />
        <span class="change-what"><bdi>{event.actor.to_string()}</bdi> " " {what(&event)} " " {label.map(|label| view! { <bdi>{label}</bdi> })}</span>
        <Time at=event.timestamp short=true />
    };
    if event.node_id.is_some() {
        view! { <button type="button" class="change" on:click=go>{line}</button> }.into_any()
    } else {
        view! { <p class="change">{line}</p> }.into_any()
    }
}
