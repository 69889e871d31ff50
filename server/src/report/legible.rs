//! Texts as paper can show them, whatever they hold.
//!
//! What no font can draw, what is invisible, and what would turn the direction of its neighbours is shown by its number
//! (`⟨U+202E⟩`): a report must neither fail on it nor hide it. What is invisible everywhere, [`domain::legible`] knows, by whose
//! rule names are shown on pages and in Markdown, too; here lies what depends on fonts. Long words are given places where a line
//! may end. Nothing else is changed.

use std::borrow::Cow;

use domain::legible as everywhere;
use serde::{Serialize, Serializer};
use typst::text::is_default_ignorable;
use unicode_bidi::{BidiClass, bidi_class};
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::FONTS;

/// Words longer than this are given places where a line may end.
const LONG_WORD: usize = 24;
/// At most so many letters stand between two of these places.
const APART: usize = 10;
/// A tab, which no font draws.
const TAB: &str = "    ";

/// A text in which every character can be drawn, or ends a line (`\n`).
pub(super) fn legible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    // Between letters of ASCII nothing has to be looked up; only those around others may belong to them.
    while let Some(odd) = rest.find(|c| !is_plain(c)) {
        let start = rest[..odd].char_indices().next_back().map_or(0, |(last, _)| last);
        let end = rest[odd..].find(is_plain).map_or(rest.len(), |plain| odd + plain + 1);
        shown.push_str(&rest[..start]);
        for cluster in rest[start..end].graphemes(true) {
            show(cluster, &mut shown);
        }
        rest = &rest[end..];
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// What every font of text has, and ends of lines.
pub(super) fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~' | '\n')
}

/// Shows what belongs together.
fn show(cluster: &str, shown: &mut String) {
    match cluster {
        "\n" | "\r\n" => shown.push('\n'),
        "\t" => shown.push_str(TAB),
        _ if is_drawable(cluster) => shown.push_str(cluster),
        _ => show_each(cluster, shown),
    }
}

/// Whether all of it can be drawn, and by itself. A mark without a letter would settle on whatever stands before it.
fn is_drawable(cluster: &str) -> bool {
    cluster.chars().all(|c| !is_hidden(c))
        && FONTS.draw(cluster.chars().filter(|&c| !is_joiner(c)))
        && !cluster.trim_start_matches(is_joiner).starts_with(is_mark)
}

/// Whether a character belongs to the one before it (UAX #29, extended grapheme clusters).
fn is_mark(character: char) -> bool {
    !character.is_ascii()
        && !is_joiner(character)
        && ['a', character].iter().collect::<String>().graphemes(true).count() == 1
}

/// Shows what does not go together: what the cluster begins with, if it can be drawn, and the rest by number.
fn show_each(cluster: &str, shown: &mut String) {
    for (at, character) in cluster.char_indices().filter(|(_, c)| !is_joiner(*c)) {
        if at == 0 && !is_hidden(character) && !is_mark(character) && FONTS.draw([character]) {
            shown.push(character);
        } else {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(character)));
        }
    }
}

/// What shapes its neighbours and is nothing by itself: joiners, marks of direction, selectors of variants.
pub(super) fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}'..='\u{200f}' | '\u{61c}' | '\u{fe00}'..='\u{fe0f}')
}

/// What must not be set although a font may have it: what cannot be seen, and what is no character (PDF/A forbids that).
fn is_hidden(character: char) -> bool {
    !is_joiner(character)
        && (everywhere::is_hidden_in_names(character)
            || is_default_ignorable(character)
            || u32::from(character) & 0xfffe == 0xfffe)
}

/// One line of text. Serialised as a string, or as the pieces between which the line may be broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line(Vec<String>);

impl Line {
    /// A text on one line.
    pub(super) fn of(text: &str) -> Self {
        Self::within(text.trim())
    }

    /// A part of a line: spaces at its ends belong to it.
    pub(super) fn within(text: &str) -> Self {
        Self(pieces(&isolated(text)))
    }

    /// A sentence that begins with somebody's name.
    pub(super) fn told(name: &str, sentence: &str) -> Self {
        Self(pieces(&(isolated(&everywhere::legible(name)) + &in_line(sentence))))
    }

    /// A sentence of this program, whatever is named in it.
    pub(super) fn sentence(text: &str) -> Self {
        Self(pieces(&in_line(text)))
    }

    /// Some words that stay on one line.
    pub(super) fn unbroken(text: &str) -> Self {
        Self(vec![in_line(text).replace(' ', "\u{a0}")])
    }

    /// A name, or a word for one where nothing of it can be seen: headings must not be empty.
    pub(super) fn name(text: &str) -> Self {
        let text = everywhere::legible(text);
        let visible = text.chars().any(|c| !c.is_whitespace());
        Self::of(if visible { &text } else { "(without a name)" })
    }

    /// The name of a file.
    pub(super) fn file_name(text: &str) -> Self {
        Self::name(&everywhere::legible_file_name(text))
    }

