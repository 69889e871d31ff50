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

/// Whether nothing of a text can be seen: it is empty, or made of white space, control characters and characters that
/// leave no mark (joiners, fillers, marks of direction, variation selectors, tags).
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        let leaves_no_mark = matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
        leaves_no_mark || c.is_whitespace() || c.is_control()
    })
}

#[cfg(test)]
mod tests {
    use super::{is_blank, one_line, shortened};

    #[test]
    fn a_line_has_neither_breaks_nor_control_characters() {
        assert_eq!(one_line(" a\r\n\tb\u{7}c\u{a0} d "), "a b c d");
    }

    #[test]
    fn what_cannot_be_seen_is_blank() {
        for text in ["", " \n", "\u{80}", "\u{200b}\u{feff}", "\u{3164}", "\u{202e}\u{2069}", "\u{a0}\u{e0041}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["a", "\u{200b}0", "é", "🔥", "…", "\u{f0b7}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn what_fits_stays_and_what_does_not_is_marked() {
        for (text, shown) in [("", ""), ("üüü", "üüü"), ("üüüü", "üü…"), ("abcdefg", "ab…")] {
            assert_eq!(shortened(text, 3), shown);
        }
    }
}
