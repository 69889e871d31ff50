//! The flowchart: a placement drawn as SVG, to be panned and zoomed, walked by keys and followed.
//!
//! The graph and its placement never change here; whatever lies over a node (its status, who handles it) is given as an
//! [`Overlay`], so that a change touches one node. The drawing is markup that leptos does not look into: one effect per
//! node writes what changed. Pan and zoom write one style per frame and bypass the reactive graph.

mod camera;
mod chart;
mod draw;
mod edge;
mod frame;
mod gestures;
mod marks;
mod minimap;
mod node;
mod plan;
mod tiles;
mod view;
mod walk;
mod window;

use domain::event::StepStatus;
use domain::graph::{Graph, NodeKind};
use domain::ids::{Actor, NodeId};
use domain::placement::Placement;
use domain::presence::Analyst;
use leptos::prelude::*;
use leptos::{ev, html};
use serde::{Deserialize, Serialize};

use self::camera::Camera;
use self::chart::{Chart, node_at};
use self::draw::draw;
use self::gestures::{Gestures, ZOOM_STEP};
use self::minimap::{FOLDED, Map, Minimap};
use self::plan::Plan;
use self::view::{First, View};
use self::window::watch;
use super::icon::Icon;
use super::storage;

/// What lies over a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Overlay {
    /// Its status; of a phase, the roll-up of what it holds.
    pub(crate) status: StepStatus,
    /// Whether it can still be reached.
    pub(crate) applicable: bool,
    /// Who handles it.
    pub(crate) assignee: Option<Actor>,
    /// The branch taken, at a decision.
    pub(crate) branch: Option<String>,
    /// Of a phase: how many of how many steps are done.
    pub(crate) count: Option<(u32, u32)>,
    /// How long it has been in progress, or blocked: "12 min".
    pub(crate) elapsed: Option<String>,
    /// Who blocked it, when, and what they wait for.
    pub(crate) hold: Option<String>,
    /// How many notes and files it has.
    pub(crate) notes: usize,
    pub(crate) evidence: usize,
    /// Whether a change of it is not confirmed yet.
    pub(crate) pending: bool,
    /// The others who look at it.
    pub(crate) viewers: Vec<Analyst>,
    /// Whether it has changed since it was looked at.
    pub(crate) unseen: bool,
}

impl Overlay {
    /// Whether it steps back, because it can no longer be reached.
    fn is_dimmed(&self) -> bool {
        !self.applicable
    }
}

impl Default for Overlay {
    fn default() -> Self {
        Self {
            status: StepStatus::NotStarted,
            applicable: true,
            assignee: None,
            branch: None,
            count: None,
            elapsed: None,
            hold: None,
            notes: 0,
            evidence: 0,
            pending: false,
            viewers: Vec::new(),
            unseen: false,
        }
    }
}

/// What became of a node in past executions, as it stands below its label. It never changes; whether it is seen is a matter
/// of the page's style.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HistoryLine {
    /// What stands there; nothing when empty.
    pub(crate) text: String,
    /// How often it was blocked, if ever.
    pub(crate) blocked: Option<String>,
    /// All of it, in a sentence.
    pub(crate) explained: String,
}

/// Where the view was when a canvas went, for the one that takes its place.
#[derive(Clone, Copy)]
pub(crate) struct KeptView(StoredValue<Option<View>>);

impl Default for KeptView {
    fn default() -> Self {
        Self(StoredValue::new(None))
    }
}

/// The flowchart. `overlays` has one entry per node of the graph, or is empty where there is nothing to lay over; so
/// has `history`.
///
/// While `follow` is on, the view moves to the `newest` node whenever that is told, until it is moved by hand.
#[component]
pub(crate) fn Canvas(
    graph: StoredValue<Graph>,
    placement: StoredValue<Placement>,
    #[prop(default = Vec::new())] overlays: Vec<Signal<Overlay>>,
    #[prop(default = Vec::new())] history: Vec<HistoryLine>,
    selected: RwSignal<Option<NodeId>>,
    #[prop(optional)] follow: Option<RwSignal<bool>>,
    #[prop(optional)] newest: Option<Signal<Option<NodeId>>>,
    #[prop(optional)] kept: Option<KeptView>,
) -> impl IntoView {
    let shown: Vec<Overlay> = untrack(|| overlays.iter().map(Signal::get).collect());
    let plan = graph.with_value(|graph| placement.with_value(|placement| Plan::new(graph, placement)));
    let chosen = selected.get_untracked().and_then(|id| plan.position(&id));
    let first_node = graph.with_value(|graph| graph.nodes.iter().position(|node| node.kind != NodeKind::Phase));
    let tab_stop = chosen.or(first_node).unwrap_or_default();
    let drawing = graph.with_value(|graph| {
        placement.with_value(|placement| draw(graph, placement, &plan, (&shown, &history), chosen, tab_stop))
    });
    let size = placement.with_value(|placement| (f64::from(placement.width), f64::from(placement.height)));
    let first =
        First::of(size, chosen.and_then(|at| placement.with_value(|placement| Some(placement.nodes.get(at)?.rect))));
    let kept_tile = plan.tile_of.get(tab_stop).copied().unwrap_or_default();
    let chart = Chart {
        graph,
        placement,
        camera: Camera::new(size, plan.tile_bounds(), kept_tile, follow),
        plan: StoredValue::new(plan),
        shown: StoredValue::new(shown),
        map: Map::new(),
        selected,
        tab_stop: StoredValue::new(tab_stop),
    };
    let gestures = Gestures::new(chart);
    let before = kept.and_then(|kept| kept.0.get_value());
    watch(chart, gestures, first, before);
    if let Some(kept) = kept {
        on_cleanup(move || kept.0.set_value(chart.camera.last()));
    }
    show_changes(chart, overlays);
    if let (Some(follow), Some(newest)) = (follow, newest) {
        Effect::new(move || go_to_newest(chart, follow, newest));
    }
    let choose = move |event: ev::MouseEvent| {
        if let Some(at) = node_at(&event) {
            chart.choose(at);
        }
    };
    let focused = move |event: ev::FocusEvent| {
        let Some(at) = node_at(&event) else { return };
        chart.stop_at(at);
        // Not under the pointer, where the node is in view and would slip away.
        let by_key = event_target::<web_sys::Element>(&event).matches(":focus-visible").unwrap_or_default();
        if by_key {
            chart.reveal(at);
        }
    };
    view! {
        <div class="canvas" node_ref=gestures.canvas on:keydown=move |event| gestures.key(&event)>
            <div
                class="canvas-window"
                node_ref=gestures.window
                role="application"
                aria-roledescription="flowchart"
                aria-label="Flowchart"
                on:pointerdown=move |event| gestures.press(&event)
                on:pointermove=move |event| gestures.drag(&event)
                on:pointerup=move |_| gestures.release()
                on:pointercancel=move |_| gestures.release()
                on:wheel=move |event| gestures.wheel(&event)
                on:click=choose
                on:focusin=focused
            >
                <svg class="scene" node_ref=chart.camera.scene viewBox=first.view_box(size)>
                    <defs>
                        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
                            <path d="M0 0.5 8 4 0 7.5z" />
                        </marker>
                    </defs>
                    <g transform=first.transform() inner_html=drawing></g>
                </svg>
            </div>
            <Tools gestures map=chart.map follow percent=chart.camera.percent zoom=first.percent() />
            <Minimap chart />
        </div>
    }
}

