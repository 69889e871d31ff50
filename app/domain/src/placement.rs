//! Where everything of a graph lies on the canvas. Computed when a playbook is saved, stored with its version, and
//! drawn as it is: nothing is measured in the browser.
//!
//! Units are CSS pixels at zoom 1; the origin is the top left corner of the drawing.

use serde::{Deserialize, Serialize};

use crate::ids::NodeId;

/// A point of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// A rectangle of the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Rect {
    /// Whether the two share an area (touching edges do not count).
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.x + other.w <= self.x + self.w
            && other.y + other.h <= self.y + self.h
    }

    /// The middle.
    pub fn center(&self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }
}

/// A node on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacedNode {
    /// Which node.
    pub id: NodeId,
    /// Where. For a phase with members: the frame around them.
    pub rect: Rect,
    /// The label, wrapped to fit; the last line ends in `…` where it was cut.
    pub lines: Vec<String>,
}

/// An edge on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacedEdge {
    /// Position of the edge in `Graph::edges`.
    pub edge: usize,
    /// The way it takes; at least two points, the first at the border of `from`, the last at the border of `to`.
    pub points: Vec<Point>,
    /// Middle of the label, when the edge has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub label_at: Option<Point>,
    /// Whether it leads back and closes a loop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
}

/// A drawing of a graph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Placement {
    /// Width of the whole.
    pub width: f32,
    /// Height of the whole.
    pub height: f32,
    /// One per node of the graph, in the same order: a frame comes before what lies in it.
    pub nodes: Vec<PlacedNode>,
    /// One per edge of the graph, in the same order.
    pub edges: Vec<PlacedEdge>,
}
