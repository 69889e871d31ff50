//! The name under which an answer is to be saved.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// To be saved under this name (RFC 6266), for old clients in ASCII. What would lead into another folder is replaced.
pub(super) fn attachment(name: &str) -> String {
    /// RFC 8187 `attr-char`.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let safe: String =
        name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let ascii: String = safe.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(&safe, PLAIN))
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn any_name_becomes_a_name_to_save_under() {
        assert_eq!(attachment("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(attachment("../../x"), "attachment; filename=\".._.._x\"; filename*=UTF-8''.._.._x");
        assert_eq!(attachment("ש\"\n"), "attachment; filename=\"___\"; filename*=UTF-8''%D7%A9__");
    }
}
