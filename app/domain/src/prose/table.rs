//! Rows of tables.

use super::inline::{code_spans, inlines};
use super::{Kind, Row};

/// As many columns as a table may have. What stands behind them is text of the last cell.
const MOST_COLUMNS: usize = 50;

/// What stands around the text of a cell.
const BLANKS: [char; 2] = [' ', '\t'];

/// Where the pipes of a line are, apart from those in code and those behind a backslash (GFM §4.10).
fn pipes(text: &str) -> Vec<usize> {
    let mut codes = code_spans(text).into_iter().peekable();
    let outside = text.match_indices('|').map(|(at, _)| at).filter(|at| {
        while codes.next_if(|(range, _)| range.end <= *at).is_some() {}
        !text[..*at].ends_with('\\') && codes.peek().is_none_or(|(range, _)| !range.contains(at))
    });
    outside.collect()
}

/// Where the cells of a row lie, without the blanks around them; `None` where there is no pipe.
fn cells(text: &str) -> Option<Vec<(usize, usize)>> {
    let pipes = pipes(text);
    let start = text.len() - text.trim_start_matches(BLANKS).len();
    let end = text.trim_end_matches(BLANKS).len();
    let (first, last) = (*pipes.first()?, *pipes.last()?);
    let begins = if first == start { first + 1 } else { start };
    let ends = if last + 1 == end && last >= begins { last } else { end };
    let mut between =
        pipes.iter().copied().filter(|pipe| *pipe >= begins && *pipe < ends).take(MOST_COLUMNS - 1).peekable();
    let mut cells = Vec::new();
    let mut from = begins;
    loop {
        let to = between.peek().copied().unwrap_or(ends);
        let cell = &text[from..to];
        let left = from + cell.len() - cell.trim_start_matches(BLANKS).len();
        cells.push((left, left + cell.trim_matches(BLANKS).len()));
        match between.next() {
            Some(pipe) => from = pipe + 1,
            None => return Some(cells),
        }
    }
}

/// How many cells the divider below the head of a table has; `None` for any other line.
pub(super) fn divider(text: &str) -> Option<usize> {
    if !text.contains('-') || !text.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t')) {
        return None;
    }
    let is_dashes = |cell: &str| {
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    let cells = cells(text)?;
    cells.iter().all(|(from, to)| is_dashes(&text[*from..*to])).then_some(cells.len())
}

/// How many cells a line has; `None` without a pipe.
pub(super) fn width(text: &str) -> Option<usize> {
    Some(cells(text)?.len())
}

/// Reads a row from a line whose first bytes belong to what the table lies in. `None` when it has no pipe.
pub(super) fn row(line: &str, begins: usize, kind: Kind) -> Option<Row<'_>> {
    let text = line[begins..].trim_end_matches(['\r', '\n']);
    let mut from = 0;
    let mut row = Vec::new();
    for (start, end) in cells(text)? {
        row.push((&line[from..begins + start], inlines(&text[start..end], kind)));
        from = begins + end;
    }
    Some(Row { cells: row, end: &line[from..] })
}
