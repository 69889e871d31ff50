//! How much of what analysts wrote is printed: some hundred pages. More is read by programs, from the file that is attached.

use std::sync::Arc;

use domain::execution::Note;

use super::{Written, summary};

/// Bytes of texts that are printed.
const BYTES: usize = 1_500_000;
/// What a text takes besides its own bytes: a byline, and the space around it.
const EACH: usize = 100;

/// What is left of the room for texts. Texts take of it in the order in which they are printed.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(BYTES)
    }
}

impl Room {
    /// Whether a text still finds room. After one that does not, none does.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        let left = self.0.checked_sub(text.len() + EACH);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }

    /// As many of these notes as find room, and how many do not.
    pub(super) fn notes(&mut self, notes: &[Arc<Note>]) -> (Vec<Written>, usize) {
        let fitting: Vec<Written> =
            notes.iter().take_while(|note| self.takes(&note.text)).map(|note| summary::written(note)).collect();
        let left_out = notes.len() - fitting.len();
        (fitting, left_out)
    }
}

#[cfg(test)]
mod tests {
    use domain::command::ExecutionChange;

    use super::super::super::fixture::Story;
    use super::super::{steps::Steps, summary::Summary};
    use super::*;

    /// Notes on the whole, then on each of two steps.
    fn counts(whole: &[&str], first: &[&str], second: &[&str]) -> Vec<(usize, usize)> {
        let mut story = Story::of("# Playbook\n\n1. One\n2. Two\n", "Incident", None);
        for text in whole {
            let note = Some((*text).to_owned());
            story.whole("Ana", ExecutionChange { note, ..ExecutionChange::default() });
        }
        for (label, texts) in [("One", first), ("Two", second)] {
            for text in texts {
                story.note("Ana", label, text);
            }
        }
        let (report, mut room) = (story.document().report, Room::default());
        let summary = Summary::of(&report, &mut room);
        let steps = Steps::of(&report, &mut room);
        [summary.note_counts()].into_iter().chain(steps.note_counts()).collect()
    }

    #[test]
    fn texts_beyond_the_room_there_is_are_counted_and_left_to_the_attached_events() {
        let long = "word ".repeat(4_000).trim_end().to_owned();
        let fit = BYTES / (long.len() + EACH);
        assert_eq!(counts(&[], &vec![&*long; fit + 3], &["short"]), [(0, 0), (fit, 3), (0, 1)]);
        assert_eq!(counts(&vec![&*long; fit + 3], &["short"], &[]), [(fit, 3), (0, 1), (0, 0)]);
    }

    #[test]
    fn many_short_notes_take_room_too() {
        let fit = BYTES / (1 + EACH);
        assert_eq!(counts(&vec!["x"; fit + 2], &[], &["x"]), [(fit, 2), (0, 0), (0, 1)]);
    }
}
