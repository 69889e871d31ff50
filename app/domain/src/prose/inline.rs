//! What stands within a line.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Inline, Kind};

/// Where markup lies in a line, in order.
struct Piece<'a> {
    range: Range<usize>,
    what: What<'a>,
}

enum What<'a> {
    /// Code between runs of so many backticks.
    Code(usize),
    /// Two asterisks. Whether they can open and close.
    Stars { opens: bool, closes: bool },
    /// A link: where its text lies, and where it leads.
    Link { text: Range<usize>, target: &'a str },
    /// `<br>`.
    Break,
}

/// Reads a line, or a cell of a table.
pub(super) fn inlines(text: &str, kind: Kind) -> Vec<Inline<'_>> {
    read(text, kind == Kind::Instructions)
}

fn read(text: &str, has_links: bool) -> Vec<Inline<'_>> {
    let pieces = pieces(text, has_links);
    let strong = pairs(&pieces);
    let mut open = vec![Vec::new()];
    let mut shown = 0;
    for (at, Piece { range, what }) in pieces.iter().enumerate() {
        let mut found = Vec::new();
        let whole = &text[range.clone()];
        match what {
            What::Code(ticks) => {
                let inside = ticks + range.start..range.end - ticks;
                let marks = (&text[range.start..inside.start], &text[inside.end..range.end]);
                found.extend([Inline::Mark(marks.0), Inline::Code(&text[inside]), Inline::Mark(marks.1)]);
            }
            What::Link { text: inside, target } => {
                found.extend(whole.starts_with('!').then_some(Inline::Mark("!")));
                found.push(Inline::Link { body: read(&text[inside.clone()], false), target });
            }
            What::Break => found.push(Inline::Break(whole)),
            What::Stars { .. } if strong.contains_key(&at) => {}
            What::Stars { .. } => continue,
        }
        if let Some(last) = open.last_mut() {
            push_text(last, &text[shown..range.start]);
            last.append(&mut found);
        }
        shown = range.end;
        match strong.get(&at) {
            Some(true) => open.push(Vec::new()),
            Some(false) => {
                let body = open.pop().unwrap_or_default();
                if let Some(last) = open.last_mut() {
                    last.extend([Inline::Mark(whole), Inline::Strong(body), Inline::Mark(whole)]);
                }
            }
            None => {}
        }
    }
    let mut line = open.pop().unwrap_or_default();
    push_text(&mut line, &text[shown..]);
    line
}

fn push_text<'a>(line: &mut Vec<Inline<'a>>, text: &'a str) {
    if !text.is_empty() {
        line.push(Inline::Text(text));
    }
}

/// Which asterisks belong to each other: by their piece, whether they open.
fn pairs(pieces: &[Piece<'_>]) -> BTreeMap<usize, bool> {
    let (mut pairs, mut open) = (BTreeMap::new(), None);
    for (at, piece) in pieces.iter().enumerate() {
        let What::Stars { opens, closes } = piece.what else { continue };
        match open {
            Some(opened) if closes => {
                pairs.extend([(opened, true), (at, false)]);
                open = None;
            }
            _ if opens => open = Some(at),
            _ => {}
        }
    }
    pairs
}

fn pieces(text: &str, has_links: bool) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut codes = code_spans(text).into_iter().peekable();
    // The brackets that are open, of which the last may be closed next.
    let mut brackets: Vec<(usize, usize)> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let mut end = at + 1;
        match byte {
            b'`' => {
                if let Some((range, ticks)) = codes.next_if(|(range, _)| range.start == at) {
                    end = range.end;
                    pieces.push(Piece { range, what: What::Code(ticks) });
                }
            }
            b'*' => {
                end = at + run(&bytes[at..], b'*');
                if end - at == 2 {
                    let (before, after) = around(text, at, end);
                    let what = What::Stars { opens: opens(before, after), closes: closes(before, after) };
                    pieces.push(Piece { range: at..end, what });
                }
            }
            b'[' if has_links => brackets.push((at, pieces.len())),
            b']' if has_links => {
                if let Some((start, count)) = brackets.pop()
                    && let Some(target) = target(&text[end..])
                    && start + 1 < at
                {
                    // What lies in its text is read with it, and a link lies in no other link.
                    pieces.truncate(count);
                    brackets.clear();
                    end += target.len() + 2;
                    let from = if text[..start].ends_with('!') { start - 1 } else { start };
                    pieces.push(Piece { range: from..end, what: What::Link { text: start + 1..at, target } });
                }
            }
            b'<' if has_links => {
                if let Some(tag) = line_break(&text[at..]) {
                    end = at + tag;
                    pieces.push(Piece { range: at..end, what: What::Break });
                }
            }
            _ => {}
        }
        at = end;
    }
    pieces
}

