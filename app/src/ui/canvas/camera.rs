//! What is in the window, and how it gets there: views that are asked for are gathered and written to the scene once
//! per frame, outside of the reactive graph.
//!
//! The scene is moved by a transform of its style. One within the drawing would have a browser lay out everything in it
//! anew with every step of zooming. No frame costs more because a drawing is larger: tiles away from the window are hidden, and looked through again only
//! when the window has left what they were chosen for. Far out, a class on the scene leaves out what could not be read.

use domain::placement::{Point, Rect};
use leptos::prelude::*;
use leptos::{html, svg};

use super::view::{START, View};

/// Below this zoom nodes are shown as boxes in the colour of their status.
const DETAILED: f64 = 0.3;
/// How far beyond the window tiles are shown, in windows.
const AHEAD: f32 = 0.3;
/// How long the view is on its way when nobody moves it by hand, in milliseconds.
const MOVE_LASTS: f64 = 260.0;

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
            state: StoredValue::new(State { kept, ..State::new(START, drawing, tiles) }),
            scene: NodeRef::new(),
            percent: NodeRef::new(),
            outline: NodeRef::new(),
            follow,
        }
    }

    /// How large the window is; `first` is the view in a window that had no size before.
    pub(super) fn resize(self, size: (f64, f64), first: impl FnOnce() -> View) {
        self.state.try_update_value(|state| {
            if state.size == (0.0, 0.0) {
                state.view = first();
            }
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

    /// Brings a rectangle of the drawing into the window, moving as little as possible.
    pub(super) fn reveal(self, rect: Rect) {
        let aim = self.aim();
        let to = aim.revealing(rect, self.size());
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
        let shown = self.state.try_update_value(|state| {
            state.kept = tile;
            state.covered = None;
            std::mem::replace(&mut state.shown[tile], true)
        });
        if shown == Some(false) {
            show_tile(tile, true);
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
        if let Some(far) = frame.far {
            let _ = scene.class_list().toggle_with_force("far", far);
        }
        for (tile, shown) in frame.tiles {
            show_tile(tile, shown);
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
fn show_tile(tile: usize, shown: bool) {
    let Some(element) = document().get_element_by_id(&format!("t{tile}")) else { return };
    let _ = if shown { element.remove_attribute("display") } else { element.set_attribute("display", "none") };
}

/// Whether the analyst's system asks for no motion.
fn is_motion_unwanted() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// A view on its way.
#[derive(Clone, Copy)]
struct Motion {
    from: View,
    to: View,
    /// In milliseconds since 1970.
    begun: f64,
}

struct State {
    view: View,
    motion: Option<Motion>,
    size: (f64, f64),
    drawing: (f64, f64),
    awaits_frame: bool,
    /// What each tile covers, and whether it is shown.
    tiles: Vec<Rect>,
    shown: Vec<bool>,
    /// The tile that is always shown.
    kept: usize,
    /// The part of the drawing for which tiles were chosen.
    covered: Option<Rect>,
    far: bool,
    percent: Option<i32>,
}

/// What a frame has to write.
#[derive(Debug, PartialEq)]
struct Frame {
    view: View,
    /// When it changed: whether nodes are only boxes.
    far: Option<bool>,
    /// When it changed: the zoom.
    percent: Option<i32>,
    /// The tiles that come and go.
    tiles: Vec<(usize, bool)>,
    /// The drawing without the window, as a path.
    outline: String,
    moves_on: bool,
}

impl State {
    fn new(view: View, drawing: (f64, f64), tiles: Vec<Rect>) -> Self {
        Self {
            view,
            motion: None,
            size: (0.0, 0.0),
            drawing,
            awaits_frame: false,
            shown: vec![true; tiles.len()],
            tiles,
            kept: 0,
            covered: None,
            far: false,
            percent: None,
        }
    }

    /// Goes on to the next frame.
    fn advance(&mut self, now: f64) -> Frame {
        self.awaits_frame = false;
        if let Some(Motion { from, to, begun }) = self.motion {
            let part = ((now - begun) / MOVE_LASTS).clamp(0.0, 1.0);
            self.view = from.between(to, 1.0 - (1.0 - part).powi(3));
            if part >= 1.0 {
                self.motion = None;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a zoom is between 5 % and 250 %")]
        let percent = (self.view.zoom * 100.0).round() as i32;
        let far = self.view.zoom < DETAILED;
        let seen = self.view.seen(self.size);
        let (width, height) = self.drawing;
        let Rect { x, y, w, h } = seen;
        Frame {
            view: self.view,
            far: (std::mem::replace(&mut self.far, far) != far).then_some(far),
            percent: (self.percent.replace(percent) != Some(percent)).then_some(percent),
            tiles: self.tiles_that_change(seen),
            outline: format!("M0 0H{width}V{height}H0zM{x:.0} {y:.0}h{w:.0}v{h:.0}h-{w:.0}z"),
            moves_on: self.motion.is_some(),
        }
    }

    fn tiles_that_change(&mut self, seen: Rect) -> Vec<(usize, bool)> {
        if self.size == (0.0, 0.0) {
            return Vec::new();
        }
        // Also after zooming in, when far more is shown than is seen.
        let fits = |covered: &Rect| covered.contains(&seen) && covered.w < 3.0 * seen.w;
        if self.covered.as_ref().is_some_and(fits) {
            return Vec::new();
        }
        let (dx, dy) = (seen.w * AHEAD, seen.h * AHEAD);
        let covered = Rect { x: seen.x - dx, y: seen.y - dy, w: seen.w + 2.0 * dx, h: seen.h + 2.0 * dy };
        self.covered = Some(covered);
        let kept = self.kept;
        let tiles = self.tiles.iter().zip(&mut self.shown).enumerate();
        let changed = tiles.filter_map(|(at, (bounds, shown))| {
            let show = at == kept || bounds.overlaps(&covered);
            (std::mem::replace(shown, show) != show).then_some((at, show))
        });
        changed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before a drawing of three tiles beside each other, each as wide as the window.
    fn state() -> State {
        let tiles = [0.0, 1_000.0, 2_000.0].map(|x| Rect { x, y: 0.0, w: 1_000.0, h: 1_000.0 });
        let mut state = State::new(View { x: 0.0, y: 0.0, zoom: 1.0 }, (3_000.0, 1_000.0), tiles.into());
        state.size = (1_000.0, 1_000.0);
        state
    }

    fn looking_at(state: &mut State, x: f64) -> Vec<(usize, bool)> {
        state.view.x = -x;
        state.advance(0.0).tiles
    }

    #[test]
    fn tiles_come_and_go_as_the_window_moves_and_only_then() {
        let mut state = state();
        assert_eq!(looking_at(&mut state, 0.0), [(2, false)], "the second is near");
        assert_eq!(looking_at(&mut state, 200.0), []);
        assert_eq!(looking_at(&mut state, 2_000.0), [(2, true)], "the first is kept");
        state.kept = 1;
        assert_eq!(looking_at(&mut state, 200.0), [(2, false)]);
    }

    #[test]
    fn zooming_in_hides_what_was_shown_far_out() {
        let mut state = state();
        state.view.zoom = 0.2;
        assert_eq!(state.advance(0.0).tiles, []);
        state.view.zoom = 1.0;
        assert_eq!(state.advance(0.0).tiles, [(2, false)]);
    }

    #[test]
    fn a_frame_says_only_what_changed() {
        let mut state = state();
        let first = state.advance(0.0);
        assert_eq!((first.percent, first.far), (Some(100), None));
        assert_eq!(state.advance(0.0).percent, None);
        state.view.zoom = 0.1;
        let far = state.advance(0.0);
        assert_eq!((far.percent, far.far), (Some(10), Some(true)));
    }

    #[test]
    fn a_motion_ends_where_it_was_to_go() {
        let mut state = state();
        let (from, to) = (state.view, View { x: -300.0, y: 40.0, zoom: 0.8 });
        state.motion = Some(Motion { from, to, begun: 1_000.0 });
        let halfway = state.advance(1_000.0 + MOVE_LASTS / 2.0);
        assert!(halfway.moves_on && halfway.view != from && halfway.view != to);
        let end = state.advance(1_000.0 + MOVE_LASTS);
        assert!(!end.moves_on && end.view == to);
    }
}
