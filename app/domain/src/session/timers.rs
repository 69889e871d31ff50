//! What is waited for. The caller has the clock: it is told how long, and says when the time is over.

use std::collections::BTreeMap;

/// A page that shows an execution, from its opening to its closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageKey(pub(super) u64);

/// What is waited for; one at a time of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// The answer to the change that is on its way.
    Answer,
    /// The answer to a probe.
    Probe,
    /// Trying again after a trouble.
    Retry,
    /// Looking at the storage again.
    Look,
    /// Connecting a page again.
    Reconnect(PageKey),
    /// A sign of life on a page's connection.
    Silence(PageKey),
}

/// The timers that run, and which setting of them counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    running: BTreeMap<Timer, u64>,
    count: u64,
}

impl Timers {
    /// Sets a timer, also when it runs already. Returns the setting's number.
    pub(super) fn set(&mut self, timer: Timer) -> u64 {
        self.count += 1;
        self.running.insert(timer, self.count);
        self.count
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.running.remove(&timer);
    }

    pub(super) fn is_running(&self, timer: Timer) -> bool {
        self.running.contains_key(&timer)
    }

    /// A time is over. Whether it still counts.
    pub(super) fn ring(&mut self, timer: Timer, setting: u64) -> bool {
        let counts = self.running.get(&timer) == Some(&setting);
        if counts {
            self.running.remove(&timer);
        }
        counts
    }
}

const FIRST_MILLIS: u64 = 300;
const LONGEST_MILLIS: u64 = 10_000;

/// How long to wait after so many failures, in milliseconds. Full jitter: anything up to a time that doubles with each
/// failure, so that many browsers that lost one server do not all come back at once. `chance` is a number drawn for this.
pub(super) fn backoff(failures: u32, chance: u16) -> u64 {
    let longest = (FIRST_MILLIS << failures.min(10)).min(LONGEST_MILLIS);
    longest * u64::from(chance) / u64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_a_bound() {
        assert_eq!([0, 1, 5, 6, 1_000].map(|failures| backoff(failures, u16::MAX)), [300, 600, 9_600, 10_000, 10_000]);
        assert_eq!(backoff(6, 0), 0);
    }

    #[test]
    fn only_the_last_setting_of_a_timer_counts() {
        let mut timers = Timers::default();
        let first = timers.set(Timer::Retry);
        let second = timers.set(Timer::Retry);
        assert!(!timers.ring(Timer::Retry, first));
        assert!(timers.ring(Timer::Retry, second));
        assert!(!timers.ring(Timer::Retry, second));
    }
}
