//! What a frame has to write to the scene: decided here, without a browser.
//!
//! No frame costs more because a drawing is larger. Tiles away from the window are hidden, and looked through again only
//! when the window has left what they were chosen for. Far out, tiles leave out what could not be read. Many tiles
//! come over several frames.

use domain::placement::Rect;

use super::view::View;

/// Below this zoom nodes are boxes in the colour of their status.
const DETAILED: f64 = 0.4;
/// How far beyond the window tiles are shown, in windows.
const AHEAD: f32 = 0.3;
/// Most tiles that come with one frame.
const AT_ONCE: usize = 16;
/// How long the view is on its way when nobody moves it by hand, in milliseconds.
const MOVE_LASTS: f64 = 260.0;

/// How much of a tile is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Hidden,
    /// Nodes without words, and no lines.
    Boxes,
    Full,
}

/// A view on its way.
#[derive(Clone, Copy)]
pub(super) struct Motion {
    pub(super) from: View,
    pub(super) to: View,
    /// In milliseconds since 1970.
    pub(super) begun: f64,
}

/// What is shown, and what was written of it.
pub(super) struct State {
    pub(super) view: View,
    pub(super) motion: Option<Motion>,
    /// Of the window; nothing is decided before it is known.
    pub(super) size: (f64, f64),
    /// Pixels from the top of the page to that of the window.
    pub(super) top: f64,
    pub(super) awaits_frame: bool,
    /// The part of the drawing for which tiles were chosen, and whether they were to be full.
    pub(super) covered: Option<(Rect, Level)>,
    drawing: (f64, f64),
    /// What each tile covers, and how it is drawn.
    tiles: Vec<(Rect, Level)>,
    /// The tile that is always there.
    kept: usize,
    percent: Option<i32>,
}

/// What a frame has to write.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) view: View,
    /// The zoom, when it changed.
    pub(super) percent: Option<i32>,
    /// The tiles that change.
    pub(super) tiles: Vec<(usize, Level)>,
    /// The drawing without the window, as a path.
    pub(super) outline: String,
    /// Whether there is more to be written, without anybody asking.
    pub(super) moves_on: bool,
}

impl State {
    /// Everything is drawn in full, as a server renders it.
    pub(super) fn new(view: View, drawing: (f64, f64), tiles: Vec<Rect>, kept: usize) -> Self {
        Self {
            view,
            motion: None,
            size: (0.0, 0.0),
            top: 0.0,
            awaits_frame: false,
            covered: None,
            drawing,
            tiles: tiles.into_iter().map(|bounds| (bounds, Level::Full)).collect(),
            kept,
            percent: None,
        }
    }

    /// Keeps a tile in place of the one before, and says how it is to be drawn from now on.
    pub(super) fn keep(&mut self, tile: usize) -> Level {
        let level = self.level();
        self.kept = tile;
        self.covered = None;
        if let Some((_, shown)) = self.tiles.get_mut(tile) {
            *shown = level;
        }
        level
    }

    /// Goes on to the next frame.
    pub(super) fn advance(&mut self, now: f64) -> Frame {
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
        let seen = self.view.seen(self.size);
        let tiles = self.tiles_that_change(seen);
        let ((width, height), Rect { x, y, w, h }) = (self.drawing, seen);
        Frame {
            view: self.view,
            percent: (self.percent.replace(percent) != Some(percent)).then_some(percent),
            tiles,
            outline: format!("M0 0H{width}V{height}H0zM{x:.0} {y:.0}h{w:.0}v{h:.0}h-{w:.0}z"),
            moves_on: self.motion.is_some() || (self.covered.is_none() && self.is_seen()),
        }
    }

    /// How tiles are drawn at this zoom.
    fn level(&self) -> Level {
        if self.view.zoom < DETAILED { Level::Boxes } else { Level::Full }
    }

    fn is_seen(&self) -> bool {
        self.size != (0.0, 0.0)
    }

