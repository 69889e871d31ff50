//! Times as rows hold them.
//!
//! Kept as text and not as a time of the driver's: that one cannot read every year that was ever written, and it forgets
//! how a time was written, which [`super::Store::verify`] compares.

use chrono::SecondsFormat;
use domain::time::Timestamp;
use sea_orm::DeriveValueType;

/// A time in UTC: RFC 3339 with the offset `+00:00`, and with a fraction where there is one. Texts are in the order of time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
pub struct StoredTime(String);

impl From<Timestamp> for StoredTime {
    fn from(time: Timestamp) -> Self {
        Self(time.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, false))
    }
}

impl StoredTime {
    /// The time; `None` when the text is none.
    pub(super) fn read(&self) -> Option<Timestamp> {
        self.0.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_any_year_is_read_as_it_was_written() {
        for (text, stored) in [
            ("2026-11-22T02:14:05Z", "2026-11-22T02:14:05+00:00"),
            ("2026-11-22T02:14:05.12Z", "2026-11-22T02:14:05.120+00:00"),
            ("2026-11-22T02:14:05.123456Z", "2026-11-22T02:14:05.123456+00:00"),
            ("0000-01-01T00:00:00+01:00", "-0001-12-31T23:00:00+00:00"),
        ] {
            let time: Timestamp = text.parse().expect("a time");
            let row = StoredTime::from(time);
            assert_eq!((row.0.as_str(), row.read()), (stored, Some(time)), "{text}");
        }
        assert_eq!(StoredTime("yesterday".to_owned()).read(), None);
    }
}
