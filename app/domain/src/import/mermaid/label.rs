//! What stands behind a node's id: a label in brackets, whose form is the shape, or `@{ shape: …, label: … }`.

use super::cursor::Cursor;
use super::link;

/// Longest label, in bytes, that has no quotes around it.
const MAX_LABEL: usize = 4_000;

/// Brackets around a label: what opens it, and what may close it with the shape this makes.
struct Brackets {
    open: &'static str,
    closes: &'static [(&'static str, &'static str)],
}

/// Every form of brackets; one that begins with another stands before it.
const BRACKETS: [Brackets; 14] = [
    Brackets { open: "(((", closes: &[(")))", "doublecircle")] },
    Brackets { open: "((", closes: &[("))", "circle")] },
    Brackets { open: "([", closes: &[("])", "stadium")] },
    Brackets { open: "(-", closes: &[("-)", "ellipse")] },
    Brackets { open: "(", closes: &[(")", "round")] },
    Brackets { open: "[[", closes: &[("]]", "subroutine")] },
    Brackets { open: "[(", closes: &[(")]", "cylinder")] },
    Brackets { open: "[/", closes: &[("/]", "lean_right"), ("\\]", "trapezoid")] },
    Brackets { open: "[\\", closes: &[("\\]", "lean_left"), ("/]", "inv_trapezoid")] },
    Brackets { open: "[|", closes: &[("]", "rect")] },
    Brackets { open: "[", closes: &[("]", "square")] },
    Brackets { open: "{{", closes: &[("}}", "hexagon")] },
    Brackets { open: "{", closes: &[("}", "diamond")] },
    Brackets { open: ">", closes: &[("]", "odd")] },
];

/// A label with its shape.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The text, without quotes.
    pub(super) text: String,
    /// Mermaid's name of the shape.
    pub(super) shape: &'static str,
    /// What was made of a label that Mermaid rejects.
    pub(super) repair: Option<&'static str>,
}

/// Reads a label in brackets; `None`, without moving, when there is none here.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Label> {
    let candidates = || BRACKETS.iter().filter(|brackets| cursor.looking_at(brackets.open));
    let found = candidates()
        .find_map(|brackets| closed(brackets, cursor.rest()))
        .or_else(|| candidates().find_map(|brackets| closed_late(brackets, cursor.rest())))
        .or_else(|| candidates().next_back().map(|brackets| unclosed(brackets, cursor)))?;
    cursor.at += found.end;
    Some(found.label)
}

struct Found {
    label: Label,
    end: usize,
}

impl Found {
    fn new(text: &str, shape: &'static str, end: usize, repair: Option<&'static str>) -> Self {
        let text = match (shape, text.split_once('|')) {
            // `[|borders:lt|text]`: properties stand before the text.
            ("rect", Some((_, text))) => text,
            _ => text,
        };
        let label = Label { text: text.trim().to_owned(), shape, repair };
        Self { label, end }
    }
}

/// A label that follows the grammar: a quoted string, or a text without brackets and quotes.
fn closed(brackets: &Brackets, text: &str) -> Option<Found> {
    let inner = &text[brackets.open.len()..];
    let mut cursor = Cursor::unnumbered(inner);
    cursor.skip_blank();
    if let Some(string) = cursor.quoted() {
        cursor.skip_blank();
        let (close, shape) = brackets.closes.iter().find(|(close, _)| cursor.looking_at(close))?;
        let end = brackets.open.len() + cursor.at + close.len();
        return Some(Found::new(string, shape, end, None));
    }
    let limit = match brackets.open {
        ">" => inner.find('\n').unwrap_or(inner.len()),
        _ => inner.len(),
    };
    let inner = &inner[..inner.floor_char_boundary(limit.min(MAX_LABEL))];
    let stop = inner.find(['[', ']', '(', ')', '{', '}', '"'])?;
    brackets.closes.iter().find_map(|(close, shape)| {
        let lead = close.len() - close.trim_start_matches(['/', '\\', '-']).len();
        let start = stop.checked_sub(lead)?;
        let found = inner.get(start..)?.starts_with(close);
        found.then(|| Found::new(&inner[..start], shape, brackets.open.len() + start + close.len(), None))
    })
}

/// A label with brackets or quotes in its text: it is closed where a statement could go on.
fn closed_late(brackets: &Brackets, text: &str) -> Option<Found> {
    let inner = super::cursor::window(&text[brackets.open.len()..]);
    let line_end = inner.find('\n').unwrap_or(inner.len());
    let opening = brackets.open.chars().last()?;
    let (start, close, shape) = brackets
        .closes
        .iter()
        .flat_map(|(close, shape)| inner.match_indices(close).map(move |(start, _)| (start, *close, *shape)))
        .filter(|(start, close, _)| statement_goes_on(&inner[start + close.len()..]))
        .min_by_key(|&(start, _, _)| start)?;
    // On a later line it may well be the end of another label.
    if start > line_end && inner[line_end..start].contains(opening) {
        return None;
    }
    let end = brackets.open.len() + start + close.len();
    let string = inner[..start].trim();
    let string = string.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(string);
    let repair = "the label has brackets or quotes in it and none around it; it was read as one text";
    Some(Found::new(string, shape, end, Some(repair)))
}

fn statement_goes_on(text: &str) -> bool {
    let next = text.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
    next.is_empty()
        || next.starts_with(['\n', ';', '&', '@'])
        || next.starts_with(":::")
        || next.starts_with("%%")
        || link::begins(next)
}

