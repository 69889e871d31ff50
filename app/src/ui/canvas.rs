//! The flowchart: a placement drawn as SVG, to be panned and zoomed.
//!
//! The graph and its placement never change here; whatever lies over a node (its status, who handles it) is given by
//! an [`Overlay`] of signals, so that a change touches one node. Pan and zoom set one attribute and bypass the
//! reactive graph.

use std::collections::HashMap;
use std::fmt::Write;

use domain::event::StepStatus;
use domain::graph::{Graph, Node, NodeKind};
use domain::ids::{Actor, NodeId};
use domain::placement::{PlacedEdge, PlacedNode, Placement, Point};
use leptos::prelude::*;
use leptos::{ev, svg};

use super::analyst::hue;
use super::icon::Icon;
use super::status::step_label;

/// What lies over a node.
#[derive(Clone)]
pub(crate) struct Overlay {
    /// Its status; of a phase, the roll-up of what it holds.
    pub(crate) status: Signal<StepStatus>,
    /// Whether it can still be reached.
    pub(crate) applicable: Signal<bool>,
    /// Who handles it.
    pub(crate) assignee: Signal<Option<Actor>>,
    /// The branch taken, at a decision.
    pub(crate) branch: Signal<Option<String>>,
    /// Shown in a phase's head: "3 / 7".
    pub(crate) count: Signal<Option<String>>,
}

/// Where the drawing lies in its window: first scaled by `zoom`, then moved by (`x`, `y`).
#[derive(Clone, Copy, Debug, PartialEq)]
struct View {
    x: f64,
    y: f64,
    zoom: f64,
}

/// What the server renders, and what the browser begins with: the upper left of the drawing, readable.
const START: View = View { x: 8.0, y: 8.0, zoom: 0.85 };
const MIN_ZOOM: f64 = 0.08;
const MAX_ZOOM: f64 = 2.5;
/// How much one press of a button zooms.
const ZOOM_STEP: f64 = 1.25;
/// Pixels that the pointer may move before a press becomes a drag.
const DRAG_THRESHOLD: f64 = 4.0;

impl View {
    fn transform(self) -> String {
        format!("translate({:.2} {:.2}) scale({:.4})", self.x, self.y, self.zoom)
    }

    /// Zooms so that the point (`px`, `py`) of the window stays where it is.
    fn zoomed(self, factor: f64, px: f64, py: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        let ratio = zoom / self.zoom;
        Self { x: px - (px - self.x) * ratio, y: py - (py - self.y) * ratio, zoom }
    }

    /// Shows all of a drawing in the middle of a window, never larger than life.
    fn fitted(drawing: (f64, f64), window: (f64, f64)) -> Self {
        let zoom = (window.0 / drawing.0).min(window.1 / drawing.1).clamp(MIN_ZOOM, 1.0);
        Self { x: (window.0 - drawing.0 * zoom) / 2.0, y: (window.1 - drawing.1 * zoom) / 2.0, zoom }
    }

    /// Moves as little as possible so that a rectangle of the drawing lies in the window.
    fn revealing(self, rect: domain::placement::Rect, window: (f64, f64)) -> Self {
        const MARGIN: f64 = 32.0;
        let shift = |at: f32, size: f32, offset: f64, window: f64| {
            let start = f64::from(at) * self.zoom + offset - MARGIN;
            let end = f64::from(at + size) * self.zoom + offset + MARGIN;
            if start < 0.0 {
                -start
            } else if end > window {
                (window - end).max(-start)
            } else {
                0.0
            }
        };
        Self {
            x: self.x + shift(rect.x, rect.w, self.x, window.0),
            y: self.y + shift(rect.y, rect.h, self.y, window.1),
            zoom: self.zoom,
        }
    }
}

