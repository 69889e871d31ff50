//! From a label as its author wrote it to plain text and to Markdown.

use super::breaks::with_breaks;
use crate::graph::MAX_LABEL_CHARS;
use crate::import::tags::without_tags;
use crate::text::{one_line, shortened};

/// A label, made fit for a graph.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// One line of plain text; empty when there is no text.
    pub(super) label: String,
    /// The full text, when the label does not say all of it: several lines, markup, or too long.
    pub(super) full: Option<String>,
}

/// Reads a label.
pub(super) fn plain(written: &str) -> Plain {
    let markdown = written.trim().strip_prefix('`').and_then(|inner| inner.strip_suffix('`'));
    let lines = with_breaks(markdown.unwrap_or(written));
    // An entity is there to be shown, whatever it stands for.
    let lines = without_icons(&lines);
    let full = decode_entities(&lines);
    let unmarked = decode_entities(&without_tags(&lines));
    let unmarked = if markdown.is_some() { without_emphasis(&unmarked) } else { unmarked };
    let line = one_line(&unmarked);
    let label = shortened(&line, MAX_LABEL_CHARS);
    let full = full.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned();
    Plain { full: (full != label).then_some(full).filter(|full| !full.is_empty()), label }
}

/// One line of plain text, of whatever length.
pub(super) fn line(written: &str) -> String {
    let Plain { label, full } = plain(written);
    match full {
        Some(full) if label.ends_with('…') => one_line(&without_tags(&full)),
        _ => label,
    }
}

/// Takes icons (`fa:fa-ban`) away.
fn without_icons(text: &str) -> String {
    let is_icon = |word: &str| {
        word.split_once(":fa-")
            .is_some_and(|(set, _)| matches!(set, "fa" | "fab" | "fas" | "far" | "fal" | "fad" | "fak"))
    };
    text.split('\n')
        .map(|line| line.split(' ').filter(|word| !is_icon(word)).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Takes the emphasis of a markdown string away.
fn without_emphasis(text: &str) -> String {
    text.split(' ')
        .map(|word| word.replace("**", "").replace("__", ""))
        .map(|word| word.trim_matches(['*', '_']).to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reads `#35;`, `#x23;`, `#quot;` and their HTML forms with `&`. What is no entity stays as it is.
fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find(['#', '&']) {
        decoded.push_str(&rest[..position]);
        rest = &rest[position..];
        match entity(rest) {
            Some((character, length)) => {
                decoded.push(character);
                rest = &rest[length..];
            }
            None => {
                decoded.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    decoded + rest
}

/// The character and the length of the entity that a text begins with.
fn entity(text: &str) -> Option<(char, usize)> {
    let name = text[1..].strip_prefix('#').unwrap_or(&text[1..]);
    let start = text.len() - name.len();
    let length = name.bytes().take(12).position(|byte| byte == b';')?;
    let name = &name[..length];
    Some((named(name).or_else(|| numbered(name))?, start + length + 1))
}

fn numbered(name: &str) -> Option<char> {
    let code = match name.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => name.parse().ok()?,
    };
    // NUL and its kind would make the text binary.
    char::from_u32(code).filter(|character| !character.is_control() || *character == '\n')
}

fn named(name: &str) -> Option<char> {
    let found = NAMED.iter().find(|(known, _)| *known == name)?;
    Some(found.1)
}

/// The named entities that occur in labels.
const NAMED: [(&str, char); 66] = [
    ("quot", '"'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("num", '#'),
    ("semi", ';'),
    ("colon", ':'),
    ("comma", ','),
    ("period", '.'),
    ("excl", '!'),
    ("quest", '?'),
    ("percnt", '%'),
    ("dollar", '$'),
    ("ast", '*'),
    ("plus", '+'),
    ("equals", '='),
    ("sol", '/'),
    ("bsol", '\\'),
    ("vert", '|'),
    ("verbar", '|'),
    ("grave", '`'),
    ("commat", '@'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lsqb", '['),
    ("rsqb", ']'),
    ("lbrack", '['),
    ("rbrack", ']'),
    ("lcub", '{'),
    ("rcub", '}'),
    ("lbrace", '{'),
    ("rbrace", '}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("larr", '←'),
    ("uarr", '↑'),
    ("rarr", '→'),
    ("darr", '↓'),
    ("harr", '↔'),
    ("rArr", '⇒'),
    ("ne", '≠'),
    ("le", '≤'),
    ("ge", '≥'),
    ("plusmn", '±'),
    ("times", '×'),
    ("infin", '∞'),
    ("hearts", '♥'),
    ("check", '✓'),
    ("cross", '✗'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("euro", '€'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn label(written: &str) -> String {
        plain(written).label
    }

    #[test]
    fn a_plain_label_stays_as_it_is() {
        let plain = plain("Isolate the host");
        assert_eq!((plain.label.as_str(), plain.full), ("Isolate the host", None));
    }

    #[test]
    fn every_line_break_becomes_a_space_and_the_lines_are_kept() {
        for written in ["a<br>b", "a<br/>b", "a <BR /> b", "a\\nb", "a\n  b"] {
            let plain = plain(written);
            assert_eq!((plain.label.as_str(), plain.full.as_deref()), ("a b", Some("a\nb")), "{written}");
        }
    }

    #[test]
    fn a_windows_path_has_no_line_breaks() {
        assert_eq!(label("run C:\\new\\notes.exe"), "run C:\\new\\notes.exe");
        assert_eq!(label("copy \\\\srv\\net"), "copy \\\\srv\\net");
    }

    #[test]
    fn entities_are_decoded() {
        assert_eq!(label("#quot;a#quot; #35;1 &amp; #9829; &#x41; #lt;b#gt;"), "\"a\" #1 & ♥ A <b>");
        assert_eq!(label("#nosuch; issue #12 a;b #;"), "#nosuch; issue #12 a;b #;");
        assert_eq!(label("#0;#x7;"), "#0;#x7;");
    }

    #[test]
    fn markup_goes_and_placeholders_stay() {
        assert_eq!(label("<b>Block</b> <hostname> if a < b"), "Block <hostname> if a < b");
        assert_eq!(plain("<b>x</b>").full.as_deref(), Some("<b>x</b>"));
        assert_eq!(label("`**Block** the _host_`"), "Block the host");
        assert_eq!(label("fa:fa-ban forbidden"), "forbidden");
    }

    #[test]
    fn a_long_label_is_cut_and_kept_in_full() {
        let written = "wörter ".repeat(60);
        let plain = plain(&written);
        assert!(plain.label.chars().count() <= MAX_LABEL_CHARS && plain.label.ends_with('…'));
        assert_eq!(plain.full.as_deref(), Some(written.trim()));
    }
}
