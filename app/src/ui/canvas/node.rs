//! A node and a frame as markup.
//!
//! Everything has its place from the beginning: what comes and goes with the state of a step (time, counts, who handles
//! it) moves nothing. [`write_state`] is what changes with the state; the rest never does.

use domain::graph::{Node, NodeKind};
use domain::legible::legible;
use domain::placement::{PlacedNode, Point, Rect};

use super::marks::{write_initials, write_marks};
use super::{HistoryLine, Overlay};
use crate::ui::analyst::hue;
use domain::drawing::icon::write_icon;
use domain::drawing::markup::{Attribute, Markup};
use domain::drawing::shape;

/// How high the head of a phase is, by which it is chosen.
const FRAME_HEAD: f32 = 32.0;
/// From the right end of a node: the middle of the mark of who handles it, and where the counts begin.
const ASSIGNEE: f32 = 22.0;
const EVIDENCE: f32 = 60.0;
const NOTES: f32 = 87.0;
/// Letters that have room below a node.
const HOLD: usize = 42;

/// A node of the drawing.
pub(super) struct Shape<'a> {
    /// Its place in the graph.
    pub(super) at: usize,
    pub(super) node: &'a Node,
    pub(super) placed: &'a PlacedNode,
    pub(super) overlay: Option<&'a Overlay>,
    pub(super) history: Option<&'a HistoryLine>,
    /// Whether it is the one that was chosen.
    pub(super) selected: bool,
    /// Whether the tab key stops at it.
    pub(super) tab_stop: bool,
}

impl Shape<'_> {
    /// Writes a node that holds no others.
    pub(super) fn write(&self, markup: &mut Markup) {
        let class = class_of("node", self.overlay, self.selected);
        let status = self.overlay.map_or("", |overlay| overlay.status.as_str());
        self.open_button(markup, &[("class", &class), ("data-status", &status)]);
        let rect = self.placed.rect;
        if self.node.kind == NodeKind::Merge {
            let Point { x, y } = rect.center();
            let attributes: [Attribute; 4] =
                [("class", &"node-body"), ("cx", &x), ("cy", &y), ("r", &(rect.w / 2.0 - 4.0))];
            markup.element("circle", &attributes, &"");
        } else {
            markup.element("path", &[("class", &"node-body"), ("d", &shape::outline(self.node.kind, rect))], &"");
            self.write_label(markup);
            self.write_history(markup);
        }
        self.write_state_group(markup);
        markup.close("g");
    }

    /// Writes a phase as the frame around what it holds. Its head is what is chosen.
    pub(super) fn write_frame(&self, markup: &mut Markup) {
        let Rect { x, y, w, h } = self.placed.rect;
        let class = class_of("frame", self.overlay, self.selected);
        let status = self.overlay.map_or("", |overlay| overlay.status.as_str());
        markup.open("g", &[("class", &class), ("data-status", &status)]);
        let body: [Attribute; 6] =
            [("class", &"frame-body"), ("x", &x), ("y", &y), ("width", &w), ("height", &h), ("rx", &10)];
        markup.element("rect", &body, &"");
        self.open_button(markup, &[("class", &"frame-head")]);
        let head = format!("M{x} {}v-22a10 10 0 0 1 10 -10h{}a10 10 0 0 1 10 10v22z", y + FRAME_HEAD, w - 20.0);
        markup.element("path", &[("class", &"frame-handle"), ("d", &head)], &"");
        if self.overlay.is_none() {
            write_icon(markup, "node-kind", self.node.kind.as_str(), Point { x: x + 14.0, y: y + 8.0 }, 16.0);
        }
        let label = self.placed.lines.join(" ");
        let place: [Attribute; 3] = [("class", &"frame-label detail"), ("x", &(x + 36.0)), ("y", &(y + 21.0))];
        markup.element("text", &place, &label);
        self.write_state_group(markup);
        markup.close("g");
        markup.close("g");
    }

    /// What is chosen by pointer and keyboard; its title is its name.
    fn open_button(&self, markup: &mut Markup, attributes: &[Attribute]) {
        let tab_index = if self.tab_stop { 0 } else { -1 };
        let id = format!("n{}", self.at);
        let kind = self.node.kind.as_str();
        let mut all: Vec<Attribute> = attributes.to_vec();
        all.extend::<[Attribute; 5]>([
            ("id", &id),
            ("data-kind", &kind),
            ("data-node-id", &self.node.id),
            ("tabindex", &tab_index),
            ("role", &"button"),
        ]);
        markup.open("g", &all);
        markup.element("title", &[], &name(self.node, self.overlay));
    }

    fn write_label(&self, markup: &mut Markup) {
        let Rect { x, y, .. } = self.placed.rect;
        // Without a status line the label stands in the middle.
        let top = y + if self.overlay.is_some() { 24.0 } else { 33.0 };
        markup.open("g", &[("class", &"detail")]);
        write_icon(markup, "node-kind", self.node.kind.as_str(), Point { x: x + 16.0, y: top - 13.0 }, 16.0);
        markup.open("text", &[("class", &"node-label")]);
        for (line, row) in self.placed.lines.iter().zip(0_u8..) {
            markup.element("tspan", &[("x", &(x + 40.0)), ("y", &(top + 17.0 * f32::from(row)))], line);
        }
        markup.close("text");
        markup.close("g");
    }

    /// Writes what became of the node in the past where its status would be.
    fn write_history(&self, markup: &mut Markup) {
        let Some(line) = self.history else { return };
        let Rect { x, y, h, .. } = self.placed.rect;
        markup.open("g", &[("class", &"node-history detail")]);
        markup.element("title", &[], &line.explained);
        markup.open("text", &[("x", &(x + 40.0)), ("y", &(y + h - 9.0))]);
        markup.element("tspan", &[], &line.text);
        if let Some(blocked) = &line.blocked {
            markup.element("tspan", &[("class", &"node-history-blocked")], &format_args!(" · {blocked}"));
        }
        markup.close("text");
        markup.close("g");
    }

    fn write_state_group(&self, markup: &mut Markup) {
        markup.open("g", &[("class", &"node-state")]);
        write_state(markup, self.node.kind, self.overlay, self.placed.rect);
        markup.close("g");
    }
}

