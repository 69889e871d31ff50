//! Markup, written piece by piece.
//!
//! Every value and every text is escaped here, so that nothing a playbook or an analyst wrote can become markup. What cannot be
//! seen of a text stands by its number.

use std::fmt::{self, Display, Write};

use crate::legible::legible;

/// What has been written so far.
#[derive(Default)]
pub struct Markup(String);

/// An attribute: its name and its value.
pub type Attribute<'a> = (&'static str, &'a dyn Display);

impl Markup {
    /// Begins an element that holds others, until it is closed.
    pub fn open(&mut self, name: &'static str, attributes: &[Attribute]) {
        self.0.push('<');
        self.0.push_str(name);
        for (attribute, value) in attributes {
            self.0.push(' ');
            self.0.push_str(attribute);
            self.0.push_str("=\"");
            self.escaped(value);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self, name: &'static str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element that holds nothing but text, or nothing.
    pub fn element(&mut self, name: &'static str, attributes: &[Attribute], text: &dyn Display) {
        self.open(name, attributes);
        self.escaped(&legible(&text.to_string()));
        self.close(name);
    }

    /// What was written elsewhere, by another of this kind.
    pub fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// How many bytes have been written.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    pub fn finish(self) -> String {
        self.0
    }

    fn escaped(&mut self, value: &dyn Display) {
        // Writing to a String does not fail.
        let _ = write!(Escaped(&mut self.0), "{value}");
    }
}

struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                _ => self.0.push(character),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_and_no_text_becomes_markup() {
        let mut markup = Markup::default();
        markup.open("g", &[("id", &7), ("class", &"\"><script>")]);
        markup.element("text", &[], &"</text><script>alert('&amp;')</script>");
        markup.close("g");
        assert_eq!(
            markup.finish(),
            "<g id=\"7\" class=\"&quot;&gt;&lt;script&gt;\">\
             <text>&lt;/text&gt;&lt;script&gt;alert('&amp;amp;')&lt;/script&gt;</text></g>"
        );
    }
}
