//! Base64 (RFC 4648 §4 and §5) back to the text it holds.

/// The text in a payload, white space ignored; `None` when it is no Base64 or holds no text.
pub(super) fn text(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3);
    let (mut buffer, mut bits) = (0_u32, 0);
    for character in encoded.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        buffer = (buffer << 6) | u32::from(value(character)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let is_text = !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    (is_text && !text.trim().is_empty()).then_some(text)
}

fn value(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn texts_are_decoded_and_anything_else_is_not() {
        for (encoded, decoded) in
            [("aWQ6IDA2", "id: 06"), ("w7w=", "ü"), ("aGk\n=", "hi"), ("8J-UpQ", "🔥"), ("YQo=", "a\n")]
        {
            assert_eq!(text(encoded).as_deref(), Some(decoded), "{encoded}");
        }
        for encoded in ["", "AAEC", "/////w==", "no base64!", "IA=="] {
            assert_eq!(text(encoded), None, "{encoded}");
        }
    }
}
