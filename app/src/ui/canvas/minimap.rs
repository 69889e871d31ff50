//! A small map of a drawing that does not fit into its window: one bitmap in the colours of the statuses, with the window
//! as a hole in a veil. Press or drag to go somewhere.
//!
//! Hidden from assistive technology: the outline beside the canvas serves the keyboard.

use domain::event::StepStatus;
use domain::placement::Point;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::{ev, html};

use super::chart::Chart;

/// Pixels of the bitmap, along the longer side; twice as many as are shown, for sharp screens.
const LONGER: f64 = 440.0;
/// At most so many pixels are shown (width, height); the style sheet has them, too.
const MOST: (f64, f64) = (220.0, 150.0);
/// Pixels from the map to the border of the window.
const MARGIN: f64 = 14.0;
/// A shape on the map is at least this large, so that it is seen at all.
const LEAST: f64 = 2.0;
/// The name under which it is kept that the map is folded away.
pub(super) const FOLDED: &str = "forge.map.folded";

/// The map of a canvas.
#[derive(Clone, Copy)]
pub(super) struct Map {
    bitmap: NodeRef<html::Canvas>,
    awaits_frame: StoredValue<bool>,
    /// Whether the drawing is too large for its window.
    pub(super) wanted: RwSignal<bool>,
    pub(super) folded: RwSignal<bool>,
}

impl Map {
    pub(super) fn new() -> Self {
        Self {
            bitmap: NodeRef::new(),
            awaits_frame: StoredValue::new(false),
            wanted: RwSignal::new(false),
            folded: RwSignal::new(false),
        }
    }

    /// What of a window of that size the map of such a drawing leaves free: what is brought into sight does not come to lie
    /// under the map.
    pub(super) fn room(self, window: (f64, f64), drawing: (f64, f64)) -> (f64, f64) {
        if !self.wanted.get_untracked() || self.folded.get_untracked() {
            return window;
        }
        let (width, height) = shown(drawing);
        let beside = ((window.0 - width - MARGIN).max(0.0), window.1);
        let above = (window.0, (window.1 - height - MARGIN).max(0.0));
        if beside.0 * beside.1 > above.0 * above.1 { beside } else { above }
    }

    /// Has the map drawn anew with the next frame.
    pub(super) fn ask(self, chart: Chart) {
        let is_shown = self.wanted.get_untracked() && !self.folded.get_untracked();
        if is_shown && self.awaits_frame.try_update_value(|awaits| !std::mem::replace(awaits, true)) == Some(true) {
            request_animation_frame(move || self.draw(chart));
        }
    }

    fn draw(self, chart: Chart) {
        if self.awaits_frame.try_set_value(false).is_some() {
            return;
        }
        let Some(bitmap) = self.bitmap.get_untracked() else { return };
        let context = bitmap.get_context("2d").ok().flatten();
        let Some(context) = context.and_then(|it| it.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()) else {
            return;
        };
        // The style sheet gives the bitmap the colour of a status as its text colour, resolved for the theme.
        let color_of = |status: &str| {
            // Writing to one's own element does not fail.
            let _ = bitmap.set_attribute("data-status", status);
            let style = window().get_computed_style(&bitmap).ok().flatten();
            style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default()
        };
        let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
        let scale = width / chart.size().0;
        context.clear_rect(0.0, 0.0, width, height);
        let layers = [None].into_iter().chain(StepStatus::ALL.map(Some));
        for layer in layers {
            context.set_fill_style_str(&color_of(layer.map_or("", StepStatus::as_str)));
            fill(chart, layer, scale, &context);
        }
    }

    /// Goes to the point of the drawing that the pointer is at.
    fn go(self, chart: Chart, event: &ev::PointerEvent) {
        let Some(rect) = self.bitmap.get_untracked().map(|bitmap| bitmap.get_bounding_client_rect()) else { return };
        let (width, height) = chart.size();
        let x = (f64::from(event.client_x()) - rect.left()) / rect.width() * width;
        let y = (f64::from(event.client_y()) - rect.top()) / rect.height() * height;
        #[expect(clippy::cast_possible_truncation, reason = "a drawing is measured in f32")]
        chart.camera.center(Point { x: x as f32, y: y as f32 });
    }
}

/// How large the bitmap of such a drawing is.
fn bitmap((width, height): (f64, f64)) -> (f64, f64) {
    let scale = LONGER / width.max(height).max(1.0);
    ((width * scale).round().max(40.0), (height * scale).round().max(40.0))
}

/// How large the map of such a drawing is on the screen.
fn shown(drawing: (f64, f64)) -> (f64, f64) {
    let (width, height) = bitmap(drawing);
    let scale = (MOST.0 / width).min(MOST.1 / height).min(1.0);
    (width * scale, height * scale)
}

/// Fills the frames, or the nodes of a status (without any: every node).
fn fill(chart: Chart, layer: Option<StepStatus>, scale: f64, context: &web_sys::CanvasRenderingContext2d) {
    chart.placement.with_value(|placement| {
        chart.plan.with_value(|plan| {
            chart.shown.with_value(|shown| {
                for (at, placed) in placement.nodes.iter().enumerate() {
                    let overlay = shown.get(at);
                    let status = overlay.map_or(StepStatus::NotStarted, |overlay| overlay.status);
                    if layer != (!plan.is_frame[at]).then_some(status) {
                        continue;
                    }
                    context.set_global_alpha(if overlay.is_some_and(super::Overlay::is_dimmed) { 0.35 } else { 1.0 });
                    let [x, y, w, h] =
                        [placed.rect.x, placed.rect.y, placed.rect.w, placed.rect.h].map(|it| f64::from(it) * scale);
                    context.fill_rect(x, y, w.max(LEAST), h.max(LEAST));
                }
            });
        });
    });
}

/// The map, where it is wanted and not folded away.
#[component]
pub(super) fn Minimap(chart: Chart) -> impl IntoView {
    let map = chart.map;
    let (width, height) = chart.size();
    let (bitmap_width, bitmap_height) = bitmap(chart.size());
    let press = move |event: ev::PointerEvent| {
        if let Some(bitmap) = map.bitmap.get_untracked() {
            // Without capture a drag ends at the border.
            let _ = bitmap.set_pointer_capture(event.pointer_id());
        }
        map.go(chart, &event);
    };
    let drag = move |event: ev::PointerEvent| {
        if event.buttons() & 1 == 1 {
            map.go(chart, &event);
        }
    };
    view! {
        <div class="minimap" aria-hidden="true" hidden=move || !map.wanted.get() || map.folded.get()>
            <canvas
                node_ref=map.bitmap
                width=bitmap_width.to_string()
                height=bitmap_height.to_string()
                on:pointerdown=press
                on:pointermove=drag
            ></canvas>
            <svg viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none">
                <path node_ref=chart.camera.outline fill-rule="evenodd"></path>
            </svg>
        </div>
    }
}
