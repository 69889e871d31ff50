//! Plane geometry on the half-pixel grid that everything of a drawing lies on.

use crate::placement::{Point, Rect};

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) w: f32,
    pub(super) h: f32,
}

/// The nearest half pixel.
pub(super) fn snap(value: f32) -> f32 {
    (value * 2.0).round() / 2.0
}

/// The point on the half-pixel grid.
pub(super) fn point(x: f32, y: f32) -> Point {
    Point { x: snap(x), y: snap(y) }
}

/// The rectangle of a size around a point, its corner on the half-pixel grid.
pub(super) fn around(center: Point, size: Size) -> Rect {
    Rect { x: snap(center.x - size.w / 2.0), y: snap(center.y - size.h / 2.0), w: size.w, h: size.h }
}

pub(super) fn right(rect: &Rect) -> f32 {
    rect.x + rect.w
}

pub(super) fn bottom(rect: &Rect) -> f32 {
    rect.y + rect.h
}

/// The rectangle moved.
pub(super) fn moved(rect: Rect, by: Point) -> Rect {
    Rect { x: rect.x + by.x, y: rect.y + by.y, ..rect }
}

/// The rectangle with so much around it.
pub(super) fn grown(rect: &Rect, by: f32) -> Rect {
    Rect { x: rect.x - by, y: rect.y - by, w: rect.w + 2.0 * by, h: rect.h + 2.0 * by }
}

/// The way without points that lie on the line between their neighbours.
pub(super) fn simplify(way: Vec<Point>) -> Vec<Point> {
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

/// The box around rectangles and points. Empty at the origin when there is nothing to cover.
pub(super) struct Bounds {
    low: Point,
    high: Point,
}

impl Bounds {
    pub(super) fn new() -> Self {
        Self {
            low: Point { x: f32::INFINITY, y: f32::INFINITY },
            high: Point { x: f32::NEG_INFINITY, y: f32::NEG_INFINITY },
        }
    }

    pub(super) fn cover(&mut self, at: Point) {
        self.low = Point { x: self.low.x.min(at.x), y: self.low.y.min(at.y) };
        self.high = Point { x: self.high.x.max(at.x), y: self.high.y.max(at.y) };
    }

    pub(super) fn cover_rect(&mut self, rect: &Rect) {
        self.cover(Point { x: rect.x, y: rect.y });
        self.cover(Point { x: right(rect), y: bottom(rect) });
    }

    pub(super) fn rect(&self) -> Rect {
        if self.low.x > self.high.x {
            return Rect::default();
        }
        Rect { x: self.low.x, y: self.low.y, w: self.high.x - self.low.x, h: self.high.y - self.low.y }
    }
}