/// Draws what changes: the overlay of a node, and which node is chosen.
fn show_changes(chart: Chart, overlays: Vec<Signal<Overlay>>) {
    for (at, overlay) in overlays.into_iter().enumerate() {
        Effect::new(move || chart.repaint(at, &overlay.get()));
    }
    Effect::new(move |before: Option<Option<usize>>| {
        let now = chart.selected.get().and_then(|id| chart.position(&id));
        // What was chosen from the beginning is in the first view.
        if let Some(before) = before
            && before != now
        {
            chart.mark_selected(before, now);
            if let Some(now) = now {
                chart.stop_at(now);
                chart.reveal(now);
            }
        }
        now
    });
}

fn go_to_newest(chart: Chart, follow: RwSignal<bool>, newest: Signal<Option<NodeId>>) {
    if follow.get()
        && let Some(at) = newest.get().and_then(|id| chart.position(&id))
    {
        let camera = chart.camera;
        camera.go(camera.aim().following(chart.target(at), chart.room()));
    }
}

/// The buttons for whoever has no wheel, and what the view does by itself.
#[component]
fn Tools(
    gestures: Gestures,
    map: Map,
    follow: Option<RwSignal<bool>>,
    percent: NodeRef<html::Button>,
    zoom: String,
) -> impl IntoView {
    let fold = move |_| {
        map.folded.update(|folded| *folded = !*folded);
        if map.folded.get_untracked() {
            storage::set(FOLDED, "yes");
        } else {
            storage::remove(FOLDED);
        }
    };
    let pressed = |on: bool| if on { "true" } else { "false" };
    view! {
        <div class="canvas-tools" role="toolbar" aria-label="View of the flowchart">
            <button type="button" class="icon-button" title="Zoom out (-, Ctrl+wheel)" aria-label="Zoom out" on:click=move |_| gestures.zoom(1.0 / ZOOM_STEP)>
                <Icon name="minus" />
            </button>
            <button type="button" class="icon-button canvas-percent figures" title="Back to 100 %" node_ref=percent on:click=move |_| gestures.zoom_to_life()>
                {zoom}
            </button>
            <button type="button" class="icon-button" title="Zoom in (+, Ctrl+wheel)" aria-label="Zoom in" on:click=move |_| gestures.zoom(ZOOM_STEP)>
                <Icon name="plus" />
            </button>
            <button type="button" class="icon-button" title="Show everything (0)" aria-label="Show everything" on:click=move |_| gestures.fit()>
                <Icon name="fit" />
            </button>
            <button type="button" class="icon-button" title="Zoom to the chosen step (z)" aria-label="Zoom to the chosen step" on:click=move |_| gestures.zoom_to_selection()>
                <Icon name="target" />
            </button>
            {follow
                .map(|follow| {
                    view! {
                        <button
                            type="button"
                            class="icon-button canvas-follow"
                            title="Follow: the view moves to each change as it arrives, until you move it (f)"
                            aria-label="Follow changes"
                            aria-pressed=move || pressed(follow.get())
                            on:click=move |_| follow.update(|follow| *follow = !*follow)
                        >
                            <Icon name="follow" />
                        </button>
                    }
                })}
            <button
                type="button"
                class="icon-button"
                title="Map of the whole flowchart"
                aria-label="Map"
                hidden=move || !map.wanted.get()
                aria-pressed=move || pressed(!map.folded.get())
                on:click=fold
            >
                <Icon name="map" />
            </button>
        </div>
        {follow.map(|follow| view! { <p class="canvas-following" hidden=move || !follow.get()><Icon name="follow" />"Following changes"</p> })}
    }
}
