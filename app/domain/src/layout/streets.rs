//! Ways between blocks: orthogonal, through the gaps between what is drawn, with few bends.
//!
//! Every edge gets a small lattice of its own: lines along the gaps around its ends, around the frames they lie in and
//! between the columns. The cheapest way over that lattice is taken; nodes, the headers of frames and phases that the
//! edge has nothing to do with cost more to pass than a detour around them. A way always exists.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::geometry::{bottom, point, right, simplify};
use crate::placement::{Point, Rect};

/// How far a way runs straight out of, or into, a node before it may bend.
pub(super) const STUB: f32 = 14.0;
/// What a bend costs, in pixels of way.
const BEND: u64 = 40;
const HEADINGS: usize = 4;
/// What it costs to leave by a side for every way that is there already.
const CROWD: u64 = 120;
/// How far apart ways leave by the left or right side of a node, room for a label at each, and how close to a corner.
const SPREAD: f32 = 20.0;
const CORNER: f32 = 10.0;

/// Something that ways should keep out of.
#[derive(Clone, Copy)]
pub(super) struct Obstacle {
    pub(super) rect: Rect,
    /// What a pixel inside costs, on top of its length.
    pub(super) cost: u64,
}

/// One end of a way.
pub(super) struct End {
    pub(super) rect: Rect,
    /// The height at which its left and right sides are left and entered.
    pub(super) side: f32,
    /// Per [`Side`], the ways that begin or end there already.
    pub(super) crowd: [u8; 4],
}

/// A side of a rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

impl Side {
    /// The side of a rectangle on which a point of its border lies.
    pub(super) fn of(rect: &Rect, at: Point) -> Self {
        if at.y == rect.y {
            Self::Top
        } else if at.y == bottom(rect) {
            Self::Bottom
        } else if at.x <= rect.center().x {
            Self::Left
        } else {
            Self::Right
        }
    }
}

/// The lines a way may run along.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) xs: Vec<f32>,
    pub(super) ys: Vec<f32>,
}

impl Lines {
    /// Adds the lines around a rectangle, so far from it.
    pub(super) fn surround(&mut self, rect: &Rect, distance: f32) {
        self.xs.extend([rect.x - distance, right(rect) + distance]);
        self.ys.extend([rect.y - distance, bottom(rect) + distance]);
    }

    fn tidy(values: &mut Vec<f32>) {
        values.sort_by(f32::total_cmp);
        values.dedup_by(|next, kept| *next - *kept < 0.5);
    }
}

/// Where a way heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Up,
    Right,
    Down,
    Left,
}

impl Heading {
    fn turns(self) -> [Self; 2] {
        match self {
            Self::Up | Self::Down => [Self::Left, Self::Right],
            Self::Left | Self::Right => [Self::Up, Self::Down],
        }
    }

    fn reversed(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Right => Self::Left,
            Self::Down => Self::Up,
            Self::Left => Self::Right,
        }
    }

    fn unit(self) -> (f32, f32) {
        match self {
            Self::Up => (0.0, -1.0),
            Self::Right => (1.0, 0.0),
            Self::Down => (0.0, 1.0),
            Self::Left => (-1.0, 0.0),
        }
    }

    fn is_vertical(self) -> bool {
        matches!(self, Self::Up | Self::Down)
    }

    /// The neighbour of a position on a line of so many, when there is one.
    fn next(self, position: usize, count: usize) -> Option<usize> {
        match self {
            Self::Up | Self::Left => position.checked_sub(1),
            Self::Down | Self::Right => Some(position + 1).filter(|&next| next < count),
        }
    }
}

/// A place where a way may begin or end.
#[derive(Clone, Copy)]
struct Port {
    /// On the border.
    at: Point,
    /// On the lattice.
    stub: Point,
    /// Of a way that passes here.
    heading: Heading,
    cost: u64,
}

