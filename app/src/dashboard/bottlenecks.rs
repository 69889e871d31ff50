//! The steps that held up executions: by time, by blocks, by skips.

use domain::legible::legible;
use domain::metrics::{StepFigures, percent as percent_of};
use leptos::prelude::*;

use super::body::Dashboard;
use crate::ui::figures::{percent, time, with_bar};

pub(super) fn view(dashboard: &Dashboard) -> impl IntoView {
    let bottlenecks = &dashboard.summary.bottlenecks;
    let most = bottlenecks.by_time.first().map_or(1, |first| first.seconds.max(1));
    let by_time = |step: &StepFigures| Row {
        percent: percent_of(step.seconds, most),
        figure: percent(Some(step.share_percent)),
        facts: format!("median {}, n = {}", time(step.median_seconds), step.timed_count),
    };
    let by_blocks = |step: &StepFigures| Row {
        percent: step.blocked_percent.unwrap_or_default(),
        figure: percent(step.blocked_percent),
        facts: format!(
            "{} of n = {}, {} in all",
            step.blocked_count,
            step.handled_count,
            domain::words::duration(step.blocked_seconds)
        ),
    };
    let by_skips = |step: &StepFigures| Row {
        percent: step.skipped_percent.unwrap_or_default(),
        figure: percent(step.skipped_percent),
        facts: format!("{} of n = {}", step.skipped_count, step.handled_count),
    };
    view! {
        <section class="bottlenecks" aria-label="Bottlenecks">
            {list(dashboard, &BY_TIME, &bottlenecks.by_time, by_time)}
            {list(dashboard, &BY_BLOCKS, &bottlenecks.by_blocks, by_blocks)}
            {list(dashboard, &BY_SKIPS, &bottlenecks.by_skips, by_skips)}
        </section>
    }
}

/// A list of steps.
struct Kind {
    name: &'static str,
    explained: &'static str,
    /// What is said when there is no such step.
    nothing: &'static str,
    /// Of its bars.
    class: &'static str,
}

const BY_TIME: Kind = Kind {
    name: "Most time",
    explained: "Share of the time of all steps, in progress and blocked",
    nothing: "No step has a time yet.",
    class: "time",
};
const BY_BLOCKS: Kind = Kind {
    name: "Blocked most often",
    explained: "In how many of the executions in which anybody worked on it",
    nothing: "No step was ever blocked.",
    class: "blocked",
};
const BY_SKIPS: Kind = Kind {
    name: "Skipped most often",
    explained: "In how many of the executions in which anybody worked on it",
    nothing: "No step was ever skipped.",
    class: "skipped",
};

/// What is said of a step.
struct Row {
    percent: f64,
    figure: String,
    facts: String,
}

fn list(dashboard: &Dashboard, kind: &Kind, steps: &[StepFigures], row_of: impl Fn(&StepFigures) -> Row) -> AnyView {
    let &Kind { name, explained, nothing, class } = kind;
    let row = |step: &StepFigures| {
        let Row { percent, figure, facts } = row_of(step);
        let playbook = dashboard.asked.playbook.is_none().then(|| {
            view! { <span class="hint" dir="auto">{legible(&step.playbook_title).into_owned()}</span> }
        });
        let label = legible(&step.label).into_owned();
        let title = label.clone();
        let name = match dashboard.past_of(step.playbook_id) {
            Some(address) => view! { <a class="step-name" dir="auto" title=title href=address>{label}</a> }.into_any(),
            None => view! { <span class="step-name" dir="auto" title=title>{label}</span> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{name}{playbook}</th>
                <td class="wide">{with_bar(percent, class, view! { <strong>{figure}</strong> })}<span class="hint">{facts}</span></td>
            </tr>
        }
    };
    let rows = steps.iter().map(row).collect_view();
    let body = if steps.is_empty() {
        view! { <p class="hint">{nothing}</p> }.into_any()
    } else {
        view! {
            <table>
                <thead class="visually-hidden"><tr><th scope="col">"Step"</th><th scope="col">{explained}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="figures-card" aria-label=name>
            <header class="figures-head"><h2>{name}</h2></header>
            <p class="hint">{explained}</p>
            {body}
        </section>
    }
    .into_any()
}
