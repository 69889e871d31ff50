//! Texts that are shown where there is little room.

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
    use super::shortened;

    #[test]
    fn what_fits_stays_and_what_does_not_is_marked() {
        for (text, shown) in [("", ""), ("üüü", "üüü"), ("üüüü", "üü…"), ("abcdefg", "ab…")] {
            assert_eq!(shortened(text, 3), shown);
        }
    }
}
