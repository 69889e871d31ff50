//! What a block of code is for: to be run, or to be read.

use super::wording::{one_line, shorten};
use crate::graph::Code;

/// Languages that are data or output, not something to run.
const READ_ONLY: [&str; 18] = [
    "text",
    "txt",
    "plaintext",
    "plain",
    "output",
    "log",
    "json",
    "yaml",
    "yml",
    "xml",
    "toml",
    "ini",
    "csv",
    "markdown",
    "md",
    "html",
    "diff",
    "mermaid",
];

/// Longest part of a command that is shown in a label, in characters.
const MAX_SHOWN: usize = 80;

/// Whether the code looks as if it were meant to be run.
pub(super) fn is_runnable(code: &Code) -> bool {
    match code.language.as_deref() {
        Some(language) => !READ_ONLY.contains(&language),
        None => looks_like_command(first_line(code)),
    }
}

/// A label for code that nothing introduces.
pub(super) fn label(code: &Code) -> String {
    let verb = if is_runnable(code) { "Run" } else { "Review" };
    let line = one_line(first_line(code).trim_start_matches(['$', '>', ' ']));
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{verb}: {}…", &line[..end]),
        None => shorten(&format!("{verb}: {line}")),
    }
}

/// The first line that is no comment, or the first of all.
fn first_line(code: &Code) -> &str {
    let lines = || code.text.lines().map(str::trim).filter(|line| !line.is_empty());
    let comments = ["#", "//", "--", "/*", "<!--"];
    lines()
        .find(|line| !comments.iter().any(|mark| line.starts_with(mark)))
        .or_else(|| lines().next())
        .unwrap_or_default()
}

/// A prompt, or a first word in the form of a program's name and no end of a sentence.
fn looks_like_command(line: &str) -> bool {
    if line.starts_with("$ ") || line.starts_with("PS> ") {
        return true;
    }
    let program = line.split([' ', '\t', '(']).next().unwrap_or_default();
    let named = program.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '/' | '.'))
        && program.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let capital_verb = program.contains('-') && program.starts_with(|c: char| c.is_ascii_uppercase());
    (named || capital_verb) && !line.ends_with(['.', ':', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(language: Option<&str>, text: &str) -> Code {
        Code { language: language.map(str::to_owned), text: text.to_owned() }
    }

    #[test]
    fn commands_are_run_and_data_is_reviewed() {
        assert_eq!(label(&code(Some("bash"), "# look\nkubectl get pods\n")), "Run: kubectl get pods");
        assert_eq!(label(&code(None, "$ whoami")), "Run: whoami");
        assert_eq!(label(&code(None, "Get-Process -Name x")), "Run: Get-Process -Name x");
        assert_eq!(label(&code(Some("json"), "{\"a\": 1}")), "Review: {\"a\": 1}");
        assert_eq!(label(&code(None, "Dear customer,\nwe")), "Review: Dear customer,");
    }
}
