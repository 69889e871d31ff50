//! What lies around a node on an execution's canvas: who else looks at it, and whether it has changed meanwhile.
//!
//! Each person has a ring of their own around the node, one outside the other, and a badge with their initials; who is
//! about to change the node has a thicker ring and a pencil.

use domain::presence::Analyst;
use leptos::prelude::*;
use leptos::svg;

use super::Overlay;
use crate::ui::analyst::doing;

/// Rings and badges that fit around a node; of more only the number.
const SHOWN: usize = 4;
const RING_STEP: f32 = 4.0;

pub(super) fn marks(overlay: &Overlay, width: f32, height: f32) -> impl IntoView + use<> {
    let (viewers, unseen) = (overlay.viewers, overlay.unseen);
    view! {
        {move || people(&viewers.get(), width, height)}
        {move || {
            unseen.get().then(|| {
                view! {
                    <circle class="node-unseen" cx="2" cy="2" r="6">{svg::title().child("Changed since you looked")}</circle>
                }
            })
        }}
    }
}

fn people(viewers: &[Analyst], width: f32, height: f32) -> impl IntoView + use<> {
    let rings = (1_u8..).zip(viewers.iter().take(SHOWN)).map(|(number, person)| {
        let out = f32::from(number) * RING_STEP;
        view! {
            <rect
                class="node-ring"
                class:editing=person.editing
                data-hue=person.color.place()
                x=-out
                y=-out
                width=width + 2.0 * out
                height=height + 2.0 * out
                rx=8.0 + out
            ></rect>
        }
    });
    let mut end = width - 4.0;
    let badges = viewers.iter().take(SHOWN).map(|person| {
        let wide = if person.editing { 34.0 } else { 20.0 };
        let start = end - wide;
        end = start - 2.0;
        let pencil = person.editing.then(|| {
            view! { <use class="node-pencil" href="#i-pencil" x=start + 5.0 y="-13" width="12" height="12"></use> }
        });
        view! {
            <g class="node-viewer" data-hue=person.color.place() data-editing=person.editing.to_string()>
                {svg::title().child(format!("{} {}", person.name, doing(person.editing)))}
                <rect x=start y="-17" width=wide height="20" rx="10"></rect>
                {pencil}
                <text x=start + wide - 10.0 y="-6.5" text-anchor="middle" dominant-baseline="central">{person.name.initials()}</text>
            </g>
        }
    });
    let (rings, badges) = (rings.collect_view(), badges.collect_view());
    let more = viewers.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| {
        view! { <text class="node-more" x=end - 2.0 y="-3" text-anchor="end">{format!("+{more}")}</text> }
    });
    (rings, badges, more)
}
