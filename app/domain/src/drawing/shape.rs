//! Outlines of nodes and lines of edges, as paths of SVG.

use std::fmt::Write;

use crate::graph::NodeKind;
use crate::placement::{Point, Rect};

/// The outline of a node: a decision has pointed ends.
pub fn outline(kind: NodeKind, rect: Rect) -> String {
    let Rect { x, y, w, h } = rect;
    let (right, middle, bottom) = (x + w, y + h / 2.0, y + h);
    match kind {
        NodeKind::Decision => {
            let (start, end) = (x + 14.0, right - 14.0);
            format!("M{start} {y}H{end}L{right} {middle}L{end} {bottom}H{start}L{x} {middle}z")
        }
        _ => {
            let (across, down) = (w - 16.0, h - 16.0);
            format!(
                "M{} {y}h{across}a8 8 0 0 1 8 8v{down}a8 8 0 0 1 -8 8h-{across}a8 8 0 0 1 -8 -8v-{down}a8 8 0 0 1 8 -8z",
                x + 8.0
            )
        }
    }
}

/// A line through the points, with rounded corners.
pub fn path_through(points: &[Point]) -> String {
    const RADIUS: f32 = 8.0;
    let mut path = String::new();
    let mut write = |command: char, points: &[Point]| {
        path.push(command);
        for point in points {
            // Writing to a String does not fail.
            let _ = write!(path, "{:.1} {:.1} ", point.x, point.y);
        }
    };
    let towards = |from: Point, to: Point| {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = dx.hypot(dy).max(0.01);
        let share = (RADIUS / length).min(0.5);
        Point { x: from.x + dx * share, y: from.y + dy * share }
    };
    if let Some(first) = points.first() {
        write('M', &[*first]);
    }
    for corner in points.windows(3) {
        write('L', &[towards(corner[1], corner[0])]);
        write('Q', &[corner[1], towards(corner[1], corner[2])]);
    }
    if let [.., last] = points {
        write('L', &[*last]);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_rounded_and_ends_are_kept() {
        let point = |x, y| Point { x, y };
        let path = path_through(&[point(0.0, 0.0), point(0.0, 50.0), point(80.0, 50.0)]);
        assert_eq!(path, "M0.0 0.0 L0.0 42.0 Q0.0 50.0 8.0 50.0 L80.0 50.0 ");
    }
}
