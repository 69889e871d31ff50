//! The form of filters. Without a script it is sent by its button; with one, it takes effect at once.

use domain::api::Sort;
use domain::event::ExecutionStatus;
use domain::legible::legible;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::query::Query;
use crate::backend::{PlaybookName, list_playbooks};
use crate::ui::icon::Icon;
use crate::ui::rest::Rest;

/// What is looked for, to be changed.
#[component]
pub(super) fn Filters(query: Memo<Query>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let playbooks = Resource::new(|| (), |()| list_playbooks());
    let navigate = use_navigate();
    let apply = move || {
        let Some(Some(form)) = form.try_get_untracked() else { return };
        let shown = query.get_untracked();
        let Some(asked) = read(&form) else { return };
        let shown = Query { limit: asked.limit, ..shown };
        if asked == shown {
            return;
        }
        // Going back does not go through what was typed letter by letter.
        let replace = Query { words: shown.words.clone(), ..asked.clone() } == shown;
        navigate(&asked.address(), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    };
    let submit = {
        let apply = apply.clone();
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            apply();
        }
    };
    let rest = Rest::new();
    let change = move |_| rest.then(apply.clone());
    // Whatever else changes the address also changes the fields; what is just being typed stays.
    let words = NodeRef::<html::Input>::new();
    Effect::new(move || {
        let query = query.read();
        if let (Some(words), Some(form)) = (words.get(), form.get())
            && read(&form).is_none_or(|asked| asked.words.trim() != query.words)
        {
            words.set_value(&query.words);
        }
    });
    let first = query.get_untracked();
    let status = move |own: ExecutionStatus| {
        view! {
            <label class="filter">
                <input
                    type="checkbox"
                    name="status"
                    value=own.as_str()
                    checked=query.with_untracked(|query| query.status.contains(&own))
                    prop:checked=move || query.read().status.contains(&own)
                />
                {own.label()}
            </label>
        }
    };
    view! {
        <form class="filters" method="get" action="/executions" role="search" aria-label="Filter executions" node_ref=form on:submit=submit on:input=change>
            <div class="filter-group" role="group" aria-label="Status">{ExecutionStatus::ALL.map(status).collect_view()}</div>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move { select(query, playbooks.await.unwrap_or_default()) })}
            </Suspense>
            <label class="filter-date"><span>"From"</span><input type="date" name="from" title="The first day, in UTC" value=first.from prop:value=move || query.read().from.clone() /></label>
            <label class="filter-date"><span>"to"</span><input type="date" name="to" title="The last day, in UTC" value=first.to prop:value=move || query.read().to.clone() /></label>
            <span class="search">
                <Icon name="search" />
                <input type="search" name="q" maxlength="200" aria-label="Search executions" placeholder="Search incident or playbook" value=first.words node_ref=words />
            </span>
            <select name="sort" aria-label="Sort" prop:value=move || query.read().sort.map_or("", Sort::as_str)>
                <option value="">"Most urgent first"</option>
                <option value=Sort::Newest.as_str() selected=first.sort.is_some()>"Newest first"</option>
            </select>
            <button type="submit" class="button">"Search"</button>
            <span class="filter-clear" class:idle=move || !query.read().is_filter()><A href="/executions" scroll=false>"Clear"</A></span>
        </form>
    }
    .into_any()
}

/// The playbooks to choose from.
fn select(query: Memo<Query>, playbooks: Vec<PlaybookName>) -> impl IntoView {
    let first = query.get_untracked().playbook;
    let is_known = first.is_empty() || playbooks.iter().any(|playbook| playbook.id == first);
    // An address may name one that was deleted since.
    let unknown = (!is_known).then(|| view! { <option value=first.clone() selected>"Another playbook"</option> });
    let options = playbooks.into_iter().map(|playbook| {
        let is_chosen = playbook.id == first;
        view! { <option value=playbook.id selected=is_chosen>{legible(&playbook.title).into_owned()}</option> }
    });
    let options = options.collect_view();
    view! {
        <select name="playbook" aria-label="Playbook" prop:value=move || query.read().playbook.clone()>
            <option value="">"Every playbook"</option>
            {unknown}
            {options}
        </select>
    }
}

/// What the fields say.
fn read(form: &web_sys::HtmlFormElement) -> Option<Query> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let text = |value: JsValue| value.as_string().map(|text| text.trim().to_owned());
    Some(Query::read(|name| data.get_all(name).iter().filter_map(text).collect()))
}
