//! A placement as SVG. What is drawn never changes; the signals of an [`Overlay`] change its attributes.
//!
//! `<title>` is made by `svg::title()`: the `view` macro takes it for the HTML element, which names nothing in a drawing.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use domain::graph::{Graph, Node, NodeKind};
use domain::ids::NodeId;
use domain::placement::{PlacedEdge, PlacedNode, Placement, Point};
use domain::text::shortened;
use leptos::prelude::*;
use leptos::{ev, svg};

use super::Overlay;
use super::marks::marks;
use crate::ui::analyst::hue;
use crate::ui::status::step_label;

/// How high the head of a phase is, by which it is chosen.
const FRAME_HEAD: f32 = 32.0;

/// Frames, then edges, then nodes: what is drawn later lies on top.
pub(super) fn draw(
    graph: &Graph,
    placement: &Placement,
    overlays: &[Overlay],
    selected: RwSignal<Option<NodeId>>,
) -> impl IntoView + use<> {
    let position: HashMap<&NodeId, usize> = graph.nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
    let filled: HashSet<&NodeId> = graph.nodes.iter().filter_map(|node| node.phase.as_ref()).collect();
    let is_frame = |node: &Node| filled.contains(&node.id);
    let pairs = || graph.nodes.iter().zip(&placement.nodes).enumerate();
    let frames = pairs()
        .filter(|(_, (node, _))| is_frame(node))
        .map(|(at, (node, placed))| frame(node, placed, overlays.get(at).cloned(), selected).into_any())
        .collect_view();
    let edges = placement
        .edges
        .iter()
        .filter_map(|placed| {
            let edge = graph.edges.get(placed.edge)?;
            let from = *position.get(&edge.from)?;
            let branch = (graph.nodes[from].kind == NodeKind::Decision).then(|| graph.branch_label(edge));
            let to = overlays.get(*position.get(&edge.to)?).cloned();
            Some(way(placed, edge.label.clone(), branch, overlays.get(from).cloned(), to).into_any())
        })
        .collect_view();
    let nodes = pairs()
        .filter(|(_, (node, _))| !is_frame(node))
        .map(|(at, (node, placed))| shape(node, placed, overlays.get(at).cloned(), selected).into_any())
        .collect_view();
    (frames, edges, nodes)
}

/// Whether a node is the one that was chosen.
fn is_chosen(id: &NodeId, selected: RwSignal<Option<NodeId>>) -> impl Fn() -> bool + Send + Sync + 'static + use<> {
    let id = id.clone();
    move || selected.read().as_ref() == Some(&id)
}

fn frame(
    node: &Node,
    placed: &PlacedNode,
    overlay: Option<Overlay>,
    selected: RwSignal<Option<NodeId>>,
) -> impl IntoView + use<> {
    let rect = placed.rect;
    let id = node.id.clone();
    let is_selected = is_chosen(&id, selected);
    let status = overlay.as_ref().map(|overlay| overlay.status);
    let applicable = overlay.as_ref().map(|overlay| overlay.applicable);
    let marks = overlay.as_ref().map(|overlay| marks(overlay, rect.w, FRAME_HEAD));
    let count = overlay.map(|overlay| overlay.count);
    view! {
        <g
            class="frame"
            transform=format!("translate({} {})", rect.x, rect.y)
            data-status=move || status.map(|status| status.get().as_str())
            class:selected=is_selected
            class:dimmed=move || applicable.is_some_and(|applicable| !applicable.get())
        >
            <rect width=rect.w height=rect.h rx="10"></rect>
            <g class="frame-head" on:click=move |_| selected.set(Some(id.clone()))>
                <rect class="frame-handle" width=rect.w height=FRAME_HEAD rx="10"></rect>
                <text x="14" y="21">{placed.lines.join(" ")}</text>
                <text class="frame-count" x=rect.w - 14.0 y="21" text-anchor="end">{move || count.and_then(|count| count.get())}</text>
                {marks}
            </g>
        </g>
    }
}

fn way(
    placed: &PlacedEdge,
    label: Option<String>,
    branch: Option<String>,
    from: Option<Overlay>,
    to: Option<Overlay>,
) -> impl IntoView + use<> {
    // Of a decision's ways, the one that was taken stands out and the others step back.
    let choice = move || {
        let (Some(branch), Some(from)) = (&branch, &from) else { return None };
        from.branch.get().map(|taken| taken == *branch)
    };
    let (of_path, of_taken, of_label, of_untaken_label) = (choice.clone(), choice.clone(), choice.clone(), choice);
    let leads_nowhere = move || to.as_ref().is_some_and(|to| !to.applicable.get());
    let path = path_through(&placed.points);
    let back = placed.back;
    let label = label.zip(placed.label_at).map(|(text, at)| {
        let shown = shortened(&text, 28);
        view! {
            <g class="edge-label" class:taken=move || of_label() == Some(true) class:untaken=move || of_untaken_label() == Some(false)>
                <text x=at.x y=at.y text-anchor="middle" dominant-baseline="central">
                    {svg::title().child(text)}
                    {shown}
                </text>
            </g>
        }
    });
    view! {
        <path
            class="edge"
            class:back=back
            class:taken=move || of_taken() == Some(true)
            class:untaken=move || of_path() == Some(false) || leads_nowhere()
            d=path
            marker-end="url(#arrow)"
        ></path>
        {label}
    }
}

