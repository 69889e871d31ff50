//! What hands do to the window of a canvas: drag, wheel, pinch, and keys.
//!
//! The left button drags, also from a node, once it has moved a little; the middle button, and any with the space bar held,
//! drag at once and choose nothing. The wheel and two fingers pan; with Ctrl, which is how browsers tell a pinch, they zoom.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::chart::{Chart, node_at};
use super::view::View;
use super::walk::Arrow;

/// How much one press of a button or key zooms.
pub(super) const ZOOM_STEP: f64 = 1.25;
/// Pixels that the pointer may move before a press becomes a drag.
const DRAG_THRESHOLD: f64 = 4.0;
/// Pixels of a line and of a page, for wheels that count in these.
const LINE: f64 = 16.0;
const PAGE: f64 = 400.0;

/// What is going on between the pointer and a canvas.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    chart: Chart,
    /// The canvas with its tools, and the part in which the drawing is.
    pub(super) canvas: NodeRef<html::Div>,
    pub(super) window: NodeRef<html::Div>,
    drag: StoredValue<Option<Drag>>,
    space: StoredValue<Space>,
}

#[derive(Clone, Copy)]
struct Drag {
    /// Where the pointer was pressed, and the view then.
    from: (f64, f64),
    view: View,
    moved: bool,
}

/// The space bar.
#[derive(Clone, Copy, PartialEq)]
enum Space {
    Up,
    Down,
    /// Something was dragged while it was down, so that it chooses nothing when it comes up.
    Dragged,
}

impl Gestures {
    pub(super) fn new(chart: Chart) -> Self {
        Self {
            chart,
            canvas: NodeRef::new(),
            window: NodeRef::new(),
            drag: StoredValue::new(None),
            space: StoredValue::new(Space::Up),
        }
    }

    pub(super) fn press(self, event: &ev::PointerEvent) {
        let held = self.space.get_value() != Space::Up;
        if event.button() > 1 {
            return;
        }
        let at_once = held || event.button() == 1;
        self.drag.set_value(Some(Drag { from: at(event), view: self.chart.camera.view(), moved: at_once }));
        if at_once {
            // Neither does the middle button scroll the page, nor is anything focused.
            event.prevent_default();
            self.capture(event);
        }
        if held {
            self.space.set_value(Space::Dragged);
        }
    }

    pub(super) fn drag(self, event: &ev::PointerEvent) {
        let Some(mut drag) = self.drag.get_value() else { return };
        let (x, y) = at(event);
        let (dx, dy) = (x - drag.from.0, y - drag.from.1);
        if !drag.moved {
            if dx.hypot(dy) < DRAG_THRESHOLD {
                return;
            }
            drag.moved = true;
            self.drag.set_value(Some(drag));
            self.capture(event);
        }
        self.chart.camera.by_hand(View { x: drag.view.x + dx, y: drag.view.y + dy, ..drag.view });
    }

    pub(super) fn release(self) {
        self.drag.set_value(None);
    }

    /// From here on the press is a drag, wherever the pointer goes; without this it ends at the border.
    fn capture(self, event: &ev::PointerEvent) {
        let _ = self.window.get_untracked().map(|window| window.set_pointer_capture(event.pointer_id()));
    }

    pub(super) fn wheel(self, event: &ev::WheelEvent) {
        event.prevent_default();
        let unit = match event.delta_mode() {
            web_sys::WheelEvent::DOM_DELTA_LINE => LINE,
            web_sys::WheelEvent::DOM_DELTA_PAGE => PAGE,
            _ => 1.0,
        };
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        let view = self.chart.camera.view();
        let moved = if event.ctrl_key() || event.meta_key() {
            let Some(rect) = self.window.get_untracked().map(|window| window.get_bounding_client_rect()) else {
                return;
            };
            view.zoomed(
                wheel_zoom(dy),
                f64::from(event.client_x()) - rect.left(),
                f64::from(event.client_y()) - rect.top(),
            )
        } else if event.shift_key() && dx == 0.0 {
            View { x: view.x - dy, ..view }
        } else {
            View { x: view.x - dx, y: view.y - dy, ..view }
        };
        self.chart.camera.by_hand(moved);
    }

    /// Zooms around the middle.
    pub(super) fn zoom(self, factor: f64) {
        let camera = self.chart.camera;
        let (width, height) = camera.size();
        camera.go_by_hand(camera.aim().zoomed(factor, width / 2.0, height / 2.0));
    }

    /// Zooms to the size in which the drawing was laid out.
    pub(super) fn zoom_to_life(self) {
        self.zoom(1.0 / self.chart.camera.aim().zoom);
    }

    /// Shows everything.
    pub(super) fn fit(self) {
        let camera = self.chart.camera;
        camera.go_by_hand(View::fitted(self.chart.size(), self.chart.room()));
    }

    /// Shows the chosen node from near.
    pub(super) fn zoom_to_selection(self) {
        let chosen = self.chart.selected.get_untracked();
        let Some(at) = chosen.and_then(|id| self.chart.position(&id)) else { return };
        let camera = self.chart.camera;
        camera.go_by_hand(View::on(self.chart.rect(at), self.chart.room()));
    }

    /// A key, pressed somewhere on the canvas.
    pub(super) fn key(self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        let node = node_at(event);
        match (key.as_str(), node) {
            ("+" | "=", _) => self.zoom(ZOOM_STEP),
            ("-", _) => self.zoom(1.0 / ZOOM_STEP),
            ("0", _) => self.fit(),
            ("z", _) => self.zoom_to_selection(),
            ("Enter", Some(at)) => self.chart.open(at),
            (_, Some(at)) => match Arrow::of(&key) {
                Some(arrow) => self.chart.walk(at, arrow),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// The space bar goes down: with the pointer over the canvas, or a node focused, it is the canvas's.
    pub(super) fn space_down(self, event: &ev::KeyboardEvent) {
        let is_over = self.canvas.get_untracked().is_some_and(|canvas| canvas.matches(":hover").unwrap_or_default());
        if event.key() != " " || takes_space(event) || !(is_over || node_at(event).is_some()) {
            return;
        }
        event.prevent_default();
        if self.space.get_value() == Space::Up {
            self.space.set_value(Space::Down);
        }
    }

    /// It comes up: at a node it chooses that, as buttons do, unless something was dragged.
    pub(super) fn space_up(self, event: &ev::KeyboardEvent) {
        if event.key() != " " {
            return;
        }
        let before = self.space.get_value();
        self.space.set_value(Space::Up);
        if let (Space::Down, Some(at)) = (before, node_at(event)) {
            self.chart.open(at);
        }
    }
}

/// How much a turn of the wheel by so many pixels zooms: a notch by a quarter, a pinch by what the fingers do.
fn wheel_zoom(dy: f64) -> f64 {
    const NOTCH: f64 = 25.0;
    (-dy.clamp(-NOTCH, NOTCH) * 0.01).exp()
}

fn at(event: &ev::PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Whether what has the focus does something with the space bar.
fn takes_space(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        target.matches("input, textarea, select, button, summary, a, [contenteditable]").unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notch_of_the_wheel_zooms_by_a_quarter_whatever_the_mouse_counts() {
        assert_eq!(wheel_zoom(100.0), wheel_zoom(120.0));
        assert!((1.2..1.3).contains(&wheel_zoom(-100.0)));
        assert!((wheel_zoom(100.0) * wheel_zoom(-100.0) - 1.0).abs() < 1e-9);
    }
}
