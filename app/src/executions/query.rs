//! What the page of executions is asked for, as it stands in the address, so that a filtered list can be kept and sent.

use domain::api::{ExecutionFilter, MAX_PAGE, Sort};
use domain::event::ExecutionStatus;
use domain::time::Timestamp;
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

/// Executions of a section that are shown at first, and how many more with each step.
pub(super) const STEP: u64 = 60;
/// More than so many are not shown on one page: the most steps that a page of the list has room for.
pub(super) const MOST: u64 = MAX_PAGE / STEP * STEP;

/// What is asked for. Dates and the playbook are kept as they were written; what makes no sense is not heeded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Any of these; every status when empty.
    pub(super) status: Vec<ExecutionStatus>,
    /// The id of a playbook.
    pub(super) playbook: String,
    /// The first day, and the last, as `2026-11-22` in UTC.
    pub(super) from: String,
    pub(super) to: String,
    /// Words to find.
    pub(super) words: String,
    /// How many of a section are shown.
    pub(super) limit: u64,
    /// What comes first; when nothing is said, what is most urgent among what goes on, and else the newest.
    pub(super) sort: Option<Sort>,
}

impl Query {
    /// As the address says it.
    pub(super) fn of(params: &ParamsMap) -> Self {
        Self::read(|name| params.get_all(name).unwrap_or_default())
    }

    /// As something says it that has, for every name, some values.
    pub(super) fn read(values: impl Fn(&str) -> Vec<String>) -> Self {
        let one = |name| values(name).into_iter().next().unwrap_or_default();
        let asked = values("status");
        let is_asked = |status: &ExecutionStatus| asked.iter().any(|word| word == status.as_str());
        Self {
            status: ExecutionStatus::ALL.into_iter().filter(is_asked).collect(),
            playbook: one("playbook"),
            from: one("from"),
            to: one("to"),
            words: one("q"),
            limit: one("show").parse().unwrap_or(STEP).clamp(STEP, MOST),
            sort: (one("sort") == Sort::Newest.as_str()).then_some(Sort::Newest),
        }
    }

    /// Whether anything is left out.
    pub(super) fn is_filter(&self) -> bool {
        *self != Self { limit: self.limit, sort: self.sort, ..Self::default() }
    }

    /// The address at which this is asked for.
    pub(super) fn address(&self) -> String {
        let mut address = "/executions".to_owned();
        let status = self.status.iter().map(|status| ("status", status.as_str()));
        let shown = if self.limit == STEP { String::new() } else { self.limit.to_string() };
        let others = [
            ("playbook", self.playbook.as_str()),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.words),
            ("show", &shown),
            ("sort", self.sort.map_or("", Sort::as_str)),
        ];
        for (name, value) in status.chain(others).filter(|(_, value)| !value.is_empty()) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            address.push_str(&Url::escape(value));
        }
        address
    }

    /// What the server is asked.
    pub(super) fn filter(&self) -> ExecutionFilter {
        let day = |text: &str| Timestamp::sent(&format!("{text}T00:00:00Z")).ok();
        ExecutionFilter {
            status: self.status.clone(),
            playbook_id: self.playbook.parse().ok(),
            started_after: day(&self.from),
            // All of the last day.
            started_before: day(&self.to).map(|day| day.plus_seconds(86_400)).filter(|day| day.can_be_sent()),
            q: Some(self.words.clone()).filter(|words| !words.is_empty()),
            limit: Some(self.limit),
            offset: None,
            sort: self.sort,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(address: &str) -> Query {
        let pairs: Vec<(String, String)> = address
            .split_once('?')
            .map_or("", |(_, query)| query)
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), Url::unescape(value)))
            .collect();
        Query::read(|name| pairs.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect())
    }

    #[test]
    fn what_is_asked_for_survives_its_address() {
        let asked = Query {
            status: vec![ExecutionStatus::Paused, ExecutionStatus::Completed],
            playbook: "01900000-0000-7000-8000-000000000000".to_owned(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-22".to_owned(),
            words: "50 % of & über".to_owned(),
            limit: 120,
            sort: Some(Sort::Newest),
        };
        assert_eq!(query(&asked.address()), asked);
        assert_eq!(Query { limit: STEP, ..Query::default() }.address(), "/executions");
    }

    #[test]
    fn the_last_day_is_whole() {
        let filter = query("/executions?from=2026-11-01&to=2026-11-22").filter();
        let at = |time: Option<Timestamp>| time.expect("a time").to_string();
        assert_eq!(at(filter.started_after), "2026-11-01T00:00:00.000000Z");
        assert_eq!(at(filter.started_before), "2026-11-23T00:00:00.000000Z");
    }

    #[test]
    fn what_makes_no_sense_is_not_heeded() {
        let asked = query("/executions?status=open&status=paused&from=yesterday&playbook=x&show=-1");
        assert_eq!(asked.status, [ExecutionStatus::Paused]);
        assert_eq!(asked.limit, STEP);
        let filter = asked.filter();
        assert_eq!((filter.started_after, filter.playbook_id), (None, None));
        assert_eq!(query("/executions?show=999999999").limit, MOST);
    }

    #[test]
    fn showing_more_is_no_filter() {
        assert!(!query("/executions?show=120&sort=-started_at").is_filter());
        assert!(query("/executions?q=login").is_filter());
    }
}
