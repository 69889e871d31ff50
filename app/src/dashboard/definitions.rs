//! How the figures are made, in words.

use leptos::prelude::*;

/// What each figure means, as it is defined by `domain::metrics`.
const DEFINITIONS: [(&str, &str); 7] = [
    ("In this time", "An execution belongs to the time in which it began (UTC), also when it ended later."),
    (
        "Over",
        "Completed or abandoned. Times, bottlenecks and decisions are of executions that are over; n says of how many.",
    ),
    (
        "Time of an execution",
        "The time in which it was active: pauses are left out, and so is the time between an end and a reopening.",
    ),
    (
        "Time of a step",
        "The time it was in progress and the time it was blocked, pauses left out. Steps that were completed or skipped at once have no time, and are not in means, medians and n.",
    ),
    (
        "Blocked, skipped",
        "In how many executions a step was ever blocked, or was skipped in the end, of those in which anybody worked on it: it was in progress, blocked, completed or skipped.",
    ),
    ("Decisions", "What was decided last counts."),
    (
        "Versions",
        "Figures of a playbook are about all of its versions; a step that changed its words is still the same step.",
    ),
];

pub(super) fn view() -> impl IntoView {
    let entry = |(name, meaning)| view! { <div><dt>{name}</dt><dd>{meaning}</dd></div> };
    view! {
        <details class="figures-card definitions">
            <summary>"How these figures are made"</summary>
            <dl>{DEFINITIONS.map(entry).collect_view()}</dl>
        </details>
    }
}
