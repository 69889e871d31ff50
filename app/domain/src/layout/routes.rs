//! The ways of the edges that no block has drawn: between blocks, between a phase and what lies in it, and from a node
//! to itself.

use std::collections::HashSet;

use super::HEADER;
use super::blocks::NODE_GAP;
use super::columns::BLOCK_GAP;
use super::effort::Effort;
use super::geometry::{bottom, point, right, simplify};
use super::nesting::Nesting;
use super::streets::{End, Lattice, Lines, Obstacle, STUB, Side};
use super::tracks::{Tracks, Way};
use crate::placement::{Point, Rect};

/// What a pixel costs inside a node, a frame's header, and a phase that the edge has nothing to do with.
const IN_NODE: u64 = 60;
const IN_HEADER: u64 = 3;
const IN_PHASE: u64 = 2;
/// The gaps between all members of a block are lines for the ways; of a larger block only those around the ends.
const CROWD: usize = 24;
/// Comparisons made to lead ways around what is drawn; the rest go straight.
const COMPARISONS: usize = 40_000_000;
/// How far a loop stands out from its node, and what every further one adds.
const LOOP_REACH: f32 = 14.0;
const LOOP_STEP: f32 = 4.0;

/// Everything placed, on which the remaining edges are drawn.
pub(super) struct Router<'a> {
    nesting: &'a Nesting,
    rects: &'a [Rect],
    /// The middles of the gaps above, between and below rows of columns.
    streets: &'a [f32],
    /// What ways should keep out of, wherever they lead: what is no frame, and the headers of frames.
    obstacles: Vec<Obstacle>,
    frames: Vec<usize>,
    tracks: Tracks,
    effort: Effort,
    /// Per node, the loops drawn so far.
    loops: Vec<u8>,
    /// Per node and [`Side`], the ways that begin or end there.
    crowds: Vec<[u8; 4]>,
}

impl<'a> Router<'a> {
    pub(super) fn new(nesting: &'a Nesting, rects: &'a [Rect], streets: &'a [f32]) -> Self {
        let (frames, solid): (Vec<usize>, Vec<usize>) = (0..rects.len()).partition(|&node| nesting.is_frame(node));
        let solid: Vec<Rect> = solid.into_iter().map(|node| rects[node]).collect();
        let nodes = solid.iter().map(|&rect| Obstacle { rect, cost: IN_NODE });
        let header = |&frame: &usize| Obstacle { rect: Rect { h: HEADER, ..rects[frame] }, cost: IN_HEADER };
        Self {
            tracks: Tracks::new(&solid),
            obstacles: nodes.chain(frames.iter().map(header)).collect(),
            frames,
            effort: Effort::new(COMPARISONS),
            loops: vec![0; rects.len()],
            crowds: vec![[0; 4]; rects.len()],
            nesting,
            rects,
            streets,
        }
    }

    /// Moves a way off those before it that run where it does, as far as there is room.
    pub(super) fn settle(&mut self, points: Vec<Point>, from: usize, to: usize) -> Vec<Point> {
        let mut way = Way { points, target: to, from: self.rects[from], to: self.rects[to] };
        self.tracks.settle(&mut way);
        self.count_ends(&way.points, from, to);
        way.points
    }

    fn count_ends(&mut self, way: &[Point], from: usize, to: usize) {
        let ends = [(from, way.first()), (to, way.last())];
        for (node, end) in ends {
            let Some(&at) = end else { continue };
            let crowd = &mut self.crowds[node][Side::of(&self.rects[node], at) as usize];
            *crowd = crowd.saturating_add(1);
        }
    }

    /// The way from one node to another.
    pub(super) fn route(&mut self, from: usize, to: usize) -> Vec<Point> {
        if from == to {
            let points = self.self_loop(from);
            self.count_ends(&points, from, to);
            return points;
        }
        let points = if self.nesting.holds(from, to) {
            self.enter_from_phase(from, to)
        } else if self.nesting.holds(to, from) {
            self.leave_to_phase(from, to)
        } else {
            self.across(from, to)
        };
        self.settle(points, from, to)
    }