impl End {
    fn exits(&self) -> [Port; 3] {
        [Side::Bottom, Side::Right, Side::Left].map(|side| {
            let crowd = self.crowd[side as usize];
            let aside = if side == Side::Bottom { 0.0 } else { self.spread(crowd) };
            let port = self.port(side);
            Port {
                at: point(port.at.x, port.at.y + aside),
                stub: point(port.stub.x, port.stub.y + aside),
                cost: CROWD * u64::from(crowd),
                ..port
            }
        })
    }

    /// How far from the middle of its side the next way leaves: below it, above it, and so on.
    fn spread(&self, crowd: u8) -> f32 {
        let step = SPREAD * f32::from(crowd.div_ceil(2));
        let below = (self.rect.y + self.rect.h - CORNER - self.side).max(0.0);
        let above = (self.side - self.rect.y - CORNER).max(0.0);
        if crowd % 2 == 1 { step.min(below) } else { -step.min(above) }
    }

    fn entries(&self) -> [Port; 3] {
        [Side::Top, Side::Left, Side::Right].map(|side| {
            let port = self.port(side);
            Port { heading: port.heading.reversed(), ..port }
        })
    }

    /// The middle of a side, for a way that leaves there.
    fn port(&self, side: Side) -> Port {
        let (x, y, heading) = match side {
            Side::Top => (self.rect.center().x, self.rect.y, Heading::Up),
            Side::Right => (right(&self.rect), self.side, Heading::Right),
            Side::Bottom => (self.rect.center().x, bottom(&self.rect), Heading::Down),
            Side::Left => (self.rect.x, self.side, Heading::Left),
        };
        let (dx, dy) = heading.unit();
        Port { at: point(x, y), stub: point(x + dx * STUB, y + dy * STUB), heading, cost: 0 }
    }
}

/// The lines that a way from one end (its bottom or a side) to the other (its top or a side) may run along.
pub(super) struct Lattice {
    exits: [Port; 3],
    entries: [Port; 3],
    xs: Vec<f32>,
    ys: Vec<f32>,
    /// Per line, the obstacles it passes.
    on_x: Vec<Vec<Obstacle>>,
    on_y: Vec<Vec<Obstacle>>,
}

/// A crossing of the lattice and the direction it was reached in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stop {
    column: usize,
    row: usize,
    heading: Heading,
}

impl Lattice {
    pub(super) fn new(source: End, target: End, mut lines: Lines, obstacles: impl Iterator<Item = Obstacle>) -> Self {
        let (exits, entries) = (source.exits(), target.entries());
        for port in exits.iter().chain(&entries) {
            lines.xs.push(port.stub.x);
            lines.ys.push(port.stub.y);
        }
        Lines::tidy(&mut lines.xs);
        Lines::tidy(&mut lines.ys);
        let Lines { xs, ys } = lines;
        let mut on_x = vec![Vec::new(); xs.len()];
        let mut on_y = vec![Vec::new(); ys.len()];
        for obstacle in obstacles {
            let rect = &obstacle.rect;
            let (columns, rows) = (between(&xs, rect.x, right(rect)), between(&ys, rect.y, bottom(rect)));
            // What lies beside the whole lattice is in nobody's way.
            let is_beside = |values: &[f32], low: f32, high: f32| {
                values.first().is_none_or(|first| high <= *first) || values.last().is_none_or(|last| *last <= low)
            };
            if !is_beside(&ys, rect.y, bottom(rect)) {
                on_x[columns].iter_mut().for_each(|passed| passed.push(obstacle));
            }
            if !is_beside(&xs, rect.x, right(rect)) {
                on_y[rows].iter_mut().for_each(|passed| passed.push(obstacle));
            }
        }
        Self { exits, entries, xs, ys, on_x, on_y }
    }

    /// At most so many things are compared to find the cheapest way.
    pub(super) fn comparisons(&self) -> usize {
        let passed = |lines: &[Vec<Obstacle>]| lines.iter().map(Vec::len).sum::<usize>();
        let (columns, rows) = (self.xs.len(), self.ys.len());
        2 * (passed(&self.on_x) * rows + passed(&self.on_y) * columns) + columns * rows * HEADINGS
    }

