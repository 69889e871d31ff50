//! A place in the text of one chart, and the small readings every other part of the parser is made of.

/// Longest text, in bytes, that is searched for an end which may be missing: bounds the cost of broken charts.
const MAX_SEARCH: usize = 500;

/// Most line breaks inside a text that has no quotes around it.
const MAX_BREAKS: usize = 3;

/// Longest markdown string, in bytes: its end may be missing, too.
const MAX_MARKDOWN: usize = 8_000;

/// A position in a chart's text.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Always on a character boundary.
    pub(super) at: usize,
    /// Where each line of the text starts.
    line_starts: Vec<usize>,
    first_line: u32,
}

impl<'a> Cursor<'a> {
    /// At the start of a text whose first line is line `first_line` of the document.
    pub(super) fn new(text: &'a str, first_line: u32) -> Self {
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(position, _)| position + 1)).collect();
        Self { text, at: 0, line_starts, first_line }
    }

    /// In a text whose lines do not matter.
    pub(super) fn unnumbered(text: &'a str) -> Self {
        Self { text, at: 0, line_starts: Vec::new(), first_line: 1 }
    }

    /// The line of the document this place is on.
    pub(super) fn line(&self) -> u32 {
        let above = self.line_starts.partition_point(|&start| start <= self.at);
        self.first_line + u32::try_from(above.saturating_sub(1)).unwrap_or(u32::MAX - self.first_line)
    }

    /// Everything from here on.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// What is left of this line.
    pub(super) fn rest_of_line(&self) -> &'a str {
        if self.line_starts.is_empty() {
            return self.rest().split('\n').next().unwrap_or_default();
        }
        // A line may be as long as the text and hold any number of statements, so its end is looked up.
        let below = self.line_starts.partition_point(|&start| start <= self.at);
        let end = self.line_starts.get(below).map_or(self.text.len(), |next| next - 1);
        &self.text[self.at..end]
    }

    /// What a missing end is looked for in: the next few lines, up to an empty one.
    pub(super) fn window(&self) -> &'a str {
        window(self.rest())
    }

    /// The text between an earlier place and this one.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Whether the text continues like this.
    pub(super) fn looking_at(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes over `text` if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.looking_at(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes over spaces, but stays on the line.
    pub(super) fn skip_spaces(&mut self) {
        self.skip_while(|c| c.is_whitespace() && c != '\n');
    }

    /// Goes over spaces and line breaks.
    pub(super) fn skip_blank(&mut self) {
        self.skip_while(char::is_whitespace);
    }

    /// Goes over a comment (`%% …`) up to the end of the line; false when there is none here.
    pub(super) fn skip_comment(&mut self) -> bool {
        let found = self.looking_at("%%");
        if found {
            self.at += self.rest_of_line().len();
        }
        found
    }

    /// Goes over spaces, line breaks and comments: what may stand between the halves of a statement.
    pub(super) fn skip_blank_and_comments(&mut self) {
        self.skip_blank();
        while self.skip_comment() {
            self.skip_blank();
        }
    }

    /// Goes over the characters for which `belongs` holds, and returns them.
    pub(super) fn skip_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Reads an identifier; empty when none stands here.
    pub(super) fn identifier(&mut self) -> &'a str {
        let rest = self.rest();
        let mut length = 0;
        while let Some(size) = identifier_character(&rest[length..], length > 0) {
            length += size;
        }
        self.at += length;
        &rest[..length]
    }

    /// Reads a string in double quotes. A markdown string keeps its backticks, so that it can be told from others.
    pub(super) fn quoted(&mut self) -> Option<&'a str> {
        let inner = self.rest().strip_prefix('"')?;
        let within = &inner[..inner.floor_char_boundary(MAX_MARKDOWN)];
        let markdown = inner.starts_with('`').then(|| within[1..].find("`\"").map(|end| end + 2));
        let end = match markdown.flatten() {
            Some(end) => end,
            None => inner.find('"')?,
        };
        self.at += end + 2;
        Some(&inner[..end])
    }
}

/// The beginning of a text in which an end that may be missing is looked for.
pub(super) fn window(text: &str) -> &str {
    let text = &text[..text.floor_char_boundary(MAX_SEARCH)];
    let mut breaks = text.match_indices('\n').map(|(position, _)| position).enumerate();
    let end = breaks.find(|&(count, position)| {
        let next = text[position + 1..].split('\n').next().unwrap_or_default();
        count == MAX_BREAKS || next.trim().is_empty()
    });
    end.map_or(text, |(_, position)| &text[..position])
}

/// The size of the character of an identifier that this text begins with. What could begin an edge, a class, a comment
/// or the next statement does not belong to it.
fn identifier_character(text: &str, inside: bool) -> Option<usize> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let next = characters.next();
    let belongs = match first {
        '-' => !matches!(next, Some('-' | '>' | '.')),
        '=' => !matches!(next, Some('=')) && (inside || next != Some('>')),
        '&' => inside && next.is_some_and(char::is_alphanumeric),
        ':' => !text.starts_with(":::"),
        '%' => !text.starts_with("%%"),
        '!' | '#' | '$' | '\'' | '*' | '+' | '.' | ',' | '`' | '?' | '\\' | '_' | '/' => true,
        '→' | '⟶' | '⇒' | '—' | '–' => false,
        _ => first.is_alphanumeric() || (!first.is_ascii() && !first.is_whitespace() && !first.is_control()),
    };
    belongs.then_some(first.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifier(text: &str) -> &str {
        Cursor::new(text, 1).identifier()
    }

    #[test]
    fn an_identifier_ends_where_an_edge_could_begin() {
        assert_eq!(identifier("a-b.c::d-->e"), "a-b.c::d");
        assert_eq!(identifier("a-.->b"), "a");
        assert_eq!(identifier("a==>b"), "a");
        assert_eq!(identifier("a->b"), "a");
        assert_eq!(identifier("a:::red"), "a");
        assert_eq!(identifier("7zip;"), "7zip");
    }

    #[test]
    fn identifiers_may_be_of_any_script() {
        assert_eq!(identifier("überprüfen[x]"), "überprüfen");
        assert_eq!(identifier("調査 --> x"), "調査");
        assert_eq!(identifier("🔥-->x"), "🔥");
    }

    #[test]
    fn a_window_ends_at_an_empty_line() {
        assert_eq!(window("a\nb\n \nc"), "a\nb");
        assert_eq!(window("a\nb\nc\nd\ne"), "a\nb\nc\nd");
        assert_eq!(window("ä".repeat(900).as_str()).len(), 500);
    }

    #[test]
    fn lines_are_those_of_the_document() {
        let mut cursor = Cursor::new("a\nb\nc", 10);
        cursor.at = 4;
        assert_eq!(cursor.line(), 12);
    }
}
