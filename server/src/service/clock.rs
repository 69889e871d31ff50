//! The server's clock against the log: when the clock was set back, events carry the time of the last one until it catches up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use domain::event::Event;
use domain::time::Timestamp;
use domain::words::utc;

use super::now;

/// Clocks that are kept in step are moved by less than this.
const TOLERANCE: Duration = Duration::from_secs(2);

/// The newest time that an event was recorded at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    newest: AtomicI64,
    /// Whether the log of the server has a word of it.
    is_told: AtomicBool,
}

impl Clock {
    /// Takes account of what was recorded.
    pub(crate) fn heed(&self, events: &[Event]) {
        if let Some(newest) = events.iter().map(|event| event.timestamp).max() {
            self.heed_time(newest);
        }
    }

    /// The same of a time.
    pub(crate) fn heed_time(&self, recorded: Timestamp) {
        self.0.newest.fetch_max(recorded.micros(), Ordering::Relaxed);
        match self.behind() {
            Some(newest) if !self.0.is_told.swap(true, Ordering::Relaxed) => {
                let newest = utc(newest);
                tracing::warn!(%newest, "the clock was set back: until it has caught up, events carry the time of the last one");
            }
            Some(_) => {}
            None => self.0.is_told.store(false, Ordering::Relaxed),
        }
    }

    /// When the last event was recorded, if the clock has not come that far again.
    pub(crate) fn behind(&self) -> Option<Timestamp> {
        let newest = Timestamp::from_micros(self.0.newest.load(Ordering::Relaxed))?;
        let tolerance = i64::try_from(TOLERANCE.as_micros()).unwrap_or(i64::MAX);
        (newest.micros() - now().micros() > tolerance).then_some(newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_behind_when_an_event_was_recorded_later_than_it_shows() {
        let clock = Clock::default();
        assert_eq!(clock.behind(), None);
        clock.heed_time(now());
        assert_eq!(clock.behind(), None);
        let later = now().plus_seconds(3_600);
        clock.heed_time(later);
        clock.heed_time(now());
        assert_eq!(clock.behind(), Some(later));
    }
}
