//! Where on the page somebody is, in its address: the step, the outline's filter, whether the timeline is open. So Back, Forward and
//! a reload lead to the same, and a step can be sent to somebody.

use domain::ids::NodeId;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

use super::outline::{Filter, OutlineState};
use crate::live::ExecutionStore;
use crate::live::address::of_page;

/// Who chooses one step after the other within such a time is on the way to one: only that is worth coming back to.
const PASSING_MICROS: i64 = 1_000_000;

/// The step that an address names.
pub(super) fn step_in(params: &ParamsMap) -> Option<NodeId> {
    let node = params.get("node").filter(|_| params.get("step").as_deref() == Some("step"))?;
    Some(NodeId::from(node.as_str()))
}

/// Whether an address says more than which execution, and no step.
pub(super) fn is_nothing(params: &ParamsMap) -> bool {
    params.get("step").is_some() && step_in(params).is_none()
}

/// Keeps the address up to date, and follows it, until the page is left.
pub(super) fn keep(store: ExecutionStore, outline: OutlineState, timeline: RwSignal<bool>) {
    let (params, query, location, navigate) = (use_params_map(), use_query_map(), use_location(), use_navigate());
    let changed = StoredValue::new(None::<Timestamp>);
    let address = Memo::new(move |_| {
        let chosen = store.selected().get();
        // What is shown at first needs no naming, unless it was named.
        let is_named = step_in(&params.read_untracked()).is_some();
        let chosen = chosen.filter(|chosen| is_named || Some(chosen) != store.at_first().as_ref());
        let filter = Some(outline.filtered()).filter(|filter| *filter != Filter::All);
        let filter = filter.map(|filter| format!("filter={}", filter.word()));
        let timeline = timeline.get().then(|| "timeline=open".to_owned());
        let query = filter.into_iter().chain(timeline).collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", of_page(store.id(), chosen.as_ref()))
    });
    Effect::new(move |before: Option<()>| {
        let address = address.get();
        let now = format!("{}{}", location.pathname.get_untracked(), query.read_untracked().to_query_string());
        if before.is_none() || address == now {
            return;
        }
        let at = store.now();
        let passing = changed.get_value().is_some_and(|before| at.micros() - before.micros() < PASSING_MICROS);
        changed.set_value(Some(at));
        navigate(&address, NavigateOptions { replace: passing, scroll: false, ..NavigateOptions::default() });
    });
    Effect::new(move |before: Option<()>| {
        let (node, query) = (step_in(&params.read()), query.get());
        if before.is_none() {
            return;
        }
        let node = node.filter(|node| store.step(node).is_some()).or_else(|| store.at_first());
        if node != store.selected().get_untracked() {
            store.selected().set(node);
        }
        let filter = query.get("filter").and_then(|word| Filter::of_word(&word)).unwrap_or_default();
        if filter != untrack(|| outline.filtered()) {
            outline.filter(filter);
        }
        let open = query.get("timeline").is_some();
        if open != timeline.get_untracked() {
            timeline.set(open);
        }
    });
}
