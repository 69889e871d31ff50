//! Where the labels of edges go: on their way, near the source, clear of nodes and of each other where there is room.

use super::effort::Effort;
use super::geometry::{Size, around, grown};
use super::squares::Squares;
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

/// Squares that the lines of all edges may touch together; where there are more, labels are placed without a look at lines.
const MOST_SQUARES: usize = 400_000;
/// Comparisons made to find room for labels; the rest lie halfway.
const COMPARISONS: usize = 20_000_000;

/// The labels placed so far, and what they must not cover.
pub(super) struct Labels {
    taken: Squares<()>,
    /// The lines of all edges.
    lines: Squares<usize>,
    effort: Effort,
}

impl Labels {
    /// Nothing is placed yet among `taken` and the ways of all edges.
    pub(super) fn new(taken: Vec<Rect>, ways: &[Vec<Point>]) -> Self {
        let mut squares = Squares::new();
        for rect in taken {
            squares.insert(rect, ());
        }
        let lines = lines(ways).unwrap_or_else(Squares::new);
        Self { taken: squares, lines, effort: Effort::new(COMPARISONS) }
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
        let uncrossed = places(UNCROSSED).find(|rect| self.is_free(rect) && !self.is_crossed(rect, edge));
        let free = uncrossed.or_else(|| places(FARTHEST).find(|rect| self.is_free(rect)));
        let rect = free.unwrap_or_else(|| around(along(way, length / 2.0), size));
        self.taken.insert(rect, ());
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
        self.taken.insert(rect, ());
        rect
    }

    fn is_free(&mut self, rect: &Rect) -> bool {
        if self.effort.is_spent() {
            return false;
        }
        let wanted = grown(rect, CLEARANCE);
        let (is_taken, looked) = self.taken.any(&wanted, |taken, ()| taken.overlaps(&wanted));
        self.effort.spend(looked);
        !is_taken
    }

    /// Whether the line of another edge passes through a rectangle.
    fn is_crossed(&mut self, rect: &Rect, own: usize) -> bool {
        let (is_crossed, looked) = self.lines.any(rect, |line, edge| edge != own && line.overlaps(rect));
        self.effort.spend(looked);
        is_crossed
    }
}

/// The lines of all edges, unless they touch more squares than anyone could tell apart.
fn lines(ways: &[Vec<Point>]) -> Option<Squares<usize>> {
    let mut lines = Squares::new();
    let mut squares = 0;
    for (edge, way) in ways.iter().enumerate() {
        for pair in way.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let (x, y) = (start.x.min(end.x), start.y.min(end.y));
            let line = Rect { x, y, w: (start.x - end.x).abs(), h: (start.y - end.y).abs() };
            squares += lines.insert(grown(&line, CLEARANCE), edge);
        }
        if squares > MOST_SQUARES {
            return None;
        }
    }
    Some(lines)
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
