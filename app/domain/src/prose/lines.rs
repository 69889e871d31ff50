//! From the lines of a text to its blocks.

use super::inline::{inlines, run};
use super::table::{divider, row, width};
use super::{Block, Inline, Item, Kind, Line, Row};

/// Quotes and items lie in one another at most so deep; marks beyond that are text.
const DEEPEST: usize = 6;
/// As many blanks between a bullet and its text as belong to the bullet.
const MOST_BLANKS: usize = 4;
/// Columns from one stop of the tabulator to the next.
const TAB: usize = 4;

/// Reads a text. Concatenating what lies in the blocks gives the text again (`source`).
pub fn parse(text: &str, kind: Kind) -> Vec<Block<'_>> {
    let mut reader = Reader { kind, root: Vec::new(), open: Vec::new(), leaf: Leaf::None };
    let mut rest = text;
    while !rest.is_empty() {
        let line;
        (line, rest) = rest.split_at(line_length(rest));
        reader.read(line);
    }
    reader.close(0);
    reader.root
}

/// The bytes of the first line, with its end.
fn line_length(text: &str) -> usize {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => at + 2,
        Some(at) => at + 1,
        None => text.len(),
    }
}

/// What holds other blocks.
enum Container<'a> {
    Quote,
    /// An item, with the column of its marker and that of its text.
    Item {
        marker: &'a str,
        column: usize,
        text: usize,
    },
}

/// What a line may go on with.
enum Leaf<'a> {
    None,
    Paragraph(Vec<Cursor<'a>>),
    Code { fence: (u8, usize), open: Line<'a>, lines: Vec<Line<'a>> },
    Table { head: Row<'a>, divider: &'a str, rows: Vec<Row<'a>> },
}

struct Reader<'a> {
    kind: Kind,
    root: Vec<Block<'a>>,
    open: Vec<(Container<'a>, Vec<Block<'a>>)>,
    leaf: Leaf<'a>,
}

