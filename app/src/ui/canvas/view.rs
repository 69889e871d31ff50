//! Where the drawing lies in its window: the arithmetic of panning and zooming. Sizes of windows are (width, height) in
//! pixels.

use domain::placement::{Point, Rect};

/// Where the drawing lies in its window: first scaled by `zoom`, then moved by (`x`, `y`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) zoom: f64,
}

/// The upper left of the drawing, readable.
pub(super) const START: View = View { x: 8.0, y: 8.0, zoom: 0.85 };
/// Below this zoom labels are hard to read.
pub(super) const READABLE: f64 = 0.6;
const MIN_ZOOM: f64 = 0.05;
const MAX_ZOOM: f64 = 2.5;
/// The window that a server, which sees none, takes it to be: small, so that what lies in it lies in any.
const SMALL_WINDOW: (f64, f64) = (560.0, 480.0);
/// What a drawing must fit into, readable, to be shown as a whole at first: the window on a small laptop.
const USUAL_WINDOW: (f64, f64) = (640.0, 560.0);
/// A smaller drawing stands in the middle of so much room, so that it is not blown up.
const LEAST_ROOM: (f64, f64) = (720.0, 640.0);
/// Between the border of the window and what is brought into it.
const MARGIN: f64 = 32.0;

impl View {
    /// As the transform of a style.
    pub(super) fn style(self) -> String {
        format!("translate({:.2}px, {:.2}px) scale({:.4})", self.x, self.y, self.zoom)
    }

    /// Zooms so that the point (`px`, `py`) of the window stays where it is.
    pub(super) fn zoomed(self, factor: f64, px: f64, py: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        let ratio = zoom / self.zoom;
        Self { x: px - (px - self.x) * ratio, y: py - (py - self.y) * ratio, zoom }
    }

    /// Shows all of a drawing in the middle of a window, never larger than life.
    pub(super) fn fitted(drawing: (f64, f64), window: (f64, f64)) -> Self {
        let zoom = (window.0 / drawing.0).min(window.1 / drawing.1).clamp(MIN_ZOOM, 1.0);
        Self { x: (window.0 - drawing.0 * zoom) / 2.0, y: (window.1 - drawing.1 * zoom) / 2.0, zoom }
    }

    /// Shows a rectangle of the drawing in the middle of the window: as large as it fits in, but not enlarged much.
    pub(super) fn on(rect: Rect, window: (f64, f64)) -> Self {
        let room = (window.0 - 2.0 * MARGIN, window.1 - 2.0 * MARGIN);
        let zoom = (room.0 / f64::from(rect.w)).min(room.1 / f64::from(rect.h)).clamp(MIN_ZOOM, 1.25);
        Self { zoom, ..START }.centred(rect.center(), window)
    }

    /// Moves a point of the drawing into the middle of the window.
    pub(super) fn centred(self, at: Point, window: (f64, f64)) -> Self {
        let (x, y) = (window.0 / 2.0 - f64::from(at.x) * self.zoom, window.1 / 2.0 - f64::from(at.y) * self.zoom);
        Self { x, y, ..self }
    }

    /// Moves as little as possible so that a rectangle of the drawing lies in the window.
    pub(super) fn revealing(self, rect: Rect, window: (f64, f64)) -> Self {
        let shift = |at: f32, size: f32, offset: f64, window: f64| {
            let start = f64::from(at) * self.zoom + offset - MARGIN;
            let end = f64::from(at + size) * self.zoom + offset + MARGIN;
            if start < 0.0 {
                -start
            } else if end > window {
                (window - end).max(-start)
            } else {
                0.0
            }
        };
        Self {
            x: self.x + shift(rect.x, rect.w, self.x, window.0),
            y: self.y + shift(rect.y, rect.h, self.y, window.1),
            zoom: self.zoom,
        }
    }

    /// Goes to a rectangle of the drawing, readable; stays where it is when that can be read there already.
    pub(super) fn following(self, rect: Rect, window: (f64, f64)) -> Self {
        let readable = self.zoom >= READABLE;
        if readable && self.revealing(rect, window) == self {
            return self;
        }
        let zoom = if readable { self.zoom } else { START.zoom };
        Self { zoom, ..self }.centred(rect.center(), window)
    }

    /// The view on the way to another: 0 is this one, 1 the other.
    pub(super) fn between(self, other: Self, part: f64) -> Self {
        let mix = |from: f64, to: f64| from + (to - from) * part;
        Self { x: mix(self.x, other.x), y: mix(self.y, other.y), zoom: mix(self.zoom, other.zoom) }
    }

    /// What of the drawing is in the window.
    #[expect(clippy::cast_possible_truncation, reason = "a drawing is measured in f32")]
    pub(super) fn seen(self, window: (f64, f64)) -> Rect {
        Rect {
            x: (-self.x / self.zoom) as f32,
            y: (-self.y / self.zoom) as f32,
            w: (window.0 / self.zoom) as f32,
            h: (window.1 / self.zoom) as f32,
        }
    }
}

/// What is shown at first. Server and browser come to the same, so that nothing moves when the browser takes over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum First {
    /// All of it, in the middle of so much room (width, height), however large the window is.
    Whole((f64, f64)),
    /// A part that holds the node to begin with.
    Part(View),
}

impl First {
    /// Of a drawing of that size, to begin with what lies in `chosen`.
    pub(super) fn of(drawing: (f64, f64), chosen: Option<Rect>) -> Self {
        if View::fitted(drawing, USUAL_WINDOW).zoom >= READABLE {
            return Self::Whole((drawing.0.max(LEAST_ROOM.0), drawing.1.max(LEAST_ROOM.1)));
        }
        Self::Part(chosen.map_or(START, |rect| START.revealing(rect, SMALL_WINDOW)))
    }