/// How often a byte stands there.
pub(super) fn run(bytes: &[u8], byte: u8) -> usize {
    bytes.iter().take_while(|it| **it == byte).count()
}

fn around(text: &str, start: usize, end: usize) -> (Option<char>, Option<char>) {
    (text[..start].chars().next_back(), text[end..].chars().next())
}

/// Whether asterisks between these characters begin something strong.
fn opens(before: Option<char>, after: Option<char>) -> bool {
    let stands_apart = before.is_none_or(|c| c.is_whitespace() || "([{\"'|>“‘«„–—".contains(c) || is_dense(c));
    let begins = |c: char| c.is_alphanumeric() || "\"'([<`".contains(c) || (!c.is_ascii() && !c.is_whitespace());
    stands_apart && after.is_some_and(begins)
}

/// Whether asterisks between these characters end something strong.
fn closes(before: Option<char>, after: Option<char>) -> bool {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_ascii_punctuation() && c != '\\'
            || !c.is_ascii() && !c.is_alphanumeric()
            || is_dense(c)
    };
    before.is_some_and(|c| !c.is_whitespace() && !"\\/*".contains(c)) && after.is_none_or(ends)
}

/// Whether a character is of a script that has no spaces between words.
fn is_dense(character: char) -> bool {
    character >= '\u{2e80}'
}

/// Code between runs of as many backticks: where each lies, and how many backticks are on either side. A backtick that is
/// part of a word is none: shells and databases have other uses for them.
pub(super) fn code_spans(text: &str) -> Vec<(Range<usize>, usize)> {
    let bytes = text.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        at = start + run(&bytes[start..], b'`');
        runs.push(start..at);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || "\\$".contains(c);
    let is_close = |c: Option<char>, run: &Range<usize>| c.is_some_and(|c| run.len() > 1 || !c.is_whitespace());
    // For every run the next one that is as long, from the back.
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    let mut next = vec![None; runs.len()];
    for (at, run) in runs.iter().enumerate().rev() {
        next[at] = last.insert(run.len(), at);
    }
    let closes = |run: &Range<usize>| {
        let (before, after) = around(text, run.start, run.end);
        is_close(before, run) && !after.is_some_and(is_word)
    };
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(run) = runs.get(at) {
        let (before, after) = around(text, run.start, run.end);
        let opens = is_close(after, run) && !before.is_some_and(is_word);
        at = match next[at].filter(|next| opens && closes(&runs[*next])) {
            Some(close) => {
                spans.push((run.start..runs[close].end, run.len()));
                close + 1
            }
            None => at + 1,
        };
    }
    spans
}

/// Where a link leads whose text ends just before: `https://…` in `(https://…)`, with brackets at most in pairs, or
/// `<https://…>` in `(<https://…>)`.
fn target(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?;
    let in_angles = inside.starts_with('<');
    let address = &inside[usize::from(in_angles)..];
    let is_scheme = |scheme: &str| address.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme));
    let scheme = ["https://", "http://"].into_iter().find(|scheme| is_scheme(scheme))?;
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, character) in address.char_indices() {
        match character {
            '>' if in_angles && address[at..].starts_with(">)") => {
                return (at > scheme.len()).then(|| &inside[..at + 2]);
            }
            // Another link begins here, so that no text is looked through twice.
            '(' if before == ']' => return None,
            '<' | '>' | '"' | '`' | '\\' => return None,
            c if c.is_whitespace() || c.is_control() => return None,
            _ if in_angles => {}
            ')' if depth == 0 => return (at > scheme.len()).then(|| &inside[..at]),
            ')' => depth -= 1,
            '(' => depth += 1,
            _ => {}
        }
        before = character;
    }
    None
}

/// The length of `<br>`, `<br/>` or `<br />`.
fn line_break(text: &str) -> Option<usize> {
    let name = text.get(1..3).filter(|name| name.eq_ignore_ascii_case("br"))?;
    let rest = &text[1 + name.len()..];
    let end = rest.trim_start_matches(' ');
    let end = end.strip_prefix('/').unwrap_or(end).strip_prefix('>')?;
    Some(text.len() - end.len())
}
