//! All of the dashboard, as markup.

use domain::api::{PlaybookFilter, PlaybookSummary, Problem};
use domain::ids::PlaybookId;
use domain::metrics::{MetricsSummary, PlaybookFigures};
use leptos::prelude::*;

use super::addresses::Asked;
use super::{bottlenecks, decisions, definitions, filters, over_time, overview, playbooks};
use crate::backend::Backend;
use crate::ui::figures::icon;

/// What the dashboard shows.
pub(super) struct Dashboard {
    pub(super) asked: Asked,
    pub(super) summary: MetricsSummary,
    /// Those that were executed, most used first.
    pub(super) playbooks: Vec<PlaybookFigures>,
    /// Those that there are to choose from.
    pub(super) library: Vec<PlaybookSummary>,
}

impl Dashboard {
    /// Where the past of a playbook is shown; nowhere when it was deleted.
    pub(super) fn past_of(&self, playbook: PlaybookId) -> Option<String> {
        let is_there = self.library.iter().any(|other| other.id == playbook);
        is_there.then(|| format!("/playbooks/{playbook}?history=open"))
    }
}

/// Asks for what the dashboard shows, and renders it.
///
/// # Errors
/// What the server could not do.
pub(super) async fn load(backend: &dyn Backend, asked: &Asked) -> Result<String, Problem> {
    let (summary, playbooks) = backend.metrics(asked.filter()).await?;
    let library = backend.playbooks(PlaybookFilter::default()).await?;
    Ok(render(&Dashboard { asked: *asked, summary, playbooks, library }))
}

fn render(dashboard: &Dashboard) -> String {
    let (date, time) = dashboard.summary.as_of.parts();
    let was_ever_used = dashboard.library.iter().any(|playbook| playbook.execution_count > 0);
    let figures = match dashboard.summary.executions.started_count {
        0 if !was_ever_used && !dashboard.asked.is_filter() => nothing_yet(dashboard.library.is_empty()).into_any(),
        0 => (filters::view(dashboard), no_match(dashboard)).into_any(),
        _ => (filters::view(dashboard), figures(dashboard)).into_any(),
    };
    view! {
        <header class="page-head">
            <h1>"Dashboard"</h1>
            <span class="spacer"></span>
            <a class="button primary" href="/playbooks">{icon("active")}"Start a playbook"</a>
            <p class="hint">"As of " <time datetime=dashboard.summary.as_of.to_string()>{format!("{date} {time} UTC")}</time></p>
        </header>
        {overview::running(dashboard)}
        {figures}
    }
    .to_html()
}

fn figures(dashboard: &Dashboard) -> impl IntoView {
    view! {
        {overview::executions(dashboard)}
        {over_time::view(dashboard)}
        {playbooks::view(dashboard)}
        {bottlenecks::view(dashboard)}
        {decisions::view(dashboard)}
        {definitions::view()}
    }
}

/// Where to begin when nothing was ever executed.
fn nothing_yet(is_library_empty: bool) -> impl IntoView {
    let (words, address, action) = if is_library_empty {
        ("Import a playbook, and execute it when the next incident comes.", "/playbooks/new", "Import a playbook")
    } else {
        ("Start one of your playbooks when the next incident comes, or to practise.", "/playbooks", "Choose a playbook")
    };
    view! {
        <section class="empty">
            {icon("timeline")}
            <h2>"Nothing has been executed yet"</h2>
            <p>{words} " How long it took and where it got stuck will stand here."</p>
            <p class="row"><a class="button primary" href=address>{action}</a></p>
        </section>
    }
}

/// What to do when the filters let nothing through.
fn no_match(dashboard: &Dashboard) -> impl IntoView {
    let any_time = dashboard.asked.of_any_time();
    view! {
        <section class="empty">
            {icon("search")}
            <h2>"No execution began in this time"</h2>
            <p class="row">
                {(any_time != dashboard.asked && any_time.is_filter())
                    .then(|| view! { <a class="button" href=any_time.address()>"Look at any time"</a> })}
                <a class="button" href="/">"Clear the filters"</a>
            </p>
        </section>
    }
}
