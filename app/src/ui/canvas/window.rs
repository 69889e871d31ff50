//! The window of a canvas: its size, the keys that are the canvas's wherever the focus is, and the colours of the map.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use send_wrapper::SendWrapper;

use super::chart::Chart;
use super::gestures::Gestures;
use super::minimap::FOLDED;
use super::view::{First, READABLE, View};
use crate::ui::storage;
use crate::ui::theme::chosen_theme;

/// Begins what only a browser does, and ends it with the canvas. The first view is the one `before`, if there was one.
pub(super) fn watch(chart: Chart, gestures: Gestures, first: First, before: Option<View>) {
    Effect::new(move || observe_size(chart, gestures, first, before));
    Effect::new(move || {
        let down = window_event_listener(ev::keydown, move |event| gestures.space_down(&event));
        let up = window_event_listener(ev::keyup, move |event| gestures.space_up(&event));
        on_cleanup(move || {
            down.remove();
            up.remove();
        });
    });
    let map = chart.map;
    Effect::new(move || map.folded.set(storage::get(FOLDED).is_some()));
    let theme = chosen_theme();
    Effect::new(move || {
        theme.track();
        map.wanted.track();
        map.folded.track();
        map.ask(chart);
    });
    Effect::new(move || follow_system_theme(move || map.ask(chart)));
}

fn observe_size(chart: Chart, gestures: Gestures, first: First, before: Option<View>) {
    let Some(element) = gestures.window.get() else { return };
    let measured = element.clone();
    let measure = Closure::<dyn FnMut()>::new(move || {
        let size = (f64::from(measured.client_width()), f64::from(measured.client_height()));
        let drawing = chart.size();
        let top = measured.get_bounding_client_rect().top();
        chart.camera.resize(size, top, || {
            take_over(chart, drawing);
            before.unwrap_or_else(|| first.view(drawing, size))
        });
        // Told only when it changes, as nothing is drawn that was not told.
        let wanted = View::fitted(drawing, size).zoom < READABLE;
        if chart.map.wanted.try_get_untracked() == Some(!wanted) {
            chart.map.wanted.set(wanted);
        }
    });
    // Every browser that runs WebAssembly of this kind observes sizes.
    if let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) {
        observer.observe(&element);
        let kept = SendWrapper::new((observer, measure));
        on_cleanup(move || kept.0.disconnect());
    }
}

/// From here on the scene is moved by its style alone, not by what the server wrote; before the next paint, so that
/// nothing is seen of it.
fn take_over(chart: Chart, (width, height): (f64, f64)) {
    let Some(scene) = chart.camera.scene.get_untracked() else { return };
    // Writing to one's own elements does not fail.
    let _ = scene.remove_attribute("viewBox");
    let _ = scene.last_element_child().map(|drawing| drawing.remove_attribute("transform"));
    for (property, length) in [("width", width), ("height", height)] {
        let _ = scene.style().set_property(property, &format!("{length}px"));
    }
}

/// The theme of the system counts while none was chosen.
fn follow_system_theme(changed: impl FnMut() + 'static) {
    let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    if let Some(query) = query {
        let changed = Closure::<dyn FnMut()>::new(changed);
        query.set_onchange(Some(changed.as_ref().unchecked_ref()));
        let kept = SendWrapper::new((query, changed));
        on_cleanup(move || kept.0.set_onchange(None));
    }
}
