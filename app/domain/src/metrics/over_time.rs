//! When executions began, by days, weeks, months or years of the calendar (UTC, ISO 8601 weeks).

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::record::Record;
use super::sections::MetricsFilter;
use crate::event::ExecutionStatus;
use crate::time::Timestamp;

/// Up to so many days are told apart day by day.
const MOST_DAYS: i64 = 31;
/// Up to so many days are told by weeks: half a year.
const MOST_DAYS_IN_WEEKS: i64 = 183;
/// Up to so many days are told by months: three years.
const MOST_DAYS_IN_MONTHS: i64 = 3 * 366;

/// How many executions began when, without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverTime {
    /// How long a period is; the longer the range, the longer.
    pub unit: PeriodUnit,
    /// From the beginning of the range to its end or to now, oldest first. Of a range of more than three years, those that
    /// have executions and those between.
    pub periods: Vec<Period>,
}

/// How long a period is. Weeks begin on Mondays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    /// From midnight to midnight, UTC.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// A year of the calendar.
    Year,
}

/// The executions that began in a period, by what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// Its beginning; of the first, where the range begins.
    pub from: Timestamp,
    /// Its end, which is not part of it; of the last, where the range ends if it ends earlier.
    pub before: Timestamp,
    /// How many are completed.
    pub completed_count: u32,
    /// How many are abandoned.
    pub abandoned_count: u32,
    /// How many are active or paused.
    pub open_count: u32,
}

impl Period {
    /// How many began in it.
    pub fn count(&self) -> u32 {
        self.completed_count + self.abandoned_count + self.open_count
    }
}

impl PeriodUnit {
    fn for_range(from: DateTime<Utc>, before: DateTime<Utc>) -> Self {
        let days = (before - from).num_days();
        let units = [(MOST_DAYS, Self::Day), (MOST_DAYS_IN_WEEKS, Self::Week), (MOST_DAYS_IN_MONTHS, Self::Month)];
        units.into_iter().find(|(most, _)| days <= *most).map_or(Self::Year, |(_, unit)| unit)
    }

    /// The first day of the period that a day lies in.
    fn first_day(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
            Self::Month => day.with_day(1),
            Self::Year => day.with_ordinal(1),
        }
    }

    /// The first day of the period after that which begins on a day.
    fn next(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Year => first.checked_add_months(Months::new(12)),
        }
    }

    /// The periods from one time up to another, as times in which they begin and end.
    fn periods(self, from: DateTime<Utc>, before: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let first = self.first_day(from.date_naive()).filter(|_| from < before);
        std::iter::successors(first, |&day| self.next(day))
            .take_while(|&day| midnight(day) < before)
            .map_while(|day| Some((midnight(day), midnight(self.next(day)?))))
            .collect()
    }
}

/// From when to when executions are told apart: as far as was asked for and there can be any. Of more than three years, only
/// as far as there are some; `None` when there is nothing to tell.
fn range(records: &[Arc<Record>], filter: &MetricsFilter, now: Timestamp) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let first = records.iter().map(|record| record.started_at).min();
    let last = records.iter().map(|record| record.started_at).max();
    let end = last.map_or(now, |last| last.max(now)).plus_seconds(1);
    let from = filter.started_after.or(first)?.to_utc();
    let before = filter.started_before.map_or(end, |asked| asked.min(end)).to_utc();
    if PeriodUnit::for_range(from, before) == PeriodUnit::Year {
        Some((from.max(first?.to_utc()), before.min(last?.plus_seconds(1).to_utc())))
    } else {
        Some((from, before))
    }
}

impl OverTime {
    /// The periods of a range, with the executions in it, of which every one is among `records`.
    pub(super) fn of(records: &[Arc<Record>], filter: &MetricsFilter, now: Timestamp) -> Self {
        let Some((from, before)) = range(records, filter, now) else {
            return Self { unit: PeriodUnit::Day, periods: Vec::new() };
        };
        let unit = PeriodUnit::for_range(from, before);
        let cut = |(from, before)| {
            let (from, before) = (Timestamp::new(from), Timestamp::new(before));
            Period {
                from: filter.started_after.map_or(from, |asked| asked.max(from)),
                before: filter.started_before.map_or(before, |asked| asked.min(before)),
                completed_count: 0,
                abandoned_count: 0,
                open_count: 0,
            }
        };
        let mut periods: Vec<Period> = unit.periods(from, before).into_iter().map(cut).collect();
        for record in records {
            let place = periods.partition_point(|period| period.before <= record.started_at);
            let Some(period) = periods.get_mut(place) else { continue };
            match record.status {
                ExecutionStatus::Completed => period.completed_count += 1,
                ExecutionStatus::Abandoned => period.abandoned_count += 1,
                ExecutionStatus::Active | ExecutionStatus::Paused => period.open_count += 1,
            }
        }
        Self { unit, periods }
    }
}
