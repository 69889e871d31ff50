//! The name under which an answer is to be saved.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// To be saved under this name (RFC 6266), for old clients in ASCII without what their systems may refuse. What would lead into
/// another folder, or could not be part of a name, is replaced.
pub(super) fn attachment(name: &str) -> String {
    /// RFC 8187 `attr-char`.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let replaced = |is_bad: fn(char) -> bool| name.chars().map(|c| if is_bad(c) { '_' } else { c }).collect::<String>();
    let safe = replaced(|c| c.is_control() || matches!(c, '/' | '\\'));
    let ascii = replaced(|c| c.is_control() || !c.is_ascii() || "/\\:*?\"<>|%".contains(c));
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(&safe, PLAIN))
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn any_name_becomes_a_name_to_save_under() {
        assert_eq!(attachment("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(attachment("../../x"), "attachment; filename=\".._.._x\"; filename*=UTF-8''.._.._x");
        assert_eq!(attachment("ש\"\n"), "attachment; filename=\"___\"; filename*=UTF-8''%D7%A9%22_");
        assert_eq!(attachment("5%?"), "attachment; filename=\"5__\"; filename*=UTF-8''5%25%3F");
    }
}
