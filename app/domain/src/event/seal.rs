//! How free text is held by the chain without lying in it (form 2 of the hash).
//!
//! The hash of an event of form 2 covers a commitment in place of each free text: `SHA-256(salt || text)`. Salt and text are kept
//! beside the log. Whoever has them can check the text, and without them nobody can guess it; so a text can be taken out later,
//! and the chain still holds. Events of form 1 are hashed with their texts in them, as all were before there was form 2.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Event, EventBody};
use crate::canonical;

/// Bytes of a salt.
const SALT_BYTES: usize = 16;
/// The only member of what stands in the place of a text.
const COMMITMENT: &str = "commitment";

/// What the hash of an event covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The event with its texts.
    #[default]
    First,
    /// The event with commitments in the places of its texts.
    Second,
}

impl Form {
    /// Its number, in the database and on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }

    /// The form with a number; `None` when this version knows no such form.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::First, Self::Second].into_iter().find(|form| form.number() == number)
    }

    fn is_first(&self) -> bool {
        *self == Self::First
    }
}

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| D::Error::custom(format!("there is no form {number} of events")))
    }
}

/// What makes a commitment impossible to guess: 16 bytes, written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub [u8; SALT_BYTES]);

impl Salt {
    fn derive(secret: &Secret, part: u32, field: &str) -> Self {
        let digest =
            Sha256::new().chain_update(secret.0).chain_update(part.to_be_bytes()).chain_update(field).finalize();
        let mut salt = [0; SALT_BYTES];
        salt.copy_from_slice(&digest[..SALT_BYTES]);
        Self(salt)
    }

    /// What stands for a text.
    fn commitment(self, text: &str) -> String {
        canonical::hex(&Sha256::new().chain_update(self.0).chain_update(text).finalize())
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&canonical::hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = canonical::from_hex(&text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| D::Error::custom("a salt is 32 lower-case hexadecimal digits"))
    }
}

/// What the salts of one command are made from: random, and forgotten once they are made.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What an event carries so that its hash can be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// 2 for events whose hash covers commitments in place of texts; left out of older ones.
    #[serde(skip_serializing_if = "Form::is_first")]
    pub form: Form,
    /// Who the actor was proven to be; left out where nothing was proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The salt of each free text in `data`, by the name of its member.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub salts: BTreeMap<String, Salt>,
    /// Of each free text that is missing, what the hash covers in its place; the text is empty then.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<String, String>,
}

/// A free text as it is kept beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedText {
    /// The member of `data` that it stands in; with a dot when that lies deeper.
    pub field: String,
    /// Its salt.
    pub salt: Salt,
    /// As written.
    pub text: String,
}

/// Why it cannot be told what the hash of an event covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// A free text has no salt.
    NoSalt(&'static str),
    /// There is a salt, or a commitment, of something that is no free text of this event.
    Superfluous,
}

/// The free texts in `data`, by the names of their members; `None` when there is no such type of event. `overwrote.value` is
/// one where it can quote one: recommendations, what is said of an incident, and the reason of a decision.
pub(super) fn free_texts(event_type: &str) -> Option<&'static [&'static str]> {
    Some(match event_type {
        "execution_started" => &["incident_title", "incident_id"],
        "execution_paused"
        | "execution_resumed"
        | "execution_completed"
        | "execution_abandoned"
        | "execution_reopened" => &["outcome", "reason"],
        "execution_noted" | "note_added" => &["text"],
        "recommendations_changed" => &["text", "overwrote.value"],
        "execution_described" => &["from", "to", "overwrote.value"],
        "decision_taken" => &["rationale", "overwrote.value"],
        "evidence_attached" => &["description", "file_name"],
        "step_started" | "step_completed" | "step_skipped" | "step_blocked" | "step_unblocked" => &["reason"],
        "step_reset" | "assignee_changed" | "decision_withdrawn" => &[],
        _ => return None,
    })
}

/// What stands at a place of `data`.
fn place<'a>(data: &'a mut Value, field: &str) -> Option<&'a mut Value> {
    field.split('.').try_fold(data, |value, name| value.get_mut(name))
}

impl EventBody {
    /// What stands in `data`.
    pub(super) fn data(&self) -> Value {
        let written = serde_json::to_value(self).ok();
        written.and_then(|mut written| written.get_mut("data").map(Value::take)).unwrap_or_default()
    }

    /// The free texts, each with the name of its member.
    fn texts(&self) -> Vec<(&'static str, String)> {
        let fields = free_texts(self.event_type()).unwrap_or_default();
        if fields.is_empty() {
            return Vec::new();
        }
        let mut data = self.data();
        let text = |field: &&'static str| match place(&mut data, field)?.take() {
            Value::String(text) => Some((*field, text)),
            _ => None,
        };
        fields.iter().filter_map(text).collect()
    }
}

impl Event {
    /// Gives an event that was just decided the newest form, with a salt for each of its texts; `part` is its place among
    /// the events of its command.
    pub(crate) fn seal(&mut self, secret: &Secret, part: u32) {
        let salts = self.body.texts().into_iter();
        let salts = salts.map(|(field, _)| (field.to_owned(), Salt::derive(secret, part, field))).collect();
        self.seal = Seal { form: Form::Second, salts, ..Seal::default() };
    }

