//! Names of things: one type per kind of name, so that none is ever passed for another.

use std::fmt;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::legible::{NameError, is_hidden_in_names, legible, name as name_of};

/// Declares a newtype over [`Uuid`] that reads and writes as the plain UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// A playbook, through all its versions. UUID v7.
    PlaybookId
);
uuid_id!(
    /// One run of one playbook version. UUID v7.
    ExecutionId
);
uuid_id!(
    /// One file attached to a step. UUID v7.
    EvidenceId
);
uuid_id!(
    /// Chosen by the sender of a command; a command sent again under the same id is not executed again.
    CommandId
);
uuid_id!(
    /// A tab of a browser, through its reloads. Chosen by the page; never sent to the server.
    TabId
);

/// A node of a playbook graph, unique within it and stable over re-imports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct NodeId(pub String);

impl NodeId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for NodeId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for NodeId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longest name or title, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// Who did something: the name an analyst goes by.
///
/// A name that somebody gives is held to [`crate::legible::name`], by [`Actor::new`], or by [`given`] in the body of a request.
/// One that is recorded is read as it is, whatever the rules are by now. Shown (`Display`), what cannot be seen of it stands by
/// its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    /// A name that somebody gives.
    ///
    /// # Errors
    /// When it is blank, too long or has characters that cannot be seen.
    pub fn new(name: &str) -> Result<Self, NameError> {
        let kept = name_of(name)?;
        // Two names that differ in their blanks only look the same.
        let is_other = |(place, pair): (usize, &[char])| {
            let [before, blank] = *pair else { return None };
            let is_odd = blank.is_whitespace() && (before.is_whitespace() || !matches!(blank, ' ' | '\u{3000}'));
            is_odd.then_some(NameError::Blanks { character: blank, place: place + 2 })
        };
        let characters: Vec<char> = kept.chars().collect();
        match characters.windows(2).enumerate().find_map(is_other) {
            Some(error) => Err(error),
            None => Ok(Self(kept)),
        }
    }

    /// A name that is recorded, as it is.
    pub fn recorded(name: String) -> Self {
        Self(name)
    }

    /// Who acts when nobody says a name.
    pub fn anonymous() -> Self {
        Self("anonymous".to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two letters to stand for the name where there is little room: the first ones of its first and last word, or of its
    /// only one. One where letters are wide, or where there is no other.
    pub fn initials(&self) -> String {
        /// From here on (Hangul, CJK, emoji) one letter takes the place of two.
        const WIDE: char = '\u{1100}';
        let words = self.0.split(|c: char| c.is_whitespace() || c == '.' || c == '-' || c == '_');
        let visible = |word: &str| word.chars().filter(|c| !is_hidden_in_names(*c)).collect::<Vec<_>>();
        let mut words = words.map(visible).filter(|word| !word.is_empty());
        let Some(first_word) = words.next() else { return String::new() };
        let first = first_word[0];
        let second = match words.next_back() {
            Some(last) => Some(last[0].to_uppercase().collect::<String>()),
            None => first_word.get(1).map(|second| second.to_lowercase().collect()),
        };
        let is_narrow = first < WIDE && second.as_ref().is_some_and(|second| second.chars().all(|c| c < WIDE));
        first.to_uppercase().chain(second.iter().filter(|_| is_narrow).flat_map(|second| second.chars())).collect()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&legible(&self.0))
    }
}

/// Reads a name that somebody gives in a request.
///
/// # Errors
/// When it is no name; see [`Actor::new`].
pub fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Actor>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    name.map(|name| Actor::new(&name).map_err(|error| de::Error::custom(format!("a name {error}")))).transpose()
}

/// The same where `null` says something, too.
///
/// # Errors
/// When it is no name; see [`Actor::new`].
pub fn given_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Actor>>, D::Error> {
    given(deserializer).map(Some)
}

/// Position of an event in its execution's log, from 1 without gaps; 0 is the state before the first event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl<'de> Deserialize<'de> for Seq {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(SeqVisitor)
    }
}

/// Takes `3.0` for 3, as JSON Schema does: there are languages that write every number so.
struct SeqVisitor;

impl Visitor<'_> for SeqVisitor {
    type Value = Seq;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Seq, E> {
        Ok(Seq(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Seq, E> {
        u64::try_from(number).map(Seq).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Seq, E> {
        // Rust prints a whole number without a point, whatever its size.
        number.to_string().parse().map(Seq).map_err(|_| E::invalid_value(Unexpected::Float(number), &self))
    }
}

impl Seq {
    /// The one that follows.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
