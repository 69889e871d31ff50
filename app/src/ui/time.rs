//! Times in UTC with the local time on hover, and durations. Nothing here asks a clock while a page is first rendered:
//! what a page shows as “now” is what the server said, until the browser has taken over.

use domain::spans::seconds_between;
use domain::time::Timestamp;
use domain::words::roughly;
use leptos::prelude::*;

/// The browser's clock.
#[cfg(feature = "hydrate")]
pub(crate) fn browser_now() -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and far below 2^53")]
    Timestamp::from_micros(js_sys::Date::now() as i64 * 1_000)
}

/// The time of day, second by second: the server's, as far as it is known, because browsers' clocks go wrong.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    now: RwSignal<Option<Timestamp>>,
    /// Microseconds by which the server's clock is ahead of the browser's.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser's clock is corrected"))]
    ahead: StoredValue<i64>,
}

impl Clock {
    /// What time it is; `None` until the browser has taken over.
    pub(crate) fn now(self) -> Option<Timestamp> {
        self.now.get()
    }

    /// What time it is at this very moment, to the millisecond.
    #[cfg(feature = "hydrate")]
    pub(crate) fn exactly(self) -> Option<Timestamp> {
        Timestamp::from_micros(browser_now()?.micros() + self.ahead.get_value())
    }

    /// Only a browser asks.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn exactly(self) -> Option<Timestamp> {
        None
    }

    /// Takes over what the server just said.
    #[cfg(feature = "hydrate")]
    pub(crate) fn set(self, server: Timestamp) {
        if let Some(browser) = browser_now() {
            self.ahead.set_value(server.micros() - browser.micros());
        }
    }
}

#[cfg(feature = "hydrate")]
impl Clock {
    /// Takes over what the server said a moment ago, when the browser's clock is plainly wrong.
    pub(crate) fn set_if_far_off(self, server: Timestamp) {
        const FAR_MICROS: u64 = 60_000_000;
        if self.exactly().is_some_and(|now| now.micros().abs_diff(server.micros()) > FAR_MICROS) {
            self.set(server);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
impl Clock {
    /// Only a browser's clock is corrected.
    pub(crate) fn set_if_far_off(self, _: Timestamp) {}
}

/// Sets up the clock of the application.
pub(crate) fn provide_clock() {
    let clock = Clock { now: RwSignal::new(None), ahead: StoredValue::new(0) };
    provide_context(clock);
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        let tick = move || clock.now.set(clock.exactly());
        tick();
        // Without a timer the time stands still, and nothing else.
        let _ = set_interval_with_handle(tick, std::time::Duration::from_secs(1));
    });
}

/// The clock of the application.
pub(crate) fn use_clock() -> Clock {
    expect_context()
}

/// A time, to the second; with its date, or short, to the minute.
#[component]
pub(crate) fn Time(at: Timestamp, #[prop(optional)] with_date: bool, #[prop(optional)] short: bool) -> impl IntoView {
    let (date, mut text) = at.parts();
    if with_date {
        text = format!("{date} {text}");
    } else if short {
        text.truncate("02:14".len());
    }
    let local = RwSignal::new(None::<String>);
    // The server does not know the browser's time zone.
    Effect::new(move || local.set(local_time(at)));
    view! {
        <time datetime=at.to_string() title=move || local.get()>
            {text}
        </time>
    }
}

#[cfg(feature = "hydrate")]
fn local_time(at: Timestamp) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&((at.micros() / 1_000) as f64).into());
    date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED)
        .as_string()
        .map(|text| format!("{text} local time"))
}

#[cfg(not(feature = "hydrate"))]
fn local_time(_at: Timestamp) -> Option<String> {
    None
}

/// How long ago something was, in words: `just now`, `2 s ago`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    match seconds_between(at, now) {
        0 => "just now".to_owned(),
        seconds => format!("{} ago", roughly(seconds)),
    }
}
