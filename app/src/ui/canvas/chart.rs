//! A flowchart on the screen: what belongs together of its drawing, its camera and the nodes as they are shown, and the
//! few ways in which nodes change after they were drawn.
//!
//! Nodes are found by id (`n` and their place in the graph) when something is to be done to them; none is held.

use domain::graph::Graph;
use domain::ids::NodeId;
use domain::placement::{Placement, Rect};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::Overlay;
use super::camera::Camera;
use super::edge;
use super::minimap::Map;
use super::node::{name, write_state};
use super::plan::Plan;
use super::walk::{Arrow, next};
use crate::ui::focus::focus_on;
use domain::drawing::markup::Markup;

/// See the module.
#[derive(Clone, Copy)]
pub(super) struct Chart {
    pub(super) graph: StoredValue<Graph>,
    pub(super) placement: StoredValue<Placement>,
    pub(super) plan: StoredValue<Plan>,
    /// What lies over each node, as it is drawn at this moment; empty where nothing does.
    pub(super) shown: StoredValue<Vec<Overlay>>,
    pub(super) camera: Camera,
    pub(super) map: Map,
    pub(super) selected: RwSignal<Option<NodeId>>,
    /// The one node at which the tab key stops.
    pub(super) tab_stop: StoredValue<usize>,
}

impl Chart {
    /// The size of the drawing.
    pub(super) fn size(self) -> (f64, f64) {
        self.placement.with_value(|placement| (f64::from(placement.width), f64::from(placement.height)))
    }

    /// The place of a node in the graph.
    pub(super) fn position(self, id: &NodeId) -> Option<usize> {
        self.plan.try_with_value(|plan| plan.position(id)).flatten()
    }

    /// Where a node lies.
    pub(super) fn rect(self, at: usize) -> Rect {
        self.placement.with_value(|placement| placement.nodes.get(at).map(|placed| placed.rect)).unwrap_or_default()
    }

    /// What is to be in the window when a node is to be seen; of a frame, the part with its head.
    pub(super) fn target(self, at: usize) -> Rect {
        const PART: (f32, f32) = (420.0, 200.0);
        let rect = self.rect(at);
        if self.plan.with_value(|plan| plan.is_frame[at]) {
            Rect { w: rect.w.min(PART.0), h: rect.h.min(PART.1), ..rect }
        } else {
            rect
        }
    }

    /// So much of the window, from its upper left, is free of what lies on it.
    pub(super) fn room(self) -> (f64, f64) {
        /// How high the tools are, which lie at the lower left.
        const TOOLS: f64 = 48.0;
        let (width, height) = self.camera.size();
        self.map.room((width, (height - TOOLS).max(0.0)), self.size())
    }

    /// Brings a node into sight.
    pub(super) fn reveal(self, at: usize) {
        self.camera.reveal(self.target(at), self.room());
    }

    /// Chooses a node; its panel is rendered after that.
    pub(super) fn choose(self, at: usize) {
        self.selected.set(self.graph.with_value(|graph| graph.nodes.get(at).map(|node| node.id.clone())));
    }

    /// Chooses a node and goes on in its panel.
    pub(super) fn open(self, at: usize) {
        self.choose(at);
        request_animation_frame(|| focus_on("#panel-title"));
    }

    /// Makes a node the one that the tab key stops at; it is there wherever the window is.
    pub(super) fn stop_at(self, at: usize) {
        for (stop, tab_index) in [(self.tab_stop.get_value(), "-1"), (at, "0")] {
            if let Some(element) = element_of(stop) {
                set(&element, "tabindex", tab_index);
            }
        }
        self.tab_stop.set_value(at);
        self.camera.keep(self.plan.with_value(|plan| plan.tile_of[at]));
    }

    /// Moves the focus along an arrow.
    pub(super) fn walk(self, from: usize, arrow: Arrow) {
        let to = self.plan.with_value(|plan| {
            let is_taken =
                |way: usize| self.shown.with_value(|shown| edge::state_of(&plan.ways[way], shown) == " taken");
            self.placement.with_value(|placement| next(plan, &placement.nodes, from, arrow, is_taken))
        });
        if let Some(to) = to {
            self.stop_at(to);
            focus(to);
        }
    }

    /// Marks the chosen node, and no longer the one before.
    pub(super) fn mark_selected(self, before: Option<usize>, now: Option<usize>) {
        for (at, is_selected) in [(before, false), (now, true)] {
            if let Some(element) = at.and_then(|at| self.carrier_of(at)) {
                toggle(&element, "selected", is_selected);
            }
        }
    }

    /// Draws what has changed about a node, and about the edges at it.
    pub(super) fn repaint(self, at: usize, overlay: &Overlay) {
        let replaced = self.shown.try_update_value(|shown| std::mem::replace(&mut shown[at], overlay.clone()));
        let Some(before) = replaced.filter(|before| before != overlay) else { return };
        let (Some(button), Some(carrier)) = (element_of(at), self.carrier_of(at)) else { return };
        let node_and_place = |graph: &Graph, placement: &Placement| {
            let node = &graph.nodes[at];
            let mut state = Markup::default();
            write_state(&mut state, node.kind, Some(overlay), placement.nodes[at].rect);
            (name(node, Some(overlay)), state.finish())
        };
        let (name, state) =
            self.graph.with_value(|graph| self.placement.with_value(|placement| node_and_place(graph, placement)));
        set(&carrier, "data-status", overlay.status.as_str());
        toggle(&carrier, "dimmed", overlay.is_dimmed());
        toggle(&carrier, "pending", overlay.pending);
        if let Some(title) = button.first_element_child() {
            title.set_text_content(Some(&name));
        }
        if let Some(group) = button.last_element_child() {
            group.set_inner_html(&state);
        }
        if before.applicable != overlay.applicable || before.branch != overlay.branch {
            self.repaint_ways(at);
        }
        self.map.ask(self);
    }

    fn repaint_ways(self, at: usize) {
        self.plan.with_value(|plan| {
            for &way in &plan.ways_at[at] {
                let state = self.shown.with_value(|shown| edge::state_of(&plan.ways[way], shown));
                for part in ['e', 'l'] {
                    if let Some(element) = document().get_element_by_id(&format!("{part}{way}")) {
                        set(&element, "class", &format!("way{state}"));
                    }
                }
            }
        });
    }

    /// The element that carries the status of a node: of a phase, the frame around its head.
    fn carrier_of(self, at: usize) -> Option<web_sys::Element> {
        let element = element_of(at)?;
        if self.plan.try_with_value(|plan| plan.is_frame[at])? { element.parent_element() } else { Some(element) }
    }
}

/// The element by which a node is chosen.
fn element_of(at: usize) -> Option<web_sys::Element> {
    document().get_element_by_id(&format!("n{at}"))
}

/// The node that an event happened at, by its place in the graph.
pub(super) fn node_at(event: &web_sys::Event) -> Option<usize> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let button = target.closest("[data-node-id]").ok()??;
    button.id().strip_prefix('n')?.parse().ok()
}

fn focus(at: usize) {
    if let Some(element) = element_of(at) {
        let options = web_sys::FocusOptions::new();
        // The camera brings it into view.
        options.set_prevent_scroll(true);
        // Nodes can take the focus.
        let _ = element.unchecked_into::<web_sys::SvgElement>().focus_with_options(&options);
    }
}

/// Writing to one's own elements does not fail.
fn set(element: &web_sys::Element, attribute: &str, value: &str) {
    let _ = element.set_attribute(attribute, value);
}

fn toggle(element: &web_sys::Element, class: &str, on: bool) {
    let _ = element.class_list().toggle_with_force(class, on);
}
