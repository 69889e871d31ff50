//! The fonts that reports are set in, and which characters they can draw.
//!
//! They lie in the binary, so a report looks the same on every machine and needs nothing installed. PDF/A forbids a glyph
//! that no font has; so what is set is looked up here first ([`Fonts::draw`]).

use std::collections::HashMap;
use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The files, in the order in which a character is looked for. `report.typ` names their families in the same order.
pub(super) const FILES: [&[u8]; 14] = [
    include_bytes!("fonts/sans.ttf"),
    include_bytes!("fonts/sans-semibold.ttf"),
    include_bytes!("fonts/sans-italic.ttf"),
    include_bytes!("fonts/mono.ttf"),
    include_bytes!("fonts/math.ttf"),
    include_bytes!("fonts/symbols.ttf"),
    include_bytes!("fonts/symbols-2.ttf"),
    include_bytes!("fonts/arabic.ttf"),
    include_bytes!("fonts/hebrew.ttf"),
    include_bytes!("fonts/devanagari.ttf"),
    include_bytes!("fonts/thai.ttf"),
    include_bytes!("fonts/han.ttf"),
    include_bytes!("fonts/hangul.ttf"),
    include_bytes!("fonts/emoji.ttf"),
];

/// A set of families, one bit each.
type Families = u16;

/// Read when the first report is printed, and kept.
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::read(&FILES));

/// Fonts, and what they can draw.
pub(super) struct Fonts {
    pub(super) faces: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
    /// Which families have a glyph for a character, in every one of their styles.
    drawn: HashMap<char, Families>,
}

impl Fonts {
    fn read(files: &[&'static [u8]]) -> Self {
        let faces: Vec<Font> = files.iter().filter_map(|file| Font::new(Bytes::new(*file), 0)).collect();
        let book = FontBook::from_fonts(&faces);
        let mut by_family: Vec<(&str, Vec<&Font>)> = Vec::new();
        for face in &faces {
            let family = face.info().family.as_str();
            match by_family.iter_mut().find(|(known, _)| *known == family) {
                Some((_, styles)) => styles.push(face),
                None => by_family.push((family, vec![face])),
            }
        }
        let mut drawn: HashMap<char, Families> = HashMap::new();
        for (bit, (_, styles)) in by_family.iter().enumerate() {
            let Some((first, others)) = styles.split_first() else { continue };
            let characters = first.info().coverage.iter().filter_map(char::from_u32);
            for character in characters.filter(|&c| others.iter().all(|face| face.info().coverage.contains(c.into()))) {
                *drawn.entry(character).or_default() |= 1 << bit;
            }
        }
        Self { book: LazyHash::new(book), faces, drawn }
    }

    /// Whether one family can draw all of what belongs together. A letter and its accent must come from the same font.
    pub(super) fn draw(&self, cluster: impl IntoIterator<Item = char>) -> bool {
        let all = |families: Families, c: char| families & self.drawn.get(&c).copied().unwrap_or_default();
        cluster.into_iter().fold(Families::MAX, all) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_font_that_may_be_embedded() {
        assert_eq!(FONTS.faces.len(), FILES.len());
        // OpenType, `OS/2`, `fsType`: 0 is installable embedding.
        let permissions = |font: &Font| ttf_parser::Face::parse(font.data(), font.index()).ok()?.permissions();
        assert!(FONTS.faces.iter().all(|font| permissions(font) == Some(ttf_parser::Permissions::Installable)));
    }

    #[test]
    fn the_scripts_that_people_are_named_in_are_there() {
        for text in [
            "Ana Łukasiewicz",
            "Ελένη",
            "Наталья",
            "Nguyễn",
            "محمد",
            "דוד",
            "प्रिया",
            "สมชาย",
            "王小明",
            "田中さん",
            "김민수",
        ] {
            assert!(text.chars().all(|c| FONTS.draw([c])), "{text}");
        }
    }

    #[test]
    fn a_letter_and_an_accent_of_different_fonts_are_not_drawn_together() {
        assert!(FONTS.draw("e\u{301}".chars()));
        assert!(FONTS.draw(['漢']) && FONTS.draw(['\u{5b0}']) && !FONTS.draw("漢\u{5b0}".chars()));
    }
}
