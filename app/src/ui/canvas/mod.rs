//! The flowchart: a placement drawn as SVG, to be panned and zoomed.
//!
//! The graph and its placement never change here; whatever lies over a node (its status, who handles it) is given by
//! an [`Overlay`] of signals, so that a change touches one node. Pan and zoom set one attribute and bypass the
//! reactive graph.

mod draw;
mod marks;
mod view;

use domain::event::StepStatus;
use domain::graph::Graph;
use domain::ids::{Actor, NodeId};
use domain::placement::Placement;
use domain::presence::Analyst;
use leptos::prelude::*;
use leptos::{ev, svg};

use self::draw::draw;
use self::view::{START, View};
use super::icon::Icon;

/// How much one press of a button zooms.
const ZOOM_STEP: f64 = 1.25;
/// Pixels that the pointer may move before a press becomes a drag.
const DRAG_THRESHOLD: f64 = 4.0;

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
    /// Whether a change of it is not confirmed yet.
    pub(crate) pending: Signal<bool>,
    /// The others who look at it.
    pub(crate) viewers: Signal<Vec<Analyst>>,
    /// Whether it has changed since it was looked at.
    pub(crate) unseen: Signal<bool>,
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
        window
            .get_untracked()
            .map_or((1.0, 1.0), |window| (f64::from(window.client_width()), f64::from(window.client_height())))
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
            drag.set_value(Some((
                f64::from(event.client_x()),
                f64::from(event.client_y()),
                view_state.get_value(),
                false,
            )));
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
        let rect =
            placement.with_value(|placement| placement.nodes.iter().find(|node| node.id == id).map(|node| node.rect));
        // Later than the rendering: before it, a new window has no size.
        request_animation_frame(move || {
            if let (Some(rect), Some(view)) = (rect, view_state.try_get_value()) {
                set_view(view.revealing(rect, size()));
            }
        });
    });
    let drawing =
        placement.with_value(|placement| graph.with_value(|graph| draw(graph, placement, &overlays, selected)));
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
                    <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
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
