//! Ids that stay the same when the same text is imported again.
//!
//! An id is the kind and a short hash of (nearest heading, kind, normalised label), with `~2`, `~3` … for doubles; an
//! id that the author wrote wins.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::canonical;
use crate::graph::NodeKind;
use crate::ids::{MAX_NAME_CHARS, NodeId};
use crate::text::{is_blank, one_line, shortened};

/// Hands out ids, each only once.
#[derive(Debug, Default)]
pub(super) struct NodeIds {
    used: HashSet<String>,
    /// How often each id was asked for again.
    doubles: HashMap<String, usize>,
}

impl NodeIds {
    /// An id derived from where the node stands and what it says.
    pub(super) fn derive(&mut self, heading: &str, kind: NodeKind, label: &str) -> NodeId {
        let mut hash = Sha256::new();
        for part in [&normalise(heading), kind.as_str(), &normalise(label)] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = canonical::hex(&hash.finalize()[..4]);
        self.unique(&format!("{}-{digest}", kind.as_str()))
    }

    /// An id that the author chose, made [`fit`] and unique; one of which nothing can be seen is another one.
    pub(super) fn explicit(&mut self, id: &str) -> NodeId {
        let fit = fit(id);
        self.unique(if is_blank(fit.as_str()) { "node" } else { fit.as_str() })
    }

    fn unique(&mut self, id: &str) -> NodeId {
        let mut candidate = id.to_owned();
        while !self.used.insert(candidate.clone()) {
            let double = self.doubles.entry(id.to_owned()).or_insert(1);
            *double += 1;
            candidate = format!("{id}~{double}");
        }
        NodeId(candidate)
    }
}

/// An id from a format that allows any text as one: on one line, without control characters, of at most
/// [`MAX_NAME_CHARS`] characters.
pub(super) fn fit(id: &str) -> NodeId {
    NodeId(shortened(&one_line(id), MAX_NAME_CHARS))
}

/// What is left of a label when form is taken away: NFKC, lower case, letters and digits, without leading numbering
/// (`2.`, `2.1`, `Step 3:`), so that inserting a step leaves the ids of the others alone.
pub(super) fn normalise(text: &str) -> String {
    let folded = text.nfkc().flat_map(char::to_lowercase).collect::<String>();
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &&&str| word.chars().all(|c| c.is_ascii_digit());
    let numbered = ["step", "phase", "part", "stage", "task", "schritt", "teil"];
    let noun = usize::from(words.first().is_some_and(|word| numbered.contains(word)));
    let digits = words[noun..].iter().take_while(is_number).count();
    match noun + digits {
        _ if digits == 0 => words.join(" "),
        all if all == words.len() => words.join(" "),
        form => words[form..].join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(heading: &str, label: &str) -> String {
        NodeIds::default().derive(heading, NodeKind::Step, label).0
    }

    #[test]
    fn form_does_not_change_an_id() {
        let plain = id("Contain", "Isolate the host");
        for label in
            ["**Isolate** the host", "3. Isolate the host", "Step 2.1: isolate the HOST", "[ ] Isolate  the host"]
        {
            assert_eq!(id("2. Contain", label), plain, "{label}");
        }
        assert_eq!(id("Contain", "ﬁle"), id("Contain", "file"));
    }

    #[test]
    fn heading_kind_and_words_change_an_id() {
        let plain = id("Contain", "Isolate the host");
        assert_ne!(id("Recover", "Isolate the host"), plain);
        assert_ne!(id("Contain", "Isolate a host"), plain);
        assert_ne!(NodeIds::default().derive("Contain", NodeKind::Decision, "Isolate the host").0, plain);
        assert_ne!(id("", "7"), id("", "8"), "a label of nothing but numbers is its numbers");
        assert_ne!(id("", "Step 7"), id("", "Step 8"));
    }

    #[test]
    fn an_id_from_elsewhere_is_made_fit() {
        assert_eq!(fit(" a\u{0}b\n").0, "a b");
        assert_eq!(fit(&"ü".repeat(1_000)).0.chars().count(), MAX_NAME_CHARS);
    }

    #[test]
    fn doubles_are_numbered_and_a_chosen_id_is_taken_as_it_is() {
        let mut ids = NodeIds::default();
        let first = ids.derive("", NodeKind::Step, "Call");
        assert_eq!(ids.derive("", NodeKind::Step, "Call").0, format!("{first}~2"));
        assert_eq!(ids.explicit("call-soc").0, "call-soc");
        assert_eq!(ids.explicit("call-soc").0, "call-soc~2");
    }
}