/// A label that nothing closes: it takes the line, or what stands before a link.
fn unclosed(brackets: &Brackets, cursor: &Cursor<'_>) -> Found {
    let open = brackets.open.len();
    let line = cursor.rest_of_line();
    let end = line[open..]
        .match_indices(" -")
        .map(|(position, _)| open + position)
        .find(|&position| link::begins(&line[position + 1..]))
        .unwrap_or(line.len());
    let shape = brackets.closes.first().map_or("square", |(_, shape)| shape);
    let text = line[open..end].trim().trim_matches('"');
    Found::new(
        text,
        shape,
        end,
        Some("the label is not closed; it was read up to the end of the line or the next link"),
    )
}

/// Reads `@{ key: value, … }`; `None`, without moving, when there is none here.
pub(super) fn properties(cursor: &mut Cursor<'_>) -> Option<Vec<(String, String)>> {
    let inner = cursor.rest().strip_prefix("@{")?;
    let inner = &inner[..inner.floor_char_boundary(MAX_LABEL)];
    // An opening brace outside quotes can only belong to the next node: this one is not closed.
    let end = outside_quotes(inner, |c| matches!(c, '{' | '}')).next().filter(|&end| inner[end..].starts_with('}'))?;
    cursor.at += "@{".len() + end + 1;
    let body = &inner[..end];
    let mut pairs = Vec::new();
    let mut start = 0;
    for stop in outside_quotes(body, |c| c == ',' || c == '\n').chain([body.len()]) {
        pairs.extend(pair(&body[start..stop]));
        start = (stop + 1).min(body.len());
    }
    Some(pairs)
}

fn pair(text: &str) -> Option<(String, String)> {
    let text =
        outside_quotes(text, |c| c == '%').find(|&at| text[at..].starts_with("%%")).map_or(text, |at| &text[..at]);
    let (key, value) = text.split_once(':')?;
    let value = value.trim();
    let unquoted =
        ['"', '\''].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value);
    Some((key.trim().to_owned(), unquoted.trim().to_owned()))
}

/// Where characters of a kind stand outside double quotes.
fn outside_quotes(text: &str, wanted: impl Fn(char) -> bool) -> impl Iterator<Item = usize> {
    let mut inside = false;
    text.char_indices().filter_map(move |(position, character)| {
        inside ^= character == '"';
        (!inside && wanted(character)).then_some(position)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shape, text and what is left behind the label.
    fn label(text: &str) -> Option<(&'static str, String, String)> {
        let mut cursor = Cursor::unnumbered(text);
        read(&mut cursor).map(|label| (label.shape, label.text, cursor.rest().to_owned()))
    }

    #[test]
    fn every_shape_has_its_brackets() {
        let shapes = [
            ("[x]", "square"),
            ("(x)", "round"),
            ("([x])", "stadium"),
            ("[[x]]", "subroutine"),
            ("[(x)]", "cylinder"),
            ("((x))", "circle"),
            ("(((x)))", "doublecircle"),
            ("(-x-)", "ellipse"),
            (">x]", "odd"),
            ("{x}", "diamond"),
            ("{{x}}", "hexagon"),
            ("[/x/]", "lean_right"),
            ("[\\x\\]", "lean_left"),
            ("[/x\\]", "trapezoid"),
            ("[\\x/]", "inv_trapezoid"),
            ("[|borders:lt|x]", "rect"),
        ];
        for (text, shape) in shapes {
            assert_eq!(label(text), Some((shape, "x".to_owned(), String::new())), "{text}");
            let quoted = text.replace('x', "\" (x] \"");
            if shape != "rect" {
                assert_eq!(label(&quoted), Some((shape, "(x]".to_owned(), String::new())), "{quoted}");
            }
        }
    }

    #[test]
    fn a_label_may_run_over_lines() {
        assert_eq!(label("[a\n b] x"), Some(("square", "a\n b".to_owned(), " x".to_owned())));
        assert_eq!(label("[\"`a\n**b**`\"]").unwrap().1, "`a\n**b**`");
    }

    #[test]
    fn brackets_in_a_label_without_quotes_are_repaired() {
        let repaired = [
            ("[text (x)]", "square", "text (x)"),
            ("[(x) text]", "square", "(x) text"),
            ("(call f(x))", "round", "call f(x)"),
            ("{is it [a] or [b]?} --> c", "diamond", "is it [a] or [b]?"),
            ("[say \"hi\"]", "square", "say \"hi\""),
            ("[(db (primary))]", "cylinder", "db (primary)"),
            ("([start (now)])", "stadium", "start (now)"),
        ];
        for (text, shape, expected) in repaired {
            let mut cursor = Cursor::unnumbered(text);
            let label = read(&mut cursor).unwrap();
            assert_eq!((label.shape, label.text.as_str()), (shape, expected), "{text}");
            assert!(label.repair.is_some(), "{text}");
        }
    }

    #[test]
    fn a_label_that_is_not_closed_ends_at_a_link_or_with_the_line() {
        assert_eq!(label("[open --> b\nc[d]"), Some(("square", "open".to_owned(), " --> b\nc[d]".to_owned())));
        assert_eq!(label("{open\n"), Some(("diamond", "open".to_owned(), "\n".to_owned())));
    }

    #[test]
    fn properties_stand_on_one_line_or_several() {
        let mut cursor = Cursor::unnumbered("@{ shape: diam, label: \"a, {b}\" } x");
        let expected = [("shape", "diam"), ("label", "a, {b}")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(properties(&mut cursor).unwrap(), expected);
        assert_eq!(cursor.rest(), " x");
        let mut cursor = Cursor::unnumbered("@{\n  shape: diam\n  label: \"a, {b}\"\n}");
        assert_eq!(properties(&mut cursor).unwrap(), expected);
        assert_eq!(properties(&mut Cursor::unnumbered("@{ shape: x")), None);
    }
}
