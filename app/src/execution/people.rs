//! Who else is on the execution: in its head, and at the step that is open.

use domain::ids::{Actor, NodeId};
use domain::presence::Analyst;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::analyst::{Avatar, doing};
use crate::ui::icon::Icon;

/// Avatars that stand side by side; of more only the number.
const SHOWN: usize = 8;

/// Everybody who is there. Pressing an avatar leads to where that analyst is.
#[component]
pub(super) fn PeopleBar(store: ExecutionStore) -> impl IntoView {
    let people = store.people();
    let shown = move || people.read().named.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let more = move || {
        let people = people.read();
        let hidden: Vec<String> = people.named.iter().skip(SHOWN).map(|person| person.name.to_string()).collect();
        let count = hidden.len() + people.others;
        (count > 0).then(|| view! { <li class="people-more" title=hidden.join(", ")>{format!("+{count}")}</li> })
    };
    view! {
        <ul class="people" aria-label="Analysts here">
            <For each=shown key=|person| person.name.clone() let:person>
                <li><Person store name=person.name /></li>
            </For>
            {more}
        </ul>
    }
}

#[component]
fn Person(store: ExecutionStore, name: Actor) -> impl IntoView {
    let is_me = {
        let name = name.clone();
        Memo::new(move |_| store.analyst().name().unwrap_or_else(Actor::anonymous) == name)
    };
    let person = {
        let name = name.clone();
        Memo::new(move |_| store.people().read().named.iter().find(|person| person.name == name).cloned())
    };
    let is_lost = move || person.read().as_ref().is_some_and(|person| person.connections == 0);
    let is_editing = move || person.read().as_ref().is_some_and(|person| person.editing);
    let says = move || person.read().as_ref().map(|person| whereabouts(store, person, is_me.get())).unwrap_or_default();
    let go = move |_| {
        if let Some(node_id) = node_of(&person.get_untracked()) {
            store.selected().set(Some(node_id));
        }
    };
    view! {
        <button type="button" class="person" class:me=is_me class:lost=is_lost title=says on:click=go>
            <Avatar actor=name />
            <span class="visually-hidden">{says}</span>
            <Show when=is_editing><Icon name="pencil" /></Show>
        </button>
    }
}

fn node_of(person: &Option<Analyst>) -> Option<NodeId> {
    person.as_ref().and_then(|person| person.node_id.clone())
}

/// Who somebody is and what they do, as one line.
fn whereabouts(store: ExecutionStore, person: &Analyst, is_me: bool) -> String {
    let me = if is_me { " (you)" } else { "" };
    let label = person.node_id.as_ref().and_then(|node_id| store.label(node_id));
    let what = match label {
        _ if person.connections == 0 => ": connection lost".to_owned(),
        Some(label) if person.editing => format!(", editing “{label}”"),
        Some(label) => format!(", at “{label}”"),
        None => String::new(),
    };
    format!("{}{me}{what}", person.name)
}

/// The others at the step that is open, in a place that is always theirs.
#[component]
pub(super) fn Others(viewers: ArcRwSignal<Vec<Analyst>>) -> impl IntoView {
    let other = |person: Analyst| {
        let says = format!("{} {}", person.name, doing(person.editing));
        let tip = says.clone();
        view! {
            <span class="other" data-hue=person.color.place() title=tip>
                <Avatar actor=person.name />
                {person.editing.then(|| view! { <Icon name="pencil" /> })}
                <span class="visually-hidden">{says}</span>
            </span>
        }
        .into_any()
    };
    view! { <span class="others">{move || viewers.get().into_iter().map(other).collect_view()}</span> }
}
