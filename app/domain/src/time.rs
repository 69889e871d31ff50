//! Points in time.
//!
//! A time that somebody sends is read by [`Timestamp::sent`], which holds it to the years of [`SENT_YEARS`]. A time that is
//! stored is read by `parse`, which takes back whatever was ever written: logs from before there was such a limit stay readable.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The years (UTC) in which every time lies that somebody sends.
pub const SENT_YEARS: RangeInclusive<i32> = 1970..=2200;

/// Why a text is not taken as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It says no time.
    #[error("is not a time: write it like 2026-11-22T02:14:05Z (RFC 3339)")]
    NotATime,
    /// It says a time outside of [`SENT_YEARS`].
    #[error("must lie in the years {} to {} (UTC)", SENT_YEARS.start(), SENT_YEARS.end())]
    OtherYears,
}

/// A point in time: UTC, to the microsecond, always written with six digits (`2026-11-22T02:14:05.123456Z`, RFC 3339).
/// Years that RFC 3339 cannot write have a sign and more digits where they need them (`-0001`, `+10000`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts what is finer than a microsecond.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
    }

    /// Reads a time that somebody sent.
    ///
    /// # Errors
    /// When it is none, or lies in other years than [`SENT_YEARS`].
    pub fn sent(text: &str) -> Result<Self, TimeError> {
        let time: Self = text.trim().parse().map_err(|_| TimeError::NotATime)?;
        // RFC 3339 §5.6 has a second 60, which many programs cannot read: it is the next minute's first.
        let time = Self::from_micros(time.micros()).unwrap_or(time);
        if time.can_be_sent() { Ok(time) } else { Err(TimeError::OtherYears) }
    }

    /// Whether it lies in [`SENT_YEARS`].
    pub fn can_be_sent(self) -> bool {
        SENT_YEARS.contains(&self.0.year())
    }

    /// From microseconds since 1970; `None` far outside of the calendar.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// As chrono knows it.
    pub fn to_utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Its date and its time of day to the second: `2026-11-22`, `02:14:05`.
    pub fn parts(self) -> (String, String) {
        let text = self.to_string();
        let (date, time) = text.split_once('T').unwrap_or_default();
        let (time, _) = time.split_once('.').unwrap_or_default();
        (date.to_owned(), time.to_owned())
    }

    /// So many seconds later, or the same time at the end of the calendar.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        self.0.checked_add_signed(TimeDelta::seconds(seconds.into())).map_or(self, Self)
    }

    /// Microseconds from `earlier` to this; never negative.
    pub fn micros_since(self, earlier: Self) -> i64 {
        self.micros().saturating_sub(earlier.micros()).max(0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl std::str::FromStr for Timestamp {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // RFC 3339 has four digits for a year. The other years begin with a sign, which chrono's own notation knows.
        let time = if text.starts_with(['+', '-']) { text.parse() } else { DateTime::parse_from_rfc3339(text) };
        time.map(|time| Self::new(time.with_timezone(&Utc)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom(format!("“{text}” {}", TimeError::NotATime)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_second_that_is_sent_is_the_first_of_the_next_minute() {
        for (sent, kept) in [
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
            ("2026-11-26T03:00:60.5Z", "2026-11-26T03:01:00.500000Z"),
        ] {
            assert_eq!(Timestamp::sent(sent).map(|time| time.to_string()), Ok(kept.to_owned()));
        }
    }

    #[test]
    fn a_timestamp_is_always_written_with_six_digits() {
        for text in ["2026-11-22T02:14:05Z", "2026-11-22T02:14:05.1Z", "2026-11-22T03:14:05.123456789+01:00"] {
            let time: Timestamp = text.parse().expect("RFC 3339");
            assert_eq!(time.to_string().len(), "2026-11-22T02:14:05.123456Z".len());
            assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
        }
    }

    #[test]
    fn a_time_that_is_sent_lies_in_the_years_that_can_be_recorded() {
        for text in ["1970-01-01T00:00:00Z", "2200-12-31T23:59:59.999999Z", "1969-12-31T23:30:00-01:00"] {
            assert!(Timestamp::sent(text).is_ok(), "{text}");
        }
        for text in [
            "0000-01-01T00:00:00+01:00",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00+00:01",
            "2201-01-01T00:00:00Z",
            "2200-12-31T23:59:59-00:01",
            "9999-12-31T23:59:59-23:59",
            "-0001-12-31T23:00:00Z",
            "+12345-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::sent(text), Err(TimeError::OtherYears), "{text}");
        }
        for text in ["", "yesterday", "2026-11-22", "2026-11-22T02:14:05", "+2026"] {
            assert_eq!(Timestamp::sent(text), Err(TimeError::NotATime), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_time_that_can_be_written_can_be_read_back(
            micros in DateTime::<Utc>::MIN_UTC.timestamp_micros()..=DateTime::<Utc>::MAX_UTC.timestamp_micros(),
        ) {
            let time = Timestamp::from_micros(micros).expect("within the calendar");
            proptest::prop_assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
            let json = serde_json::to_string(&time).expect("a text");
            proptest::prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).expect("the same"), time);
        }
    }

    #[test]
    fn times_at_the_ends_of_the_calendar_and_leap_seconds_can_be_read_back() {
        let leap: Timestamp = "2016-12-31T23:59:60.5Z".parse().expect("RFC 3339");
        for time in [Timestamp::new(DateTime::<Utc>::MIN_UTC), Timestamp::new(DateTime::<Utc>::MAX_UTC), leap] {
            assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time), "{time}");
        }
        let (first, last) = (Timestamp::new(DateTime::<Utc>::MIN_UTC), Timestamp::new(DateTime::<Utc>::MAX_UTC));
        assert_eq!((last.micros_since(first), first.micros_since(last)), (i64::MAX, 0));
    }

    #[test]
    fn a_time_in_a_year_that_rfc_3339_cannot_write_has_its_parts_too() {
        let time: Timestamp = "-0001-12-31T23:00:00.000000Z".parse().expect("as it was written");
        assert_eq!(time.to_string(), "-0001-12-31T23:00:00.000000Z");
        assert_eq!(time.parts(), ("-0001-12-31".to_owned(), "23:00:00".to_owned()));
    }

    #[test]
    fn a_timestamp_has_a_date_and_a_time_of_day() {
        let time: Timestamp = "2026-11-22T02:14:05.9Z".parse().expect("RFC 3339");
        assert_eq!(time.parts(), ("2026-11-22".to_owned(), "02:14:05".to_owned()));
    }
}