    /// A small loop at the right side.
    fn self_loop(&mut self, node: usize) -> Vec<Point> {
        let rect = &self.rects[node];
        let grown = LOOP_STEP * f32::from(self.loops[node]);
        self.loops[node] = self.loops[node].saturating_add(1);
        let half = (8.0 + grown).min(rect.h / 2.0 - 2.0);
        let (side, middle) = (right(rect), rect.center().y);
        let reach = side + LOOP_REACH + grown;
        vec![
            point(side, middle - half),
            point(reach, middle - half),
            point(reach, middle + half),
            point(side, middle + half),
        ]
    }

    /// From the left side of a frame, through the gap above the node, into it.
    fn enter_from_phase(&self, phase: usize, node: usize) -> Vec<Point> {
        let (frame, rect) = (&self.rects[phase], &self.rects[node]);
        let (x, y) = (rect.center().x, rect.y - STUB);
        vec![point(frame.x, y), point(x, y), point(x, rect.y)]
    }

    /// Through the gap below the node to the right side of the frame.
    fn leave_to_phase(&self, node: usize, phase: usize) -> Vec<Point> {
        let (frame, rect) = (&self.rects[phase], &self.rects[node]);
        let (x, y) = (rect.center().x, bottom(rect) + STUB);
        vec![point(x, bottom(rect)), point(x, y), point(right(frame), y)]
    }

    /// Between two nodes of which neither holds the other.
    fn across(&mut self, from: usize, to: usize) -> Vec<Point> {
        let (from_block, to_block) = self.nesting.siblings(from, to);
        let mut lines = Lines::default();
        lines.ys.extend(self.streets);
        for (node, outermost) in [(from, from_block), (to, to_block)] {
            self.lines_around(node, outermost, &mut lines);
        }
        let around = self.obstacles.len() + self.frames.len();
        if !self.effort.allows(around) {
            return straight(&self.rects[from], &self.rects[to]);
        }
        self.effort.spend(around);
        let lattice = Lattice::new(self.end(from), self.end(to), lines, self.around(from, to));
        if !self.effort.allows(lattice.comparisons()) {
            return straight(&self.rects[from], &self.rects[to]);
        }
        self.effort.spend(lattice.comparisons());
        lattice.cheapest()
    }

    /// The gaps around a node, around what lies beside it and around the frames it lies in, up to `outermost`.
    fn lines_around(&self, node: usize, outermost: usize, lines: &mut Lines) {
        let beside = self.nesting.members(self.nesting.parent(node));
        let is_crowd = node == outermost || beside.len() > CROWD;
        let near = if is_crowd { std::slice::from_ref(&node) } else { beside };
        for &member in near {
            lines.surround(&self.rects[member], STUB);
        }
        for frame in self.nesting.ancestors(node).chain([outermost]).filter(|&frame| self.nesting.is_frame(frame)) {
            let is_column = self.nesting.parent(frame) == self.nesting.outermost() && !self.streets.is_empty();
            lines.surround(&self.rects[frame], if is_column { BLOCK_GAP } else { NODE_GAP } / 2.0);
        }
    }

    fn end(&self, node: usize) -> End {
        let rect = self.rects[node];
        let side = if self.nesting.is_frame(node) { rect.y + HEADER / 2.0 } else { rect.center().y };
        End { rect, side, crowd: self.crowds[node] }
    }

    /// What an edge should keep out of, with the phases that it has nothing to do with.
    fn around(&self, from: usize, to: usize) -> impl Iterator<Item = Obstacle> {
        let ends: HashSet<usize> = self.nesting.ancestors(from).chain(self.nesting.ancestors(to)).collect();
        let foreign = self.frames.iter().filter(move |frame| !ends.contains(frame)).map(move |&frame| {
            let is_end = frame == from || frame == to;
            Obstacle { rect: self.rects[frame], cost: if is_end { IN_NODE } else { IN_PHASE } }
        });
        self.obstacles.iter().copied().chain(foreign)
    }
}

/// The way from one node to another that looks at nothing on its way.
fn straight(from: &Rect, to: &Rect) -> Vec<Point> {
    let (start, end) = (point(from.center().x, bottom(from)), point(to.center().x, to.y));
    let turn = f32::midpoint(start.y, end.y);
    simplify(vec![start, point(start.x, turn), point(end.x, turn), end])
}