/// A place in a line.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    line: &'a str,
    at: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    /// What is not read yet, with the end of the line.
    fn rest(self) -> &'a str {
        &self.line[self.at..]
    }

    /// What is not read yet, without the end of the line.
    fn text(self) -> &'a str {
        self.rest().trim_end_matches(['\r', '\n'])
    }

    /// The line, with what is read as its marks.
    fn line(self, kind: Kind) -> Line<'a> {
        Line { body: inlines(self.text(), kind), ..self.unread() }
    }

    /// The same, to be shown as it is.
    fn unread(self) -> Line<'a> {
        let text = self.text();
        let body = if text.is_empty() { Vec::new() } else { vec![Inline::Text(text)] };
        Line { marks: &self.line[..self.at], body, end: &self.rest()[text.len()..] }
    }

    /// Goes past blanks while they begin before a column.
    fn past_blanks(mut self, to: usize) -> Self {
        while self.column < to {
            self.column = match self.rest().as_bytes().first() {
                Some(b' ') => self.column + 1,
                Some(b'\t') => self.column / TAB * TAB + TAB,
                _ => return self,
            };
            self.at += 1;
        }
        self
    }

    /// Goes past so many characters of ASCII, none of them a tab.
    fn past(mut self, count: usize) -> Self {
        self.at += count;
        self.column += count;
        self
    }

    /// Behind the mark of a quote, if there is one. `>` and a word is none: shells write files so.
    fn past_quote(self) -> Option<Self> {
        let mark = self.past_blanks(usize::MAX);
        let inside = mark.rest().strip_prefix('>')?;
        let behind = mark.past(1);
        (inside.is_empty() || inside.starts_with([' ', '\t', '\r', '\n']))
            .then(|| behind.past_blanks(behind.column + 1))
    }

    /// The marker of an item that begins here, and the place of its text.
    fn past_marker(self) -> Option<(Container<'a>, Self)> {
        let mark = self.past_blanks(usize::MAX);
        let text = mark.text();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let length = match text.as_bytes().get(digits)? {
            b'-' | b'*' | b'+' if digits == 0 => 1,
            b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
            _ => return None,
        };
        let behind = mark.past(length);
        if !behind.rest().starts_with([' ', '\t']) || is_blank(behind.text()) {
            return None;
        }
        let far = behind.past_blanks(usize::MAX);
        let inside = if far.column - behind.column > MOST_BLANKS { behind.past_blanks(behind.column + 1) } else { far };
        let item = Container::Item { marker: &text[..length], column: mark.column, text: inside.column };
        Some((item, inside))
    }

    /// The character and length of a fence that begins here.
    fn fence(self) -> Option<(u8, usize)> {
        let text = self.text().trim_start_matches([' ', '\t']).as_bytes();
        let mark = *text.first().filter(|first| matches!(first, b'`' | b'~'))?;
        let length = run(text, mark);
        (length >= 3 && (mark == b'~' || !text[length..].contains(&b'`'))).then_some((mark, length))
    }

    /// Whether a heading begins here.
    fn is_heading(self) -> bool {
        let text = self.text().trim_start_matches([' ', '\t']);
        let signs = run(text.as_bytes(), b'#');
        (1..=6).contains(&signs) && text[signs..].starts_with([' ', '\t']) && !is_blank(&text[signs..])
    }
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: &'a str) {
        let mut cursor = Cursor { line, at: 0, column: 0 };
        // What is open and goes on.
        let mut depth = 0;
        for (container, _) in &self.open {
            let inside = match container {
                Container::Quote => cursor.past_quote(),
                Container::Item { column, text, .. } => {
                    let goes_on = is_blank(cursor.text()) || cursor.past_blanks(usize::MAX).column > *column;
                    goes_on.then(|| cursor.past_blanks(*text))
                }
            };
            let Some(inside) = inside else { break };
            cursor = inside;
            depth += 1;
        }
        if depth < self.open.len() {
            self.close(depth);
        }
        if self.goes_on_as_code(cursor) {
            return;
        }
        // What begins here.
        while self.open.len() < DEEPEST {
            let (container, inside) = match (cursor.past_quote(), cursor.past_marker()) {
                (Some(inside), _) => (Container::Quote, inside),
                (None, Some(item)) => item,
                (None, None) => break,
            };
            self.close_leaf();
            self.open.push((container, Vec::new()));
            cursor = inside;
        }
        self.read_leaf(cursor);
    }

    /// Reads a line of code, if a fence is open.
    fn goes_on_as_code(&mut self, cursor: Cursor<'a>) -> bool {
        let (mark, length) = match &self.leaf {
            Leaf::Code { fence, .. } => *fence,
            _ => return false,
        };
        let text = cursor.text().trim_matches([' ', '\t']).as_bytes();
        let is_end = text.len() >= length && run(text, mark) == text.len();
        if is_end && let Leaf::Code { open, lines, .. } = std::mem::replace(&mut self.leaf, Leaf::None) {
            self.push(Block::Code { open, lines, close: cursor.line });
        } else if let Leaf::Code { lines, .. } = &mut self.leaf {
            lines.push(cursor.unread());
        }
        true
    }

    fn read_leaf(&mut self, cursor: Cursor<'a>) {
        if is_blank(cursor.text()) {
            self.close_leaf();
            return self.push(Block::Blank(cursor.line));
        }
        if let Some(fence) = cursor.fence() {
            self.close_leaf();
            let behind = cursor.past_blanks(usize::MAX).past(fence.1).past_blanks(usize::MAX);
            self.leaf = Leaf::Code { fence, open: behind.unread(), lines: Vec::new() };
            return;
        }
        if cursor.is_heading() {
            self.close_leaf();
            return self.push(Block::Heading(cursor.line(self.kind)));
        }
        match &mut self.leaf {
            Leaf::Table { rows, .. } => {
                if let Some(row) = row(cursor.line, cursor.at, self.kind) {
                    return rows.push(row);
                }
            }
            Leaf::Paragraph(lines) => {
                let cells = divider(cursor.text());
                if let Some(last) = lines.pop_if(|last| cells.is_some() && width(last.text()) == cells)
                    && let Some(head) = row(last.line, last.at, self.kind)
                {
                    self.close_leaf();
                    self.leaf = Leaf::Table { head, divider: cursor.line, rows: Vec::new() };
                } else {
                    lines.push(cursor);
                }
                return;
            }
            Leaf::None | Leaf::Code { .. } => {}
        }
        self.close_leaf();
        self.leaf = Leaf::Paragraph(vec![cursor]);
    }

    /// Puts a block to where the reader is.
    fn push(&mut self, block: Block<'a>) {
        self.open.last_mut().map_or(&mut self.root, |(_, body)| body).push(block);
    }

    fn close_leaf(&mut self) {
        match std::mem::replace(&mut self.leaf, Leaf::None) {
            Leaf::Paragraph(lines) if !lines.is_empty() => {
                let lines = lines.into_iter().map(|line| line.line(self.kind)).collect();
                self.push(Block::Paragraph(lines));
            }
            Leaf::Code { open, lines, .. } => self.push(Block::Code { open, lines, close: "" }),
            Leaf::Table { head, divider, rows } => self.push(Block::Table { head, divider, rows }),
            Leaf::None | Leaf::Paragraph(_) => {}
        }
    }

    /// Closes all containers but the outermost ones.
    fn close(&mut self, depth: usize) {
        self.close_leaf();
        while self.open.len() > depth {
            let Some((container, body)) = self.open.pop() else { return };
            let marker = match container {
                Container::Quote => {
                    self.push(Block::Quote(body));
                    continue;
                }
                Container::Item { marker, .. } => marker,
            };
            let item = Item { marker, body };
            let before = self.open.last_mut().map_or(&mut self.root, |(_, body)| body).last_mut();
            match before {
                Some(Block::List(items))
                    if items.last().is_some_and(|last| last.is_numbered() == item.is_numbered()) =>
                {
                    items.push(item);
                }
                _ => self.push(Block::List(vec![item])),
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
