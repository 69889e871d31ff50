//! A drawing as markup: frames, then edges, then their labels, then nodes. What is drawn later lies on top; each layer is
//! cut into tiles.

use domain::graph::Graph;
use domain::placement::Placement;

use super::edge;
use super::node::Shape;
use super::plan::Plan;
use super::tiles::Tile;
use super::{HistoryLine, Overlay};
use domain::drawing::markup::Markup;

/// Draws everything. `selected` is chosen, and the tab key stops at `tab_stop`; both are places in the graph.
pub(super) fn draw(
    graph: &Graph,
    placement: &Placement,
    plan: &Plan,
    (overlays, history): (&[Overlay], &[HistoryLine]),
    selected: Option<usize>,
    tab_stop: usize,
) -> String {
    let mut markup = Markup::default();
    let mut number = 0;
    let mut write_layer = |tiles: &[Tile], write: &dyn Fn(&mut Markup, usize)| {
        for tile in tiles {
            let id = format!("t{number}");
            number += 1;
            markup.open("g", &[("class", &"tile"), ("id", &id)]);
            tile.items.iter().for_each(|&item| write(&mut markup, item));
            markup.close("g");
        }
    };
    let shape = |at: usize| Shape {
        at,
        node: &graph.nodes[at],
        placed: &placement.nodes[at],
        overlay: overlays.get(at),
        history: history.get(at).filter(|line| !line.text.is_empty()),
        selected: selected == Some(at),
        tab_stop: tab_stop == at,
    };
    let [frames, lines, labels, nodes] = &plan.layers;
    let state = |edge: usize| edge::state_of(&plan.ways[edge], overlays);
    write_layer(frames, &|markup, at| shape(at).write_frame(markup));
    write_layer(lines, &|markup, at| edge::write_line(markup, &placement.edges[at], state(at)));
    write_layer(labels, &|markup, at| edge::write_label(markup, &graph.edges[at], &placement.edges[at], state(at)));
    write_layer(nodes, &|markup, at| shape(at).write(markup));
    markup.finish()
}
