//! The outline: phases and steps as a list, in the order of the playbook. Works alone, by keyboard.
//!
//! A change of one step touches its row and its phase. Badges have their places whether they are there or not: no row moves when
//! one arrives. Which rows are in the page is said in [`scroll`].

mod row;
mod rows;
mod scroll;
mod state;

use domain::graph::NodeKind;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::ui::focus::focus;
use row::Row;
pub(super) use rows::Filter;
use scroll::Scroll;
pub(super) use state::OutlineState;

/// Where the focus goes when a step is chosen by Enter.
const PANEL_TITLE: &str = "panel-title";

#[component]
pub(super) fn Outline(outline: OutlineState) -> impl IntoView {
    let scroll = Scroll::new(outline);
    let OutlineState { store, lines, choice, .. } = outline;
    Effect::new(move |known: Option<()>| {
        let row = store
            .selected()
            .with(|chosen| lines.with_value(|lines| lines.iter().position(|line| chosen.as_ref() == Some(&line.id))));
        // What happens to be open at first has not been chosen.
        if known.is_none() {
            outline.recall();
        } else if let Some(row) = row {
            outline.open_around(row);
        }
        if choice.with_untracked(|choice| choice.focused.is_some_and(|focused| Some(focused) != row)) {
            choice.update(|choice| choice.focused = None);
        }
        // Later than the rendering: a row that was hidden has no place before it.
        request_animation_frame(move || {
            if let Some(row) = row {
                scroll.reveal(row);
            }
        });
    });
    // What is shown has changed, and with it where everything is.
    Effect::new(move || {
        outline.rows.track();
        request_animation_frame(move || scroll.show());
    });
    let on_focus = move |event: ev::FocusEvent| {
        let row = row_of(&event);
        if choice.with_untracked(|choice| choice.focused != row) {
            choice.update(|choice| choice.focused = row);
        }
        if let Some(row) = row.filter(|&row| untrack(|| scroll.is_away(row))) {
            scroll.reveal(row);
        }
    };
    let views = store.steps();
    let row_view = move |row: usize| {
        let line = lines.with_value(|lines| lines[row].clone());
        let inside = store.with_execution(|execution| match execution.flow.is_group(line.node) {
            true => execution.flow.leaves(line.node).iter().map(|&leaf| views[leaf].clone()).collect(),
            false => Vec::new(),
        });
        view! { <Row scroll outline row view=views[line.node].clone() line inside /> }
    };
    view! {
        <section class="outline" aria-label="Outline">
            <div class="outline-filters" role="group" aria-label="Filter steps">
                {Filter::EVERY.map(|filter| view! { <FilterButton outline filter /> }).collect_view()}
            </div>
            <nav
                class="outline-rows"
                class:long=scroll.is_long
                aria-label="Steps"
                node_ref=scroll.place
                on:scroll=move |_| scroll.show()
            >
                <div node_ref=scroll.before></div>
                <ol node_ref=scroll.list on:keydown=move |event| press(outline, scroll, &event) on:focusin=on_focus>
                    <For each=move || scroll.rendered() key=|row| *row let:row>{row_view(row)}</For>
                </ol>
                <div node_ref=scroll.behind></div>
                <p class="outline-rest" role="status">{move || rest(outline)}</p>
                <button
                    type="button"
                    class="button small outline-all"
                    hidden=move || choice.read().filter == Filter::All
                    on:click=move |_| outline.filter(Filter::All)
                >
                    "Show all"
                </button>
            </nav>
        </section>
    }
    .into_any()
}

#[component]
fn FilterButton(outline: OutlineState, filter: Filter) -> impl IntoView {
    let OutlineState { choice, matches, .. } = outline;
    view! {
        <button
            type="button"
            class="chip"
            data-filter=filter.label()
            aria-pressed=move || (choice.read().filter == filter).to_string()
            on:click=move |_| outline.filter(filter)
        >
            {filter.label()} " " <span class="figures">{move || filter.count(&matches.read())}</span>
        </button>
    }
}

/// What stands below the rows: that there are none, how many the filter hides, and what is shown in spite of it.
fn rest(outline: OutlineState) -> String {
    let OutlineState { choice, matches, rows, .. } = outline;
    let filter = choice.read().filter;
    let (hidden, is_kept) = (rows.read().hidden, rows.read().is_kept);
    let nothing = (filter.count(&matches.read()) == 0).then(|| filter.nothing().to_owned());
    let hidden = (hidden > 0).then(|| format!("{hidden} more, hidden by the filter."));
    let kept = is_kept.then(|| "Selected step shown although filtered out.".to_owned());
    [nothing, hidden, kept].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The row in which something happened.
fn row_of(event: &web_sys::Event) -> Option<usize> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest(".outline-row").ok()??.get_attribute("data-row")?.parse().ok()
}

/// The keys of the list.
fn press(outline: OutlineState, scroll: Scroll, event: &ev::KeyboardEvent) {
    let OutlineState { lines, choice, rows, store, .. } = outline;
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(at) = row_of(event) else { return };
    let shown = rows.get_untracked();
    let (is_phase, parent, end) = lines.with_value(|lines| {
        let line = &lines[at];
        (line.kind == NodeKind::Phase && line.end > at + 1, line.parent, line.end)
    });
    let folded = choice.with_untracked(|choice| choice.folds().contains(&at));
    let beside = |from, forward| lines.with_value(|lines| shown.beside(lines, from, forward, false));
    let to = match event.key().as_str() {
        "ArrowDown" => beside(Some(at), true),
        "ArrowUp" => beside(Some(at), false),
        "Home" => beside(None, true),
        "End" => beside(None, false),
        "ArrowRight" if is_phase && folded => {
            outline.fold(at, false);
            Some(at)
        }
        "ArrowRight" => beside(Some(at), true).filter(|&next| is_phase && next < end),
        "ArrowLeft" if is_phase && !folded => {
            outline.fold(at, true);
            Some(at)
        }
        "ArrowLeft" => parent,
        "Enter" if is_choice(event) => {
            store.selected().set(lines.with_value(|lines| lines.get(at).map(|line| line.id.clone())));
            focus_panel();
            Some(at)
        }
        _ => return,
    };
    event.prevent_default();
    if let (Some(to), false) = (to.filter(|&to| to != at), event.key() == "Enter") {
        scroll.focus(to);
    }
}

/// Whether what has the focus is a row, not the button that folds it.
fn is_choice(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.class_list().contains("outline-choose"))
}

/// Moves the focus to the step that was just chosen.
pub(super) fn focus_panel() {
    // Later than the rendering of the panel.
    request_animation_frame(|| focus(document().get_element_by_id(PANEL_TITLE)));
}
