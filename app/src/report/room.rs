//! How much of a long record stands on the page: about 1 MB of what people wrote in each of its parts. The Markdown and the JSON
//! hold everything, and the page says what it leaves to them.

use std::cell::Cell;

use leptos::prelude::*;

/// Bytes of texts that a part of the page holds.
const BYTES: usize = 1_000_000;
/// What a row or a note takes besides its own text, in bytes of text.
const EACH: usize = 300;

/// What is left of the room for texts.
pub(super) struct Room(Cell<usize>);

impl Default for Room {
    fn default() -> Self {
        Self(Cell::new(BYTES))
    }
}

impl Room {
    /// As many of these as find room, the first ones first; `text` says how many bytes each one's own text has. After one that
    /// does not, none does.
    pub(super) fn fitting<'a, T>(&self, all: &'a [T], text: impl Fn(&T) -> usize) -> &'a [T] {
        let fits = |one: &T| {
            let left = self.0.get().checked_sub(text(one) + EACH);
            self.0.set(left.unwrap_or(0));
            left.is_some()
        };
        let count = all.iter().take_while(|one| fits(one)).count();
        &all[..count]
    }
}

/// Says how many of some things the page leaves out, if any.
pub(super) fn left_out(all: usize, shown: usize, thing: &str) -> Option<impl IntoView + use<>> {
    let count = all - shown;
    let words = match count {
        1 => format!("1 more {thing} is in the Markdown and the JSON of this report."),
        count => format!("{count} more {thing}s are in the Markdown and the JSON of this report."),
    };
    (count > 0).then(|| view! { <p class="hint">{words}</p> })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_texts_find_room_and_none_after_one_that_does_not() {
        let room = Room::default();
        let long = BYTES / 2 - EACH;
        assert_eq!(room.fitting(&[long, long, 1], |bytes| *bytes), [long, long]);
        assert_eq!(room.fitting(&[0], |bytes| *bytes), [0_usize; 0]);
        assert_eq!(Room::default().fitting(&[0; 10_000], |bytes| *bytes).len(), BYTES / EACH);
    }
}