/// Class, and what of a state is told by it.
fn class_of(class: &str, overlay: Option<&Overlay>, selected: bool) -> String {
    let is = |what: fn(&Overlay) -> bool| overlay.is_some_and(what);
    let states =
        [(selected, " selected"), (is(Overlay::is_dimmed), " dimmed"), (is(|overlay| overlay.pending), " pending")];
    let told = states.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word);
    [class].into_iter().chain(told).collect()
}

/// What a node is called for everybody: as a tooltip it also shows a label that was cut.
pub(super) fn name(node: &Node, overlay: Option<&Overlay>) -> String {
    let mut name = format!("{}: {}", node.kind.as_str(), legible(&node.label));
    if let Some(overlay) = overlay {
        let count = overlay.count.map(|(done, all)| format!("{done} of {all}"));
        let status = (node.kind != NodeKind::Merge).then(|| overlay.status.label().to_owned());
        let assignee = overlay.assignee.as_ref().map(|actor| format!("assigned to {actor}"));
        let applicable = overlay.is_dimmed().then(|| "not applicable".to_owned());
        for part in
            [status, overlay.elapsed.clone(), overlay.hold.clone(), count, assignee, applicable].into_iter().flatten()
        {
            name.push_str(", ");
            name.push_str(&part);
        }
    }
    name
}

/// Writes what changes with the state of a node that lies there.
pub(super) fn write_state(markup: &mut Markup, kind: NodeKind, overlay: Option<&Overlay>, rect: Rect) {
    let Some(overlay) = overlay else { return };
    if let Some(count) = overlay.count {
        write_count(markup, overlay, count, rect);
        write_marks(markup, overlay, Rect { h: FRAME_HEAD, ..rect });
        return;
    }
    if kind != NodeKind::Merge {
        write_status_line(markup, overlay, rect);
        write_hold(markup, overlay, rect);
    }
    write_marks(markup, overlay, rect);
}

fn write_count(markup: &mut Markup, overlay: &Overlay, (done, all): (u32, u32), rect: Rect) {
    let Rect { x, y, w, .. } = rect;
    markup.open("g", &[("class", &"detail")]);
    write_icon(markup, "node-status-icon", overlay.status.as_str(), Point { x: x + 14.0, y: y + 9.0 }, 14.0);
    let (x, y) = (x + w - 14.0, y + 21.0);
    let attributes: [Attribute; 4] = [("class", &"frame-count"), ("x", &x), ("y", &y), ("text-anchor", &"end")];
    markup.element("text", &attributes, &format_args!("{done} / {all}"));
    markup.close("g");
}

