//! Parallel ways in one gap, moved apart so that they can be told from each other.
//!
//! Ways to the same node may share a line: they lead to the same place. A way keeps its shape and its ends stay on the
//! sides they were on.

use std::collections::HashMap;

use super::effort::Effort;
use super::geometry::{bottom, right};
use super::squares::Squares;
use crate::placement::{Point, Rect};

/// Between parallel ways.
const TRACK: f32 = 6.0;
/// Tried in turn; beyond, a gap is full and ways share a line.
const OFFSETS: [f32; 7] = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];
/// How close to a corner of a node a way may begin or end.
const CORNER: f32 = 4.0;

/// Comparisons made to move ways apart; the rest stay where they are.
const COMPARISONS: usize = 40_000_000;

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

    /// What it covers, without any width.
    fn rect(&self) -> Rect {
        let (at, low, length) = (self.at, self.low, self.high - self.low);
        if self.vertical {
            Rect { x: at, y: low, w: 0.0, h: length }
        } else {
            Rect { x: low, y: at, w: length, h: 0.0 }
        }
    }

    /// Stretches that hide each other lie in the same lane or in neighbouring ones.
    fn lane(&self) -> i32 {
        (self.at / TRACK).floor() as i32
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

/// The stretches taken so far, by whether they are vertical and by their lanes.
pub(super) struct Tracks {
    taken: HashMap<(bool, i32), Vec<Stretch>>,
    nodes: Squares<()>,
    effort: Effort,
}

impl Tracks {
    /// Nothing is taken yet among these nodes.
    pub(super) fn new(nodes: &[Rect]) -> Self {
        let mut squares = Squares::new();
        for &node in nodes {
            squares.insert(node, ());
        }
        Self { taken: HashMap::new(), nodes: squares, effort: Effort::new(COMPARISONS) }
    }

    /// Moves the stretches of a way off those taken, as far as the nodes around leave room, and takes them.
    pub(super) fn settle(&mut self, way: &mut Way) {
        for segment in 0..way.points.len().saturating_sub(1) {
            let (start, end) = (way.points[segment], way.points[segment + 1]);
            let Some(stretch) = Stretch::between(start, end, way.target).filter(|_| !self.effort.is_spent()) else {
                continue;
            };
            let is_first = segment == 0;
            let is_last = segment + 2 == way.points.len();
            let free =
                OFFSETS.iter().map(|offset| Stretch { at: stretch.at + offset * TRACK, ..stretch }).find(|candidate| {
                    !self.is_hidden(candidate)
                        && (!is_first || candidate.meets(&way.from))
                        && (!is_last || candidate.meets(&way.to))
                        && (candidate.at == stretch.at || !self.enters_node(candidate))
                });
            if let Some(free) = free {
                for at in &mut way.points[segment..=segment + 1] {
                    *(if free.vertical { &mut at.x } else { &mut at.y }) = free.at;
                }
            }
        }
        for pair in way.points.windows(2) {
            if let Some(stretch) = Stretch::between(pair[0], pair[1], way.target) {
                self.taken.entry((stretch.vertical, stretch.lane())).or_default().push(stretch);
            }
        }
    }

    fn is_hidden(&mut self, candidate: &Stretch) -> bool {
        let lane = candidate.lane();
        (lane - 1..=lane + 1).any(|lane| {
            let taken = self.taken.get(&(candidate.vertical, lane)).map(Vec::as_slice).unwrap_or_default();
            let found = taken.iter().position(|taken| taken.hides(candidate));
            self.effort.spend(found.unwrap_or(taken.len()));
            found.is_some()
        })
    }

    fn enters_node(&mut self, candidate: &Stretch) -> bool {
        let (enters, looked) = self.nodes.any(&candidate.rect(), |node, ()| candidate.enters(node));
        self.effort.spend(looked);
        enters
    }
}