    /// `data` as the hash covers it and as the log stores it: of form 2 with a commitment in the place of each free text.
    ///
    /// # Errors
    /// When a salt is missing, or is there for nothing.
    pub fn sealed_data(&self) -> Result<Value, SealFault> {
        let mut data = self.body.data();
        let Seal { form, salts, withheld, .. } = &self.seal;
        if form.is_first() {
            return Ok(data);
        }
        let mut used = 0;
        for &field in free_texts(self.body.event_type()).unwrap_or_default() {
            let Some(place @ Value::String(_)) = place(&mut data, field) else { continue };
            let commitment = match (salts.get(field), withheld.get(field), place.as_str()) {
                (Some(salt), None, Some(text)) => salt.commitment(text),
                (None, Some(commitment), Some("")) => commitment.clone(),
                (None, None, _) => return Err(SealFault::NoSalt(field)),
                _ => return Err(SealFault::Superfluous),
            };
            *place = json!({ COMMITMENT: commitment });
            used += 1;
        }
        if salts.len() + withheld.len() == used { Ok(data) } else { Err(SealFault::Superfluous) }
    }

    /// The text of [`Self::sealed_data`], byte by byte.
    ///
    /// # Errors
    /// As for [`Self::sealed_data`].
    pub fn stored_data(&self) -> Result<String, SealFault> {
        self.sealed_data().map(|data| canonical::to_text(&data))
    }

    /// The free texts that are kept beside the log; none of an event of form 1, which holds its texts itself.
    pub fn sealed_texts(&self) -> Vec<SealedText> {
        if self.seal.salts.is_empty() {
            return Vec::new();
        }
        let salted = |(field, text): (&str, String)| {
            let salt = *self.seal.salts.get(field)?;
            Some(SealedText { field: field.to_owned(), salt, text })
        };
        self.body.texts().into_iter().filter_map(salted).collect()
    }
}

/// Brings together what the log stores as `data` of an event of form 2 and the texts that are kept beside it. A text that is
/// missing is empty, and its commitment withheld.
///
/// # Errors
/// When it is no event.
pub fn unseal(event_type: &str, data: &str, texts: Vec<SealedText>) -> serde_json::Result<(EventBody, Seal)> {
    let mut seal = Seal { form: Form::Second, ..Seal::default() };
    let fields = free_texts(event_type).unwrap_or_default();
    if fields.is_empty() && texts.is_empty() {
        return Ok((EventBody::read(event_type, data)?, seal));
    }
    let mut texts: BTreeMap<String, (Salt, String)> =
        texts.into_iter().map(|SealedText { field, salt, text }| (field, (salt, text))).collect();
    let mut data: Value = serde_json::from_str(data)?;
    for &field in fields {
        let Some(place) = place(&mut data, field) else { continue };
        let Some(commitment) = place.get(COMMITMENT).and_then(Value::as_str).map(str::to_owned) else { continue };
        *place = Value::String(match texts.remove(field) {
            Some((salt, text)) => {
                seal.salts.insert(field.to_owned(), salt);
                text
            }
            None => {
                seal.withheld.insert(field.to_owned(), commitment);
                String::new()
            }
        });
    }
    // Of a text that has no place, the salt says that it was there.
    seal.salts.extend(texts.into_iter().map(|(field, (salt, _))| (field, salt)));
    Ok((EventBody::read(event_type, &data.to_string())?, seal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_event_says_which_of_its_texts_are_free() {
        for event_type in EventBody::TYPES {
            assert!(free_texts(event_type).is_some(), "{event_type}");
        }
        assert_eq!(free_texts("fanfare"), None);
    }

    #[test]
    fn a_commitment_is_the_sha_256_of_salt_and_text() {
        // printf '\0%.0s' {1..16} | cat - <(printf 'Zoë') | sha256sum
        let commitment = Salt([0; SALT_BYTES]).commitment("Zoë");
        assert_eq!(commitment, "8b0e662d354ab92a165c7a526e613c88c115dc2d346eb767d648db7a1c0503a2");
        let salts = [(0, "text"), (1, "text"), (0, "outcome")]
            .map(|(part, field)| canonical::hex(&Salt::derive(&Secret([7; 32]), part, field).0));
        assert_eq!(salts[0], "b611a0bc70edad1d4673361059bb2558");
        assert!(salts[0] != salts[1] && salts[1] != salts[2] && salts[0] != salts[2]);
    }

    #[test]
    fn a_salt_is_written_in_one_way_only() {
        let read = |text: &str| serde_json::from_str::<Salt>(text);
        assert!(read(&format!("\"{}\"", "0a".repeat(16))).is_ok());
        for text in ["", "0a", &"0A".repeat(16), &"0a".repeat(17), &"0g".repeat(16), &"é".repeat(16)] {
            assert!(read(&format!("\"{text}\"")).is_err(), "{text}");
        }
    }

    #[test]
    fn a_form_that_is_not_known_is_not_read() {
        assert!(serde_json::from_str::<Form>("2").is_ok_and(|form| form == Form::Second));
        assert!(serde_json::from_str::<Form>("3").is_err());
    }
}
