//! What is in the window, and how it gets there: views that are asked for are gathered and written to the scene once
//! per frame, outside of the reactive graph.
//!
//! The scene is moved by a transform of its style. One within the drawing would have a browser lay out everything in it
//! anew with every step of zooming. What a frame writes is decided in `frame`.

use domain::placement::{Point, Rect};
use leptos::prelude::*;
use leptos::{html, svg};

use super::frame::{Level, Motion, State};
use super::view::{START, View};

/// The camera of a canvas.
#[derive(Clone, Copy)]
pub(super) struct Camera {
    state: StoredValue<State>,
    /// What moves.
    pub(super) scene: NodeRef<svg::Svg>,
    /// Where the zoom is told.
    pub(super) percent: NodeRef<html::Button>,
    /// The outline of the window on the small map.
    pub(super) outline: NodeRef<svg::Path>,
    /// Told when the view is moved by hand.
    follow: Option<RwSignal<bool>>,
}

impl Camera {
    /// A camera in front of a drawing that is cut into these tiles, of which one is [kept](Self::keep).
    pub(super) fn new(drawing: (f64, f64), tiles: Vec<Rect>, kept: usize, follow: Option<RwSignal<bool>>) -> Self {
        Self {
            state: StoredValue::new(State::new(START, drawing, tiles, kept)),
            scene: NodeRef::new(),
            percent: NodeRef::new(),
            outline: NodeRef::new(),
            follow,
        }
    }

    /// How large the window is, and how far down the page; `first` is the view in a window that had no size before. What is
    /// seen stays where it is on the screen when something above makes or takes room.
    pub(super) fn resize(self, size: (f64, f64), top: f64, first: impl FnOnce() -> View) {
        self.state.try_update_value(|state| {
            if state.size == (0.0, 0.0) {
                state.view = first();
            } else {
                state.view.y -= top - state.top;
                if let Some(motion) = &mut state.motion {
                    motion.to.y -= top - state.top;
                }
            }
            state.top = top;
            state.size = size;
            state.covered = None;
        });
        // Sizes are told between layout and paint: in time for this frame.
        self.draw();
    }

    /// The size of the window.
    pub(super) fn size(self) -> (f64, f64) {
        self.state.try_with_value(|state| state.size).unwrap_or_default()
    }

    /// The view as it is, or as it will be when it has arrived.
    pub(super) fn aim(self) -> View {
        self.state.with_value(|state| state.motion.map_or(state.view, |motion| motion.to))
    }

    /// The view as it was last, of a canvas that has been seen.
    pub(super) fn last(self) -> Option<View> {
        self.state.try_with_value(|state| (state.size != (0.0, 0.0)).then_some(state.view)).flatten()
    }

    /// The view as it is now.
    pub(super) fn view(self) -> View {
        self.state.with_value(|state| state.view)
    }

    /// Moves to a view at once, because of somebody's hand, which ends following.
    pub(super) fn by_hand(self, view: View) {
        if let Some(follow) = self.follow
            && follow.get_untracked()
        {
            follow.set(false);
        }
        self.change(|state| {
            state.motion = None;
            state.view = view;
        });
    }

    /// Moves to where a button or a key leads, which also ends following.
    pub(super) fn go_by_hand(self, view: View) {
        self.by_hand(self.view());
        self.go(view);
    }

    /// Moves to a view smoothly, unless the analyst wants no motion.
    pub(super) fn go(self, to: View) {
        let still = is_motion_unwanted();
        self.change(|state| {
            let is_near = state.view == to;
            state.motion = (!still && !is_near).then(|| Motion { from: state.view, to, begun: js_sys::Date::now() });
            if state.motion.is_none() {
                state.view = to;
            }
        });
    }

    /// Brings a rectangle of the drawing into so much of the window, moving as little as possible.
    pub(super) fn reveal(self, rect: Rect, room: (f64, f64)) {
        let aim = self.aim();
        let to = aim.revealing(rect, room);
        if to != aim {
            self.go(to);
        }
    }

    /// Moves a point of the drawing into the middle by hand.
    pub(super) fn center(self, at: Point) {
        self.by_hand(self.view().centred(at, self.size()));
    }

    /// Shows a tile wherever the window is, and no other that was asked for so: what has the focus must not vanish.
    pub(super) fn keep(self, tile: usize) {
        if let Some(level) = self.state.try_update_value(|state| state.keep(tile)) {
            show_tile(tile, level);
        }
        self.ask_for_frame();
    }

    fn change(self, change: impl FnOnce(&mut State)) {
        self.state.try_update_value(change);
        self.ask_for_frame();
    }

    fn ask_for_frame(self) {
        if self.state.try_update_value(|state| !std::mem::replace(&mut state.awaits_frame, true)) == Some(true) {
            request_animation_frame(move || self.draw());
        }
    }

    /// Writes what has changed since the last frame.
    fn draw(self) {
        let Some(frame) = self.state.try_update_value(|state| state.advance(js_sys::Date::now())) else { return };
        let Some(scene) = self.scene.get_untracked() else { return };
        // Writing to one's own elements does not fail.
        let _ = scene.style().set_property("transform", &frame.view.style());
        for (tile, level) in frame.tiles {
            show_tile(tile, level);
        }
        if let (Some(percent), Some(label)) = (frame.percent, self.percent.get_untracked()) {
            label.set_text_content(Some(&format!("{percent} %")));
        }
        if let Some(outline) = self.outline.get_untracked() {
            let _ = outline.set_attribute("d", &frame.outline);
        }
        if frame.moves_on {
            self.ask_for_frame();
        }
    }
}

/// The element of a tile has its number as id.
fn show_tile(tile: usize, level: Level) {
    let Some(element) = document().get_element_by_id(&format!("t{tile}")) else { return };
    let class = match level {
        Level::Hidden => "tile hidden",
        Level::Boxes => "tile far",
        Level::Full => "tile",
    };
    // Writing to one's own elements does not fail.
    let _ = element.set_attribute("class", class);
}

/// Whether the analyst's system asks for no motion.
fn is_motion_unwanted() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}
