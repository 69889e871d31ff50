//! Who handles the chosen step.

use std::sync::Arc;

use domain::execution::Step;
use domain::ids::{Actor, NodeId};
use leptos::ev;
use leptos::prelude::*;

use super::acts::assign;
use crate::live::ExecutionStore;
use crate::ui::analyst::{Avatar, typed};

#[component]
pub(super) fn Assignee(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let assignee = Memo::new(move |_| step.read().assignee.clone());
    let error = RwSignal::new(None::<String>);
    let closed = move || store.head().read().status.is_closed();
    let list = format!("analysts-{id}");
    // Everybody who has worked on this execution or is there now.
    let known = move || {
        let mut names = store.with_execution(|execution| execution.state.analysts.clone());
        names.extend(store.people().read().named.iter().map(|person| person.name.clone()));
        // Names that were recorded before there were rules for them cannot be given any more.
        names.retain(|name| Actor::new(name.as_str()).as_ref() == Ok(name));
        names.into_iter().map(|name| view! { <option value=String::from(name)></option> }).collect_view()
    };
    let assign = move |to: Option<Actor>| {
        error.set(None);
        assign(store, &id, to);
    };
    let by_name = {
        let assign = assign.clone();
        move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
            let name = event.target().value();
            if name.trim().is_empty() {
                assign(None);
                return;
            }
            match typed(&name) {
                Ok(actor) => assign(Some(actor)),
                Err(reason) => error.set(Some(reason)),
            }
        }
    };
    let to_me = {
        let assign = assign.clone();
        move |_| assign(Some(store.analyst().actor()))
    };
    view! {
        <section class="panel-section assignee">
            <label class="field">
                <span>"Assignee"</span>
                <span class="with-avatar">
                    {move || assignee.get().map(|actor| view! { <Avatar actor /> })}
                    <input
                        type="text"
                        maxlength="200"
                        dir="auto"
                        placeholder="Nobody"
                        list=list.clone()
                        disabled=closed
                        prop:value=move || assignee.get().map(String::from).unwrap_or_default()
                        on:change:target=by_name
                    />
                </span>
            </label>
            <datalist id=list>{known}</datalist>
            <button type="button" class="button" disabled=closed on:click=to_me>"Me"</button>
            <button type="button" class="button" disabled=move || closed() || assignee.read().is_none() on:click=move |_| assign(None)>"Nobody"</button>
            <p class="field-error" role="alert">{move || error.get()}</p>
        </section>
    }
}
