//! Labels broken into lines without a font at hand: every character is taken to be as wide as the widest of its kind
//! in the common interface fonts, so that a line stays in its room in any of them.
//!
//! No line is wider than asked for, no character is lost unless the last line ends in `…`, and what is drawn as one
//! glyph (a letter with its marks, a joined emoji) is never torn apart.

/// Advances in a 13 px interface font, in pixels: of most small letters, and of what is drawn as wide as high.
const ADVANCE: f32 = 7.5;
const FULL_WIDTH: f32 = 14.0;
const SPACE: f32 = 4.0;
const ELLIPSIS: char = '…';
const JOINER: char = '\u{200d}';

/// How wide a text is drawn, in pixels.
pub(super) fn width(text: &str) -> f32 {
    glyphs(text).into_iter().map(glyph_width).sum()
}

/// Breaks a label into at most `max_lines` lines of at most `max_width` pixels. An empty label has no lines.
pub(super) fn wrap(label: &str, max_width: f32, max_lines: usize) -> Vec<String> {
    let mut lines = unbounded_lines(label, max_width);
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            *last = cut(last, max_width);
        }
    }
    lines
}

fn unbounded_lines(label: &str, max_width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0.0;
    for word in label.split_whitespace() {
        let needed = width(word);
        match lines.last_mut() {
            Some(line) if SPACE + needed <= room => {
                line.push(' ');
                line.push_str(word);
                room -= SPACE + needed;
            }
            _ => {
                lines.extend(pieces(word, max_width));
                room = max_width - lines.last().map_or(0.0, |line| width(line));
            }
        }
    }
    lines
}

/// A word in pieces that fit; in one piece when it fits as it is.
fn pieces(word: &str, max_width: f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut room = max_width;
    for glyph in glyphs(word) {
        let needed = glyph_width(glyph);
        if needed > room && room < max_width {
            pieces.push(String::new());
            room = max_width;
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(glyph);
        }
        room -= needed;
    }
    pieces
}

/// The line with `…` at its end, shortened as far as that needs.
fn cut(line: &str, max_width: f32) -> String {
    let mut kept = glyphs(line);
    while !kept.is_empty() && kept.iter().map(|glyph| glyph_width(glyph)).sum::<f32>() + ADVANCE > max_width {
        kept.pop();
    }
    let mut text = kept.concat().trim_end().to_owned();
    text.push(ELLIPSIS);
    text
}

/// The text in units that must stay together: a character, the marks on it, and what a joiner ties to it.
fn glyphs(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = Vec::new();
    let mut joined = false;
    for (at, character) in text.char_indices() {
        if starts.is_empty() || !(joined || is_mark(character)) {
            starts.push(at);
        }
        joined = character == JOINER;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
}

fn glyph_width(glyph: &str) -> f32 {
    match glyph.chars().next() {
        Some(first) if is_mark(first) => 0.0,
        Some(first) if is_wide(first) => FULL_WIDTH,
        Some(' ' | '.' | ',' | ':' | ';' | '\'' | '!' | '|' | '(' | ')' | '[' | ']' | 'i' | 'j' | 'l') => SPACE,
        Some('f' | 'r' | 't' | 'I' | 'J' | '-' | '/' | '"') => 5.5,
        Some('m' | 'w' | 'M' | 'W' | '@' | '%') => 12.0,
        Some(first) if first.is_uppercase() => 9.0,
        Some(_) => ADVANCE,
        None => 0.0,
    }
}

/// Combining marks, joiners, direction marks, variation selectors and skin tones: drawn on the character before them.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05bd}' | '\u{0610}'..='\u{061a}' | '\u{064b}'..='\u{065f}'
        | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// East Asian wide characters and emoji.
fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{115f}' | '\u{2600}'..='\u{27bf}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: f32 = 10.0 * ADVANCE;

    #[test]
    fn a_short_label_stays_in_one_line() {
        assert_eq!(wrap("Isolate", ROOM, 3), ["Isolate"]);
        assert_eq!(wrap("  two  words ", ROOM, 3), ["two words"]);
        assert!(wrap(" ", ROOM, 3).is_empty());
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("unsung cadence nova upon", ROOM, 3), ["unsung", "cadence", "nova upon"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(wrap("a 0123456789abc d", ROOM, 3), ["a", "0123456789", "abc d"]);
    }

    #[test]
    fn what_does_not_fit_is_cut_with_an_ellipsis() {
        assert_eq!(wrap("one two aeons four five six", ROOM, 2), ["one two", "aeons four…"]);
        assert_eq!(wrap("0123456789 0123456789", ROOM, 1), ["012345678…"]);
    }

    #[test]
    fn wide_letters_take_more_room_and_narrow_ones_less() {
        assert_eq!(wrap("WWWWWWWWWW", ROOM, 3), ["WWWWWW", "WWWW"]);
        assert_eq!(wrap("illilliilli lil", ROOM, 3), ["illilliilli lil"]);
    }

    #[test]
    fn wide_characters_count_double() {
        assert_eq!(wrap("隔離主機網路", ROOM, 3), ["隔離主機網", "路"]);
        assert_eq!(width("🔒"), FULL_WIDTH);
    }

    #[test]
    fn joined_emoji_and_marks_stay_whole() {
        assert_eq!(width("👩‍💻"), FULL_WIDTH);
        assert_eq!(width("e\u{301}"), ADVANCE);
        let lines = wrap(&"👩‍💻".repeat(6), ROOM, 3);
        assert_eq!(lines, ["👩‍💻".repeat(5), "👩‍💻".to_owned()]);
    }
}
