//! Texts on one line as everybody can read them: names of people, titles, labels, tags, names of files.
//!
//! Some characters cannot be seen, and some turn the direction of the text around them, so that a name looks like another
//! one. [`name`] refuses them where a name comes in. [`legible`] shows them by their number (`invoice⟨U+202E⟩fdp.exe`) where
//! something is shown that is recorded already, or that must be kept as it is. What only some fonts cannot draw is no concern
//! of this module.
//!
//! Some invisible characters belong to the writing of a language: a joiner between letters that would look otherwise without
//! it, a selector behind a letter that has variants (UAX #31 §2.3, RFC 5892 A.1 and A.2). There, and only there, they are
//! like any other character.

use std::borrow::Cow;
use std::fmt::Write;

use crate::ids::MAX_NAME_CHARS;

/// Why a text is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// Over [`MAX_NAME_CHARS`].
    #[error("has at most {MAX_NAME_CHARS} characters, this one has {0}")]
    TooLong(usize),
    /// Blanks by which a name differs from another that looks the same.
    #[error("must not contain blanks other than single spaces (U+{:04X}, character {place})", u32::from(*.character))]
    Blanks {
        /// Which.
        character: char,
        /// Where, counted from 1, without the white space around the name.
        place: usize,
    },
    /// A character that a name cannot have.
    #[error("must not contain {} (U+{:04X}, character {place})", what_is_wrong_with(*.character), u32::from(*.character))]
    Forbidden {
        /// Which.
        character: char,
        /// Where, counted from 1, in the text as it was sent.
        place: usize,
    },
}

/// A name as it is kept: in NFC, without the white space around it.
///
/// Two spellings of one name (`ö` as one character and as two) become the same. The browser's module leaves that to the server:
/// the tables of Unicode would make it a tenth larger, and browsers can do it themselves (`String.prototype.normalize`).
///
/// # Errors
/// When it is blank, too long, or has a character that cannot be seen or that turns the direction of the text. Nothing is
/// ever taken out of a name.
pub fn name(text: &str) -> Result<String, NameError> {
    // What is longer than this is too long in any form, and is not looked at.
    let length = text.chars().count();
    if length > 4 * MAX_NAME_CHARS {
        return Err(NameError::TooLong(length));
    }
    if let Some((place, character)) = hidden(text).next() {
        return Err(NameError::Forbidden { character, place });
    }
    let name = composed(text.trim());
    match name.chars().count() {
        0 => Err(NameError::Blank),
        length if length > MAX_NAME_CHARS => Err(NameError::TooLong(length)),
        _ => Ok(name.into_owned()),
    }
}

/// A text in NFC, where this program has the tables for it.
pub fn composed(text: &str) -> Cow<'_, str> {
    #[cfg(feature = "authoring")]
    if !text.is_ascii() && !unicode_normalization::is_nfc(text) {
        use unicode_normalization::UnicodeNormalization;
        return Cow::Owned(text.nfc().collect());
    }
    Cow::Borrowed(text)
}

/// A text on one line, in which what cannot be seen stands by its number.
pub fn legible(text: &str) -> Cow<'_, str> {
    let mut hidden = hidden(text).peekable();
    if hidden.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for (place, character) in (1..).zip(text.chars()) {
        if hidden.next_if(|(hidden, _)| *hidden == place).is_some() {
            write_number(&mut shown, character, 1);
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The name of a file, in which also blanks stand by their number where one could miss them: several in a row, which push the
/// end of the name out of sight, and those at its ends.
pub fn legible_file_name(text: &str) -> Cow<'_, str> {
    let shown = legible(text);
    let inner = shown.trim();
    if inner.len() == shown.len() && !has_run(inner) {
        return shown;
    }
    let mut written = String::with_capacity(shown.len() + 16);
    let mut rest = shown.chars().peekable();
    while let Some(character) = rest.next() {
        let mut count = 1;
        while character.is_whitespace() && rest.next_if_eq(&character).is_some() {
            count += 1;
        }
        let at_end = written.is_empty() || rest.peek().is_none();
        let beside = written.ends_with('⟩') || rest.peek().is_some_and(|next| next.is_whitespace());
        if character.is_whitespace() && (count > 1 || at_end || beside) {
            write_number(&mut written, character, count);
        } else {
            written.push(character);
        }
    }
    Cow::Owned(written)
}

fn has_run(text: &str) -> bool {
    let mut before = false;
    text.chars().any(|character| std::mem::replace(&mut before, character.is_whitespace()) && before)
}

fn write_number(text: &mut String, character: char, count: usize) {
    // Writing to a String does not fail.
    let _ = write!(text, "⟨U+{:04X}", u32::from(character));
    if count > 1 {
        let _ = write!(text, " × {count}");
    }
    text.push('⟩');
}

/// The characters of a text that cannot be seen where they stand, or that turn the direction of others, with their places,
/// counted from 1.
fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let all = (1..).zip(text.char_indices());
    let hidden = all.filter(|&(_, (at, character))| {
        !matches!(character, ' '..='~')
            && (is_hidden_in_names(character)
                || needs_neighbours(character) && !belongs(character, &text[..at], &text[at + character.len_utf8()..]))
    });
    hidden.map(|(place, (_, character))| (place, character))
}

