//! The playbooks that were executed, most used first.

use domain::legible::legible;
use domain::metrics::PlaybookFigures;
use leptos::prelude::*;

use super::body::Dashboard;
use crate::ui::figures::{percent, time, with_bar};

/// How many are shown at once.
const SHOWN: usize = 10;

pub(super) fn view(dashboard: &Dashboard) -> impl IntoView {
    let playbooks = &dashboard.playbooks;
    let (shown, more) = playbooks.split_at(playbooks.len().min(SHOWN));
    let rest = (!more.is_empty()).then(|| {
        view! {
            <details>
                <summary>{format!("{} more", more.len())}</summary>
                {table(dashboard, more)}
            </details>
        }
    });
    view! {
        <section class="figures-card" aria-labelledby="playbooks">
            <header class="figures-head"><h2 id="playbooks">"Most used playbooks"</h2></header>
            {table(dashboard, shown)}
            {rest}
        </section>
    }
}

fn table(dashboard: &Dashboard, playbooks: &[PlaybookFigures]) -> impl IntoView + use<> {
    let most = dashboard.playbooks.first().map_or(1, |first| first.executions.started_count.max(1));
    let row = |playbook: &PlaybookFigures| {
        let figures = &playbook.executions;
        let over = figures.over_count();
        let of_over = format!("n = {over}: completed and abandoned, pauses left out");
        let title = legible(&playbook.title).into_owned();
        let name = match dashboard.past_of(playbook.playbook_id) {
            Some(address) => view! { <a href=address>{title}</a> }.into_any(),
            None => view! { {title} " " <span class="tag">"deleted"</span> }.into_any(),
        };
        let share = f64::from(figures.started_count) * 100.0 / f64::from(most);
        let last = figures.last_started_at.map(|last| {
            let (date, time) = last.parts();
            view! { <time datetime=last.to_string() title=format!("{date} {time} UTC")>{date.clone()}</time> }
        });
        let address = dashboard.asked.of_playbook(playbook.playbook_id).executions(&[]);
        let rate = format!("n = {over}: {} of those that are over", figures.completed_count);
        view! {
            <tr>
                <th scope="row" dir="auto">{name}</th>
                <td class="wide">{with_bar(share, "used", view! { <a href=address>{figures.started_count}</a> })}</td>
                <td title=rate>{percent(figures.completion_percent)}</td>
                <td title=of_over.clone()>{time(figures.mean_seconds)}</td>
                <td title=of_over>{time(figures.median_seconds)}</td>
                <td>{over}</td>
                <td>{last}</td>
            </tr>
        }
    };
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">"Playbook"</th>
                    <th scope="col">"Executions"</th>
                    <th scope="col">"Completed"</th>
                    <th scope="col">"Mean time"</th>
                    <th scope="col">"Median time"</th>
                    <th scope="col" title="How many are over: completed or abandoned">"n"</th>
                    <th scope="col">"Last started"</th>
                </tr>
            </thead>
            <tbody>{playbooks.iter().map(row).collect_view()}</tbody>
        </table>
    }
}