/// A line through the points, with rounded corners.
fn path_through(points: &[Point]) -> String {
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

fn shape(
    node: &Node,
    placed: &PlacedNode,
    overlay: Option<Overlay>,
    selected: RwSignal<Option<NodeId>>,
) -> impl IntoView + use<> {
    let rect = placed.rect;
    let (w, h) = (rect.w, rect.h);
    let kind = node.kind;
    let id = node.id.clone();
    let label = node.label.clone();
    let is_selected = is_chosen(&id, selected);
    // Its name for everybody: as a tooltip it also shows a label that was cut.
    let name = {
        let overlay = overlay.clone();
        move || match &overlay {
            Some(overlay) => format!("{}: {label}, {}", kind.as_str(), step_label(overlay.status.get())),
            None => format!("{}: {label}", kind.as_str()),
        }
    };
    let status = overlay.as_ref().map(|overlay| overlay.status);
    let applicable = overlay.as_ref().map(|overlay| overlay.applicable);
    let pending = overlay.as_ref().map(|overlay| overlay.pending);
    let marks = overlay.as_ref().map(|overlay| marks(overlay, w, h));
    let select = {
        let id = id.clone();
        move || selected.set(Some(id.clone()))
    };
    let on_key = {
        let select = select.clone();
        move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" || event.key() == " " {
                event.prevent_default();
                select();
            }
        }
    };
    let body = if kind == NodeKind::Merge {
        view! { <circle class="node-body" cx=w / 2.0 cy=h / 2.0 r=w.min(h) / 2.0 - 4.0></circle> }.into_any()
    } else {
        let outline = match kind {
            NodeKind::Decision => format!("M14 0H{}L{w} {}L{} {h}H14L0 {}z", w - 14.0, h / 2.0, w - 14.0, h / 2.0),
            _ => {
                format!("M8 0H{}a8 8 0 0 1 8 8V{}a8 8 0 0 1 -8 8H8a8 8 0 0 1 -8 -8V8a8 8 0 0 1 8 -8z", w - 8.0, h - 8.0)
            }
        };
        // Without a status line the label stands in the middle.
        let top = if overlay.is_some() { 24.0 } else { 33.0 };
        let lines = placed
            .lines
            .iter()
            .zip(0_u8..)
            .map(|(line, row)| view! { <tspan x="40" y=top + 17.0 * f32::from(row)>{line.clone()}</tspan> })
            .collect_view();
        view! {
            <path class="node-body" d=outline></path>
            <use class="node-kind" href=format!("#i-{}", kind.as_str()) x="16" y=top - 13.0 width="16" height="16"></use>
            <text class="node-label">{lines}</text>
            {overlay.map(|overlay| status_line(&overlay, w, h))}
        }
        .into_any()
    };
    view! {
        <g
            class="node"
            data-kind=kind.as_str()
            data-node-id=id.to_string()
            data-status=move || status.map(|status| status.get().as_str())
            class:selected=is_selected
            class:dimmed=move || applicable.is_some_and(|applicable| !applicable.get())
            class:pending=move || pending.is_some_and(|pending| pending.get())
            transform=format!("translate({} {})", rect.x, rect.y)
            tabindex="0"
            role="button"
            on:click=move |_| select()
            on:keydown=on_key
        >
            {svg::title().child(name)}
            {body}
            {marks}
        </g>
    }
}

fn status_line(overlay: &Overlay, width: f32, height: f32) -> impl IntoView + use<> {
    let (status, assignee) = (overlay.status, overlay.assignee);
    let y = height - 22.0;
    view! {
        <use class="node-status-icon" href=move || format!("#i-{}", status.get().as_str()) x="40" y=y width="13" height="13"></use>
        <text class="node-status" x="58" y=y + 10.5>{move || step_label(status.get())}</text>
        {move || {
            assignee.get().map(|actor| {
                view! {
                    <g class="node-assignee" data-hue=hue(&actor)>
                        {svg::title().child(actor.to_string())}
                        <circle cx=width - 24.0 cy=y + 6.0 r="10"></circle>
                        <text x=width - 24.0 y=y + 6.5 text-anchor="middle" dominant-baseline="central">{actor.initials()}</text>
                    </g>
                }
            })
        }}
    }
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
