//! The lines between nodes: `-->`, `-- text -->`, `-. text .->`, `<==>`, `x--x`, `~~~`, `e1@-->` and `-->|text|`.

use super::chart::Stroke;
use super::cursor::{Cursor, window};
use super::known::Known;

/// Longest id of an edge, or of a node that could be a tip, in bytes.
const MAX_ID: usize = 200;

/// A link as it stands between two nodes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// How it is drawn.
    pub(super) stroke: Stroke,
    /// The text on it, without quotes.
    pub(super) label: Option<String>,
    /// Its id (`e1@`).
    pub(super) id: Option<String>,
    /// Whether it points back to the node before it (`<--`, which Mermaid itself rejects).
    pub(super) reversed: bool,
    /// What was made of a link that Mermaid rejects.
    pub(super) repair: Option<&'static str>,
}

/// What stands at the beginning of a text, if it is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    length: usize,
    stroke: Stroke,
    /// Whether it is only the first half, with a text and a second half to follow.
    half: bool,
    /// Whether it is written in a way that Mermaid rejects.
    foreign: bool,
}

/// Reads a link and its label; `None`, without moving, when there is none here.
pub(super) fn read(cursor: &mut Cursor<'_>, known: &Known<'_>) -> Option<Link> {
    let start = cursor.at;
    let link = read_here(cursor, known);
    if link.is_none() {
        cursor.at = start;
    }
    link
}

/// Whether a text begins with a link.
pub(super) fn begins(text: &str) -> bool {
    token(text, &Known::default()).is_some()
}

fn read_here(cursor: &mut Cursor<'_>, known: &Known<'_>) -> Option<Link> {
    let start = cursor.at;
    cursor.skip_blank_and_comments();
    // On a line of its own, `x-->` leaves the node x and is no tail of a link from the line above.
    let is_name = ["x-", "o-", "x=", "o="].iter().any(|name| cursor.looking_at(name));
    if is_name && cursor.since(start).contains('\n') {
        return None;
    }
    let id = edge_id(cursor);
    let token = token(cursor.rest(), known)?;
    let points_back = cursor.looking_at("<");
    cursor.at += token.length;
    let mut link = Link {
        stroke: token.stroke,
        label: None,
        id,
        reversed: false,
        repair: token.foreign.then_some("the arrow is not one of Mermaid's; read as `-->`"),
    };
    if token.half {
        match text_and_second_half(cursor, token.stroke, known) {
            Some(text) => link.label = Some(text),
            None => {
                link.reversed = points_back;
                link.repair = Some("the link has no second half; read as a plain link");
            }
        }
    }
    if link.label.is_none() {
        link.label = piped(cursor);
    }
    Some(link)
}

/// Reads `e1@` in front of a link.
fn edge_id(cursor: &mut Cursor<'_>) -> Option<String> {
    let rest = cursor.rest();
    let rest = &rest[..rest.floor_char_boundary(MAX_ID)];
    let word = rest.split(|c: char| c.is_whitespace() || c == '"').next()?;
    let (id, behind) = word.split_once('@')?;
    if id.is_empty() || !begins(behind) {
        return None;
    }
    cursor.at += id.len() + 1;
    Some(id.to_owned())
}

fn token(text: &str, known: &Known<'_>) -> Option<Token> {
    let head = usize::from(text.starts_with(['x', 'o', '<']));
    let body = &text[head..];
    let (length, stroke, half, foreign) = match body.chars().next()? {
        '-' if body.starts_with("-.") => dotted(body, known),
        '-' => solid(body, '-', Stroke::Normal, known)?,
        '=' => solid(body, '=', Stroke::Thick, known)?,
        '~' if head == 0 => (run(body, '~'), Stroke::Invisible, false, false),
        '→' | '⟶' | '⇒' if head == 0 => (body.chars().next()?.len_utf8(), Stroke::Normal, false, true),
        '—' | '–' if head == 0 => dash_arrow(body)?,
        _ => return None,
    };
    let enough = stroke != Stroke::Invisible || length >= 3;
    enough.then_some(Token { length: head + length, stroke, half, foreign })
}

type Body = (usize, Stroke, bool, bool);

fn dotted(body: &str, known: &Known<'_>) -> Body {
    let dots = 1 + run(&body[1..], '.');
    let behind = &body[dots..];
    if let Some(behind) = behind.strip_prefix('-') {
        let tip = usize::from(has_tip(behind, known));
        (dots + 1 + tip, Stroke::Dotted, false, false)
    } else {
        (2, Stroke::Dotted, true, false)
    }
}

fn solid(body: &str, line: char, stroke: Stroke, known: &Known<'_>) -> Option<Body> {
    let length = run(body, line);
    let behind = &body[length..];
    match length {
        1 => behind.starts_with('>').then_some((2, stroke, false, true)),
        2 if begins_text(behind, line) => Some((2, stroke, true, false)),
        _ if has_tip(behind, known) => Some((length + 1, stroke, false, false)),
        2 => Some((2, stroke, true, false)),
        _ => Some((length, stroke, false, false)),
    }
}

