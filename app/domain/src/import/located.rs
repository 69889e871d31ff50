//! JSON in which every part knows its line, and objects keep the order and the doubles that their author wrote.
//!
//! The text is checked as a whole once; after that nothing here can fail. Parts are read when they are asked for.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::ImportRefusal;

/// A text that is valid JSON.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    text: &'a str,
    /// Where each line of the text starts.
    line_starts: Vec<usize>,
}

impl<'a> Document<'a> {
    /// Checks a text.
    ///
    /// # Errors
    /// [`ImportRefusal::BrokenJson`] with the line of the first fault; nesting deeper than 127 levels is one.
    pub(crate) fn read(text: &'a str) -> Result<Self, ImportRefusal> {
        if let Err(error) = serde_json::from_str::<Value>(text) {
            let said = error.to_string();
            let fault = match said.split(" at line ").next().unwrap_or_default() {
                "recursion limit exceeded" => "it is nested too deeply".to_owned(),
                fault => fault.to_owned(),
            };
            return Err(ImportRefusal::BrokenJson { line: error.line(), column: error.column(), fault });
        }
        let breaks = text.match_indices('\n').map(|(position, _)| position + 1);
        Ok(Self { text, line_starts: std::iter::once(0).chain(breaks).collect() })
    }

    /// The whole of it.
    pub(crate) fn root(&self) -> Part<'_> {
        Part { text: self.text.trim(), document: self }
    }
}

/// A value somewhere in a document.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    text: &'a str,
    document: &'a Document<'a>,
}

impl<'a> Part<'a> {
    /// The line it begins on, counted from 1.
    pub(crate) fn line(self) -> u32 {
        let offset = self.text.as_ptr() as usize - self.document.text.as_ptr() as usize;
        u32::try_from(self.document.line_starts.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }

    /// The members of an object, in the order of the text; `None` when it is none.
    pub(crate) fn members(self) -> Option<Vec<(String, Part<'a>)>> {
        let Members(members) = serde_json::from_str(self.text).ok()?;
        Some(members.into_iter().map(|(name, raw)| (name, self.part(raw))).collect())
    }

    /// The items of an array; `None` when it is none.
    pub(crate) fn items(self) -> Option<Vec<Part<'a>>> {
        let items: Vec<&'a RawValue> = serde_json::from_str(self.text).ok()?;
        Some(items.into_iter().map(|raw| self.part(raw)).collect())
    }

    /// A member of an object; of doubles the last, as every other reader of JSON takes it.
    pub(crate) fn member(self, name: &str) -> Option<Part<'a>> {
        self.members()?.into_iter().rev().find(|(known, _)| known == name).map(|(_, part)| part)
    }

    /// The text of a string; `None` when it is none.
    pub(crate) fn string(self) -> Option<String> {
        serde_json::from_str(self.text).ok()
    }

    /// The text it is written as.
    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// The value without its place.
    pub(crate) fn value(self) -> Value {
        serde_json::from_str(self.text).unwrap_or_default()
    }

    /// What kind of value it is, for a message.
    pub(crate) fn kind(self) -> &'static str {
        match self.text.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    fn part(self, raw: &'a RawValue) -> Self {
        Part { text: raw.get(), document: self.document }
    }
}

/// The members of an object as they stand in the text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_knows_its_line_and_members_keep_their_order() {
        let document = Document::read(" {\n\"b\": [1,\n \"x\\n\"],\r\n\"a\":\n {\"c\": null}, \"b\": 2}").unwrap();
        let members = document.root().members().unwrap();
        let lines: Vec<_> = members.iter().map(|(name, part)| (name.as_str(), part.line(), part.kind())).collect();
        assert_eq!(lines, [("b", 2, "a list"), ("a", 5, "an object"), ("b", 5, "a number")]);
        let items = members[0].1.items().unwrap();
        assert_eq!((items[1].line(), items[1].string()), (3, Some("x\n".to_owned())));
        assert_eq!(document.root().member("b").unwrap().value(), Value::from(2));
        assert_eq!(members[1].1.items().map(|items| items.len()), None);
    }

    #[test]
    fn a_fault_is_refused_with_its_place() {
        let refusal = |text: &str| Document::read(text).unwrap_err().to_string();
        assert!(refusal("{\n\"a\": 1,\n}").contains("line 3"), "{}", refusal("{\n\"a\": 1,\n}"));
        assert!(refusal("{\"a\": \"\\ud800\"}").contains("hex escape"), "{}", refusal("{\"a\": \"\\ud800\"}"));
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(refusal(&deep).contains("nested too deeply"), "{}", refusal(&deep));
    }
}
