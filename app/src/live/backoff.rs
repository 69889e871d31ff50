//! How long to wait before something is tried again.

use std::time::Duration;

const FIRST_MILLIS: f64 = 300.0;
const LONGEST_MILLIS: f64 = 10_000.0;

/// Waits for what was tried in vain so many times. Full jitter: anything up to a time that doubles with each failure, so
/// that many browsers that lost one server do not all come back at once.
pub(crate) async fn rest(failures: u32) {
    sleep(Duration::from_secs_f64(random() * longest(failures) / 1_000.0)).await;
}

/// The longest that is waited after so many failures, in milliseconds.
fn longest(failures: u32) -> f64 {
    (FIRST_MILLIS * 2_f64.powi(failures.min(10).cast_signed())).min(LONGEST_MILLIS)
}

#[cfg(feature = "hydrate")]
pub(super) use gloo_timers::future::sleep;

#[cfg(feature = "hydrate")]
fn random() -> f64 {
    js_sys::Math::random()
}

/// Only a browser waits.
#[cfg(not(feature = "hydrate"))]
pub(super) async fn sleep(_: Duration) {}

/// Only a browser waits.
#[cfg(not(feature = "hydrate"))]
fn random() -> f64 {
    0.0
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
