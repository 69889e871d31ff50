//! The flowchart of a playbook, and what became of it in an execution.

use std::collections::{HashMap, HashSet};

use super::icon::write_icon;
use super::markup::{Attribute, Markup};
use super::{Drawing, Words, palette, shape};
use crate::event::StepStatus;
use crate::graph::{Graph, NodeKind};
use crate::ids::NodeId;
use crate::legible::legible;
use crate::placement::{PlacedEdge, PlacedNode, Placement, Point, Rect};
use crate::report::{Report, StepReport};
use crate::text::shortened;
use crate::words::duration;

/// As many characters of an edge's label as the layout leaves room for.
const EDGE_LABEL_CHARS: usize = 22;
/// How far such a label reaches to both sides of its middle, however wide its letters are.
const LABEL_REACH: f32 = 140.0;
/// How far an arrow reaches beyond its line.
const ARROW: f32 = 8.0;
/// How far apart the labels' lines are.
const LINE_HEIGHT: f32 = 17.0;

/// What became of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands.
    pub status: StepStatus,
    /// Whether it can still be reached.
    pub applicable: bool,
    /// The branch taken, at a decision.
    pub branch: Option<String>,
    /// What stands beside its status: how long it took, or how far a phase has come.
    pub aside: String,
}

/// What became of every node of a graph.
pub fn marks(graph: &Graph, report: &Report) -> Vec<Mark> {
    let steps: HashMap<&NodeId, &StepReport> = report.steps.iter().map(|step| (&step.node_id, step)).collect();
    let not_applicable: HashSet<&NodeId> = report.not_applicable.iter().map(|node| &node.node_id).collect();
    let of = |id: &NodeId| {
        let Some(step) = steps.get(id) else {
            let applicable = !not_applicable.contains(id);
            return Mark { status: StepStatus::NotStarted, applicable, branch: None, aside: String::new() };
        };
        let seconds = step.active_seconds + step.blocked_seconds;
        Mark {
            status: step.status,
            applicable: step.applicable,
            branch: step.decision.as_ref().map(|choice| choice.branch.clone()),
            aside: match step.progress {
                Some(progress) => format!("{} / {}", progress.completed + progress.skipped, progress.applicable),
                None if seconds > 0 => duration(seconds),
                None => String::new(),
            },
        }
    };
    graph.nodes.iter().map(|node| of(&node.id)).collect()
}

/// Draws a graph, with what became of its nodes if that is given: one mark for each.
pub fn flowchart(graph: &Graph, placement: &Placement, marks: Option<&[Mark]>) -> Drawing {
    let positions = graph.nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
    let chart = Chart { graph, positions, marks };
    let mut markup = Markup::default();
    markup.open("defs", &[]);
    for (name, ink) in WAYS {
        let marker: [Attribute; 7] = [
            ("id", &format_args!("flow-{name}")),
            ("viewBox", &"0 0 10 10"),
            ("refX", &9),
            ("refY", &5),
            ("markerWidth", &8),
            ("markerHeight", &8),
            ("orient", &"auto-start-reverse"),
        ];
        // A marker's size is that of the drawing, whatever the line's width.
        let units: Attribute = ("markerUnits", &"userSpaceOnUse");
        markup.open("marker", &marker.into_iter().chain([units]).collect::<Vec<_>>());
        markup.element(
            "path",
            &[("class", &format_args!("arrow {name}")), ("d", &"M0 1 9 5 0 9z"), ("fill", &ink)],
            &"",
        );
        markup.close("marker");
    }
    markup.close("defs");
    let (width, height) = (placement.width.max(1.0), placement.height.max(1.0));
    let mut pieces = vec![(markup.len(), Rect { x: 0.0, y: 0.0, w: width, h: height })];
    let mut piece = |markup: &Markup, area: Rect| pieces.push((markup.len(), area));
    let mut is_frame = vec![false; placement.nodes.len()];
    for phase in graph.nodes.iter().filter_map(|node| chart.positions.get(node.phase.as_ref()?)) {
        is_frame[*phase] = true;
    }
    for (at, placed) in placement.nodes.iter().enumerate().filter(|(at, _)| is_frame[*at]) {
        chart.write_frame(&mut markup, at, placed);
        piece(&markup, placed.rect);
    }
    for placed in &placement.edges {
        chart.write_line(&mut markup, placed);
        piece(&markup, around(&placed.points));
    }
    for placed in &placement.edges {
        chart.write_edge_label(&mut markup, placed);
        piece(&markup, placed.label_at.map_or_else(Rect::default, label_area));
    }
    for (at, placed) in placement.nodes.iter().enumerate().filter(|(at, _)| !is_frame[*at]) {
        chart.write_node(&mut markup, at, placed);
        piece(&markup, placed.rect);
    }
    let title = format!("Flowchart of “{}”", legible(&graph.title));
    Drawing::new(width, height, title, markup).in_pieces(pieces)
}