/// Whether a link ends with a tip: `>`, or an `x` or `o` that does not begin the name of a node.
fn has_tip(behind: &str, known: &Known<'_>) -> bool {
    behind.starts_with('>') || (behind.starts_with(['x', 'o']) && !begins_node(behind, known))
}

/// Whether the `x` or `o` that a text begins with belongs to a name: what the chart names elsewhere tells it, else a
/// small letter behind it (`---ops`, but `---oB`).
fn begins_node(text: &str, known: &Known<'_>) -> bool {
    let whole = Cursor::unnumbered(&text[..text.floor_char_boundary(MAX_ID)]).identifier();
    let (rest, behind) = (&whole[1..], &text[whole.len()..]);
    if rest.is_empty() {
        // A label, another node, or nothing but this one on the line.
        let ends = behind[..behind.floor_char_boundary(MAX_ID)].trim_start_matches([' ', '\t', '\r']);
        let alone = ends.is_empty() || ends.starts_with(['\n', ';', '&']) || ends.starts_with("%%");
        return behind.starts_with(['[', '(', '{', '@']) || behind.starts_with(":::") || alone && known.contains(whole);
    }
    match (known.contains(whole), known.contains(rest)) {
        (true, false) => true,
        (false, true) => false,
        _ => rest.starts_with(|c: char| c.is_lowercase() || matches!(c, '-' | '_')),
    }
}

/// Whether behind the two signs of a first half a text begins with `x` or `o` and not a node: a second half follows it
/// on the line (`--only if-->`, `--ok-->`).
fn begins_text(behind: &str, line: char) -> bool {
    let mut letters = behind.chars();
    if !matches!(letters.next(), Some('x' | 'o')) {
        return false;
    }
    // `--o B` and `--oB` have a tip.
    if !letters.next().is_some_and(|next| next.is_lowercase() || next == line || matches!(next, '_' | '.')) {
        return false;
    }
    let text = window(behind).split('\n').next().unwrap_or_default();
    let end = text.find(['[', '(', '{', '|', ';', '&', '"']).unwrap_or(text.len());
    let mut from = 0;
    while let Some(found) = text[from..end].find(line) {
        let length = run(&text[from + found..], line);
        if length >= 2 {
            return length >= 3 || text[from + found + length..].starts_with(['x', 'o', '>']);
        }
        from += found + length;
    }
    false
}

/// `—>`, what word processors make of `-->`.
fn dash_arrow(body: &str) -> Option<Body> {
    let dashes: usize = body.chars().take_while(|c| matches!(c, '—' | '–' | '-')).map(char::len_utf8).sum();
    body[dashes..].starts_with('>').then_some((dashes + 1, Stroke::Normal, false, true))
}

