//! One row of the outline: a phase or a step, with its status, who has it, and who looks at it.

use domain::graph::NodeKind;
use domain::ids::Actor;
use domain::presence::Analyst;
use domain::words::held;
use leptos::prelude::*;

use super::rows::Line;
use super::scroll::Scroll;
use super::state::OutlineState;
use crate::live::StepView;
use crate::ui::analyst::{Avatar, doing};
use crate::ui::icon::Icon;

/// How deep rows are indented at most; the style sheet has a rule for each depth, as pages carry no styles.
const MAX_INDENT: usize = 8;
/// Others whose marks have room in a row; of more only the number.
const SHOWN: usize = 2;

/// `inside` is what a phase holds at any depth.
#[component]
pub(super) fn Row(
    scroll: Scroll,
    outline: OutlineState,
    row: usize,
    line: Line,
    view: StepView,
    inside: Vec<StepView>,
) -> impl IntoView {
    let OutlineState { store, choice, rows, .. } = outline;
    let Line { id, kind, label, depth, .. } = line;
    let is_group = !inside.is_empty();
    let inside = StoredValue::new(inside);
    let StepView { step, applicable, progress, pending, viewers, unseen } = view.clone();
    let status = Memo::new(move |_| view.status());
    let blocked = step.clone();
    let hold = Memo::new(move |_| blocked.read().blocked().as_ref().map(held));
    let is_folded = move || is_group && choice.read().folds().contains(&row);
    // A folded phase stands for what it holds.
    let unseen = move || {
        unseen.get() > 0 || is_folded() && inside.with_value(|inside| inside.iter().any(|view| view.unseen.get() > 0))
    };
    let here = move || {
        let mut people = viewers.get();
        if is_folded() {
            inside.with_value(|inside| inside.iter().for_each(|view| people.extend(view.viewers.get())));
        }
        people
    };
    let first_hue = {
        let here = here.clone();
        move || here().first().map(|person| person.color.place())
    };
    let is_chosen = move || rows.read().chosen == Some(row);
    let holds_chosen = move || {
        is_folded()
            && rows
                .read()
                .chosen
                .is_some_and(|chosen| outline.lines.with_value(|lines| row < chosen && chosen < lines[row].end))
    };
    view! {
        <li
            class="outline-row"
            class:phase=kind == NodeKind::Phase
            class:dimmed=move || !applicable.get()
            class:holds-chosen=holds_chosen
            class:kept=move || is_chosen() && rows.read().is_kept
            data-depth=depth.min(MAX_INDENT)
            class:away=move || scroll.is_away(row)
            data-row=row
            aria-posinset=move || scroll.place_of(row).map(|(at, _)| at.to_string())
            aria-setsize=move || scroll.place_of(row).map(|(_, count)| count.to_string())
            hidden=move || !rows.read().shown[row]
        >
            {is_group.then(|| {
                view! {
                    <button
                        type="button"
                        class="outline-fold"
                        tabindex="-1"
                        aria-label=format!("Steps of “{label}”")
                        aria-expanded=move || (!is_folded()).to_string()
                        on:click=move |_| {
                            let folded = choice.with_untracked(|choice| choice.folds().contains(&row));
                            outline.fold(row, !folded);
                        }
                    >
                        <Icon name="next" />
                    </button>
                }
            })}
            <button
                type="button"
                class="outline-choose"
                tabindex=move || if rows.read().stop == Some(row) { "0" } else { "-1" }
                data-status=move || status.get().as_str()
                data-hue=first_hue
                aria-current=move || is_chosen().then_some("step")
                on:click=move |_| store.selected().set(Some(id.clone()))
            >
                <span class="status-mark" title=move || status.get().label()>
                    <Icon name=Signal::derive(move || status.get().as_str()) />
                    <span class="visually-hidden">{move || status.get().label()}</span>
                    {move || unseen().then(|| view! { <span class="dot" title="Changed since you looked"><span class="visually-hidden">"Changed since you looked"</span></span> })}
                    {move || pending.get().then(|| view! { <span class="outline-pending" title="Being saved"><Icon name="clock" /></span> })}
                </span>
                <span class="outline-text">
                    <span class="outline-label" dir="auto" title=label.clone()>{label.clone()}</span>
                    {move || hold.get().map(|hold| view! { <span class="outline-hold" dir="auto" title=hold.clone()>{hold.clone()}</span> })}
                </span>
                <span class="outline-looking">{move || looking(here())}</span>
                <span class="outline-end">
                    {move || match progress.get() {
                        Some(progress) => {
                            view! { <span class="figures outline-count">{format!("{} / {}", progress.completed + progress.skipped, progress.applicable)}</span> }.into_any()
                        }
                        None => {
                            let assigned = |actor: Actor| {
                                let words = format!("assigned to {actor}");
                                view! { <Avatar actor /> <span class="visually-hidden">{words}</span> }
                            };
                            step.read().assignee.clone().map(assigned).into_any()
                        }
                    }}
                </span>
            </button>
        </li>
    }
    .into_any()
}

/// The others who look at a step, in their colours; a pencil for who is about to change it.
fn looking(people: Vec<Analyst>) -> impl IntoView {
    // The number takes the place of the last mark that has room.
    let shown = if people.len() > SHOWN { SHOWN - 1 } else { SHOWN };
    let more: Vec<String> =
        people.iter().skip(shown).map(|person| format!("{} {}", person.name, doing(person.editing))).collect();
    let more = (!more.is_empty()).then(|| {
        view! {
            <span class="looking-more" title=more.join("\n")>
                {format!("+{}", more.len())}
                <span class="visually-hidden">{format!(" {}", more.join(", "))}</span>
            </span>
        }
    });
    let marks = people.into_iter().take(shown).map(|person| {
        let says = format!("{} {}", person.name, doing(person.editing));
        let tip = says.clone();
        view! {
            <span class="looking" data-hue=person.color.place() title=tip>
                <Icon name=if person.editing { "pencil" } else { "eye" } />
                <span class="visually-hidden">{says}</span>
            </span>
        }
    });
    (marks.collect_view(), more)
}
