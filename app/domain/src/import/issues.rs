//! What importers of JSON have to say, in the order in which they find it.

use crate::source::{ImportIssue, Severity};

/// Most issues that are reported of one text: of more than anyone would read, only that there are more.
const MAX_ISSUES: usize = 200;

/// Cuts a list to what anyone would read.
pub(super) fn cut(issues: &mut Vec<ImportIssue>) {
    if issues.len() > MAX_ISSUES {
        issues.truncate(MAX_ISSUES - 1);
        issues.push(more());
    }
}

fn more() -> ImportIssue {
    let message = "There are more faults than are listed; mend these first.".to_owned();
    ImportIssue { line: None, severity: Severity::Warning, message }
}

/// A list of issues that stays readable.
#[derive(Debug, Default)]
pub(super) struct Issues {
    list: Vec<ImportIssue>,
}

impl Issues {
    /// A choice that the author may want to know of.
    pub(super) fn info(&mut self, line: u32, message: impl Into<String>) {
        self.add(line, Severity::Info, message.into());
    }

    /// Something was repaired or guessed.
    pub(super) fn warning(&mut self, line: u32, message: impl Into<String>) {
        self.add(line, Severity::Warning, message.into());
    }

    /// Something was not understood.
    pub(super) fn error(&mut self, line: u32, message: impl Into<String>) {
        self.add(line, Severity::Error, message.into());
    }

    /// All of them, in the order of the source.
    pub(super) fn into_sorted(mut self) -> Vec<ImportIssue> {
        self.list.sort_by_key(|issue| issue.line);
        self.list
    }

    fn add(&mut self, line: u32, severity: Severity, message: String) {
        let issue = match self.list.len() {
            MAX_ISSUES.. => return,
            count if count + 1 == MAX_ISSUES => more(),
            _ => ImportIssue { line: Some(line), severity, message },
        };
        self.list.push(issue);
    }
}
