//! What lies around a node on an execution's canvas: who else looks at it, and whether it has changed meanwhile.
//!
//! Each person has a ring of their own around the node, one outside the other, and a badge with their initials; who is
//! about to change the node has a thicker ring and a pencil.

use domain::presence::Analyst;

use super::Overlay;
use super::markup::{Attribute, Markup};
use super::node::write_icon;
use crate::ui::analyst::doing;

/// Rings and badges that fit around a node; of more only the number.
const SHOWN: usize = 4;
const RING_STEP: f32 = 4.0;

/// Writes the marks around a node of that size.
pub(super) fn write_marks(markup: &mut Markup, overlay: &Overlay, width: f32, height: f32) {
    for (number, person) in (1_u8..).zip(overlay.viewers.iter().take(SHOWN)) {
        write_ring(markup, person, f32::from(number) * RING_STEP, (width, height));
    }
    let mut end = width - 4.0;
    for person in overlay.viewers.iter().take(SHOWN) {
        let wide = if person.editing { 34.0 } else { 20.0 };
        write_badge(markup, person, end - wide, wide);
        end -= wide + 2.0;
    }
    let more = overlay.viewers.len().saturating_sub(SHOWN);
    if more > 0 {
        let attributes: [Attribute; 4] =
            [("class", &"node-more detail"), ("x", &(end - 2.0)), ("y", &-3), ("text-anchor", &"end")];
        markup.element("text", &attributes, &format_args!("+{more}"));
    }
    if overlay.unseen {
        markup.open("circle", &[("class", &"node-unseen"), ("cx", &2), ("cy", &2), ("r", &6)]);
        markup.element("title", &[], &"Changed since you looked");
        markup.close("circle");
    }
}

fn write_ring(markup: &mut Markup, person: &Analyst, out: f32, (width, height): (f32, f32)) {
    markup.element(
        "rect",
        &[
            ("class", &if person.editing { "node-ring editing" } else { "node-ring" }),
            ("data-hue", &person.color.place()),
            ("x", &-out),
            ("y", &-out),
            ("width", &(width + 2.0 * out)),
            ("height", &(height + 2.0 * out)),
            ("rx", &(8.0 + out)),
        ],
        &"",
    );
}

fn write_badge(markup: &mut Markup, person: &Analyst, start: f32, wide: f32) {
    markup.open(
        "g",
        &[("class", &"node-viewer detail"), ("data-hue", &person.color.place()), ("data-editing", &person.editing)],
    );
    markup.element("title", &[], &format_args!("{} {}", person.name, doing(person.editing)));
    markup.element("rect", &[("x", &start), ("y", &-17), ("width", &wide), ("height", &20), ("rx", &10)], &"");
    if person.editing {
        write_icon(markup, "node-pencil", "pencil", (start + 4.0, -13.0), 12.0);
    }
    markup.element(
        "text",
        &[("x", &(start + wide - 10.0)), ("y", &-6.5), ("text-anchor", &"middle"), ("dominant-baseline", &"central")],
        &person.name.initials(),
    );
    markup.close("g");
}