/// Whether a character can never be seen, or turns the direction of others: controls, separators of lines, blanks without width,
/// fillers, tags (UAX #9, `Default_Ignorable_Code_Point` of UAX #44).
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}'
        )
}

/// The same for names, which have no room for more: also marks of direction, a blank of Braille, what no font agrees upon
/// (private use), and what is no character.
pub fn is_hidden_in_names(character: char) -> bool {
    is_hidden(character)
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2800}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
                | '\u{fffe}' | '\u{ffff}' | '\u{f0000}'..
        )
}

/// Whether a character is invisible by itself and has a meaning between others only.
fn needs_neighbours(character: char) -> bool {
    matches!(
        character,
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Whether what needs neighbours has the right ones.
fn belongs(character: char, before: &str, after: &str) -> bool {
    let last = before.chars().next_back();
    let next = after.chars().next();
    match character {
        '\u{200c}' => {
            last.is_some_and(is_virama) && next.is_some_and(|next| next > '\u{900}' && next.is_alphabetic())
                || before.chars().rev().find(|c| !is_arabic_mark(*c)).is_some_and(joins_what_follows)
                    && after.chars().find(|c| !is_arabic_mark(*c)).is_some_and(joins_what_precedes)
        }
        '\u{200d}' => {
            last.is_some_and(is_virama)
                || next.is_some_and(is_virama) && last.is_some_and(char::is_alphabetic)
                || before.chars().rev().find(|c| !changes_emoji(*c)).is_some_and(is_emoji) && next.is_some_and(is_emoji)
        }
        '\u{fe0e}' | '\u{fe0f}' => {
            last.is_some_and(is_emoji)
                || next == Some('\u{20e3}') && last.is_some_and(|last| "#*0123456789".contains(last))
        }
        '\u{e0100}'..='\u{e01ef}' => last.is_some_and(is_ideograph),
        '\u{180b}'..='\u{180f}' => matches!(last, Some('\u{1800}'..='\u{18aa}')),
        _ => false,
    }
}

/// Whether a joiner behind this tells how the letter before it is written (canonical combining class 9).
fn is_virama(character: char) -> bool {
    matches!(
        character,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d3b}'
            | '\u{d3c}'
            | '\u{d4d}'
            | '\u{dca}'
            | '\u{f84}'
            | '\u{1039}'
            | '\u{103a}'
            | '\u{17d2}'
            | '\u{1a60}'
            | '\u{1b44}'
            | '\u{1baa}'
            | '\u{1bab}'
            | '\u{a806}'
            | '\u{a8c4}'
            | '\u{a953}'
            | '\u{a9c0}'
            | '\u{aaf6}'
            | '\u{abed}'
            | '\u{11046}'
            | '\u{1107f}'
            | '\u{110b9}'
            | '\u{11133}'
            | '\u{11134}'
            | '\u{111c0}'
            | '\u{11235}'
            | '\u{1134d}'
            | '\u{11442}'
            | '\u{114c2}'
            | '\u{115bf}'
            | '\u{1163f}'
            | '\u{116b6}'
            | '\u{1172b}'
            | '\u{11839}'
    )
}

/// Whether a letter is written otherwise when one follows it (`ArabicShaping.txt`, dual joining): Arabic, Syriac, N'Ko, Mandaic.
fn joins_what_follows(character: char) -> bool {
    matches!(
        character,
        '\u{620}' | '\u{626}' | '\u{628}' | '\u{62a}'..='\u{62e}' | '\u{633}'..='\u{647}' | '\u{649}' | '\u{64a}'
            | '\u{66e}' | '\u{66f}' | '\u{678}'..='\u{687}' | '\u{69a}'..='\u{6bf}' | '\u{6c1}' | '\u{6c2}' | '\u{6cc}'
            | '\u{6ce}' | '\u{6d0}' | '\u{6d1}' | '\u{6fa}'..='\u{6fc}' | '\u{6ff}' | '\u{712}'..='\u{714}'
            | '\u{71a}'..='\u{71d}' | '\u{71f}'..='\u{727}' | '\u{729}' | '\u{72b}' | '\u{72d}' | '\u{72e}'
            | '\u{74e}'..='\u{758}' | '\u{75c}'..='\u{76a}' | '\u{76d}'..='\u{770}' | '\u{772}' | '\u{775}'..='\u{777}'
            | '\u{77a}'..='\u{77f}' | '\u{7ca}'..='\u{7ea}' | '\u{841}'..='\u{845}' | '\u{848}' | '\u{84a}'..='\u{853}'
            | '\u{855}' | '\u{8a0}'..='\u{8a9}' | '\u{8af}' | '\u{8b0}' | '\u{8b3}'..='\u{8b8}' | '\u{8ba}'..='\u{8c8}'
    )
}

/// Whether a letter is written otherwise when one stands before it.
fn joins_what_precedes(character: char) -> bool {
    matches!(character, '\u{620}'..='\u{8c8}')
        && character.is_alphabetic()
        && !matches!(character, '\u{621}' | '\u{674}')
        && !is_arabic_mark(character)
}

/// Whether a mark stands above or below a letter and leaves its joins as they are.
fn is_arabic_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{711}' | '\u{730}'..='\u{74a}'
            | '\u{7eb}'..='\u{7f3}' | '\u{8ca}'..='\u{8ff}'
    )
}

