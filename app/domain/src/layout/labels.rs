//! Where the labels of edges go: on their way, near the source, clear of nodes and of each other where there is room.

use std::collections::BTreeMap;

use super::geometry::{Size, around, grown};
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
/// Up to so far from the source a place is looked for that no other line crosses; farther away it would say less.
const UNCROSSED: f32 = 150.0;

/// The labels placed so far, and what they must not cover.
pub(super) struct Labels {
    taken: Vec<Rect>,
    lines: Lines,
}

impl Labels {
    /// Nothing is placed yet among `taken` and the ways of all edges.
    pub(super) fn new(taken: Vec<Rect>, ways: &[Vec<Point>]) -> Self {
        Self { taken, lines: Lines::new(ways) }
    }

    /// Places a label on its way, one of those given, and returns the room it takes. Where all is taken, it lies
    /// halfway.
    pub(super) fn place_on(&mut self, edge: usize, way: &[Point], label: &str) -> Rect {
        let size = size(label);
        let length = length(way);
        let places = |farthest: f32| {
            let steps = (0..).map(|step| NEAREST + STEP * step as f32);
            let near = steps.take_while(move |&distance| distance < length.min(farthest));
            near.map(|distance| around(along(way, distance), size))
        };
        let uncrossed = places(UNCROSSED).find(|rect| self.is_free(rect) && !self.lines.cross(rect, edge));
        let free = uncrossed.or_else(|| places(FARTHEST).find(|rect| self.is_free(rect)));
        let rect = free.unwrap_or_else(|| around(along(way, length / 2.0), size));
        self.taken.push(rect);
        rect
    }

    /// Places a label to the right of a loop, which is too small to carry it; on the loop where there is no room.
    pub(super) fn place_beside(&mut self, edge: usize, looped: &[Point], label: &str) -> Rect {
        let size = size(label);
        let reach = looped.iter().map(|at| at.x).fold(0.0, f32::max);
        let middle = Point { x: reach + CLEARANCE + size.w / 2.0, y: along(looped, length(looped) / 2.0).y };
        let rect = around(middle, size);
        if !self.is_free(&rect) {
            return self.place_on(edge, looped, label);
        }
        self.taken.push(rect);
        rect
    }

    fn is_free(&self, rect: &Rect) -> bool {
        let wanted = grown(rect, CLEARANCE);
        !self.taken.iter().any(|taken| taken.overlaps(&wanted))
    }
}

/// The lines of all edges, by the squares of the plane that they pass through.
struct Lines(BTreeMap<(i32, i32), Vec<(usize, Rect)>>);

impl Lines {
    fn new(ways: &[Vec<Point>]) -> Self {
        let mut squares: BTreeMap<(i32, i32), Vec<(usize, Rect)>> = BTreeMap::new();
        for (edge, way) in ways.iter().enumerate() {
            for pair in way.windows(2) {
                let (start, end) = (pair[0], pair[1]);
                let (x, y) = (start.x.min(end.x), start.y.min(end.y));
                let line = grown(&Rect { x, y, w: (start.x - end.x).abs(), h: (start.y - end.y).abs() }, CLEARANCE);
                for square in squares_of(&line) {
                    squares.entry(square).or_default().push((edge, line));
                }
            }
        }
        Self(squares)
    }

    /// Whether the line of another edge passes through a rectangle.
    fn cross(&self, rect: &Rect, own: usize) -> bool {
        let crosses = |&(edge, line): &(usize, Rect)| edge != own && line.overlaps(rect);
        squares_of(rect).any(|square| self.0.get(&square).is_some_and(|lines| lines.iter().any(crosses)))
    }
}

/// The squares that a rectangle touches.
fn squares_of(rect: &Rect) -> impl Iterator<Item = (i32, i32)> + use<> {
    const SIDE: f32 = 128.0;
    let of = |from: f32, to: f32| (from / SIDE).floor() as i32..=(to / SIDE).floor() as i32;
    let (columns, rows) = (of(rect.x, rect.x + rect.w), of(rect.y, rect.y + rect.h));
    columns.flat_map(move |column| rows.clone().map(move |row| (column, row)))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn way(points: &[(f32, f32)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn a_label_lies_where_its_line_has_left_the_others() {
        let ways = [way(&[(0.0, 0.0), (0.0, 60.0), (300.0, 60.0)]), way(&[(0.0, 0.0), (0.0, 60.0), (-300.0, 60.0)])];
        let mut labels = Labels::new(Vec::new(), &ways);
        let (yes, no) = (labels.place_on(0, &ways[0], "Yes"), labels.place_on(1, &ways[1], "No"));
        assert!(yes.x > 0.0 && no.x + no.w < 0.0, "{yes:?} {no:?}");
    }

    #[test]
    fn where_every_place_is_crossed_a_label_is_as_near_as_it_can_be() {
        let ways = [way(&[(0.0, 0.0), (0.0, 80.0)]), way(&[(4.0, 0.0), (4.0, 80.0)])];
        let mut labels = Labels::new(Vec::new(), &ways);
        assert_eq!(labels.place_on(0, &ways[0], "Yes").center().y, NEAREST);
    }
}
