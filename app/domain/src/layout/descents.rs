//! The ways of edges inside a block: straight down through the layers they pass, sideways only in the gaps between.

use super::geometry::{bottom, point, simplify};
use crate::placement::{Point, Rect};

/// How far from the middle of its side an edge may leave or enter a node, in widths of the node.
const PORT_REACH: f32 = 0.36;
/// Members of one layer have their middles this close together.
const TOLERANCE: f32 = 0.75;

/// The layers of a block from the top down.
pub(super) struct Layers(Vec<Layer>);

#[derive(Clone, Copy)]
struct Layer {
    middle: f32,
    top: f32,
    bottom: f32,
}

/// A vertical part of a way.
struct Descent {
    x: f32,
    top: f32,
    bottom: f32,
}

impl Layers {
    /// The layers of members whose middles are aligned.
    pub(super) fn new(members: &[Rect]) -> Self {
        let mut rects: Vec<&Rect> = members.iter().collect();
        rects.sort_by(|left, right| left.center().y.total_cmp(&right.center().y));
        let aligned = rects.chunk_by(|left, right| right.center().y - left.center().y < TOLERANCE);
        Self(aligned.map(Layer::of).collect())
    }

    /// The way from a member down to another, past what it bends at.
    pub(super) fn descend(&self, from: &Rect, to: &Rect, bends: &[Point]) -> Vec<Point> {
        let passed: Vec<Descent> = bends.iter().filter_map(|at| self.passing(*at)).collect();
        let towards = bends.first().map_or(to.center().x, |at| at.x);
        let start = exit(from, passed.first().map_or(towards, |first| first.x));
        let end = entry(to, passed.last().map_or(start, |last| last.x));
        let last = Descent { x: end, top: self.at(to.center().y).map_or(to.y, |layer| layer.top), bottom: to.y };
        let mut way = vec![point(start, bottom(from))];
        let mut x = start;
        let mut left_at = self.at(from.center().y).map_or(bottom(from), |layer| layer.bottom);
        for descent in passed.into_iter().chain([last]) {
            let turn = f32::midpoint(left_at, descent.top);
            way.extend([point(x, turn), point(descent.x, turn)]);
            (x, left_at) = (descent.x, descent.bottom);
        }
        way.push(point(end, to.y));
        simplify(way)
    }

    /// The way past a layer, when the point lies in the middle of one and not in a gap.
    fn passing(&self, at: Point) -> Option<Descent> {
        self.at(at.y).map(|layer| Descent { x: at.x, top: layer.top, bottom: layer.bottom })
    }

    fn at(&self, middle: f32) -> Option<&Layer> {
        let after = self.0.partition_point(|layer| layer.middle <= middle - TOLERANCE);
        self.0.get(after).filter(|layer| layer.middle < middle + TOLERANCE)
    }
}

impl Layer {
    fn of(members: &[&Rect]) -> Self {
        Self {
            middle: members.first().map_or(0.0, |member| member.center().y),
            top: members.iter().map(|member| member.y).fold(f32::INFINITY, f32::min),
            bottom: members.iter().map(|member| bottom(member)).fold(f32::NEG_INFINITY, f32::max),
        }
    }
}

/// Where a way that heads for `towards` leaves: as far to that side as may be.
fn exit(rect: &Rect, towards: f32) -> f32 {
    let reach = rect.w * PORT_REACH;
    let center = rect.center().x;
    towards.clamp(center - reach, center + reach)
}

/// Where a way that comes down at `x` enters: straight on where that meets the node, else in the middle.
fn entry(rect: &Rect, x: f32) -> f32 {
    if exit(rect, x) == x { x } else { rect.center().x }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: f32, y: f32, h: f32) -> Rect {
        Rect { x, y, w: 100.0, h }
    }

    #[test]
    fn a_way_to_the_node_below_is_straight() {
        let (upper, lower) = (rect(0.0, 0.0, 60.0), rect(20.0, 100.0, 60.0));
        let way = Layers::new(&[upper, lower]).descend(&upper, &lower, &[]);
        assert_eq!(way, [point(70.0, 60.0), point(70.0, 100.0)]);
    }

    #[test]
    fn a_way_past_a_layer_turns_only_in_the_gaps() {
        let (upper, high, lower) = (rect(0.0, 0.0, 60.0), rect(0.0, 100.0, 80.0), rect(0.0, 220.0, 60.0));
        let way = Layers::new(&[upper, high, lower]).descend(&upper, &lower, &[point(130.0, 140.0)]);
        let expected = [(86.0, 60.0), (86.0, 80.0), (130.0, 80.0), (130.0, 200.0), (50.0, 200.0), (50.0, 220.0)];
        assert_eq!(way, expected.map(|(x, y)| point(x, y)));
    }
}
