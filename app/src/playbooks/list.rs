//! `/playbooks`

use domain::api::{PlaybookFilter, PlaybookSummary};
use domain::words::counted;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::start::StartDialog;
use crate::backend::list_playbooks;
use crate::ui::error::Failed;
use crate::ui::icon::Icon;

/// Every playbook, to be found and started.
#[component]
pub(crate) fn PlaybooksPage() -> impl IntoView {
    let playbooks = Resource::new(|| (), |()| list_playbooks(PlaybookFilter::default()));
    view! {
        <Title text="Playbooks" />
        <main id="main" class="page">
            <header class="page-head">
                <h1>"Playbooks"</h1>
                <span class="spacer"></span>
                <A href="/playbooks/new" attr:class="button primary"><Icon name="upload" />"Import a playbook"</A>
            </header>
            <Suspense fallback=|| view! { <p class="loading">"Loading playbooks…"</p> }>
                {move || Suspend::new(async move {
                    match playbooks.await {
                        Ok(playbooks) => view! { <Library playbooks /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Suspense>
        </main>
    }
}

#[component]
fn Library(playbooks: Vec<PlaybookSummary>) -> impl IntoView {
    if playbooks.is_empty() {
        return view! {
            <section class="empty">
                <Icon name="phase" />
                <h2>"No playbooks yet"</h2>
                <p>"Import the playbooks you have, in Markdown or as a Mermaid flowchart."</p>
                <A href="/playbooks/new" attr:class="button primary"><Icon name="upload" />"Import a playbook"</A>
            </section>
        }
        .into_any();
    }
    let query = RwSignal::new(String::new());
    let playbooks = StoredValue::new(playbooks);
    let shown = move || {
        let query = query.get().to_lowercase();
        playbooks.with_value(|playbooks| {
            playbooks
                .iter()
                .filter(|playbook| {
                    let text = format!("{} {}", playbook.title, playbook.tags.join(" ")).to_lowercase();
                    query.split_whitespace().all(|word| text.contains(word))
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    view! {
        <label class="search">
            <Icon name="search" />
            <span class="visually-hidden">"Search playbooks"</span>
            <input type="search" placeholder="Search by title or tag" on:input:target=move |event| query.set(event.target().value()) />
        </label>
        <ul class="cards">
            <For each=shown key=|playbook| playbook.id let:playbook>
                <li><Card playbook /></li>
            </For>
        </ul>
        <Show when=move || shown().is_empty()>
            <p class="empty-result">"No playbook matches this search."</p>
        </Show>
    }
    .into_any()
}

#[component]
fn Card(playbook: PlaybookSummary) -> impl IntoView {
    let starting = RwSignal::new(false);
    let address = format!("/playbooks/{}", playbook.id);
    let title = playbook.title.clone();
    let used = match playbook.execution_count {
        0 => "never used".to_owned(),
        1 => "used once".to_owned(),
        times => format!("used {times} times"),
    };
    view! {
        <article class="card">
            <h2 dir="auto"><A href=address>{title.clone()}</A></h2>
            <p class="card-facts">
                <span>{counted(playbook.step_count.into(), "step")}</span>
                <span>{counted(playbook.decision_count.into(), "decision")}</span>
                <span>{format!("version {}", playbook.version)}</span>
                <span>{used}</span>
            </p>
            <ul class="tags">
                {playbook.tags.iter().map(|tag| view! { <li class="tag" dir="auto">{tag.clone()}</li> }).collect_view()}
            </ul>
            <footer class="card-actions">
                <button type="button" class="button primary" on:click=move |_| starting.set(true)>
                    <Icon name="active" />"Start"
                </button>
            </footer>
            <StartDialog open=starting playbook_id=playbook.id title=playbook.title.clone() />
        </article>
    }
}
