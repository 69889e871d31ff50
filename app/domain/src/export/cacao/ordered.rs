//! JSON whose objects keep the order in which they are built: people read it, and the order of steps is that of nodes.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// A value to be written.
#[derive(Clone, Debug)]
pub(super) enum Json {
    /// Anything without an order of its own.
    Plain(Value),
    /// A list.
    List(Vec<Json>),
    /// An object, in this order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object of members that are there: an empty list, object or text is left out.
    pub(super) fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        let members = members.into_iter().filter(|(_, value)| !value.is_empty());
        Self::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A list of texts.
    pub(super) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::from(text.into())).collect())
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Plain(Value::String(text)) => text.is_empty(),
            Self::Plain(Value::Null) => true,
            Self::Plain(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
        }
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Plain(Value::String(text))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}
