//! What is done when nothing was typed for a moment.

use std::time::Duration;

use leptos::prelude::*;

/// So long nothing is typed.
const MOMENT: Duration = Duration::from_millis(250);

/// Waits for whoever types to come to rest. It belongs to the page that made it, and does nothing when that has gone.
#[derive(Clone, Copy)]
pub(crate) struct Rest(StoredValue<Option<TimeoutHandle>>);

impl Rest {
    /// Nobody has typed yet.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Something was typed: does this when nothing more is for a moment, and nothing of what was to be done before.
    pub(crate) fn then(self, act: impl FnOnce() + 'static) {
        if let Some(Some(waiting)) = self.0.try_get_value() {
            waiting.clear();
        }
        let act = move || {
            if self.0.try_get_value().is_some() {
                act();
            }
        };
        // Without a timer it takes the button, as without a script.
        self.0.set_value(set_timeout_with_handle(act, MOMENT).ok());
    }
}