    /// The cheapest way.
    pub(super) fn cheapest(&self) -> Vec<Point> {
        let (exits, entries) = (&self.exits, &self.entries);
        let count = self.xs.len() * self.ys.len() * HEADINGS;
        let mut costs = vec![u64::MAX; count];
        let mut previous: Vec<Option<Stop>> = vec![None; count];
        let mut open = BinaryHeap::new();
        for port in exits {
            let stop = self.stop(port);
            costs[self.index(stop)] = port.cost;
            open.push(Reverse((port.cost, stop)));
        }
        let goals: Vec<Stop> = entries.iter().map(|port| self.stop(port)).collect();
        while let Some(Reverse((cost, stop))) = open.pop() {
            if goals.contains(&stop) {
                return self.trace(stop, &previous, exits, entries);
            }
            if cost > costs[self.index(stop)] {
                continue;
            }
            for (next, step) in self.steps(stop) {
                let total = cost + step;
                if total < costs[self.index(next)] {
                    costs[self.index(next)] = total;
                    previous[self.index(next)] = Some(stop);
                    open.push(Reverse((total, next)));
                }
            }
        }
        Vec::new()
    }

    /// Where one can go from a stop, and what it costs: ahead along the line, or a turn on the spot.
    fn steps(&self, stop: Stop) -> impl Iterator<Item = (Stop, u64)> {
        let turns = stop.heading.turns().map(|heading| (Stop { heading, ..stop }, BEND));
        self.ahead(stop).into_iter().chain(turns)
    }

    fn ahead(&self, stop: Stop) -> Option<(Stop, u64)> {
        if stop.heading.is_vertical() {
            let row = stop.heading.next(stop.row, self.ys.len())?;
            let spans = self.on_x[stop.column].iter().map(|it| (it.rect.y, bottom(&it.rect), it.cost));
            Some((Stop { row, ..stop }, price(self.ys[stop.row], self.ys[row], spans)))
        } else {
            let column = stop.heading.next(stop.column, self.xs.len())?;
            let spans = self.on_y[stop.row].iter().map(|it| (it.rect.x, right(&it.rect), it.cost));
            Some((Stop { column, ..stop }, price(self.xs[stop.column], self.xs[column], spans)))
        }
    }

    fn trace(&self, goal: Stop, previous: &[Option<Stop>], exits: &[Port], entries: &[Port]) -> Vec<Point> {
        let mut way: Vec<Point> = Vec::new();
        way.extend(entries.iter().find(|port| self.stop(port) == goal).map(|port| port.at));
        let mut stop = goal;
        loop {
            way.push(point(self.xs[stop.column], self.ys[stop.row]));
            match previous[self.index(stop)] {
                Some(before) => stop = before,
                None => break,
            }
        }
        way.extend(exits.iter().find(|port| self.stop(port) == stop).map(|port| port.at));
        way.reverse();
        simplify(way)
    }

    fn stop(&self, port: &Port) -> Stop {
        Stop { column: nearest(&self.xs, port.stub.x), row: nearest(&self.ys, port.stub.y), heading: port.heading }
    }

    fn index(&self, stop: Stop) -> usize {
        (stop.row * self.xs.len() + stop.column) * HEADINGS + stop.heading as usize
    }
}

/// The positions of the values of a sorted list that lie between two others.
fn between(values: &[f32], low: f32, high: f32) -> std::ops::Range<usize> {
    let start = values.partition_point(|&value| value <= low);
    start..values.partition_point(|&value| value < high).max(start)
}

/// The position of a value known to be in a sorted list.
fn nearest(values: &[f32], wanted: f32) -> usize {
    values.partition_point(|&value| value < wanted - 0.25)
}

/// What it costs to go from one coordinate to another through spans that cost more.
fn price(from: f32, to: f32, spans: impl Iterator<Item = (f32, f32, u64)>) -> u64 {
    let (low, high) = (from.min(to), from.max(to));
    let extra: u64 = spans.map(|(start, end, cost)| cost * (end.min(high) - start.max(low)).max(0.0) as u64).sum();
    (high - low) as u64 + extra
}
