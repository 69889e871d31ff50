//! One byte sequence per JSON value, so that hashes agree everywhere and forever (RFC 8785).
//!
//! Independent of how `serde_json` orders its maps, which any dependency could change by enabling a feature. Numbers
//! are integers throughout this product; the number formatting of RFC 8785 §3.2.2.3 for fractions is not needed.

use serde_json::Value;

/// The canonical bytes of a value: no white space, object members sorted by name.
pub fn to_bytes(value: &Value) -> Vec<u8> {
    to_text(value).into_bytes()
}

/// The same as text.
pub fn to_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that lower-case hexadecimal digits stand for; `None` when there is anything else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            // RFC 8785 §3.2.3: by UTF-16 code units.
            names.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (position, name) in names.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(&Value::String(name.clone()), out);
                out.push(':');
                write(&members[name], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_at_every_depth() {
        let value = json!({"b": 1, "a": [{"z": null, "y": "\u{1F600}\n"}], "aa": true});
        let text = String::from_utf8(to_bytes(&value)).expect("canonical JSON is UTF-8");
        assert_eq!(text, "{\"a\":[{\"y\":\"\u{1F600}\\n\",\"z\":null}],\"aa\":true,\"b\":1}");
    }

    #[test]
    fn hexadecimal_is_lower_case_and_padded() {
        assert_eq!(hex(&[0x00, 0x0f, 0xff]), "000fff");
        assert_eq!(from_hex("000fff"), Some(vec![0x00, 0x0f, 0xff]));
        assert_eq!(["0", "0F", "0g", "é"].map(from_hex), [None, None, None, None]);
    }
}
