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
    Size { w: text::width(label).min(MAX_WIDTH) + 2.0 * PADDING, h: HEIGHT }
}

/// Between a label and what it must not cover.
const CLEARANCE: f32 = 2.0;

/// The labels placed so far, and what they must not cover.
pub(super) struct Labels {
    taken: Vec<Rect>,
}

impl Labels {
    pub(super) fn new(taken: Vec<Rect>) -> Self {
        Self { taken }
    }

    /// Places a label on its way and returns the room it takes. Where all is taken, it lies halfway.
    pub(super) fn place_on(&mut self, way: &[Point], label: &str) -> Rect {
        let size = size(label);
        let length = length(way);
        let steps = (0..).map(|step| NEAREST + STEP * step as f32);
        let free = steps
            .take_while(|&distance| distance < length.min(FARTHEST))
            .map(|distance| around(along(way, distance), size))
            .find(|rect| self.is_free(rect));
        let rect = free.unwrap_or_else(|| around(along(way, length / 2.0), size));
        self.taken.push(rect);
        rect
    }

    /// Places a label to the right of a loop, which is too small to carry it; on the loop where there is no room.
    pub(super) fn place_beside(&mut self, looped: &[Point], label: &str) -> Rect {
        let size = size(label);
        let reach = looped.iter().map(|at| at.x).fold(0.0, f32::max);
        let middle = Point { x: reach + CLEARANCE + size.w / 2.0, y: along(looped, length(looped) / 2.0).y };
        let rect = around(middle, size);
        if !self.is_free(&rect) {
            return self.place_on(looped, label);
        }
        self.taken.push(rect);
        rect
    }

    fn is_free(&self, rect: &Rect) -> bool {
        let wanted = Rect {
            x: rect.x - CLEARANCE,
            y: rect.y - CLEARANCE,
            w: rect.w + 2.0 * CLEARANCE,
            h: rect.h + 2.0 * CLEARANCE,
        };
        !self.taken.iter().any(|taken| taken.overlaps(&wanted))
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
            return Point { x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part };
        }
        left -= length;
    }
    way.last().copied().unwrap_or(Point { x: 0.0, y: 0.0 })
}
