//! Texts that are as hard to read as their author could make them.

mod cacao;
mod json;
mod markdown;
mod mermaid;

/// A text of any size. The first, third, fifth … part stands once; the others are repeated, as often as the size allows.
/// In them `{n}` is the number of the repetition, `{m}` the next one, `{h}` half of it, and `{fill}` as many letters as are
/// missing to the size when the repetitions are limited.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    parts: &'static [&'static str],
    /// Most repetitions: for graphs that must stay within the limit of nodes.
    most: usize,
}

const fn any(name: &'static str, parts: &'static [&'static str]) -> Hostile {
    Hostile { name, parts, most: usize::MAX }
}

const fn most(most: usize, name: &'static str, parts: &'static [&'static str]) -> Hostile {
    Hostile { name, parts, most }
}

impl Hostile {
    /// The text with about so many bytes.
    pub(crate) fn text(&self, size: usize) -> String {
        // The length of a repetition with numbers of six digits.
        let length = |part: &str| {
            let numbers = ["{n}", "{m}", "{h}"].into_iter().map(|number| part.matches(number).count()).sum::<usize>();
            part.replace("{fill}", "").len() + 3 * numbers
        };
        let once: usize = self.parts.iter().step_by(2).map(|part| part.len()).sum();
        let each: usize = self.parts.iter().skip(1).step_by(2).map(|part| length(part)).sum();
        let count = (size.saturating_sub(once) / each.max(1)).min(self.most).max(1);
        let fill = "x".repeat(size.saturating_sub(once) / count - each.min(size.saturating_sub(once) / count));
        let mut text = String::with_capacity(size + size / 4);
        for (at, part) in self.parts.iter().enumerate() {
            if at % 2 == 0 {
                text.push_str(part);
                continue;
            }
            let has_names = part.contains('{');
            for number in 0..count {
                if has_names {
                    let part = part
                        .replace("{n}", &number.to_string())
                        .replace("{m}", &(number + 1).to_string())
                        .replace("{h}", &(number / 2).to_string())
                        .replace("{fill}", &fill);
                    text.push_str(&part);
                } else {
                    text.push_str(part);
                }
            }
        }
        text
    }
}

/// All of them.
pub(crate) fn catalogue() -> impl Iterator<Item = &'static Hostile> {
    [mermaid::TEXTS, markdown::TEXTS, json::TEXTS, cacao::TEXTS].into_iter().flatten()
}
