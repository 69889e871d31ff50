//! Long lists in portions: opening one costs what is read of it, not what is there.

use leptos::prelude::*;

/// Entries that are shown at first.
const AT_FIRST: usize = 50;
/// Entries that each press adds.
const STEP: usize = 200;

/// How much of a list is shown, counted from where it is read first.
#[derive(Clone, Copy)]
pub(crate) struct Portion(RwSignal<usize>);

impl Portion {
    /// The first entries only.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(AT_FIRST))
    }

    /// How many entries are shown of so many.
    pub(crate) fn of(self, total: usize) -> usize {
        self.0.get().min(total)
    }
}

/// The button that shows more of a list; `things` is what there is more of, as in “older notes”.
#[component]
pub(crate) fn ShowMore(portion: Portion, #[prop(into)] total: Signal<usize>, things: &'static str) -> impl IntoView {
    let hidden = Memo::new(move |_| total.get() - portion.of(total.get()));
    view! {
        <button
            type="button"
            class="button small show-more"
            hidden=move || hidden.get() == 0
            on:click=move |_| portion.0.update(|shown| *shown += STEP)
        >
            {move || format!("Show {things} ({} more)", hidden.get())}
        </button>
    }
}
