//! The rows of the timeline, of which only those in sight are in the page.
//!
//! The newest is followed unless the reader has gone back. Where a row is goes by its measured height, or a guess before
//! it was ever in sight; when a guess was wrong, what is read stays where it is.

use std::ops::Range;

use domain::event::{Event, StepStatus};
use domain::ids::{NodeId, Seq};
use domain::prose::Kind;
use domain::words::{details, is_free_text, replaced, roughly, together, what};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::rows::Row;
use super::window::{Heights, guess};
use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::prose::prose;
use crate::ui::time::Time;

/// Pixels from the end that still count as being there.
const NEAR: i32 = 24;
/// Rows that are rendered before it is known what is in sight.
const AT_FIRST: usize = 40;

/// The scrolled list, for whoever moves it.
#[derive(Clone, Copy)]
struct Scroll {
    store: ExecutionStore,
    rows: Memo<Vec<Row>>,
    place: NodeRef<html::Div>,
    /// Behind it lie the rendered rows, then the other space.
    before: NodeRef<html::Div>,
    list: NodeRef<html::Ol>,
    behind: NodeRef<html::Div>,
    heights: StoredValue<Heights>,
    /// The rows that are rendered.
    window: RwSignal<Range<usize>>,
    /// Whether the newest is followed.
    follows: StoredValue<bool>,
    /// Where the list was scrolled to, and how wide it was.
    was: StoredValue<(i32, i32)>,
    /// The last event that has been in sight at the end of the list.
    seen: RwSignal<Seq>,
}

/// `whole` renders every row at first: a page of the server is read without a script, too.
#[component]
pub(super) fn List(store: ExecutionStore, rows: Memo<Vec<Row>>, whole: bool) -> impl IntoView {
    let count = rows.read_untracked().len();
    let scroll = Scroll {
        store,
        rows,
        place: NodeRef::new(),
        before: NodeRef::new(),
        list: NodeRef::new(),
        behind: NodeRef::new(),
        heights: StoredValue::default(),
        window: RwSignal::new(if whole { 0..count } else { count.saturating_sub(AT_FIRST)..count }),
        follows: StoredValue::new(true),
        was: StoredValue::default(),
        seen: RwSignal::new(Seq::default()),
    };
    Effect::new(move || {
        rows.track();
        request_animation_frame(move || scroll.settle());
    });
    let shown = move || {
        let rows = rows.read();
        let window = scroll.window.get();
        rows.get(window.start.min(rows.len())..window.end.min(rows.len())).unwrap_or_default().to_vec()
    };
    let news = move || rows.read().iter().rev().take_while(|row| row.seq > scroll.seen.get()).count();
    let go = move |event: leptos::ev::MouseEvent| {
        if let Some(id) = node_of(&event) {
            store.selected().set(Some(id));
        }
    };
    view! {
        <div class="timeline-place">
            <div
                class="timeline-list"
                node_ref=scroll.place
                role="group"
                aria-label="Events, the newest last"
                tabindex="0"
                on:scroll=move |_| scroll.moved()
                on:click=go
            >
                <div node_ref=scroll.before></div>
                <ol node_ref=scroll.list>
                    <For each=shown key=|row| *row let:row>{event_row(store, row)}</For>
                </ol>
                <div node_ref=scroll.behind></div>
            </div>
            <button
                type="button"
                class="button small timeline-news"
                hidden=move || scroll.seen.get() == Seq::default() || news() == 0
                on:click=move |_| scroll.to_end()
            >
                <Icon name="down" />{news} " new"
            </button>
        </div>
    }
    .into_any()
}

impl Scroll {
    /// The reader, or this, has scrolled.
    fn moved(self) {
        let Some(place) = self.place.get_untracked() else { return };
        let (top, end) = (place.scroll_top(), place.scroll_height() - place.client_height());
        let (before, _) = self.was.get_value();
        if top >= end - NEAR {
            self.arrive();
        } else if top < before {
            // Only going back is leaving the end; what grows below the reader is not.
            self.follows.set_value(false);
        }
        self.was.update_value(|was| was.0 = top);
        self.show();
    }

    /// The end is in sight.
    fn arrive(self) {
        self.follows.set_value(true);
        let last = self.rows.read_untracked().last().map(|row| row.seq).unwrap_or_default();
        if self.seen.get_untracked() < last {
            self.seen.set(last);
        }
    }

    fn to_end(self) {
        self.follows.set_value(true);
        self.settle();
    }

    /// Brings everything up to date after the rows have changed.
    fn settle(self) {
        // Called a frame later, when the list may be gone.
        let Some(Some(place)) = self.place.try_get_untracked() else { return };
        let width = place.client_width();
        if self.was.get_value().1 != width {
            self.heights.update_value(Heights::forget);
            self.was.update_value(|was| was.1 = width);
        }
        self.lay();
        self.scroll(&place, place.scroll_top());
        self.show();
    }