/// Whether a character can be a picture, by itself or together with others (roughly `Extended_Pictographic`).
fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
            | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
            | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}'
    )
}

/// Whether a character chooses between the pictures of the emoji before it: as a picture, a colour of skin.
fn changes_emoji(character: char) -> bool {
    matches!(character, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn what_is_wrong_with(character: char) -> &'static str {
    match character {
        _ if character.is_control() => "control characters",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "characters that turn the direction of the text"
        }
        '\u{200c}' | '\u{200d}' => "joiners where nothing is joined",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => "characters of private use",
        _ => "invisible characters",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forbidden(text: &str) -> Option<(u32, usize)> {
        match name(text) {
            Err(NameError::Forbidden { character, place }) => Some((u32::from(character), place)),
            _ => None,
        }
    }

    #[test]
    fn what_cannot_be_seen_or_turns_the_text_is_no_part_of_a_name_and_is_named_with_its_place() {
        for (text, code, place) in [
            ("Ana\u{200b}", 0x200b, 4),
            ("\u{feff}Ana", 0xfeff, 1),
            ("A\u{2060}na", 0x2060, 2),
            ("A\u{ad}na", 0xad, 2),
            ("Ö\u{202e}na", 0x202e, 2),
            ("An\u{200f}a", 0x200f, 3),
            ("An\u{2066}a", 0x2066, 3),
            ("An\u{e0061}a", 0xe0061, 3),
            ("Ana\u{fe0f}", 0xfe0f, 4),
            ("Ana\u{fe00}", 0xfe00, 4),
            ("Ana\u{e0100}", 0xe0100, 4),
            ("\u{fe0f}", 0xfe0f, 1),
            ("An\u{3164}a", 0x3164, 3),
            ("An\u{2028}a", 0x2028, 3),
            ("An\na", 0xa, 3),
            ("Ana\t", 0x9, 4),
            ("A\u{0}", 0, 2),
            ("A\u{9f}", 0x9f, 2),
            ("A\u{e000}", 0xe000, 2),
            ("A\u{ffff}", 0xffff, 2),
            ("A\u{34f}", 0x34f, 2),
            ("An\u{200d}a", 0x200d, 3),
            ("Ana\u{200c}", 0x200c, 4),
        ] {
            assert_eq!(forbidden(text), Some((code, place)), "{text:?}");
        }
        let refusal = name("Ana\u{200b}").expect_err("it has an invisible character");
        assert_eq!(refusal.to_string(), "must not contain invisible characters (U+200B, character 4)");
    }

    #[test]
    fn a_joiner_or_selector_stays_where_its_script_needs_it_and_nowhere_else() {
        for text in [
            "علی‌رضا",                 // Persian: a letter that would join what follows
            "می\u{64e}\u{200c}خواهم", // with a mark between
            "क्\u{200d}ष",             // Devanagari: half a letter
            "क्\u{200c}ष",             // and the whole one
            "ශ්\u{200d}රී",             // Sinhala
            "র\u{200d}্য",             // Bengali: before the virama
            "ന്\u{200d}",              // Malayalam: at the end
            "👩🏽\u{200d}🚀",           // with a colour of skin
            "❤\u{fe0f}\u{200d}🔥",    // with a selector
            "1\u{fe0f}\u{20e3}",      // a key
            "辻\u{e0100}",            // Japanese: a variant of an ideograph
            "\u{1820}\u{180b}",       // Mongolian
        ] {
            assert_eq!(name(text).as_deref(), Ok(text), "{text:?}");
            assert_eq!(legible(text), text);
        }
        for text in [
            "دار\u{200c}ا", // this letter joins nothing that follows
            "\u{200c}علی",
            "علی\u{200c}",
            "علی\u{200c} رضا",
            "علی\u{200d}رضا",
            "क\u{200d}ष",
            "क्\u{200c}",
            "a\u{200d}🚀",
            "👩\u{200d}a",
            "1\u{fe0f}",
            "علی\u{200c}\u{200c}رضا",
        ] {
            assert!(forbidden(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_composed_and_has_no_white_space_around_it() {
        assert_eq!(name(" O\u{308}zil ").as_deref(), Ok("Özil"));
        assert_eq!(name("Özil").as_deref(), Ok("Özil"));
        assert_eq!(name("e\u{301}".repeat(200).as_str()).map(|name| name.chars().count()), Ok(200));
        assert_eq!(name(&"x".repeat(201)), Err(NameError::TooLong(201)));
        assert_eq!(name(&"\u{301}".repeat(1 << 20)), Err(NameError::TooLong(1 << 20)));
        assert_eq!(name(" \u{3000}"), Err(NameError::Blank));
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number_and_nothing_else_is_changed() {
        for (text, shown) in [
            ("Save the mail", "Save the mail"),
            ("Ana\u{200b}", "Ana⟨U+200B⟩"),
            ("invoice\u{202e}fdp.exe", "invoice⟨U+202E⟩fdp.exe"),
            ("a\tb\n", "a⟨U+0009⟩b⟨U+000A⟩"),
            ("\u{e0041}\u{10ffff}", "⟨U+E0041⟩⟨U+10FFFF⟩"),
            ("a  b ", "a  b "),
            ("e\u{301}", "e\u{301}"),
        ] {
            assert_eq!(legible(text), shown);
        }
    }

    #[test]
    fn blanks_that_hide_the_end_of_a_file_name_are_counted() {
        for (text, shown) in [
            ("a b.txt", "a b.txt"),
            ("Payment advice.pdf          .js", "Payment advice.pdf⟨U+0020 × 10⟩.js"),
            ("a  b.txt", "a⟨U+0020 × 2⟩b.txt"),
            ("a \u{a0}\u{a0}b.txt", "a⟨U+0020⟩⟨U+00A0 × 2⟩b.txt"),
            ("invoice.exe ", "invoice.exe⟨U+0020⟩"),
            (" x", "⟨U+0020⟩x"),
            ("10.00\u{202f}AM.png", "10.00\u{202f}AM.png"),
            ("   ", "⟨U+0020 × 3⟩"),
            ("photo\u{202e}gpj.exe", "photo⟨U+202E⟩gpj.exe"),
        ] {
            assert_eq!(legible_file_name(text), shown);
        }
    }
}
