//! Tags in texts: which of them are markup, and which a person wrote for something else (`<hostname>`).
//!
//! Markup is dropped from labels and its content stays; everything else in angle brackets is text.

/// Elements that only say how a text looks or how it is divided.
const MARKUP: [&str; 78] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "nobr",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
    "video",
    "audio",
    "iframe",
    "noscript",
    "nav",
    "section",
];

/// Those whose name could as well be what is asked for: “enter the `<code>`”. They are markup only in pairs.
const ALSO_NAMES: [&str; 18] = [
    "abbr", "caption", "cite", "code", "details", "figure", "font", "mark", "picture", "script", "section", "small",
    "span", "style", "summary", "table", "var", "video",
];

/// The name and the length of the tag that a text begins with.
pub(crate) fn tag(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('<')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name_length = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let start = text.len() - inner.len();
    let end = start + inner.find(['>', '<'])?;
    let closed = text[end..].starts_with('>');
    // `<user@host>` and `<file-name>` go on where the name of an element ends.
    let ends = inner[name_length..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
    (closed && ends && name_length > 0).then(|| (&inner[..name_length], end + 1))
}

/// Whether a tag of this name is markup.
pub(super) fn is_markup(name: &str) -> bool {
    MARKUP.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a tag is markup only where another one closes it.
pub(super) fn could_be_name(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches('>').trim();
    ALSO_NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// The text without tags that are markup.
pub(super) fn without_tags(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('<') {
        stripped.push_str(&rest[..position]);
        rest = &rest[position..];
        let length = match tag(rest) {
            Some((name, length)) if is_markup(name) => length,
            _ => {
                stripped.push('<');
                1
            }
        };
        rest = &rest[length..];
    }
    stripped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_placeholders_stay() {
        for (text, shown) in [
            ("<b>Block</b> <hostname>", "Block <hostname>"),
            ("<IP address> and <owner>", "<IP address> and <owner>"),
            ("a <br/> b < c > d", "a  b < c > d"),
            ("<a href=\"x\">it</a>", "it"),
            ("<user@example.org> <b-id> <s3 bucket>", "<user@example.org> <b-id> <s3 bucket>"),
        ] {
            assert_eq!(without_tags(text), shown);
        }
    }
}
