//! Comments (`%% …`) and directives (`%%{ … }%%`), which say nothing about the flow.
//!
//! They may stand before the header, on lines of their own, behind a statement and between its halves; a directive may
//! take several lines and have a statement behind it. In a quoted label `%%` is text, over several lines, too.

/// Most lines over which the end of a quoted label is looked for.
const MAX_LABEL_LINES: usize = 40;

/// Which lines of a text are comments, or have a directive in front.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Comments {
    /// The last line that closes a directive.
    last_close: Option<usize>,
    in_directive: bool,
}

impl Comments {
    /// Those of these lines, which are then asked for one by one, in their order.
    pub(super) fn of(lines: &[&str]) -> Self {
        Self { last_close: lines.iter().rposition(|line| line.contains("}%%")), in_directive: false }
    }

    /// The first of all lines from `start` on that says something, and what it says.
    pub(super) fn first_statement<'a>(mut self, lines: &[&'a str], start: usize) -> Option<(usize, &'a str)> {
        let below = lines.iter().enumerate().skip(start);
        below.map(|(position, line)| (position, self.strip(position, line))).find(|(_, said)| !said.trim().is_empty())
    }

    /// What a line says besides comments and directives at its beginning; `position` is its number in the text.
    pub(super) fn strip<'a>(&mut self, position: usize, line: &'a str) -> &'a str {
        let mut rest = line;
        loop {
            if self.in_directive {
                let Some(end) = rest.find("}%%") else { return "" };
                self.in_directive = false;
                rest = &rest[end + 3..];
            }
            let text = rest.trim_start();
            let Some(comment) = text.strip_prefix("%%") else { return rest };
            if !comment.starts_with('{') {
                return "";
            }
            // One that nothing closes is a comment of one line.
            let closes = comment.contains("}%%") || self.last_close.is_some_and(|close| close > position);
            if !closes {
                return "";
            }
            self.in_directive = true;
            rest = comment;
        }
    }
}

/// The first of these lines that says something, and what it says.
pub(super) fn first_statement<'a>(lines: &[&'a str]) -> Option<(usize, &'a str)> {
    Comments::of(lines).first_statement(lines, 0)
}

/// A chart's text with its comments and directives emptied, so that line numbers stay.
pub(super) fn without(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut comments = Comments::of(&lines);
    let mut kept = String::with_capacity(text.len());
    // Up to this line, everything is in a quoted label.
    let mut quoted_until = 0;
    for (position, line) in lines.iter().enumerate() {
        if position > 0 {
            kept.push('\n');
        }
        let in_label = position < quoted_until;
        let said = if in_label { line } else { comments.strip(position, line) };
        kept.push_str(said);
        // The line that closes a label may open the next one.
        if position + 1 >= quoted_until && opens_label(said, in_label) {
            quoted_until = label_end(&lines, position).unwrap_or(quoted_until);
        }
    }
    kept
}

/// Whether a quoted label begins on this line and does not end on it.
fn opens_label(line: &str, in_label: bool) -> bool {
    let quotes = line.matches('"').count();
    let is_open = (quotes + usize::from(in_label)) % 2 == 1;
    let opener = line.rfind('"').map(|at| line[..at].trim_end());
    is_open && opener.is_some_and(|before| before.ends_with(['[', '(', '{', '|', '>', '/', '\\', '-', '=', ':']))
}

/// The number behind the line on which the label ends that begins on line `start`: its next quote closes it.
fn label_end(lines: &[&str], start: usize) -> Option<usize> {
    let below = lines.iter().enumerate().skip(start + 1).take(MAX_LABEL_LINES);
    let (position, line) = below.into_iter().find(|(_, line)| line.contains('"'))?;
    let behind = line.split_once('"').map(|(_, behind)| behind.trim_start()).unwrap_or_default();
    let closes = behind.starts_with([']', ')', '}', '|', '/', '\\', '-', '=', ',']) || behind.is_empty();
    closes.then_some(position + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_directives_are_emptied_and_lines_stay() {
        for (text, rest) in [
            ("%% a\nb", "\nb"),
            ("%%{init: {\n 'x': 1\n}}%%\nb", "\n\n\nb"),
            ("%%{init: {}}%% graph TD\nb", " graph TD\nb"),
            ("%%{a}%%%%{b}%% c", " c"),
            ("%%{never closed\nb", "\nb"),
            ("a --> b %% c", "a --> b %% c"),
        ] {
            assert_eq!(without(text), rest);
        }
    }

    #[test]
    fn a_quoted_label_keeps_lines_that_begin_like_comments() {
        let text = "a[\"first\n  %% of logs\n last\"]\n%% gone\nb";
        assert_eq!(without(text), text.replace("%% gone", ""));
        assert_eq!(without("a[5\" pipe]\n%% gone\nb[\"x\"]"), "a[5\" pipe]\n\nb[\"x\"]");
        assert_eq!(without("a[\"x\n%% y\"] --> b[\"\n%% z\n\"]\n%% gone"), "a[\"x\n%% y\"] --> b[\"\n%% z\n\"]\n");
    }
}