/// The flowchart. `overlays` has one entry per node of the graph, or is empty where there is nothing to lay over.
#[component]
pub(crate) fn Canvas(
    graph: StoredValue<Graph>,
    placement: StoredValue<Placement>,
    #[prop(default = Vec::new())] overlays: Vec<Overlay>,
    selected: RwSignal<Option<NodeId>>,
) -> impl IntoView {
    let scene = NodeRef::<svg::G>::new();
    let window = NodeRef::<svg::Svg>::new();
    let view_state = StoredValue::new(START);
    let set_view = move |next: View| {
        view_state.set_value(next);
        if let Some(scene) = scene.get_untracked() {
            // Writing an attribute of one's own element does not fail.
            let _ = scene.set_attribute("transform", &next.transform());
        }
    };
    let size = move || {
        window.get_untracked().map_or((1.0, 1.0), |window| (f64::from(window.client_width()), f64::from(window.client_height())))
    };
    let zoom = move |factor: f64| {
        let (width, height) = size();
        set_view(view_state.get_value().zoomed(factor, width / 2.0, height / 2.0));
    };
    let fit = move |_| {
        let drawing = placement.with_value(|placement| (f64::from(placement.width), f64::from(placement.height)));
        set_view(View::fitted(drawing, size()));
    };
    let drag = StoredValue::new(None::<(f64, f64, View, bool)>);
    let on_down = move |event: ev::PointerEvent| {
        if event.button() <= 1 {
            drag.set_value(Some((f64::from(event.client_x()), f64::from(event.client_y()), view_state.get_value(), false)));
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        let Some((x, y, start, dragging)) = drag.get_value() else { return };
        let (dx, dy) = (f64::from(event.client_x()) - x, f64::from(event.client_y()) - y);
        if !dragging && dx.hypot(dy) < DRAG_THRESHOLD {
            return;
        }
        if !dragging {
            // From here on the press is a drag, wherever the pointer goes; without capture it ends at the border.
            let _ = window.get_untracked().map(|window| window.set_pointer_capture(event.pointer_id()));
            drag.set_value(Some((x, y, start, true)));
        }
        set_view(View { x: start.x + dx, y: start.y + dy, ..start });
    };
    let on_up = move |_: ev::PointerEvent| drag.set_value(None);
    let on_wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        let view = view_state.get_value();
        if event.ctrl_key() || event.meta_key() {
            let Some(rect) = window.get_untracked().map(|window| window.get_bounding_client_rect()) else { return };
            let factor = (-event.delta_y() * 0.0025).exp().clamp(0.5, 2.0);
            let (px, py) = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
            set_view(view.zoomed(factor, px, py));
        } else {
            let (dx, dy) = if event.shift_key() { (event.delta_y(), 0.0) } else { (event.delta_x(), event.delta_y()) };
            set_view(View { x: view.x - dx, y: view.y - dy, ..view });
        }
    };
    Effect::new(move || {
        let Some(id) = selected.get() else { return };
        let rect = placement.with_value(|placement| {
            placement.nodes.iter().find(|node| node.id == id).map(|node| node.rect)
        });
        if let Some(rect) = rect {
            set_view(view_state.get_value().revealing(rect, size()));
        }
    });
    let drawing = placement.with_value(|placement| graph.with_value(|graph| draw(graph, placement, &overlays, selected)));
    view! {
        <div class="canvas">
            <svg
                class="canvas-window"
                node_ref=window
                role="group"
                aria-label="Flowchart"
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=on_up
                on:wheel=on_wheel
            >
                <defs>
                    <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                        <path d="M0 0.5 8 4 0 7.5z" />
                    </marker>
                </defs>
                <g node_ref=scene transform=START.transform()>
                    {drawing}
                </g>
            </svg>
            <div class="canvas-tools" role="toolbar" aria-label="Zoom">
                <button type="button" class="icon-button" title="Zoom in (Ctrl+wheel)" aria-label="Zoom in" on:click=move |_| zoom(ZOOM_STEP)>
                    <Icon name="plus" />
                </button>
                <button type="button" class="icon-button" title="Zoom out (Ctrl+wheel)" aria-label="Zoom out" on:click=move |_| zoom(1.0 / ZOOM_STEP)>
                    <Icon name="minus" />
                </button>
                <button type="button" class="icon-button" title="Show everything" aria-label="Show everything" on:click=fit>
                    <Icon name="fit" />
                </button>
            </div>
        </div>
    }
}

