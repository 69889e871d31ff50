//! Which lines of a Markdown text are code in a fence or a comment, in which nothing is rewritten.

/// A walk over the lines of a document.
#[derive(Debug, Default)]
pub(super) struct Fences {
    /// The sign and the length of the fence that is open.
    open: Option<(char, usize)>,
    in_comment: bool,
}

impl Fences {
    /// Whether a line belongs to a block of code or a comment; to be asked for every line, in their order.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        if self.in_comment {
            self.in_comment = !text.contains("-->");
            return true;
        }
        let sign = text.chars().next().unwrap_or_default();
        let length = text.len() - text.trim_start_matches(sign).len();
        let is_fence = matches!(sign, '`' | '~') && length >= 3;
        if let Some((open, least)) = self.open {
            let closes = is_fence && sign == open && length >= least && text[length..].trim().is_empty();
            self.open.take_if(|_| closes);
            return true;
        }
        if is_fence && !(sign == '`' && text[length..].contains('`')) {
            self.open = Some((sign, length));
            return true;
        }
        self.in_comment = text.starts_with("<!--") && !text.contains("-->");
        self.in_comment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_comments_are_told_from_text() {
        let text = "a\n```sh\nb\n~~~\n````\nc\n~~~\nd\n```\n~~~\n<!-- e\nf -->\n<!-- g -->\n`h`";
        let mut fences = Fences::default();
        let texts: Vec<&str> = text.lines().filter(|line| !fences.holds(line)).collect();
        assert_eq!(texts, ["a", "c", "<!-- g -->", "`h`"]);
    }
}
