//! The list of playbooks as markup: cards, tags to choose from, and where to go when there is nothing to show.

use std::collections::BTreeMap;

use domain::api::{MAX_PAGE, PlaybookFilter, PlaybookSummary, Problem};
use domain::legible::legible;
use domain::words::{counted, utc};
use leptos::prelude::*;

use super::list::address;
use crate::backend::Backend;
use crate::ui::figures::{icon, time};

/// Most tags that are offered; the others are found by searching.
const MOST_TAGS: usize = 24;

/// What is asked for.
pub(super) struct Asked {
    /// Words to find.
    pub(super) words: String,
    /// A tag; any when empty.
    pub(super) tag: String,
    /// What was taken out of the library, instead of what is in it.
    pub(super) hidden: bool,
}

impl Asked {
    fn filter(&self) -> PlaybookFilter {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        PlaybookFilter { q: some(&self.words), tag: some(&self.tag), hidden: self.hidden, ..PlaybookFilter::default() }
    }

    fn hidden_word(&self) -> &'static str {
        if self.hidden { "true" } else { "" }
    }
}

/// The list that is asked for.
pub(super) async fn load(backend: &dyn Backend, asked: &Asked) -> Result<String, Problem> {
    let shown = backend.playbooks(asked.filter()).await?;
    let here = backend.playbooks(PlaybookFilter { hidden: asked.hidden, ..PlaybookFilter::default() }).await?;
    let others = backend.playbooks(PlaybookFilter { hidden: !asked.hidden, ..PlaybookFilter::default() }).await?.len();
    let html = view! {
        {filters(asked, &here, others)}
        {if shown.is_empty() { nothing(asked, here.is_empty()).into_any() } else { cards(&shown).into_any() }}
    };
    Ok(html.to_html())
}

/// Tags, the most used first, and what was taken out of the library.
fn filters(asked: &Asked, here: &[PlaybookSummary], others: usize) -> impl IntoView + use<> {
    let mut counts: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for tag in here.iter().flat_map(|playbook| &playbook.tags) {
        counts.entry(tag.to_lowercase()).or_insert((0, tag)).0 += 1;
    }
    let mut tags: Vec<_> = counts.into_iter().collect();
    tags.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    tags.truncate(MOST_TAGS);
    let chosen = asked.tag.to_lowercase();
    let tag = |(key, (count, tag)): &(String, (usize, &str))| {
        let is_chosen = *key == chosen;
        let href = address(&asked.words, if is_chosen { "" } else { tag }, asked.hidden_word());
        let current = is_chosen.then_some("true");
        view! { <li><a class="filter" href=href aria-current=current><bdi>{(*tag).to_owned()}</bdi> " " <span class="figures">{*count}</span></a></li> }
    };
    let tags = tags.iter().map(tag).collect_view();
    let taken_out = (asked.hidden || others > 0).then(|| {
        let (href, text) = if asked.hidden {
            (address(&asked.words, "", ""), format!("Back to the library ({others})"))
        } else {
            (address(&asked.words, "", "true"), format!("Taken out ({others})"))
        };
        view! { <li><a class="filter" href=href aria-current=asked.hidden.then_some("true")>{text}</a></li> }
    });
    view! { <ul class="tag-filters" aria-label="Tags">{tags} {taken_out}</ul> }
}

fn cards(playbooks: &[PlaybookSummary]) -> impl IntoView + use<> {
    let is_full = playbooks.len() as u64 >= MAX_PAGE;
    view! {
        <ul class="cards">{playbooks.iter().map(card).collect_view()}</ul>
        {is_full.then(|| view! { <p>"These are the newest " {MAX_PAGE} ". Search, or choose a tag, to find the others."</p> })}
    }
}

fn card(playbook: &PlaybookSummary) -> impl IntoView + use<> {
    let PlaybookSummary { title, step_count, decision_count, execution_count, .. } = playbook;
    let id = playbook.id.to_string();
    let used = match execution_count {
        0 => "never used".to_owned(),
        1 => "used once".to_owned(),
        times => format!("used {times} times"),
    };
    let last = playbook.last_used.map(|at| {
        let (date, _) = at.parts();
        view! { <span>"last on " <time datetime=at.to_string() title=format!("{} UTC", utc(at))>{date}</time></span> }
    });
    let median = playbook.median_seconds.map(|seconds| {
        view! { <span title="Half of the executions that are over took longer; pauses left out">{icon("clock")} "median " {time(Some(seconds))}</span> }
    });
    let tag = |tag: &String| {
        let href = address("", tag, "");
        view! { <li><a class="tag" dir="auto" href=href>{legible(tag).into_owned()}</a></li> }
    };
    let heading = if playbook.hidden {
        view! { <h2 dir="auto">{title.clone()}</h2> }.into_any()
    } else {
        view! { <h2 dir="auto"><a href=format!("/playbooks/{id}")>{title.clone()}</a></h2> }.into_any()
    };
    let actions = if playbook.hidden {
        view! { <button type="button" class="button" data-id=id aria-label=format!("Restore: {title}")>{icon("reopen")} "Restore"</button> }
            .into_any()
    } else {
        view! {
            <button type="button" class="button primary" data-id=id.clone() data-start=title.clone()>{icon("active")} "Start"</button>
            <a class="button" href=format!("/playbooks/{id}/edit")>{icon("pencil")} "Edit"</a>
        }
        .into_any()
    };
    view! {
        <li>
            <article class="card">
                {heading}
                <p class="card-facts">
                    <span>{playbook.format.name()}</span>
                    <span>{counted((*step_count).into(), "step")}</span>
                    <span>{counted((*decision_count).into(), "decision")}</span>
                    <span>{format!("version {}", playbook.version)}</span>
                </p>
                <p class="card-facts"><span>{used}</span> {last} {median}</p>
                <ul class="tags">{playbook.tags.iter().map(tag).collect_view()}</ul>
                <footer class="card-actions">{actions}</footer>
            </article>
        </li>
    }
}

/// Why there is nothing, and what to do.
fn nothing(asked: &Asked, is_empty: bool) -> impl IntoView + use<> {
    let (title, text) = match (asked.hidden, is_empty) {
        (false, true) => (
            "No playbooks yet",
            "Import the playbooks you have, in Markdown, Mermaid, CACAO or JSON, or begin with a template.",
        ),
        (true, true) => ("Nothing was taken out", "A playbook that is deleted can be restored here."),
        (_, false) => ("No playbook matches", "Search for other words, or without a tag."),
    };
    let ways = if !is_empty || asked.hidden {
        view! { <a class="button" href="/playbooks">"All playbooks"</a> }.into_any()
    } else {
        view! {
            <a class="button primary" href="/playbooks/new">{icon("upload")} "Import playbooks"</a>
            <a class="button" href="/playbooks/new#templates">"Begin with a template"</a>
        }
        .into_any()
    };
    view! {
        <section class="empty">
            {icon(if is_empty { "phase" } else { "search" })}
            <h2>{title}</h2>
            <p>{text}</p>
            <p class="row">{ways}</p>
        </section>
    }
}