    /// Scrolls to a place, or to the end if that is followed.
    fn scroll(self, place: &web_sys::HtmlDivElement, top: i32) {
        if self.follows.get_value() {
            place.set_scroll_top(place.scroll_height());
            self.arrive();
        } else if place.scroll_top() != top {
            place.set_scroll_top(top);
        }
        self.was.update_value(|was| was.0 = place.scroll_top());
    }

    /// Finds out where every row is.
    fn lay(self) {
        let events = self.store.events().read_untracked();
        let height = |row: &Row| events.get(row.at).map_or(0.0, |event| guess(row, event, self.was.get_value().1));
        self.heights.update_value(|heights| heights.lay(&self.rows.read_untracked(), height));
        self.space();
    }

    /// Leaves room for what is not rendered.
    fn space(self) {
        let window = self.window.get_untracked();
        let (before, behind) = self.heights.with_value(|heights| heights.around(&window));
        for (space, height) in [(self.before, before), (self.behind, behind)] {
            if let Some(space) = space.get_untracked() {
                // Writing a style of one's own element does not fail.
                let _ = space.style(("height", format!("{height:.0}px")));
            }
        }
    }

    /// Renders what is in sight, and then measures it.
    fn show(self) {
        let Some(place) = self.place.get_untracked() else { return };
        let (top, height) = (f64::from(place.scroll_top()), f64::from(place.client_height()));
        let window = self.heights.with_value(|heights| heights.window(top, height));
        if self.window.with_untracked(|shown| *shown != window) {
            self.window.set(window);
            self.space();
        }
        request_animation_frame(move || self.measure());
    }

    /// Takes the true heights for the guessed ones; what is read stays where it is.
    fn measure(self) {
        let (Some(Some(place)), Some(Some(list))) = (self.place.try_get_untracked(), self.list.try_get_untracked())
        else {
            return;
        };
        let (items, rows) = (list.children(), self.rows.get_untracked());
        let top = place.scroll_top();
        let mut found = Vec::new();
        for at in 0..items.length() {
            let item = items.item(at);
            let seq = item.as_ref().and_then(|item| item.get_attribute("data-seq")?.parse().ok()).map(Seq);
            let row = seq.and_then(|seq| rows.binary_search_by_key(&seq, |row| row.seq).ok());
            if let (Some(item), Some(row)) = (item, row) {
                found.push((row, item.get_bounding_client_rect().height()));
            }
        }
        let moved = self.heights.try_update_value(|heights| heights.correct(&rows, &found, f64::from(top)));
        if let Some(Some(moved)) = moved {
            self.space();
            #[expect(clippy::cast_possible_truncation, reason = "a list is no 2^31 pixels long")]
            self.scroll(&place, top + moved.round() as i32);
            self.show();
        }
    }
}

/// The node of the row in which something was pressed, unless that was in somebody's words, which may be copied.
fn node_of(event: &web_sys::Event) -> Option<NodeId> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let line = target.closest(".timeline-line").ok()??;
    line.get_attribute("data-node").map(|id| NodeId::from(id.as_str()))
}

fn event_row(store: ExecutionStore, row: Row) -> AnyView {
    let Some(event) = store.events().with_untracked(|events| events.get(row.at).cloned()) else {
        return ().into_any();
    };
    let Event { seq, body, node_id, actor, timestamp, occurred_at, .. } = &*event;
    let label = node_id.as_ref().and_then(|id| store.label(id));
    let day = row.new_day.then(|| timestamp.parts().0);
    let late =
        occurred_at.map(|at| view! { <span class="tag">"late entry: happened at " <Time at with_date=true /></span> });
    let counted = store.counted_otherwise(*seq);
    let counted = counted.map(|at| view! { <span class="tag">"counted from " <Time at with_date=true /></span> });
    let view = view! {
        <li class="timeline-row" data-event=body.event_type() data-seq=seq.0>
            {day.map(|day| view! { <p class="timeline-day">{day}</p> })}
            {row.gap.map(|gap| view! { <p class="gap">{roughly(gap)}</p> })}
            <div class="timeline-line" data-status=body.status_after().map(StepStatus::as_str) data-node=node_id.as_ref().map(ToString::to_string)>
                <Time at=*timestamp />
                <Avatar actor=actor.clone() />
                <bdi class="timeline-actor">{actor.to_string()}</bdi>
                <span class="timeline-what">{together(row.tells_two, what(&event))}</span>
                {label.map(|label| view! { <button type="button" class="link"><bdi>{label}</bdi></button> })}
                {replaced(body).map(|words| view! { <span class="tag" dir="auto">{words}</span> })}
                {late}
                {counted}
            </div>
            {details(body).map(|text| if is_free_text(body.event_type()) {
                view! { <div class="timeline-text">{prose(&text, Kind::Note)}</div> }.into_any()
            } else {
                view! { <p class="timeline-text" dir="auto">{text}</p> }.into_any()
            })}
        </li>
    };
    view.into_any()
}
