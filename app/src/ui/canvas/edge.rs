//! An edge as markup: the line, and its label, which lies above all lines.

use domain::graph::Edge;
use domain::placement::PlacedEdge;
use domain::text::shortened;

use super::Overlay;
use super::plan::Way;
use domain::drawing::markup::{Attribute, Markup};
use domain::drawing::shape;

/// As many characters as the layout leaves room for.
const LABEL_LENGTH: usize = 22;

/// What of an edge is told by its class: of a decision's ways, the one that was taken stands out; what leads to or comes
/// from where nobody can get to any more steps back. Without overlays it has no state.
pub(super) fn state_of(way: &Way, overlays: &[Overlay]) -> &'static str {
    let (Some(from), Some(to)) = (overlays.get(way.from), overlays.get(way.to)) else { return "" };
    let chosen = from.branch.as_ref().zip(way.branch.as_ref()).map(|(taken, branch)| taken == branch);
    match chosen {
        Some(true) if !from.is_dimmed() => " taken",
        Some(false) => " untaken",
        _ if from.is_dimmed() || to.is_dimmed() => " untaken",
        _ => "",
    }
}

/// Writes the line of an edge.
pub(super) fn write_line(markup: &mut Markup, placed: &PlacedEdge, state: &str) {
    let id = format!("e{}", placed.edge);
    let path = shape::path_through(&placed.points);
    // A group carries the state, so that a line can have classes of its own.
    markup.open("g", &[("id", &id), ("class", &format_args!("way{state}"))]);
    let class = if placed.back { "edge back" } else { "edge" };
    markup.element("path", &[("class", &class), ("d", &path), ("marker-end", &"url(#arrow)")], &"");
    markup.close("g");
}

/// Writes the label of an edge, if it has one.
pub(super) fn write_label(markup: &mut Markup, edge: &Edge, placed: &PlacedEdge, state: &str) {
    let (Some(text), Some(at)) = (&edge.label, placed.label_at) else { return };
    let id = format!("l{}", placed.edge);
    markup.open("g", &[("id", &id), ("class", &format_args!("way{state}"))]);
    let attributes: [Attribute; 5] = [
        ("class", &"edge-label detail"),
        ("x", &at.x),
        ("y", &at.y),
        ("text-anchor", &"middle"),
        ("dominant-baseline", &"central"),
    ];
    markup.open("text", &attributes);
    markup.element("title", &[], text);
    markup.element("tspan", &[], &shortened(text, LABEL_LENGTH));
    markup.close("text");
    markup.close("g");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_taken_way_stands_out_and_what_is_out_of_reach_steps_back() {
        let way = |from, to, branch: Option<&str>| Way { from, to, branch: branch.map(str::to_owned) };
        let decision = Overlay { branch: Some("Yes".to_owned()), ..Overlay::default() };
        let out_of_reach = Overlay { applicable: false, ..Overlay::default() };
        let overlays = [decision, Overlay::default(), out_of_reach, Overlay::default()];
        assert_eq!(state_of(&way(0, 1, Some("Yes")), &overlays), " taken");
        assert_eq!(state_of(&way(0, 2, Some("No")), &overlays), " untaken");
        assert_eq!(state_of(&way(2, 3, None), &overlays), " untaken");
        assert_eq!(state_of(&way(1, 3, None), &overlays), "");
        assert_eq!(state_of(&way(0, 1, Some("No")), &[]), "");
    }
}
