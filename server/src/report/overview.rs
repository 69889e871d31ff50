//! A map of a flowchart: where the phases lie and what became of their steps, for a part of a page.
//!
//! A step is only a mark of its colour, as its text could not be read; the names of the phases can be.

use domain::drawing::markup::{Attribute, Markup};
use domain::drawing::shape::path_through;
use domain::drawing::{Mark, palette};
use domain::event::StepStatus;
use domain::graph::Graph;
use domain::placement::{Placement, Point, Rect};
use domain::text::shortened;

use super::chart::frames;

/// Size of the names, in points.
const NAME: f32 = 6.5;
/// How wide a letter of them is at most, on average.
const LETTER: f32 = 3.9;

/// The map as SVG whose unit is the point; `scale` is points per pixel of the placement.
pub(super) fn overview(graph: &Graph, placement: &Placement, marks: &[Mark], scale: f32) -> String {
    let map = Map { scale };
    let (width, height) = (placement.width * scale, placement.height * scale);
    let mut markup = Markup::default();
    let root: [Attribute; 4] = [
        ("xmlns", &"http://www.w3.org/2000/svg"),
        ("width", &width),
        ("height", &height),
        ("viewBox", &format_args!("0 0 {width} {height}")),
    ];
    markup.open("svg", &root);
    let nodes = || graph.nodes.iter().zip(&placement.nodes).zip(marks);
    let frames = frames(graph);
    let frames = || nodes().filter(|((node, _), _)| frames.contains(&node.id));
    for ((_, placed), _) in frames() {
        map.write_box(&mut markup, placed.rect, palette::SURFACE_2, palette::LINE);
    }
    for edge in &placement.edges {
        map.write_line(&mut markup, &edge.points);
    }
    for ((_, placed), mark) in nodes().filter(|((node, _), _)| node.kind.is_actionable()) {
        let (ink, soft) = palette::of(mark.status);
        // As in the status bar: what is done or blocked is dark, what is open is light.
        let full = mark.status.is_done() || mark.status == StepStatus::Blocked;
        let fill = if !mark.applicable {
            palette::SURFACE_2
        } else if full {
            ink
        } else {
            soft
        };
        map.write_box(&mut markup, placed.rect, fill, ink);
    }
    for ((node, placed), _) in frames() {
        map.write_name(&mut markup, placed.rect, &node.label);
    }
    markup.close("svg");
    markup.finish()
}

struct Map {
    scale: f32,
}

impl Map {
    fn write_box(&self, markup: &mut Markup, rect: Rect, fill: &str, stroke: &str) {
        let attributes: [Attribute; 8] = [
            ("x", &(rect.x * self.scale)),
            ("y", &(rect.y * self.scale)),
            ("width", &(rect.w * self.scale)),
            ("height", &(rect.h * self.scale)),
            ("rx", &1),
            ("fill", &fill),
            ("stroke", &stroke),
            ("stroke-width", &0.5),
        ];
        markup.element("rect", &attributes, &"");
    }

    fn write_line(&self, markup: &mut Markup, points: &[Point]) {
        let placed = |point: &Point| Point { x: point.x * self.scale, y: point.y * self.scale };
        let path = path_through(&points.iter().map(placed).collect::<Vec<_>>());
        let attributes: [Attribute; 4] =
            [("d", &path), ("fill", &"none"), ("stroke", &palette::LINE_STRONG), ("stroke-width", &0.4)];
        markup.element("path", &attributes, &"");
    }

    /// Writes a name over the upper edge of a frame, as much of it as is not wider.
    fn write_name(&self, markup: &mut Markup, frame: Rect, name: &str) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a frame is at most a page wide")]
        let room = (frame.w * self.scale / LETTER).max(1.0) as usize;
        let attributes: [Attribute; 8] = [
            ("x", &(frame.x * self.scale + 2.0)),
            ("y", &(frame.y * self.scale + NAME)),
            ("font-size", &NAME),
            ("font-weight", &600),
            ("fill", &palette::INK),
            ("stroke", &palette::SURFACE_2),
            ("stroke-width", &2),
            ("paint-order", &"stroke"),
        ];
        markup.element("text", &attributes, &shortened(name, room));
    }
}
