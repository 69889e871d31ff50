//! Times as they are sent in bodies and queries: in years that can be recorded, or refused by the name of their field.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::time::Timestamp;

/// `occurred_at` of a body, where `null` is none.
pub(super) fn occurred_at<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| time("occurred_at", &text)).transpose()
}

/// `started_after` of a query.
pub(crate) fn started_after<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    time("started_after", &String::deserialize(deserializer)?).map(Some)
}

/// `started_before` of a query.
pub(crate) fn started_before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    time("started_before", &String::deserialize(deserializer)?).map(Some)
}

fn time<E: Error>(field: &str, text: &str) -> Result<Timestamp, E> {
    sent_time(field, text).map_err(E::custom)
}

/// The time that the text of a field says.
///
/// # Errors
/// A sentence that names the field, when it is no time or lies in years that are not recorded.
pub fn sent_time(field: &str, text: &str) -> Result<Timestamp, String> {
    Timestamp::sent(text).map_err(|error| format!("{field} {error}; “{text}” was sent"))
}