    fn tiles_that_change(&mut self, seen: Rect) -> Vec<(usize, Level)> {
        let level = self.level();
        // Also after zooming in, when far more is shown than is seen.
        let fits =
            |(covered, chosen): &(Rect, Level)| *chosen == level && covered.contains(&seen) && covered.w < 3.0 * seen.w;
        if !self.is_seen() || self.covered.as_ref().is_some_and(fits) {
            return Vec::new();
        }
        let (dx, dy) = (seen.w * AHEAD, seen.h * AHEAD);
        let covered = Rect { x: seen.x - dx, y: seen.y - dy, w: seen.w + 2.0 * dx, h: seen.h + 2.0 * dy };
        let mut changed: Vec<(usize, Level)> = Vec::new();
        let mut coming: Vec<usize> = Vec::new();
        for (at, (bounds, shown)) in self.tiles.iter().enumerate() {
            if at != self.kept && !bounds.overlaps(&covered) {
                changed.extend((*shown != Level::Hidden).then_some((at, Level::Hidden)));
            } else if *shown != level {
                coming.push(at);
            }
        }
        self.covered = (coming.len() <= AT_ONCE).then_some((covered, level));
        coming.sort_by_key(|&at| !self.tiles[at].0.overlaps(&seen));
        changed.extend(coming.into_iter().take(AT_ONCE).map(|at| (at, level)));
        changed.iter().for_each(|&(at, level)| self.tiles[at].1 = level);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before a drawing of three tiles beside each other, each as wide as the window.
    fn state() -> State {
        let tiles = [0.0, 1_000.0, 2_000.0].map(|x| Rect { x, y: 0.0, w: 1_000.0, h: 1_000.0 });
        let view = View { x: 0.0, y: 0.0, zoom: 1.0 };
        State { size: (1_000.0, 1_000.0), ..State::new(view, (3_000.0, 1_000.0), tiles.into(), 0) }
    }

    fn looking_at(state: &mut State, x: f64) -> Vec<(usize, Level)> {
        state.view.x = -x;
        state.advance(0.0).tiles
    }

    #[test]
    fn tiles_come_and_go_as_the_window_moves_and_only_then() {
        let mut state = state();
        assert_eq!(looking_at(&mut state, 0.0), [(2, Level::Hidden)], "the second is near");
        assert_eq!(looking_at(&mut state, 200.0), []);
        assert_eq!(looking_at(&mut state, 2_000.0), [(2, Level::Full)], "the first is kept");
        assert_eq!(state.keep(1), Level::Full);
        assert_eq!(looking_at(&mut state, 200.0), [(2, Level::Hidden)]);
    }

    #[test]
    fn far_out_everything_is_boxes_and_near_only_what_is_near_is_full() {
        let mut state = state();
        state.view.zoom = 0.2;
        assert_eq!(state.advance(0.0).tiles, [(0, Level::Boxes), (1, Level::Boxes), (2, Level::Boxes)]);
        state.view.zoom = 1.0;
        assert_eq!(state.advance(0.0).tiles, [(2, Level::Hidden), (0, Level::Full), (1, Level::Full)]);
    }

    #[test]
    fn many_tiles_come_over_several_frames_those_in_the_window_first() {
        let tile = |at: u8| (Rect { x: f32::from(at) * 30.0, y: 0.0, w: 30.0, h: 1_000.0 }, Level::Hidden);
        // From right to left, with the window on the twenty to the left and another six near.
        let tiles = (0..40).rev().map(tile).collect();
        let mut state = State { kept: 40, size: (600.0, 1_000.0), tiles, ..state() };
        let first = state.advance(0.0);
        assert!(first.moves_on && first.tiles.iter().all(|&(at, level)| level == Level::Full && at >= 20));
        assert_eq!(first.tiles.len(), AT_ONCE);
        let second = state.advance(0.0);
        assert_eq!((second.moves_on, first.tiles.len() + second.tiles.len()), (false, 26));
    }

    #[test]
    fn nothing_is_hidden_before_the_window_has_a_size() {
        let frame = State { size: (0.0, 0.0), ..state() }.advance(0.0);
        assert!(frame.tiles.is_empty() && !frame.moves_on);
    }

    #[test]
    fn a_frame_tells_the_zoom_only_when_it_changed() {
        let mut state = state();
        assert_eq!(state.advance(0.0).percent, Some(100));
        assert_eq!(state.advance(0.0).percent, None);
        state.view.zoom = 0.1;
        assert_eq!(state.advance(0.0).percent, Some(10));
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
