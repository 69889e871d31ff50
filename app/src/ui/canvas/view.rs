//! Where the drawing lies in its window: the arithmetic of panning and zooming.

use domain::placement::Rect;

/// Where the drawing lies in its window: first scaled by `zoom`, then moved by (`x`, `y`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) zoom: f64,
}

/// What the server renders, and what the browser begins with: the upper left of the drawing, readable.
pub(super) const START: View = View { x: 8.0, y: 8.0, zoom: 0.85 };
const MIN_ZOOM: f64 = 0.08;
const MAX_ZOOM: f64 = 2.5;

impl View {
    pub(super) fn transform(self) -> String {
        format!("translate({:.2} {:.2}) scale({:.4})", self.x, self.y, self.zoom)
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

    /// Moves as little as possible so that a rectangle of the drawing lies in the window.
    pub(super) fn revealing(self, rect: Rect, window: (f64, f64)) -> Self {
        const MARGIN: f64 = 32.0;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
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
        let inside = Rect { x: 100.0, y: 100.0, w: 50.0, h: 50.0 };
        assert_eq!(view.revealing(inside, (800.0, 600.0)), view);
        let below = Rect { x: 100.0, y: 900.0, w: 50.0, h: 50.0 };
        let moved = view.revealing(below, (800.0, 600.0));
        assert!(close(moved.x, 0.0) && close(moved.y, 600.0 - 982.0));
    }
}
