//! What lies around a node on an execution's canvas: who else looks at it, and whether it has changed meanwhile.
//!
//! Each person has a ring of their own around the node, one outside the other, and a badge with their initials; who is
//! about to change the node has a thicker ring and a pencil.

use domain::presence::Analyst;
use leptos::prelude::*;
use leptos::svg;

use super::Overlay;

/// Rings and badges that fit around a node; of more only the number.
const SHOWN: usize = 4;
const RING_STEP: f32 = 4.0;
const BADGE_STEP: f32 = 20.0;

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
    let badges = (0_u8..).zip(viewers.iter().take(SHOWN)).map(|(number, person)| {
        let x = width - 14.0 - f32::from(number) * BADGE_STEP;
        let doing = if person.editing { "is editing here" } else { "is looking at this" };
        let pencil = person.editing.then(|| {
            view! { <use class="node-pencil" href="#i-pencil" x=x + 3.0 y="-20" width="11" height="11"></use> }
        });
        view! {
            <g class="node-viewer" data-hue=person.color.place() data-editing=person.editing.to_string()>
                {svg::title().child(format!("{} {doing}", person.name))}
                <circle cx=x cy="-6" r="9"></circle>
                <text x=x y="-5.5" text-anchor="middle" dominant-baseline="central">{person.name.initials()}</text>
                {pencil}
            </g>
        }
    });
    let (rings, badges) = (rings.collect_view(), badges.collect_view());
    let more = viewers.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| {
        let x = width - 14.0 - BADGE_STEP * 4.0;
        view! { <text class="node-more" x=x y="-2" text-anchor="middle">{format!("+{more}")}</text> }
    });
    (rings, badges, more)
}
