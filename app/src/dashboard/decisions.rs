//! How decisions went.

use domain::legible::legible;
use domain::metrics::{BranchFigures, DecisionFigures};
use leptos::prelude::*;

use super::body::Dashboard;
use crate::ui::figures::{percent, with_bar};

/// How many are shown at once.
const SHOWN: usize = 6;

pub(super) fn view(dashboard: &Dashboard) -> impl IntoView {
    let decisions = &dashboard.summary.decisions;
    let names_playbook = dashboard.asked.playbook.is_none();
    let (shown, more) = decisions.split_at(decisions.len().min(SHOWN));
    let card = |decision: &DecisionFigures| card(decision, names_playbook);
    let rest = (!more.is_empty()).then(|| {
        view! {
            <details>
                <summary>{format!("{} more", more.len())}</summary>
                <div class="decisions">{more.iter().map(card).collect_view()}</div>
            </details>
        }
    });
    (!decisions.is_empty()).then(|| {
        view! {
            <section aria-labelledby="decisions">
                <h2 id="decisions">"Decisions"</h2>
                <div class="decisions">{shown.iter().map(card).collect_view()}</div>
                {rest}
            </section>
        }
    })
}

fn card(decision: &DecisionFigures, names_playbook: bool) -> impl IntoView + use<> {
    let row = |branch: &BranchFigures| {
        let share = percent(Some(branch.share_percent));
        view! {
            <tr>
                <th scope="row" dir="auto">{branch.branch.clone()}</th>
                <td class="wide">{with_bar(branch.share_percent, "decided", view! { <strong>{share}</strong> })}</td>
                <td>{branch.count}</td>
            </tr>
        }
    };
    let playbook = names_playbook
        .then(|| view! { <p class="hint" dir="auto">{legible(&decision.playbook_title).into_owned()}</p> });
    let label = legible(&decision.label).into_owned();
    view! {
        <section class="figures-card">
            <header class="figures-head">
                <h3 dir="auto">{label.clone()}</h3>
                <span class="hint" title="In how many executions it was decided">{format!("n = {}", decision.decided_count)}</span>
            </header>
            {playbook}
            <table>
                <thead class="visually-hidden">
                    <tr><th scope="col">"Branch"</th><th scope="col">"Share"</th><th scope="col">"Executions"</th></tr>
                </thead>
                <tbody>{decision.branches.iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}
