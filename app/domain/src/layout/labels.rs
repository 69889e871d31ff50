//! Where the labels of edges go: on their way, near the source, clear of nodes and of each other where there is room.

use super::geometry::{Size, around};
use super::text;
use crate::placement::{Point, Rect};

const HEIGHT: f32 = 18.0;
/// Longer labels are cut by the renderer.
const MAX_WIDTH: f32 = 160.0;
const PADDING: f32 = 6.0;
/// The places tried: so far from the source, every so often, up to this far.
const NEAREST: f32 = 12.0;
const STEP: f32 = 6.0;
const FARTHEST: f32 = 360.0;

/// The room a label takes.
pub(super) fn size(label: &str) -> Size {
    Size {
        w: text::width(label).min(MAX_WIDTH) + 2.0 * PADDING,
        h: HEIGHT,
    }
}

/// The labels placed so far, and what they must not cover.
pub(super) struct Labels {
    taken: Vec<Rect>,
}

impl Labels {
    pub(super) fn new(taken: Vec<Rect>) -> Self {
        Self { taken }
    }

    /// Places a label on its way and returns the room it takes. Where all is taken, it lies halfway.
    pub(super) fn place(&mut self, label: &str, way: &[Point]) -> Rect {
        let size = size(label);
        let length = length(way);
        let steps = (0..).map(|step| NEAREST + STEP * step as f32);
        let free = steps
            .take_while(|&distance| distance < length.min(FARTHEST))
            .map(|distance| around(along(way, distance), size))
            .find(|rect| !self.taken.iter().any(|taken| taken.overlaps(rect)));
        let rect = free.unwrap_or_else(|| around(along(way, length / 2.0), size));
        self.taken.push(rect);
        rect
    }
}

fn length(way: &[Point]) -> f32 {
    way.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

fn distance(one: Point, other: Point) -> f32 {
    (one.x - other.x).hypot(one.y - other.y)
}

/// The point so far along a way.
fn along(way: &[Point], mut left: f32) -> Point {
    for pair in way.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let length = distance(start, end);
        if left <= length && length > 0.0 {
            let part = left / length;
            return Point {
                x: start.x + (end.x - start.x) * part,
                y: start.y + (end.y - start.y) * part,
            };
        }
        left -= length;
    }
    way.last().copied().unwrap_or(Point { x: 0.0, y: 0.0 })
}
