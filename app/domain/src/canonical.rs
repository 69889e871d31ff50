//! One byte sequence per JSON value, so that hashes agree everywhere and forever (RFC 8785).
//!
//! Independent of how `serde_json` orders its maps, which any dependency could change by enabling a feature. Numbers
//! are integers throughout this product; the number formatting of RFC 8785 §3.2.2.3 for fractions is not needed.

use serde_json::Value;

/// The canonical bytes of a value: no white space, object members sorted by name.
pub fn to_bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            // RFC 8785 §3.2.3: by UTF-16 code units.
            names.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (position, name) in names.into_iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write(&Value::String(name.clone()), out);
                out.push(b':');
                write(&members[name], out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        scalar => out.extend_from_slice(scalar.to_string().as_bytes()),
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
    }
}
