//! Asking the server again and again, for pages that no WebSocket keeps up to date.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

/// Calls `refresh` every so `often` while the page is in sight, and at once when it comes back into sight; until the owner
/// is gone.
pub(crate) fn again_and_again(often: Duration, refresh: impl Fn() + Copy + 'static) {
    let if_seen = move || {
        if !document().hidden() {
            refresh();
        }
    };
    Effect::new(move || {
        let again = set_interval_with_handle(if_seen, often).ok();
        let back = window_event_listener(ev::visibilitychange, move |_| if_seen());
        on_cleanup(move || {
            if let Some(again) = again {
                again.clear();
            }
            back.remove();
        });
    });
}