/// All that a line through these points can touch, its arrow included.
fn around(points: &[Point]) -> Rect {
    let bounds = |of: fn(&Point) -> f32| {
        let (least, most) = points.iter().map(of).fold((f32::MAX, f32::MIN), |(a, b), at| (a.min(at), b.max(at)));
        (least - ARROW, (most - least + 2.0 * ARROW).max(0.0))
    };
    let ((x, w), (y, h)) = (bounds(|point| point.x), bounds(|point| point.y));
    Rect { x, y, w, h }
}

/// All that an edge's label can touch.
fn label_area(middle: Point) -> Rect {
    Rect { x: middle.x - LABEL_REACH, y: middle.y - LINE_HEIGHT, w: 2.0 * LABEL_REACH, h: 2.0 * LINE_HEIGHT }
}

/// What an edge can be, and its colour.
const WAYS: [(&str, &str); 3] =
    [("way", palette::LINE_STRONG), ("taken", palette::of(StepStatus::Completed).0), ("untaken", palette::LINE)];

struct Chart<'a> {
    graph: &'a Graph,
    positions: HashMap<&'a NodeId, usize>,
    marks: Option<&'a [Mark]>,
}

impl Chart<'_> {
    fn mark(&self, at: usize) -> Option<&Mark> {
        self.marks.and_then(|marks| marks.get(at))
    }

    fn mark_of(&self, id: &NodeId) -> Option<&Mark> {
        self.mark(*self.positions.get(id)?)
    }

    /// Which of [`WAYS`] an edge is.
    fn way(&self, placed: &PlacedEdge) -> (&'static str, &'static str) {
        let Some(edge) = self.graph.edges.get(placed.edge) else { return WAYS[0] };
        let (Some(from), Some(to)) = (self.mark_of(&edge.from), self.mark_of(&edge.to)) else { return WAYS[0] };
        let target = self.positions.get(&edge.to).map(|&to| &self.graph.nodes[to]);
        let taken = from.branch.as_ref().map(|branch| *branch == edge.answer(target));
        match taken {
            Some(true) if from.applicable => WAYS[1],
            Some(false) => WAYS[2],
            _ if !from.applicable || !to.applicable => WAYS[2],
            _ => WAYS[0],
        }
    }

    fn write_line(&self, markup: &mut Markup, placed: &PlacedEdge) {
        let (name, ink) = self.way(placed);
        let attributes: [Attribute; 7] = [
            ("class", &format_args!("line {name}")),
            ("d", &shape::path_through(&placed.points)),
            ("fill", &"none"),
            ("stroke", &ink),
            ("stroke-width", if name == "taken" { &2.5 } else { &1.5 }),
            ("stroke-dasharray", if placed.back { &"6 4" } else { &"none" }),
            ("marker-end", &format_args!("url(#flow-{name})")),
        ];
        markup.element("path", &attributes, &"");
    }

    fn write_edge_label(&self, markup: &mut Markup, placed: &PlacedEdge) {
        let label = self.graph.edges.get(placed.edge).and_then(|edge| edge.label.as_ref());
        let (Some(label), Some(at)) = (label, placed.label_at) else { return };
        let taken = self.way(placed).0 == "taken";
        let attributes: [Attribute; 11] = [
            ("class", if taken { &"edge-text taken" } else { &"edge-text" }),
            ("x", &at.x),
            ("y", &(at.y + 4.0)),
            ("text-anchor", &"middle"),
            ("font-size", &12),
            ("font-weight", &600),
            ("fill", if taken { &palette::of(StepStatus::Completed).0 } else { &palette::INK }),
            ("stroke", &palette::SURFACE_2),
            ("stroke-width", &5),
            ("stroke-linejoin", &"round"),
            ("paint-order", &"stroke"),
        ];
        markup.element("text", &attributes, &shortened(label, EDGE_LABEL_CHARS));
    }

    fn write_frame(&self, markup: &mut Markup, at: usize, placed: &PlacedNode) {
        let Rect { x, y, w, h } = placed.rect;
        self.open(markup, "frame", at);
        let attributes: [Attribute; 8] = [
            ("class", &"frame"),
            ("x", &x),
            ("y", &y),
            ("width", &w),
            ("height", &h),
            ("rx", &10),
            ("fill", &palette::SURFACE_2),
            ("stroke", &palette::LINE_STRONG),
        ];
        markup.element("rect", &attributes, &"");
        write_icons(markup, "kind", palette::INK_2, &[("phase", Point { x: x + 14.0, y: y + 8.0 }, 16.0)]);
        Words { x: x + 36.0, y: y + 21.0, size: 13.0, weight: 600, ..Words::default() }
            .write(markup, &placed.lines.join(" "));
        if let Some(mark) = self.mark(at) {
            let (ink, _) = palette::of(mark.status);
            Words {
                x: x + w - 14.0,
                y: y + 21.0,
                anchor: "end",
                weight: 600,
                class: "status",
                ink,
                ..Words::default()
            }
            .write(markup, &mark.aside);
        }
        markup.close("g");
    }

    fn write_node(&self, markup: &mut Markup, at: usize, placed: &PlacedNode) {
        let Some(node) = self.graph.nodes.get(at) else { return };
        self.open(markup, "node", at);
        let mark = self.mark(at);
        let (ink, soft) = mark.map_or((palette::LINE_STRONG, palette::SURFACE), |mark| palette::of(mark.status));
        let Rect { x, y, w, h } = placed.rect;
        if node.kind == NodeKind::Merge {
            let Point { x, y } = placed.rect.center();
            let circle: [Attribute; 6] = [
                ("class", &"body"),
                ("cx", &x),
                ("cy", &y),
                ("r", &(w / 2.0 - 4.0)),
                ("fill", &palette::SURFACE_2),
                ("stroke", &palette::LINE_STRONG),
            ];
            markup.element("circle", &circle, &"");
            markup.close("g");
            return;
        }
        let body: [Attribute; 6] = [
            ("class", &"body"),
            ("d", &shape::outline(node.kind, placed.rect)),
            ("fill", &soft),
            ("stroke", &ink),
            ("stroke-width", &1.5),
            (
                "stroke-dasharray",
                if mark.is_some_and(|mark| mark.status == StepStatus::Skipped) { &"5 3" } else { &"none" },
            ),
        ];
        markup.element("path", &body, &"");
        // Without a status line the label stands in the middle.
        let top = y + if mark.is_some() { 24.0 } else { 33.0 };
        write_icons(
            markup,
            "kind",
            palette::INK_2,
            &[(node.kind.as_str(), Point { x: x + 16.0, y: top - 13.0 }, 16.0)],
        );
        for (line, row) in placed.lines.iter().zip(0_u8..) {
            let y = top + LINE_HEIGHT * f32::from(row);
            Words { x: x + 40.0, y, size: 13.0, ..Words::default() }.write(markup, line);
        }
        if let Some(mark) = mark {
            let y = y + h - 22.0;
            write_icons(markup, "status", ink, &[(mark.status.as_str(), Point { x: x + 16.0, y }, 13.0)]);
            let status = if mark.applicable { mark.status.label() } else { "Not applicable" };
            Words { x: x + 35.0, y: y + 10.5, weight: 600, class: "status", ink, ..Words::default() }
                .write(markup, &status);
            let (x, ink) = (x + w - 16.0, palette::INK_2);
            Words { x, y: y + 10.5, anchor: "end", class: "ink-2", ink, ..Words::default() }.write(markup, &mark.aside);
        }
        markup.close("g");
    }

    /// Begins what belongs to a node; what does not apply steps back.
    fn open(&self, markup: &mut Markup, class: &str, at: usize) {
        let mark = self.mark(at);
        let status = mark.map_or("", |mark| mark.status.as_str());
        let opacity = if mark.is_some_and(|mark| !mark.applicable) { 0.45 } else { 1.0 };
        markup.open("g", &[("class", &class), ("data-status", &status), ("opacity", &opacity)]);
    }
}

fn write_icons(markup: &mut Markup, class: &str, ink: &str, icons: &[(&str, Point, f32)]) {
    let attributes: [Attribute; 6] = [
        ("class", &class),
        ("fill", &"none"),
        ("stroke", &ink),
        ("stroke-width", &1.5),
        ("stroke-linecap", &"round"),
        ("stroke-linejoin", &"round"),
    ];
    markup.open("g", &attributes);
    for (name, corner, size) in icons {
        write_icon(markup, class, name, *corner, *size);
    }
    markup.close("g");
}
