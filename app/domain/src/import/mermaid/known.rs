//! The names of nodes that a chart uses elsewhere.
//!
//! `k---ops` and `A---oB` look alike: an `o` or `x` behind a link may be its tip or the beginning of a name. What else
//! is named in the chart tells which.

use std::collections::HashSet;

use super::cursor::Cursor;

/// Longest name that is looked at, in bytes.
const MAX_NAME: usize = 200;

/// Names that stand where only a name can: at the beginning of a statement, or with a bracket behind them.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    names: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    /// Those of a chart's text, without its comments.
    pub(super) fn of(text: &'a str) -> Self {
        let mut names = HashSet::new();
        for line in text.lines() {
            let line = line.trim_start();
            names.insert(name(line));
            let mut from = 0;
            while let Some(found) = line[from..].find([';', '&', '>', '|', '[', '(', '{']) {
                let at = from + found;
                match &line[at..=at] {
                    "[" | "(" | "{" => names.extend(bracketed(&line[from..at])),
                    // Behind a link, `|text|` or `&` a name may follow, whatever stands behind it.
                    _ => _ = names.insert(name(line[at + 1..].trim_start_matches(' '))),
                }
                from = at + 1;
            }
        }
        names.remove("");
        Self { names }
    }

    /// Whether the chart has a node of this name elsewhere.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// The name that a text begins with.
fn name(text: &str) -> &str {
    Cursor::unnumbered(&text[..text.floor_char_boundary(MAX_NAME)]).identifier()
}

/// The name that ends where a bracket opens. One that touches the link before it is what is asked about.
fn bracketed(before: &str) -> Option<&str> {
    let name = before.rsplit(|c: char| c.is_whitespace() || "-=.>|&;".contains(c)).next()?;
    let touches = before[..before.len() - name.len()].ends_with(['-', '=', '.']);
    (!touches || !name.starts_with(['x', 'o'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_only_names_stand() {
        let known = Known::of("graph TD\n a --> b[Plan B]; c & d.x\n e -->|yes| f\n g --> xray\n");
        for name in ["a", "c", "d.x", "e", "f", "g", "xray"] {
            assert!(known.contains(name), "{name}");
        }
        assert!(known.contains("b") && !known.contains("Plan") && !known.contains("B"));
    }
}
