//! The steps that held up executions: by time, by blocks, by skips.

use domain::metrics::StepFigures;
use leptos::prelude::*;

use super::body::Dashboard;
use crate::ui::figures::{bar, percent, time};

pub(super) fn view(dashboard: &Dashboard) -> impl IntoView {
    let bottlenecks = &dashboard.summary.bottlenecks;
    let by_time = |step: &StepFigures| Row {
        percent: step.share_percent,
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
    let names_playbook = dashboard.asked.playbook.is_none();
    view! {
        <section class="bottlenecks" aria-label="Bottlenecks">
            {list("Most time", "Share of the time of all steps, in progress and blocked", "No step has a time yet.", "time", &bottlenecks.by_time, by_time, names_playbook)}
            {list("Blocked most often", "In how many of the executions in which anybody worked on it", "No step was ever blocked.", "blocked", &bottlenecks.by_blocks, by_blocks, names_playbook)}
            {list("Skipped most often", "In how many of the executions in which anybody worked on it", "No step was ever skipped.", "skipped", &bottlenecks.by_skips, by_skips, names_playbook)}
        </section>
    }
}

/// What is said of a step.
struct Row {
    percent: f64,
    figure: String,
    facts: String,
}

fn list(
    name: &'static str,
    explained: &'static str,
    nothing: &'static str,
    class: &'static str,
    steps: &[StepFigures],
    row_of: fn(&StepFigures) -> Row,
    names_playbook: bool,
) -> impl IntoView + use<> {
    let row = |step: &StepFigures| {
        let Row { percent, figure, facts } = row_of(step);
        let playbook =
            names_playbook.then(|| view! { <span class="hint" dir="auto">{step.playbook_title.clone()}</span> });
        view! {
            <tr>
                <th scope="row"><span class="step-name" dir="auto" title=step.label.clone()>{step.label.clone()}</span>{playbook}</th>
                <td class="with-bar"><strong>{figure}</strong>{bar(percent, class)}<span class="hint">{facts}</span></td>
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
}