fn run(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

/// Reads ` text -->` behind a first half; `None`, without moving, when no second half follows.
fn text_and_second_half(cursor: &mut Cursor<'_>, stroke: Stroke, known: &Known<'_>) -> Option<String> {
    let start = cursor.at;
    cursor.skip_spaces();
    if let Some(text) = cursor.quoted() {
        cursor.skip_blank();
        if let Some((0, end)) = second_half(cursor.window(), stroke, known) {
            cursor.at += end;
            return Some(text.trim().to_owned());
        }
    }
    cursor.at = start;
    let (position, end) = second_half(cursor.window(), stroke, known)?;
    let text = cursor.rest()[..position].trim();
    cursor.at += end;
    Some(unquoted(text.trim_matches('|')))
}

/// Where the second half of a link begins and ends in a text.
fn second_half(text: &str, stroke: Stroke, known: &Known<'_>) -> Option<(usize, usize)> {
    let line = match stroke {
        Stroke::Normal => '-',
        Stroke::Thick => '=',
        Stroke::Dotted => return dotted_half(text, known),
        Stroke::Invisible => return None,
    };
    let mut from = 0;
    while let Some(found) = text[from..].find(line) {
        let start = from + found;
        let length = run(&text[start..], line);
        let tip = has_tip(&text[start + length..], known);
        if length >= 3 || (length == 2 && tip) {
            return Some((before_tail(text, start), start + length + usize::from(tip)));
        }
        from = start + length;
    }
    None
}

fn dotted_half(text: &str, known: &Known<'_>) -> Option<(usize, usize)> {
    let dot = text.find(".-")?;
    let end = dot + 2 + usize::from(has_tip(&text[dot + 2..], known));
    let start = text[..dot].trim_end_matches('.');
    let start = start.strip_suffix('-').unwrap_or(start).len();
    Some((before_tail(text, start), end))
}

/// Takes a tail (`<`, or an `x` or `o` that stands apart from the text) off the end of a link's text.
fn before_tail(text: &str, end: usize) -> usize {
    let before = &text[..end];
    let stripped = match before.strip_suffix(['x', 'o']) {
        Some(stripped) if stripped.is_empty() || stripped.ends_with(char::is_whitespace) => Some(stripped),
        _ => before.strip_suffix('<'),
    };
    stripped.map_or(end, str::len)
}

/// Reads `|text|` behind a link.
fn piped(cursor: &mut Cursor<'_>) -> Option<String> {
    let start = cursor.at;
    cursor.skip_spaces();
    let label = cursor.eat("|").then(|| piped_text(cursor)).flatten();
    if label.is_none() {
        cursor.at = start;
    }
    label
}

fn piped_text(cursor: &mut Cursor<'_>) -> Option<String> {
    let start = cursor.at;
    cursor.skip_blank();
    if let Some(text) = cursor.quoted() {
        cursor.skip_blank();
        if cursor.eat("|") {
            return Some(text.trim().to_owned());
        }
    }
    cursor.at = start;
    let end = window(cursor.rest()).find('|')?;
    let text = &cursor.rest()[..end];
    cursor.at += end + 1;
    Some(unquoted(text.trim()))
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stroke, label and what is left behind the link.
    fn link(text: &str) -> Option<(Stroke, Option<String>, String)> {
        let mut cursor = Cursor::new(text, 1);
        read(&mut cursor, &Known::default()).map(|link| (link.stroke, link.label, cursor.rest().trim().to_owned()))
    }

    fn plain(stroke: Stroke) -> Option<(Stroke, Option<String>, String)> {
        Some((stroke, None, "B".to_owned()))
    }

    fn labelled(stroke: Stroke, label: &str) -> Option<(Stroke, Option<String>, String)> {
        Some((stroke, Some(label.to_owned()), "B".to_owned()))
    }

    #[test]
    fn every_plain_link_is_read() {
        for text in ["-->", "---", "--o", "--x", "<-->", "x--x", "o--o", "---->", "-----", "\n  -->"] {
            assert_eq!(link(&format!("{text} B")), plain(Stroke::Normal), "{text}");
        }
        for text in ["==>", "===", "<==>", "x==x", "====>"] {
            assert_eq!(link(&format!("{text} B")), plain(Stroke::Thick), "{text}");
        }
        for text in ["-.->", "-.-", "-...->", "<-.->", "x-.-x"] {
            assert_eq!(link(&format!("{text} B")), plain(Stroke::Dotted), "{text}");
        }
        assert_eq!(link("~~~ B"), plain(Stroke::Invisible));
        assert_eq!(link("~~~~~B"), plain(Stroke::Invisible));
    }

    #[test]
    fn the_text_may_stand_inside_or_in_pipes() {
        for text in
            ["-- yes -->", "--yes-->", "-->|yes|", "--> |\"yes\"|", "-- \"yes\" ---", "--|yes|-->", "<-- yes -->"]
        {
            assert_eq!(link(&format!("{text} B")), labelled(Stroke::Normal, "yes"), "{text}");
        }
        for text in ["-. yes .->", "-.yes.->", "-. yes -.->", "-.->|yes|", "-. \"yes\" .-"] {
            assert_eq!(link(&format!("{text} B")), labelled(Stroke::Dotted, "yes"), "{text}");
        }
        assert_eq!(link("== yes ==> B"), labelled(Stroke::Thick, "yes"));
        assert_eq!(link("-- a box --> B"), labelled(Stroke::Normal, "a box"));
        assert_eq!(link("-- a x--x B"), labelled(Stroke::Normal, "a"));
    }

    #[test]
    fn quotes_protect_what_looks_like_the_end_of_a_text() {
        assert_eq!(link("-->|\"a|b\"| B"), labelled(Stroke::Normal, "a|b"));
        assert_eq!(link("-- \"a --> b\" --> B"), labelled(Stroke::Normal, "a --> b"));
    }

    #[test]
    fn an_edge_may_have_an_id() {
        let mut cursor = Cursor::new("e1@==> B", 1);
        let link = read(&mut cursor, &Known::default()).unwrap();
        assert_eq!((link.id.as_deref(), link.stroke), (Some("e1"), Stroke::Thick));
    }

    #[test]
    fn arrows_that_mermaid_rejects_are_read_and_reported() {
        for text in ["-> B", "=> B", "→ B", "—> B", "-- B"] {
            let mut cursor = Cursor::new(text, 1);
            let link = read(&mut cursor, &Known::default()).unwrap();
            assert!(link.repair.is_some(), "{text}");
            assert_eq!(cursor.rest().trim(), "B", "{text}");
        }
        assert!(read(&mut Cursor::new("<-- B", 1), &Known::default()).unwrap().reversed);
    }

    #[test]
    fn what_is_no_link_is_left_alone() {
        for text in ["B", "x", "- B", "~~ B", "& B", "[B]", "", "="] {
            assert_eq!(link(text), None, "{text}");
        }
    }
}
