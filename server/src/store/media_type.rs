//! What kind of file something is, told from its first bytes and never from its name.

/// How many bytes are enough to tell.
pub(super) const SAMPLE: usize = 8 * 1024;

/// Files that analysts attach and `infer` does not know, by how they begin.
const MORE: [(&[u8], &str); 4] = [
    (b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
    (b"ElfFile\0", "application/x-ms-evtx"),
];

/// The media type of a file that begins like this (RFC 6838); `application/octet-stream` when it cannot be told.
pub(super) fn detect(head: &[u8]) -> &'static str {
    let more = || MORE.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, mime)| *mime);
    let known = infer::get(head).map(|kind| kind.mime_type()).or_else(more);
    known.unwrap_or(if is_text(head) { "text/plain" } else { "application/octet-stream" })
}

/// Whether it reads as text: UTF-8, or UTF-16 with its mark, without control characters that text does not have.
fn is_text(head: &[u8]) -> bool {
    if head.is_empty() {
        return false;
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The sample may end within a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b'))
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn the_content_tells_the_type() {
        for (head, mime) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
            (b"PK\x03\x04rest", "application/zip"),
            (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "application/vnd.tcpdump.pcap"),
            ("Zeile 1\r\nZeile ä\n".as_bytes(), "text/plain"),
            (b"cut within a \xc3", "text/plain"),
            (b"\xff\xfeh\0i\0", "text/plain"),
            (b"<html><script>alert(1)</script>", "text/html"),
            (b"\0\x01\x02", "application/octet-stream"),
            (b"text, then \0", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(detect(head), mime, "{head:?}");
        }
    }
}
