//! `/executions`: what is going on and what was. What is looked for stands in the address; the list keeps itself up to
//! date and moves nothing under its reader.

mod card;
mod filters;
mod list;
mod order;
mod query;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use crate::backend::list_executions;
use crate::ui::error::Failed;
use crate::ui::icon::Icon;
use filters::Filters;
use list::List;
use query::Query;

/// Every execution, in sections, filtered by the address.
#[component]
pub(crate) fn ExecutionsPage() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| Query::of(&params.read()));
    let executions = Resource::new(move || query.get(), |query| list_executions(query.filter()));
    view! {
        <Title text="Executions" />
        <main id="main" class="page executions">
            <header class="page-head">
                <h1>"Executions"</h1>
                <span class="spacer"></span>
                <A href="/playbooks" attr:class="button primary"><Icon name="active" />"Start from a playbook"</A>
            </header>
            <Filters query />
            <Transition fallback=|| view! { <p class="loading">"Loading executions…"</p> }>
                {move || Suspend::new(async move {
                    match executions.await {
                        Ok(data) => view! { <List query=query.get_untracked() data /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
}
