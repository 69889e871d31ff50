//! Who handles the chosen step: one of the people of this execution or of the installation, and anybody else only by saying so.
//! A combobox (WAI-ARIA Authoring Practices, “Combobox”).

use std::sync::Arc;

use domain::execution::Step;
use domain::ids::{Actor, NodeId};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::acts::assign;
use crate::live::ExecutionStore;
use crate::ui::analyst::{Avatar, typed};
use crate::ui::icon::Icon;

/// More than can be looked through is not shown.
const MOST: usize = 20;
const LIST_ID: &str = "assignees";

/// What can be chosen.
#[derive(Clone, Debug, PartialEq)]
enum Choice {
    /// Somebody who is known.
    Known(Actor),
    /// Somebody whom nobody has named before.
    New(Actor),
}

#[component]
pub(super) fn Assignee(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let assignee = Memo::new(move |_| step.read().assignee.clone());
    let error = RwSignal::new(None::<String>);
    let closed = move || store.head().read().status.is_closed();
    let name = move || assignee.get().map(String::from).unwrap_or_default();
    // What is being typed; nothing while the field only shows who has the step.
    let words = RwSignal::new(None::<String>);
    let at = RwSignal::new(None::<usize>);
    let open = move || words.read().is_some();
    let choices = Memo::new(move |_| {
        let words = words.read();
        words.as_ref().map(|words| choices(words, &known(store))).unwrap_or_default()
    });
    let close = move || {
        words.set(None);
        at.set(None);
    };
    let give = move |to: Option<Actor>| {
        error.set(None);
        close();
        assign(store, &id, to);
    };
    let choose = {
        let give = give.clone();
        move |choice: Choice| match choice {
            Choice::Known(actor) | Choice::New(actor) => give(Some(actor)),
        }
    };
    let begin = move |_| {
        store.load_colleagues();
        words.set(Some(String::new()));
    };
    let on_key = {
        let (choose, give) = (choose.clone(), give.clone());
        move |event: KeyboardEvent| {
            let count = choices.read_untracked().len();
            let step = |forward: bool| {
                let now = at.get_untracked();
                at.set(match now {
                    _ if count == 0 => None,
                    None => Some(if forward { 0 } else { count - 1 }),
                    Some(now) if forward => Some((now + 1) % count),
                    Some(now) => Some((now + count - 1) % count),
                });
            };
            match event.key().as_str() {
                "ArrowDown" => {
                    if !open() {
                        words.set(Some(String::new()));
                    }
                    step(true);
                }
                "ArrowUp" => step(false),
                "Enter" => {
                    let text = words.get_untracked().unwrap_or_default();
                    let list = choices.get_untracked();
                    match (at.get_untracked().and_then(|at| list.get(at).cloned()), &list[..]) {
                        (Some(choice), _) => choose(choice),
                        (None, _) if text.trim().is_empty() => {}
                        // The only one whom it can mean.
                        (None, [choice @ Choice::Known(_)]) => choose(choice.clone()),
                        (None, list) => match list.iter().find(|choice| is_called(choice, &text)) {
                            Some(choice) => choose(choice.clone()),
                            None => error.set(Some(match typed(&text) {
                                Err(reason) => reason,
                                Ok(name) => {
                                    format!("Nobody here is called “{name}”. Choose “Add {name}” if that is right.")
                                }
                            })),
                        },
                    }
                }
                "Delete" | "Backspace"
                    if words.read_untracked().as_deref() == Some("") && assignee.read_untracked().is_some() =>
                {
                    give(None);
                }
                "Escape" if open() => close(),
                _ => return,
            }
            event.prevent_default();
        }
    };
    let option = move |(row, choice): (usize, Choice)| {
        let choose = choose.clone();
        let (actor, word) = match &choice {
            Choice::Known(actor) => (actor.clone(), None),
            Choice::New(actor) => (actor.clone(), Some("Add ")),
        };
        let shown = actor.to_string();
        view! {
            <li
                id=option_id(row)
                role="option"
                aria-selected=move || (at.get() == Some(row)).to_string()
                // The field keeps the focus, so that it is not closed before the press counts.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choose(choice.clone())
            >
                <Avatar actor />
                <span dir="auto">{word} <bdi>{shown}</bdi></span>
            </li>
        }
        .into_any()
    };
    let to_me = {
        let give = give.clone();
        move |_| {
            let give = give.clone();
            store.analyst().ask_first(move || give(Some(store.analyst().actor())));
        }
    };
    view! {
        <section class="panel-section assignee">
            <label class="field">
                <span>"Assignee"</span>
                <span class="with-avatar">
                    // The field keeps its place and width when somebody else gives the step to somebody.
                    {move || match assignee.get() {
                        Some(actor) => view! { <Avatar actor /> }.into_any(),
                        None => view! { <span class="avatar nobody"><Icon name="person" /></span> }.into_any(),
                    }}
                    <input
                        type="text"
                        role="combobox"
                        aria-autocomplete="list"
                        aria-controls=LIST_ID
                        aria-expanded=move || open().to_string()
                        aria-activedescendant=move || at.get().map(option_id)
                        autocomplete="off"
                        maxlength="200"
                        dir="auto"
                        placeholder=move || if open() { assignee.get().map_or("Name".to_owned(), |actor| actor.to_string()) } else { "Nobody".to_owned() }
                        disabled=closed
                        prop:value=move || words.get().unwrap_or_else(name)
                        on:focus=begin
                        on:blur=move |_| close()
                        on:input:target=move |event| {
                            error.set(None);
                            at.set(None);
                            words.set(Some(event.target().value()));
                        }
                        on:keydown=on_key
                    />
                </span>
            </label>
            <ul id=LIST_ID class="choices" role="listbox" aria-label="People" hidden=move || !open() || choices.read().is_empty()>
                {move || choices.get().into_iter().enumerate().map(option.clone()).collect_view()}
            </ul>
            <button type="button" class="button" disabled=closed on:click=to_me>"Assign to me"</button>
            <button type="button" class="button" disabled=move || closed() || assignee.read().is_none() on:click=move |_| give(None)>"Unassign"</button>
            <p class="field-error" role="alert">{move || error.get()}</p>
        </section>
    }
}

