//! What a printed execution says that the screen says in other places: as of when it is, and what is still open. It is made when
//! somebody prints, and never before.

use domain::event::StepStatus;
use domain::legible::legible;
use domain::words::{held, utc};
use leptos::prelude::*;

use super::open::open_steps;
use crate::live::ExecutionStore;

/// An open step, as it is printed.
#[derive(Clone)]
struct Open {
    status: StepStatus,
    label: String,
    assignee: Option<String>,
    hold: Option<String>,
}

#[component]
pub(super) fn Printed(store: ExecutionStore) -> impl IntoView {
    let situation = RwSignal::new(None::<(String, Vec<Open>)>);
    Effect::new(move || {
        let prints = window_event_listener_untyped("beforeprint", move |_| {
            situation.set(Some((utc(store.now()), open(store))));
        });
        let printed = window_event_listener_untyped("afterprint", move |_| situation.set(None));
        on_cleanup(move || {
            prints.remove();
            printed.remove();
        });
    });
    let row = |step: Open| {
        view! {
            <li>
                <strong>{step.status.label()}</strong> ": " <bdi>{step.label}</bdi>
                {step.assignee.map(|name| view! { ", assigned to " <bdi>{name}</bdi> })}
                {step.hold.map(|hold| view! { " (" <bdi>{hold}</bdi> ")" })}
            </li>
        }
    };
    move || {
        situation.get().map(|(as_of, steps)| {
            view! {
                <section class="printed">
                    <p>"As of " {as_of} " UTC"</p>
                    <h2>"Open steps " <span class="figures">{steps.len()}</span></h2>
                    <ol>{steps.into_iter().map(row).collect_view()}</ol>
                </section>
            }
        })
    }
}

/// The open steps, as they are printed.
fn open(store: ExecutionStore) -> Vec<Open> {
    store.with_execution(|execution| {
        let printed = |(position, status): (usize, StepStatus)| {
            let step = &execution.state.steps[position];
            Open {
                status,
                label: legible(&execution.graph.nodes[position].label).into_owned(),
                assignee: step.assignee.as_ref().map(ToString::to_string),
                hold: step.blocked().as_ref().map(held),
            }
        };
        open_steps(execution).into_iter().map(printed).collect()
    })
}