/// Frames, then edges, then nodes: what is drawn later lies on top.
fn draw(graph: &Graph, placement: &Placement, overlays: &[Overlay], selected: RwSignal<Option<NodeId>>) -> impl IntoView + use<> {
    let position: HashMap<&NodeId, usize> = graph.nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
    let is_frame = |node: &Node| {
        node.kind == NodeKind::Phase && graph.nodes.iter().any(|member| member.phase.as_ref() == Some(&node.id))
    };
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

fn frame(node: &Node, placed: &PlacedNode, overlay: Option<Overlay>, selected: RwSignal<Option<NodeId>>) -> impl IntoView + use<> {
    let rect = placed.rect;
    let id = node.id.clone();
    let is_selected = { let id = id.clone(); move || selected.with(|selected| selected.as_ref() == Some(&id)) };
    let status = overlay.as_ref().map(|overlay| overlay.status);
    let applicable = overlay.as_ref().map(|overlay| overlay.applicable);
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
                <rect class="frame-handle" width=rect.w height="32" rx="10"></rect>
                <text x="14" y="21">{placed.lines.join(" ")}</text>
                <text class="frame-count" x=rect.w - 14.0 y="21" text-anchor="end">{move || count.and_then(|count| count.get())}</text>
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
                    <title>{text}</title>
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

fn shape(node: &Node, placed: &PlacedNode, overlay: Option<Overlay>, selected: RwSignal<Option<NodeId>>) -> impl IntoView + use<> {
    let rect = placed.rect;
    let (w, h) = (rect.w, rect.h);
    let kind = node.kind;
    let id = node.id.clone();
    let label = node.label.clone();
    let is_selected = { let id = id.clone(); move || selected.with(|selected| selected.as_ref() == Some(&id)) };
    let name = {
        let overlay = overlay.clone();
        move || match &overlay {
            Some(overlay) => format!("{}: {label}, {}", kind.as_str(), step_label(overlay.status.get())),
            None => format!("{}: {label}", kind.as_str()),
        }
    };
    let status = overlay.as_ref().map(|overlay| overlay.status);
    let applicable = overlay.as_ref().map(|overlay| overlay.applicable);
    let select = { let id = id.clone(); move || selected.set(Some(id.clone())) };
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
            _ => format!("M8 0H{}a8 8 0 0 1 8 8V{}a8 8 0 0 1 -8 8H8a8 8 0 0 1 -8 -8V8a8 8 0 0 1 8 -8z", w - 8.0, h - 8.0),
        };
        let lines = placed
            .lines
            .iter()
            .zip(0_u8..)
            .map(|(line, row)| view! { <tspan x="40" y=24.0 + 17.0 * f32::from(row)>{line.clone()}</tspan> })
            .collect_view();
        view! {
            <path class="node-body" d=outline></path>
            <use class="node-kind" href=format!("#i-{}", kind.as_str()) x="16" y="11" width="16" height="16"></use>
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
            transform=format!("translate({} {})", rect.x, rect.y)
            tabindex="0"
            role="button"
            aria-label=name
            on:click=move |_| select()
            on:keydown=on_key
        >
            {body}
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
                        <title>{actor.to_string()}</title>
                        <circle cx=width - 24.0 cy=y + 6.0 r="10"></circle>
                        <text x=width - 24.0 y=y + 6.5 text-anchor="middle" dominant-baseline="central">{actor.initials()}</text>
                    </g>
                }
            })
        }}
    }
}

/// At most `limit` characters, with a mark where something was left out.
fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::placement::Rect;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let before = View { x: 10.0, y: -20.0, zoom: 0.8 };
        let after = before.zoomed(1.5, 200.0, 100.0);
        let world = |view: View| ((200.0 - view.x) / view.zoom, (100.0 - view.y) / view.zoom);
        assert!(close(world(before).0, world(after).0) && close(world(before).1, world(after).1));
    }

    #[test]
    fn zoom_has_its_bounds() {
        assert!(close(START.zoomed(1e9, 0.0, 0.0).zoom, MAX_ZOOM));
        assert!(close(START.zoomed(1e-9, 0.0, 0.0).zoom, MIN_ZOOM));
    }

    #[test]
    fn fitting_shows_all_and_never_enlarges() {
        let view = View::fitted((2_000.0, 500.0), (1_000.0, 800.0));
        assert!(close(view.zoom, 0.5) && close(view.x, 0.0) && close(view.y, 275.0));
        assert!(close(View::fitted((100.0, 100.0), (1_000.0, 800.0)).zoom, 1.0));
    }

    #[test]
    fn revealing_moves_only_what_is_out_of_sight() {
        let view = View { x: 0.0, y: 0.0, zoom: 1.0 };
        let inside = Rect { x: 100.0, y: 100.0, w: 50.0, h: 50.0 };
        assert_eq!(view.revealing(inside, (800.0, 600.0)), view);
        let below = Rect { x: 100.0, y: 900.0, w: 50.0, h: 50.0 };
        let moved = view.revealing(below, (800.0, 600.0));
        assert!(close(moved.x, 0.0) && close(moved.y, 600.0 - 982.0));
    }

    #[test]
    fn corners_are_rounded_and_ends_are_kept() {
        let point = |x, y| Point { x, y };
        let path = path_through(&[point(0.0, 0.0), point(0.0, 50.0), point(80.0, 50.0)]);
        assert_eq!(path, "M0.0 0.0 L0.0 42.0 Q0.0 50.0 8.0 50.0 L80.0 50.0 ");
    }
}
