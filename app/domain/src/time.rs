//! Points in time.

use std::fmt;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time: UTC, to the microsecond, always written with six digits (`2026-11-22T02:14:05.123456Z`, RFC 3339).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts what is finer than a microsecond.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
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

    /// Its date and its time of day to the second: `2026-11-22`, `02:14:05`. Cut from how it is written, which is always
    /// the same way in the years that people live in.
    pub fn parts(self) -> (String, String) {
        let text = self.to_string();
        let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
        (part(0..10), part(11..19))
    }

    /// So many seconds later, or the same time at the end of the calendar.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        self.0.checked_add_signed(TimeDelta::seconds(seconds.into())).map_or(self, Self)
    }

    /// Microseconds from `earlier` to this; never negative.
    pub fn micros_since(self, earlier: Self) -> i64 {
        (self.micros() - earlier.micros()).max(0)
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
        DateTime::parse_from_rfc3339(text).map(|time| Self::new(time.with_timezone(&Utc)))
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
        text.parse().map_err(|_| {
            serde::de::Error::custom(format!("“{text}” is no time: write it like 2026-11-22T02:14:05Z (RFC 3339)"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_always_written_with_six_digits() {
        for text in ["2026-11-22T02:14:05Z", "2026-11-22T02:14:05.1Z", "2026-11-22T03:14:05.123456789+01:00"] {
            let time: Timestamp = text.parse().expect("RFC 3339");
            assert_eq!(time.to_string().len(), "2026-11-22T02:14:05.123456Z".len());
            assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
        }
    }

    #[test]
    fn a_timestamp_has_a_date_and_a_time_of_day() {
        let time: Timestamp = "2026-11-22T02:14:05.9Z".parse().expect("RFC 3339");
        assert_eq!(time.parts(), ("2026-11-22".to_owned(), "02:14:05".to_owned()));
    }
}
