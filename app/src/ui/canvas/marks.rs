//! What lies around a node on an execution's canvas: who else looks at it, and whether it has changed meanwhile.
//!
//! Each person has a ring of their own around the node, one outside the other, and a badge with their initials; who is
//! about to change the node has a thicker ring and a pencil.

use domain::placement::{Point, Rect};
use domain::presence::Analyst;

use super::Overlay;
use crate::ui::analyst::doing;
use domain::drawing::icon::write_icon;
use domain::drawing::markup::{Attribute, Markup};

/// Rings and badges that fit around a node; of more only the number.
const SHOWN: usize = 4;
const RING_STEP: f32 = 4.0;

/// Writes the marks around a node that lies there.
pub(super) fn write_marks(markup: &mut Markup, overlay: &Overlay, rect: Rect) {
    for (number, person) in (1_u8..).zip(overlay.viewers.iter().take(SHOWN)) {
        write_ring(markup, person, rect, f32::from(number) * RING_STEP);
    }
    let mut end = rect.x + rect.w - 4.0;
    for person in overlay.viewers.iter().take(SHOWN) {
        let wide = if person.editing { 34.0 } else { 20.0 };
        write_badge(markup, person, Point { x: end - wide, y: rect.y - 17.0 }, wide);
        end -= wide + 2.0;
    }
    let more = overlay.viewers.len().saturating_sub(SHOWN);
    if more > 0 {
        let (x, y) = (end - 2.0, rect.y - 3.0);
        let attributes: [Attribute; 4] =
            [("class", &"node-more detail"), ("x", &x), ("y", &y), ("text-anchor", &"end")];
        markup.element("text", &attributes, &format_args!("+{more}"));
    }
    if overlay.unseen {
        let (x, y) = (rect.x + 2.0, rect.y + 2.0);
        markup.open("circle", &[("class", &"node-unseen"), ("cx", &x), ("cy", &y), ("r", &6)]);
        markup.element("title", &[], &"Changed since you looked");
        markup.close("circle");
    }
}

fn write_ring(markup: &mut Markup, person: &Analyst, rect: Rect, out: f32) {
    let attributes: [Attribute; 7] = [
        ("class", &if person.editing { "node-ring editing" } else { "node-ring" }),
        ("data-hue", &person.color.place()),
        ("x", &(rect.x - out)),
        ("y", &(rect.y - out)),
        ("width", &(rect.w + 2.0 * out)),
        ("height", &(rect.h + 2.0 * out)),
        ("rx", &(8.0 + out)),
    ];
    markup.element("rect", &attributes, &"");
}

fn write_badge(markup: &mut Markup, person: &Analyst, corner: Point, wide: f32) {
    let Point { x, y } = corner;
    let attributes: [Attribute; 3] =
        [("class", &"node-viewer detail"), ("data-hue", &person.color.place()), ("data-editing", &person.editing)];
    markup.open("g", &attributes);
    markup.element("title", &[], &format_args!("{} {}", person.name, doing(person.editing)));
    markup.element("rect", &[("x", &x), ("y", &y), ("width", &wide), ("height", &20), ("rx", &10)], &"");
    if person.editing {
        write_icon(markup, "node-pencil", "pencil", Point { x: x + 4.0, y: y + 4.0 }, 12.0);
    }
    write_initials(markup, &person.name.initials(), Point { x: x + wide - 10.0, y: y + 10.5 });
    markup.close("g");
}

/// Writes somebody's initials around a point.
pub(super) fn write_initials(markup: &mut Markup, initials: &str, middle: Point) {
    let attributes: [Attribute; 4] =
        [("x", &middle.x), ("y", &middle.y), ("text-anchor", &"middle"), ("dominant-baseline", &"central")];
    markup.element("text", &attributes, &initials);
}