    /// What it says, in one piece.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.0.concat()
    }

    /// The same behind something else, which needs no place to be broken.
    pub(super) fn after(mut self, start: &str) -> Self {
        if let Some(first) = self.0.first_mut() {
            first.insert_str(0, start);
        }
        self
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [text] => text.serialize(serializer),
            pieces => pieces.serialize(serializer),
        }
    }
}

fn in_line(text: &str) -> String {
    legible(text).replace('\n', " ")
}

/// A text that keeps its direction, and what stands around it its own (UAX #9, first strong isolate).
fn isolated(text: &str) -> String {
    let text = in_line(text);
    let turns = |c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN);
    if text.chars().any(turns) { format!("\u{2068}{text}\u{2069}") } else { text }
}

/// The pieces of a text between which a line may be broken though there is no space.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in text.split_inclusive(char::is_whitespace) {
        if word.len() <= LONG_WORD || word.chars().count() <= LONG_WORD {
            push(&mut pieces, word);
            continue;
        }
        let mut since = 0;
        for letter in word.graphemes(true) {
            if since == APART {
                pieces.push(String::new());
                since = 0;
            }
            push(&mut pieces, letter);
            since += 1;
            // Addresses and paths are read best when they end after a part; ideographs need no places.
            if letter.starts_with(|c| c >= '\u{2e80}') {
                since = 0;
            } else if letter.starts_with(['/', '\\', '.', '-', '_', '=', '&', '?', ':', ',', ';', '@', '|', '+']) {
                since = APART;
            }
        }
    }
    pieces
}

fn push(pieces: &mut [String], text: &str) {
    if let Some(last) = pieces.last_mut() {
        last.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_drawn_stays_as_it_is() {
        for text in ["Save the mail", "two\nlines", "Łódź, Việt", "e\u{301}", "中文 👩🏽‍🚀 🇩🇪 1️⃣", "שָׁלוֹם, مرحبا"]
        {
            assert_eq!(legible(text), text);
        }
    }

    #[test]
    fn what_cannot_be_drawn_or_seen_is_shown_by_its_number() {
        for (text, shown) in [
            ("a\u{7}b", "a⟨U+0007⟩b"),
            ("a\u{202e}b", "a⟨U+202E⟩b"),
            ("a\u{200b}b\u{ad}", "a⟨U+200B⟩b⟨U+00AD⟩"),
            ("\u{e000}\u{10ffff}\u{fffe}", "⟨U+E000⟩⟨U+10FFFF⟩⟨U+FFFE⟩"),
            ("𐌰", "⟨U+10330⟩"),
        ] {
            assert_eq!(legible(text), shown);
        }
    }

    #[test]
    fn a_mark_without_a_letter_or_of_another_font_is_shown_by_its_number() {
        for (text, shown) in [
            ("\u{301}a", "⟨U+0301⟩a"),
            ("\u{fe0f}\u{6ec}a", "⟨U+06EC⟩a"),
            ("漢\u{5b0}", "漢⟨U+05B0⟩"),
            ("\u{7}\u{301}", "⟨U+0007⟩⟨U+0301⟩"),
        ] {
            assert_eq!(legible(text), shown);
        }
    }

    #[test]
    fn ends_of_lines_and_tabs_are_written_in_one_way() {
        assert_eq!(legible("a\r\nb\tc\n"), "a\nb    c\n");
    }

    #[test]
    fn a_long_word_may_be_broken_after_its_parts_and_a_short_one_never() {
        let pieces = |text: &str| Line::of(text).0;
        assert_eq!(pieces("Donaudampfschifffahrt"), ["Donaudampfschifffahrt"]);
        assert_eq!(
            pieces("see https://a.example/login?next=AAAAAAAAAAAAAAAAAAAA"),
            ["see https:", "/", "/", "a.", "example/", "login?", "next=", "AAAAAAAAAA", "AAAAAAAAAA"]
        );
    }

    #[test]
    fn a_text_from_right_to_left_does_not_turn_what_stands_around_it() {
        assert_eq!(Line::told("דוד", ", 22:14").text(), "\u{2068}דוד\u{2069}, 22:14");
        assert_eq!(Line::told("Ana", ", 22:14").text(), "Ana, 22:14");
    }

    #[test]
    fn a_name_of_which_nothing_can_be_seen_is_not_empty() {
        assert_eq!(Line::name(" \u{3000}").text(), "(without a name)");
        assert_eq!(Line::name("\u{200d} ").text(), "⟨U+200D⟩");
    }

    #[test]
    fn names_are_shown_as_everywhere_else() {
        assert_eq!(Line::file_name("Payment advice.pdf     .js").text(), "Payment advice.pdf⟨U+0020 × 5⟩.js");
        assert_eq!(Line::name("Ana\u{200f}").text(), "Ana⟨U+200F⟩");
        assert_eq!(Line::told("Ana\u{fe0f}", " noted").text(), "Ana⟨U+FE0F⟩ noted");
        for code in 0..=0x10_ffff_u32 {
            let character = char::from_u32(code).filter(|c| is_default_ignorable(*c) && !is_joiner(*c));
            if let Some(character) = character {
                let shown = everywhere::legible(&format!("a{character}a")).into_owned();
                assert!(shown.contains('⟨'), "U+{code:04X}");
            }
        }
    }
}