    /// The box of the drawing that a browser fits into the window by itself, before any script runs.
    pub(super) fn view_box(self, drawing: (f64, f64)) -> Option<String> {
        let Self::Whole((width, height)) = self else { return None };
        Some(format!("{} {} {width} {height}", (drawing.0 - width) / 2.0, (drawing.1 - height) / 2.0))
    }

    /// How the drawing is moved in its scene before any script runs.
    pub(super) fn transform(self) -> Option<String> {
        let Self::Part(view) = self else { return None };
        Some(format!("translate({} {}) scale({})", view.x, view.y, view.zoom))
    }

    /// The zoom in words, as far as a server knows it.
    pub(super) fn percent(self) -> String {
        let Self::Part(view) = self else { return String::new() };
        format!("{:.0} %", view.zoom * 100.0)
    }

    /// The view in a window.
    pub(super) fn view(self, drawing: (f64, f64), window: (f64, f64)) -> View {
        match self {
            Self::Whole((width, height)) => {
                let zoom = (window.0 / width).min(window.1 / height).clamp(MIN_ZOOM, MAX_ZOOM);
                let middle = |drawing: f64, window: f64| (window - drawing * zoom) / 2.0;
                View { x: middle(drawing.0, window.0), y: middle(drawing.1, window.1), zoom }
            }
            Self::Part(view) => view,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (f64, f64) = (800.0, 600.0);

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    fn rect(x: f32, y: f32) -> Rect {
        Rect { x, y, w: 50.0, h: 50.0 }
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let before = View { x: 10.0, y: -20.0, zoom: 0.8 };
        let after = before.zoomed(1.5, 200.0, 100.0);
        let world = |view: View| ((200.0 - view.x) / view.zoom, (100.0 - view.y) / view.zoom);
        assert!(close(world(before).0, world(after).0) && close(world(before).1, world(after).1));
    }

    #[test]
    fn zoom_has_its_bounds() {
        assert!(close(START.zoomed(1e9, 0.0, 0.0).zoom, MAX_ZOOM));
        assert!(close(START.zoomed(1e-9, 0.0, 0.0).zoom, MIN_ZOOM));
    }

    #[test]
    fn fitting_shows_all_and_never_enlarges() {
        let view = View::fitted((2_000.0, 500.0), (1_000.0, 800.0));
        assert!(close(view.zoom, 0.5) && close(view.x, 0.0) && close(view.y, 275.0));
        assert!(close(View::fitted((100.0, 100.0), (1_000.0, 800.0)).zoom, 1.0));
    }

    #[test]
    fn revealing_moves_only_what_is_out_of_sight() {
        let view = View { x: 0.0, y: 0.0, zoom: 1.0 };
        assert_eq!(view.revealing(rect(100.0, 100.0), WINDOW), view);
        let moved = view.revealing(rect(100.0, 900.0), WINDOW);
        assert!(close(moved.x, 0.0) && close(moved.y, 600.0 - 982.0));
    }

    #[test]
    fn following_stays_where_the_node_can_be_read_and_else_goes_to_it() {
        let view = View { x: 0.0, y: 0.0, zoom: 1.0 };
        assert_eq!(view.following(rect(100.0, 100.0), WINDOW), view);
        let far = view.following(rect(3_000.0, 100.0), WINDOW);
        assert!(close(far.x, 400.0 - 3_025.0) && close(far.zoom, 1.0));
        let small = View { zoom: 0.2, ..view }.following(rect(100.0, 100.0), WINDOW);
        assert!(close(small.zoom, START.zoom));
    }

    #[test]
    fn what_was_chosen_fills_the_window_without_growing_much() {
        let view = View::on(rect(100.0, 100.0), WINDOW);
        assert!(close(view.zoom, 1.25) && close(view.x + 125.0 * view.zoom, 400.0));
        let large = View::on(Rect { x: 0.0, y: 0.0, w: 1_472.0, h: 100.0 }, WINDOW);
        assert!(close(large.zoom, 0.5));
    }

    #[test]
    fn a_small_drawing_is_shown_whole_as_the_browser_fits_it_by_itself() {
        let drawing = (600.0, 700.0);
        let first = First::of(drawing, Some(rect(0.0, 0.0)));
        assert_eq!(first.view_box(drawing).as_deref(), Some("-60 0 720 700"));
        let view = first.view(drawing, (360.0, 900.0));
        assert!(close(view.zoom, 0.5) && close(view.x, 30.0) && close(view.y, 275.0));
    }

    #[test]
    fn a_large_drawing_begins_where_the_chosen_node_is_in_any_window() {
        let drawing = (6_000.0, 4_000.0);
        let first = First::of(drawing, Some(rect(2_000.0, 1_000.0)));
        assert_eq!(first.view_box(drawing), None);
        let view = first.view(drawing, WINDOW);
        assert!(view.zoom >= READABLE && view.seen(SMALL_WINDOW).contains(&rect(2_000.0, 1_000.0)));
        assert_eq!(First::of(drawing, Some(rect(40.0, 40.0))), First::Part(START));
    }

    #[test]
    fn a_view_on_the_way_ends_where_it_was_to_go() {
        let other = View { x: -50.0, y: 70.0, zoom: 1.5 };
        assert_eq!(START.between(other, 0.0), START);
        assert_eq!(START.between(other, 1.0), other);
    }
}
