//! What the dashboard is asked for, as it stands in its address, and the addresses that its figures lead to.

use std::fmt::Write;

use domain::event::ExecutionStatus;
use domain::ids::PlaybookId;
use domain::metrics::{MetricsFilter, Period};
use domain::time::Timestamp;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Only this playbook.
    pub(super) playbook: Option<PlaybookId>,
    /// The beginning of the first day.
    pub(super) from: Option<Timestamp>,
    /// The beginning of the last day.
    pub(super) to: Option<Timestamp>,
}

/// The statuses of executions that are over.
pub(super) const OVER: [ExecutionStatus; 2] = [ExecutionStatus::Completed, ExecutionStatus::Abandoned];

impl Asked {
    /// As the address says it, days as `2026-11-22` in UTC; what makes no sense is not heeded.
    pub(super) fn read(playbook: &str, from: &str, to: &str) -> Self {
        let midnight = |day: &str| Timestamp::sent(&format!("{day}T00:00:00Z")).ok();
        Self { playbook: playbook.parse().ok(), from: midnight(from), to: midnight(to) }
    }

    /// Which executions figures are to be about.
    pub(super) fn filter(&self) -> MetricsFilter {
        MetricsFilter {
            playbook_id: self.playbook,
            started_after: self.from,
            // All of the last day.
            started_before: self.to.map(|day| day.plus_seconds(86_400)).filter(|day| day.can_be_sent()),
        }
    }

    /// Whether anything is left out.
    pub(super) fn is_filter(&self) -> bool {
        *self != Self::default()
    }

    /// Of a playbook, and of the same days.
    pub(super) fn of_playbook(&self, playbook: PlaybookId) -> Self {
        Self { playbook: Some(playbook), ..*self }
    }

    /// Of a period, and of the same playbook.
    pub(super) fn of_period(&self, period: &Period) -> Self {
        Self { from: Some(period.from), to: Some(last_moment(period)), ..*self }
    }

    /// Of any time, and of the same playbook.
    pub(super) fn of_any_time(&self) -> Self {
        Self { playbook: self.playbook, ..Self::default() }
    }

    /// The address of the dashboard at which this is asked for.
    pub(super) fn address(&self) -> String {
        self.under("/", &[])
    }

    /// The address of the list of these executions, in any of these statuses; in every one when there is none.
    pub(super) fn executions(&self, statuses: &[ExecutionStatus]) -> String {
        self.under("/executions", statuses)
    }

    fn under(&self, path: &str, statuses: &[ExecutionStatus]) -> String {
        let mut address = path.to_owned();
        let statuses = statuses.iter().map(|status| ("status", status.as_str().to_owned()));
        let others = [
            ("playbook", self.playbook.map(|id| id.to_string())),
            ("from", self.from.map(day)),
            ("to", self.to.map(day)),
        ];
        let others = others.into_iter().filter_map(|(name, value)| Some((name, value?)));
        for (name, value) in statuses.chain(others) {
            let mark = if address.contains('?') { '&' } else { '?' };
            // Writing to a String does not fail, and none of this needs to be escaped.
            let _ = write!(address, "{mark}{name}={value}");
        }
        address
    }
}

/// The day of a time, as it stands in an address.
pub(super) fn day(time: Timestamp) -> String {
    time.parts().0
}

/// The last moment of a period.
pub(super) fn last_moment(period: &Period) -> Timestamp {
    Timestamp::from_micros(period.before.micros() - 1).unwrap_or(period.before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("RFC 3339")
    }

    #[test]
    fn figures_lead_to_the_list_of_the_same_executions() {
        let playbook = "01900000-0000-7000-8000-000000000000";
        let asked = Asked::read(playbook, "2026-11-01", "2026-11-22");
        let query = format!("playbook={playbook}&from=2026-11-01&to=2026-11-22");
        assert_eq!(asked.address(), format!("/?{query}"));
        assert_eq!(asked.executions(&OVER), format!("/executions?status=completed&status=abandoned&{query}"));
        assert_eq!(Asked::default().executions(&[]), "/executions");
        assert_eq!(asked.of_any_time().address(), format!("/?playbook={playbook}"));
    }

    #[test]
    fn the_last_day_is_whole() {
        let filter = Asked::read("", "2026-11-01", "2026-11-22").filter();
        assert_eq!(filter.started_after, Some(time("2026-11-01T00:00:00Z")));
        assert_eq!(filter.started_before, Some(time("2026-11-23T00:00:00Z")));
    }

    #[test]
    fn a_period_ends_on_the_day_before_the_next_begins() {
        let period = Period {
            from: time("2026-11-02T00:00:00Z"),
            before: time("2026-11-09T00:00:00Z"),
            completed_count: 1,
            abandoned_count: 0,
            open_count: 0,
        };
        assert_eq!(Asked::default().of_period(&period).address(), "/?from=2026-11-02&to=2026-11-08");
    }

    #[test]
    fn what_makes_no_sense_is_not_heeded() {
        assert_eq!(Asked::read("x", "yesterday", "<script>"), Asked::default());
        assert_eq!(Asked::read("", "2026-02-30", "").address(), "/");
    }
}
