//! How long to wait before something is tried again.

#[cfg(feature = "hydrate")]
pub(crate) use browser::{delay, rest};

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use gloo_timers::future::sleep;

    /// Full jitter: anything up to a time that doubles with each failure, so that many browsers that lost one server do
    /// not all come back at once.
    pub(crate) fn delay(failures: u32) -> Duration {
        Duration::from_secs_f64(js_sys::Math::random() * super::longest(failures) / 1_000.0)
    }

    /// Waits for what was tried in vain so many times.
    pub(crate) async fn rest(failures: u32) {
        sleep(delay(failures)).await;
    }
}

/// Only a browser tries again.
#[cfg(not(feature = "hydrate"))]
pub(crate) async fn rest(_: u32) {}

#[cfg(any(feature = "hydrate", test))]
const FIRST_MILLIS: f64 = 300.0;
#[cfg(any(feature = "hydrate", test))]
const LONGEST_MILLIS: f64 = 10_000.0;

/// The longest that is waited after so many failures, in milliseconds.
#[cfg(any(feature = "hydrate", test))]
fn longest(failures: u32) -> f64 {
    (FIRST_MILLIS * 2_f64.powi(failures.min(10).cast_signed())).min(LONGEST_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::longest;

    #[test]
    fn waiting_doubles_up_to_a_bound() {
        let waits = [0, 1, 5, 6, 1_000].map(longest);
        let expected = [300.0, 600.0, 9_600.0, 10_000.0, 10_000.0];
        assert!(waits.iter().zip(expected).all(|(wait, expected)| (wait - expected).abs() < 1e-9), "{waits:?}");
    }
}