fn write_status_line(markup: &mut Markup, overlay: &Overlay, rect: Rect) {
    let Rect { x, w, .. } = rect;
    let y = rect.y + rect.h - 22.0;
    markup.open("g", &[("class", &"detail")]);
    write_icon(markup, "node-status-icon", overlay.status.as_str(), Point { x: x + 16.0, y }, 13.0);
    markup.open("text", &[("class", &"node-status"), ("x", &(x + 35.0)), ("y", &(y + 10.5))]);
    markup.element("tspan", &[], &overlay.status.label());
    if let Some(elapsed) = &overlay.elapsed {
        markup.element("tspan", &[("class", &"node-elapsed")], &format_args!(" · {elapsed}"));
    }
    markup.close("text");
    write_things(markup, "note", "notes", overlay.notes, Point { x: x + w - NOTES, y });
    write_things(markup, "clip", "files", overlay.evidence, Point { x: x + w - EVIDENCE, y });
    if let Some(actor) = &overlay.assignee {
        let middle = Point { x: x + w - ASSIGNEE, y: y + 6.5 };
        markup.open("g", &[("class", &"node-assignee"), ("data-hue", &hue(actor))]);
        markup.element("title", &[], actor);
        markup.element("circle", &[("cx", &middle.x), ("cy", &middle.y), ("r", &10)], &"");
        write_initials(markup, &actor.initials(), middle);
        markup.close("g");
    }
    markup.close("g");
}

/// Who blocked the node, when and why, on a line below it. The tooltip has all of it.
fn write_hold(markup: &mut Markup, overlay: &Overlay, rect: Rect) {
    let Some(hold) = &overlay.hold else { return };
    let place: [Attribute; 3] =
        [("class", &"node-hold detail"), ("x", &(rect.x + 4.0)), ("y", &(rect.y + rect.h + 14.0))];
    markup.element("text", &place, &cut_to(hold, HOLD));
}

/// As much of a text as has room for so many letters; others than those of ASCII may be twice as wide.
fn cut_to(text: &str, letters: usize) -> String {
    let mut room = letters;
    for (place, character) in text.char_indices() {
        match room.checked_sub(if character.is_ascii() { 1 } else { 2 }) {
            Some(left) => room = left,
            None => return format!("{}…", text[..place].trim_end()),
        }
    }
    text.to_owned()
}

/// How many notes or files there are, if any.
fn write_things(markup: &mut Markup, icon: &str, things: &str, count: usize, corner: Point) {
    if count == 0 {
        return;
    }
    let (one, shown) = (things.trim_end_matches('s'), if count > 9 { "9+".to_owned() } else { count.to_string() });
    markup.open("g", &[("class", &"node-count")]);
    markup.element("title", &[], &format_args!("{count} {}", if count == 1 { one } else { things }));
    write_icon(markup, "node-count-icon", icon, corner, 12.0);
    markup.element("text", &[("x", &(corner.x + 13.0)), ("y", &(corner.y + 10.5))], &shown);
    markup.close("g");
}

#[cfg(test)]
mod tests {
    use domain::event::StepStatus;
    use domain::ids::Actor;

    use super::*;

    fn state_of(overlay: &Overlay) -> String {
        let rect = Rect { x: 0.0, y: 0.0, w: 248.0, h: 61.0 };
        let mut markup = Markup::default();
        write_state(&mut markup, NodeKind::Step, Some(overlay), rect);
        markup.finish()
    }

    #[test]
    fn a_name_says_kind_label_and_state() {
        let node = Node::new("a", NodeKind::Step, "Isolate the host");
        assert_eq!(name(&node, None), "step: Isolate the host");
        let overlay = Overlay {
            status: StepStatus::Blocked,
            assignee: Actor::new("Ana Öz").ok(),
            elapsed: Some("12 min".to_owned()),
            applicable: false,
            ..Overlay::default()
        };
        assert_eq!(
            name(&node, Some(&overlay)),
            "step: Isolate the host, Blocked, 12 min, assigned to Ana Öz, not applicable"
        );
    }

    #[test]
    fn what_is_not_there_is_not_shown() {
        let nothing = state_of(&Overlay::default());
        assert!(
            nothing.contains("Not started") && !nothing.contains("node-count") && !nothing.contains("node-elapsed")
        );
        let some = state_of(&Overlay { notes: 1, evidence: 12, ..Overlay::default() });
        assert!(some.contains("<title>1 note</title>") && some.contains("<title>12 files</title>"));
        assert!(some.contains(">9+</text>"), "a count has room for two characters");
    }

    #[test]
    fn what_is_waited_for_stands_below_the_node_as_far_as_it_has_room() {
        assert_eq!(cut_to("abc", 3), "abc");
        assert_eq!(cut_to("ab cd", 3), "ab…");
        assert_eq!(cut_to("報告書", 4), "報告…");
        let held = state_of(&Overlay { hold: Some("Ana, 02:14 UTC: the call".to_owned()), ..Overlay::default() });
        assert!(held.contains(">Ana, 02:14 UTC: the call</text>"));
    }
}
