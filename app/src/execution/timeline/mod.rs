//! The timeline: every event, newest last, as the audit trail has it. It costs nothing while it is closed.

mod list;
mod rows;
mod window;

use domain::ids::{Actor, NodeId};
use leptos::ev;
use leptos::prelude::*;

use self::list::List;
use self::rows::{Filter, Group, Known, rows};
use crate::live::ExecutionStore;
use crate::ui::icon::Icon;

type Chosen = ev::Targeted<ev::Event, web_sys::HtmlSelectElement>;

#[component]
pub(super) fn Timeline(store: ExecutionStore, open: RwSignal<bool>) -> impl IntoView {
    // As a page of the server, which is read without a script, it has every row.
    let whole = StoredValue::new(open.get_untracked());
    view! {
        <section id="timeline" class="timeline" aria-label="Timeline" hidden=move || !open.get()>
            {move || open.get().then(|| {
                let first = whole.get_value();
                whole.set_value(false);
                view! { <Inside store open whole=first /> }
            })}
        </section>
    }
}

#[component]
fn Inside(store: ExecutionStore, open: RwSignal<bool>, whole: bool) -> impl IntoView {
    let filter = RwSignal::new(Filter::default());
    let shown = Memo::new(move |_| rows(&store.events().read(), &filter.read()));
    let known = Memo::new(move |_| Known::of(&store.events().read()));
    let is_filtered = move || *filter.read() != Filter::default();
    let figures = move || {
        let all = store.events().read().len();
        if is_filtered() { format!("Showing {} of {all}", shown.read().len()) } else { format!("{all} events") }
    };
    let by_group = move |event: Chosen| {
        let label = event.target().value();
        filter.update(|filter| filter.group = Group::EVERY.into_iter().find(|group| group.label() == label));
    };
    let by_actor = move |event: Chosen| {
        let name = event.target().value();
        filter.update(|filter| filter.actor = Some(name).filter(|name| !name.is_empty()).map(Actor::recorded));
    };
    let by_node = move |event: Chosen| {
        let id = event.target().value();
        filter.update(|filter| filter.node = Some(id).filter(|id| !id.is_empty()).map(|id| NodeId::from(id.as_str())));
    };
    let group = move || filter.read().group.map_or_else(String::new, |group| group.label().to_owned());
    let actor = move || filter.read().actor.clone().map(String::from).unwrap_or_default();
    let node = move || filter.read().node.as_ref().map(ToString::to_string).unwrap_or_default();
    let actors = move || {
        known.read().actors.iter().map(|actor| option(actor.as_str().to_owned(), actor.to_string())).collect_view()
    };
    let nodes = move || {
        let of = |id: &NodeId| option(id.to_string(), store.label(id).unwrap_or_default());
        known.read().nodes.iter().map(of).collect_view()
    };
    view! {
        <header class="timeline-head">
            <h2>"Timeline"</h2>
            <span class="hint figures" role="status">{figures}</span>
            <select aria-label="Events of what kind" prop:value=group on:change:target=by_group>
                <option value="">"All kinds"</option>
                {Group::EVERY.map(|group| option(group.label().to_owned(), group.label().to_owned())).collect_view()}
            </select>
            <select aria-label="Events by whom" prop:value=actor on:change:target=by_actor>
                <option value="">"Everybody"</option>
                {actors}
            </select>
            <select aria-label="Events at which step" prop:value=node on:change:target=by_node>
                <option value="">"All steps"</option>
                {nodes}
            </select>
            <button type="button" class="button small" hidden=move || !is_filtered() on:click=move |_| filter.set(Filter::default())>
                "Clear"
            </button>
            <span class="spacer"></span>
            <span class="hint" title="Times are in UTC; the local time is shown on hover">"times in UTC"</span>
            <button type="button" class="icon-button" aria-label="Close the timeline" on:click=move |_| open.set(false)><Icon name="close" /></button>
        </header>
        <p class="empty-result" hidden=move || !shown.read().is_empty()>"No event matches."</p>
        <List store rows=shown whole />
    }
    .into_any()
}

fn option(value: String, words: String) -> impl IntoView {
    view! { <option value=value>{words}</option> }
}
