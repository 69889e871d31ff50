//! Parallel ways in one gap, moved apart so that they can be told from each other.
//!
//! Ways to the same node may share a line: they lead to the same place. A way keeps its shape and its ends stay on the
//! sides they were on.

use super::geometry::{bottom, right};
use crate::placement::{Point, Rect};

/// Between parallel ways.
const TRACK: f32 = 6.0;
/// Tried in turn; beyond, a gap is full and ways share a line.
const OFFSETS: [f32; 7] = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];
/// How close to a corner of a node a way may begin or end.
const CORNER: f32 = 4.0;

/// A way with what holds its ends.
pub(super) struct Way {
    pub(super) points: Vec<Point>,
    /// The node it leads to.
    pub(super) target: usize,
    pub(super) from: Rect,
    pub(super) to: Rect,
}

/// A straight stretch along an axis.
#[derive(Clone, Copy)]
struct Stretch {
    vertical: bool,
    /// The coordinate all its points share.
    at: f32,
    low: f32,
    high: f32,
    target: usize,
}

impl Stretch {
    fn between(start: Point, end: Point, target: usize) -> Option<Self> {
        let (vertical, at, one, other) = if start.x == end.x {
            (true, start.x, start.y, end.y)
        } else if start.y == end.y {
            (false, start.y, start.x, end.x)
        } else {
            return None;
        };
        Some(Self { vertical, at, low: one.min(other), high: one.max(other), target })
    }

    fn hides(&self, other: &Self) -> bool {
        self.vertical == other.vertical
            && self.target != other.target
            && (self.at - other.at).abs() < TRACK - 1.0
            && self.low.max(other.low) + 1.0 < self.high.min(other.high)
    }

    fn enters(&self, rect: &Rect) -> bool {
        let (across, along) = if self.vertical {
            ((rect.x, right(rect)), (rect.y, bottom(rect)))
        } else {
            ((rect.y, bottom(rect)), (rect.x, right(rect)))
        };
        across.0 < self.at && self.at < across.1 && along.0 < self.high && self.low < along.1
    }

    /// Whether a way that runs along here can begin or end at the node.
    fn meets(&self, rect: &Rect) -> bool {
        let (low, high) = if self.vertical { (rect.x, right(rect)) } else { (rect.y, bottom(rect)) };
        low + CORNER <= self.at && self.at <= high - CORNER
    }
}

/// The stretches taken so far.
#[derive(Default)]
pub(super) struct Tracks {
    taken: Vec<Stretch>,
}

impl Tracks {
    /// Moves the stretches of a way off those taken, as far as the nodes around leave room, and takes them.
    pub(super) fn settle(&mut self, way: &mut Way, nodes: &[Rect]) {
        for segment in 0..way.points.len().saturating_sub(1) {
            let (start, end) = (way.points[segment], way.points[segment + 1]);
            let Some(stretch) = Stretch::between(start, end, way.target) else {
                continue;
            };
            let is_first = segment == 0;
            let is_last = segment + 2 == way.points.len();
            let free =
                OFFSETS.iter().map(|offset| Stretch { at: stretch.at + offset * TRACK, ..stretch }).find(|candidate| {
                    !self.taken.iter().any(|taken| taken.hides(candidate))
                        && (!is_first || candidate.meets(&way.from))
                        && (!is_last || candidate.meets(&way.to))
                        && (candidate.at == stretch.at || !nodes.iter().any(|node| candidate.enters(node)))
                });
            if let Some(free) = free {
                for at in &mut way.points[segment..=segment + 1] {
                    *(if free.vertical { &mut at.x } else { &mut at.y }) = free.at;
                }
            }
        }
        let points = way.points.windows(2);
        self.taken.extend(points.filter_map(|pair| Stretch::between(pair[0], pair[1], way.target)));
    }
}
