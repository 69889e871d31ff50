//! Which rows of a long outline are in the page. Of thousands of rows only those in sight are rendered, and each has one line, so
//! that where a row is follows from its number; a short outline is there as a whole.

use std::ops::Range;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::state::OutlineState;
use crate::ui::focus::focus;

/// From so many rows on an outline is long.
const LONG: usize = 300;
/// Pixels of a row of a long outline, as the style sheet has it.
const ROW: usize = 32;
/// Rows around what is in sight that are rendered too, so that a quick scroll shows no emptiness.
const AROUND: usize = 12;
/// Rows that are rendered before it is known what is in sight.
const AT_FIRST: usize = 60;

/// The scrolled rows, for whoever moves them.
#[derive(Clone, Copy)]
pub(super) struct Scroll {
    outline: OutlineState,
    pub(super) is_long: bool,
    /// What is scrolled. In it lie a space, the rendered rows, and another space.
    pub(super) place: NodeRef<html::Nav>,
    pub(super) before: NodeRef<html::Div>,
    pub(super) list: NodeRef<html::Ol>,
    pub(super) behind: NodeRef<html::Div>,
    /// The rows that are not hidden, in order.
    shown: Memo<Vec<usize>>,
    /// Which of them are in sight.
    window: RwSignal<Range<usize>>,
}

impl Scroll {
    pub(super) fn new(outline: OutlineState) -> Self {
        let count = outline.lines.with_value(Vec::len);
        let rows = outline.rows;
        let shown = Memo::new(move |_| {
            let rows = rows.read();
            rows.shown.iter().enumerate().filter(|(_, shown)| **shown).map(|(row, _)| row).collect()
        });
        Self {
            outline,
            is_long: count > LONG,
            place: NodeRef::new(),
            before: NodeRef::new(),
            list: NodeRef::new(),
            behind: NodeRef::new(),
            shown,
            window: RwSignal::new(0..AT_FIRST),
        }
    }

    /// The rows that are rendered: of a short outline all of them, also those that are hidden. Of a long one those in sight, and
    /// the one that the tab key leads to, which may have the focus.
    pub(super) fn rendered(self) -> Vec<usize> {
        if !self.is_long {
            return (0..self.outline.lines.with_value(Vec::len)).collect();
        }
        let (shown, window) = (self.shown.read(), self.window.get());
        let in_sight = shown.get(window.start.min(shown.len())..window.end.min(shown.len())).unwrap_or_default();
        let stop = self.outline.rows.read().stop.filter(|stop| in_sight.binary_search(stop).is_err());
        let mut rendered = in_sight.to_vec();
        rendered.extend(stop);
        rendered.sort_unstable();
        rendered
    }

    /// Whether a row is rendered although it is not in sight.
    pub(super) fn is_away(self, row: usize) -> bool {
        self.is_long && self.position(row).is_none_or(|at| !self.window.read().contains(&at))
    }

    /// A row's number among those that are not hidden, from 1, and how many they are: what a long outline says for itself, as
    /// the page does not hold all of it.
    pub(super) fn place_of(self, row: usize) -> Option<(usize, usize)> {
        let at = self.is_long.then(|| self.position(row)).flatten()?;
        Some((at + 1, self.shown.read().len()))
    }

    fn position(self, row: usize) -> Option<usize> {
        self.shown.read().binary_search(&row).ok()
    }

    /// Renders what has come into sight.
    pub(super) fn show(self) {
        // Also called a frame later, when the list may be gone.
        let Some(Some(place)) = self.place.try_get_untracked() else { return };
        if !self.is_long {
            return;
        }
        let pixels = |length: i32| usize::try_from(length).unwrap_or_default();
        let window =
            window(pixels(place.scroll_top()), pixels(place.client_height()), self.shown.read_untracked().len());
        if self.window.with_untracked(|shown| *shown != window) {
            self.window.set(window);
        }
        self.space();
    }

    /// Leaves room for what is not rendered.
    fn space(self) {
        let (window, count) = (self.window.get_untracked(), self.shown.read_untracked().len());
        for (space, rows) in [(self.before, window.start), (self.behind, count.saturating_sub(window.end))] {
            if let Some(space) = space.get_untracked() {
                // Writing a style of one's own element does not fail.
                let _ = space.style(("height", format!("{}px", rows * ROW)));
            }
        }
    }

    /// Brings a row into sight.
    pub(super) fn reveal(self, row: usize) {
        if !self.is_long {
            if let Some(row) = self.row_at(row) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
            return;
        }
        self.bring(row);
        // Again once the rows are rendered: before, the list may be too short to be scrolled so far.
        request_animation_frame(move || self.bring(row));
    }

    fn bring(self, row: usize) {
        let Some(Some(place)) = self.place.try_get_untracked() else { return };
        let Ok(at) = self.shown.read_untracked().binary_search(&row) else { return };
        let top = i32::try_from(at * ROW).unwrap_or(i32::MAX);
        let end = top.saturating_add(i32::try_from(ROW).unwrap_or_default()) - place.client_height();
        let scrolled = place.scroll_top();
        if scrolled > top {
            place.set_scroll_top(top);
        } else if scrolled < end {
            place.set_scroll_top(end);
        }
        self.show();
    }

    /// Gives a row the focus.
    pub(super) fn focus(self, row: usize) {
        if self.is_long {
            self.reveal(row);
        }
        // Later than the rendering: a row that was not in sight has no place before it.
        let go = move || {
            let row = self.row_at(row);
            focus(row.and_then(|row| row.query_selector(".outline-choose").ok().flatten()));
        };
        if self.is_long {
            request_animation_frame(go);
        } else {
            go();
        }
    }

    fn row_at(self, row: usize) -> Option<web_sys::Element> {
        let list = self.list.try_get_untracked()??;
        list.unchecked_ref::<web_sys::Element>().query_selector(&format!("[data-row=\"{row}\"]")).ok()?
    }
}

/// The rows to render of so many, when so many pixels are scrolled off and so many are in sight.
fn window(scrolled: usize, height: usize, count: usize) -> Range<usize> {
    let first = (scrolled / ROW).saturating_sub(AROUND);
    let end = (scrolled + height).div_ceil(ROW) + AROUND;
    first.min(count)..end.max(AT_FIRST).min(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_thousands_of_rows_only_those_in_sight_and_around_are_rendered() {
        assert_eq!(window(100 * ROW, 10 * ROW, 5_000), 88..122);
        assert_eq!(window(0, 10 * ROW, 5_000), 0..AT_FIRST);
        assert_eq!(window(4_990 * ROW, 10 * ROW, 5_000), 4_978..5_000);
        assert_eq!(window(9_000 * ROW, 10 * ROW, 5_000), 5_000..5_000, "the list became shorter");
        assert_eq!(window(0, 10 * ROW, 3), 0..3);
    }
}