fn option_id(row: usize) -> String {
    format!("assignee-{row}")
}

/// Everybody who has worked on this execution or is there now, then everybody else who is known.
fn known(store: ExecutionStore) -> Vec<Actor> {
    let mut names: Vec<Actor> = store.people().read().named.iter().map(|person| person.name.clone()).collect();
    names.extend(store.with_execution(|execution| execution.state.analysts.iter().cloned().collect::<Vec<_>>()));
    names.extend(store.colleagues().read().iter().cloned());
    let mut seen = std::collections::BTreeSet::new();
    // Names that were recorded before there were rules for them cannot be given any more.
    names.retain(|name| {
        Actor::new(name.as_str()).as_ref() == Ok(name) && *name != Actor::anonymous() && seen.insert(name.clone())
    });
    names
}

/// Who can be meant by these words: those whose names hold them, and at the end whoever is called so.
fn choices(words: &str, known: &[Actor]) -> Vec<Choice> {
    let small = words.trim().to_lowercase();
    let matching = known.iter().filter(|name| name.as_str().to_lowercase().contains(&small)).take(MOST);
    let mut choices: Vec<Choice> = matching.cloned().map(Choice::Known).collect();
    let is_known = known.iter().any(|name| name.as_str().to_lowercase() == small);
    if let (false, Ok(name)) = (is_known || small.is_empty(), typed(words.trim())) {
        choices.push(Choice::New(name));
    }
    choices
}

/// Whether somebody known is called exactly so.
fn is_called(choice: &Choice, words: &str) -> bool {
    matches!(choice, Choice::Known(name) if name.as_str().to_lowercase() == words.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Actor {
        Actor::new(name).expect("a name")
    }

    #[test]
    fn a_name_that_nobody_has_is_only_added_by_saying_so() {
        let known = [name("Ben"), name("Bea"), name("Ana")];
        let people = |names: &[&str]| names.iter().map(|text| Choice::Known(name(text))).collect::<Vec<_>>();
        assert_eq!(choices("", &known), people(&["Ben", "Bea", "Ana"]));
        assert_eq!(choices(" BEN ", &known), people(&["Ben"]));
        let mut some = people(&["Ben", "Bea"]);
        some.push(Choice::New(name("be")));
        assert_eq!(choices("be", &known), some);
        assert_eq!(choices("bne", &known), [Choice::New(name("bne"))]);
        assert!(choices("\u{202e}x", &known).is_empty(), "that is no name");
        assert!(is_called(&Choice::Known(name("Ben")), "ben") && !is_called(&Choice::New(name("ben")), "ben"));
    }
}
