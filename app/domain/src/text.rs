//! Names as they are shown: on one line, and cut where there is little room. Free texts are `prose`'s.

/// A text on one line: every run of white space and control characters is one space.
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most `limit` characters, with a mark where something was left out.
pub fn shortened(text: &str, limit: usize) -> String {
    let mut chars = text.char_indices().map(|(start, _)| start);
    match (chars.nth(limit.saturating_sub(1)), chars.next()) {
        (Some(end), Some(_)) => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{one_line, shortened};

    #[test]
    fn a_line_has_neither_breaks_nor_control_characters() {
        assert_eq!(one_line(" a\r\n\tb\u{7}c\u{a0} d "), "a b c d");
    }

    #[test]
    fn what_fits_stays_and_what_does_not_is_marked() {
        for (text, shown) in [("", ""), ("üüü", "üüü"), ("üüüü", "üü…"), ("abcdefg", "ab…")] {
            assert_eq!(shortened(text, 3), shown);
        }
    }
}
