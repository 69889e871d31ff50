//! Ways between blocks: orthogonal, through the gaps between what is drawn, with few bends.
//!
//! Every edge gets a small lattice of its own: lines along the gaps around its ends, around the frames they lie in and
//! between the columns. The cheapest way over that lattice is taken; nodes, the headers of frames and phases that the
//! edge has nothing to do with cost more to pass than a detour around them. A way always exists.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::geometry::{bottom, point, right};
use crate::placement::{Point, Rect};

/// How far a way runs straight out of, or into, a node before it may bend.
pub(super) const STUB: f32 = 14.0;
/// What a bend costs, in pixels of way.
const BEND: u64 = 40;

/// Something that ways should keep out of.
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

/// A place where a way may begin or end.
#[derive(Clone, Copy)]
struct Port {
    /// On the border.
    at: Point,
    /// On the lattice.
    stub: Point,
    vertical: bool,
}

impl End {
    fn left(&self) -> Port {
        Port {
            at: point(self.rect.x, self.side),
            stub: point(self.rect.x - STUB, self.side),
            vertical: false,
        }
    }

    fn right(&self) -> Port {
        Port {
            at: point(right(&self.rect), self.side),
            stub: point(right(&self.rect) + STUB, self.side),
            vertical: false,
        }
    }

    fn top(&self) -> Port {
        let x = self.rect.center().x;
        Port {
            at: point(x, self.rect.y),
            stub: point(x, self.rect.y - STUB),
            vertical: true,
        }
    }

    fn bottom(&self) -> Port {
        let x = self.rect.center().x;
        Port {
            at: point(x, bottom(&self.rect)),
            stub: point(x, bottom(&self.rect) + STUB),
            vertical: true,
        }
    }
}

/// The cheapest way from one end (its bottom or a side) to the other (its top or a side).
pub(super) fn find_way(source: &End, target: &End, lines: Lines, obstacles: &[Obstacle]) -> Vec<Point> {
    let exits = [source.bottom(), source.right(), source.left()];
    let entries = [target.top(), target.left(), target.right()];
    let lattice = Lattice::new(lines, exits.iter().chain(&entries), obstacles);
    lattice.cheapest(&exits, &entries)
}

struct Lattice<'a> {
    xs: Vec<f32>,
    ys: Vec<f32>,
    /// Per line, the obstacles it passes.
    on_x: Vec<Vec<&'a Obstacle>>,
    on_y: Vec<Vec<&'a Obstacle>>,
}

/// A crossing of the lattice and the direction it was reached in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stop {
    column: usize,
    row: usize,
    vertical: bool,
}

impl<'a> Lattice<'a> {
    fn new<'p>(mut lines: Lines, ports: impl Iterator<Item = &'p Port>, obstacles: &'a [Obstacle]) -> Self {
        for port in ports {
            lines.xs.push(port.stub.x);
            lines.ys.push(port.stub.y);
        }
        Lines::tidy(&mut lines.xs);
        Lines::tidy(&mut lines.ys);
        let passed = |is_on: &dyn Fn(&Rect) -> bool| obstacles.iter().filter(|it| is_on(&it.rect)).collect();
        Self {
            on_x: lines
                .xs
                .iter()
                .map(|&x| passed(&|rect| rect.x < x && x < right(rect)))
                .collect(),
            on_y: lines
                .ys
                .iter()
                .map(|&y| passed(&|rect| rect.y < y && y < bottom(rect)))
                .collect(),
            xs: lines.xs,
            ys: lines.ys,
        }
    }

    fn cheapest(&self, exits: &[Port], entries: &[Port]) -> Vec<Point> {
        let count = self.xs.len() * self.ys.len() * 2;
        let mut costs = vec![u64::MAX; count];
        let mut previous: Vec<Option<Stop>> = vec![None; count];
        let mut open = BinaryHeap::new();
        for stop in exits.iter().map(|port| self.stop(port)) {
            costs[self.index(stop)] = 0;
            open.push(Reverse((0, stop)));
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

    /// Where one can go from a stop, and what it costs: along the line, or a turn on the spot.
    fn steps(&self, stop: Stop) -> impl Iterator<Item = (Stop, u64)> {
        let turn = Stop {
            vertical: !stop.vertical,
            ..stop
        };
        let ahead = if stop.vertical {
            [stop.row.checked_sub(1), Some(stop.row + 1)].map(|row| {
                let row = row.filter(|&row| row < self.ys.len())?;
                let next = Stop { row, ..stop };
                let (low, high) = (self.ys[stop.row.min(row)], self.ys[stop.row.max(row)]);
                let spans = self.on_x[stop.column]
                    .iter()
                    .map(|it| (it.rect.y, bottom(&it.rect), it.cost));
                Some((next, price(low, high, spans)))
            })
        } else {
            [stop.column.checked_sub(1), Some(stop.column + 1)].map(|column| {
                let column = column.filter(|&column| column < self.xs.len())?;
                let next = Stop { column, ..stop };
                let (low, high) = (self.xs[stop.column.min(column)], self.xs[stop.column.max(column)]);
                let spans = self.on_y[stop.row]
                    .iter()
                    .map(|it| (it.rect.x, right(&it.rect), it.cost));
                Some((next, price(low, high, spans)))
            })
        };
        ahead.into_iter().flatten().chain([(turn, BEND)])
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
        Stop {
            column: nearest(&self.xs, port.stub.x),
            row: nearest(&self.ys, port.stub.y),
            vertical: port.vertical,
        }
    }

    fn index(&self, stop: Stop) -> usize {
        (stop.row * self.xs.len() + stop.column) * 2 + usize::from(stop.vertical)
    }
}

/// The position of a value known to be in a sorted list.
fn nearest(values: &[f32], wanted: f32) -> usize {
    values.partition_point(|&value| value < wanted - 0.25)
}

/// What it costs to go from `low` to `high` through spans that cost more.
fn price(low: f32, high: f32, spans: impl Iterator<Item = (f32, f32, u64)>) -> u64 {
    let extra: u64 = spans
        .map(|(start, end, cost)| cost * (end.min(high) - start.max(low)).max(0.0) as u64)
        .sum();
    (high - low) as u64 + extra
}

/// The way without points that lie on the line between their neighbours.
fn simplify(way: Vec<Point>) -> Vec<Point> {
    let mut simple: Vec<Point> = Vec::new();
    for at in way {
        if let [.., before, last] = simple[..]
            && ((before.x == last.x && last.x == at.x) || (before.y == last.y && last.y == at.y))
        {
            simple.pop();
        }
        if simple.last() != Some(&at) {
            simple.push(at);
        }
    }
    simple
}
