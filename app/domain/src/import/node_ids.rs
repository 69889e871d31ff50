//! Ids that stay the same when the same text is imported again.
//!
//! An id is the kind and a short hash of (nearest heading, kind, normalised label), with `~2`, `~3` … for doubles; an
//! id that the author wrote wins.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::canonical;
use crate::graph::NodeKind;
use crate::ids::NodeId;

/// Hands out ids, each only once.
#[derive(Debug, Default)]
pub(super) struct NodeIds {
    used: HashSet<String>,
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
        self.unique(format!("{}-{digest}", kind.as_str()))
    }

    /// An id that the author chose, made unique.
    pub(super) fn explicit(&mut self, id: &str) -> NodeId {
        self.unique(id.to_owned())
    }

    fn unique(&mut self, id: String) -> NodeId {
        let mut candidate = id.clone();
        let mut double = 1;
        while !self.used.insert(candidate.clone()) {
            double += 1;
            candidate = format!("{id}~{double}");
        }
        NodeId(candidate)
    }
}

/// What is left of a label when form is taken away: NFKC, lower case, letters and digits, without leading numbering.
fn normalise(text: &str) -> String {
    let folded = text.nfkc().flat_map(char::to_lowercase).collect::<String>();
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let start = words.iter().position(|word| !word.chars().all(|c| c.is_ascii_digit())).unwrap_or(0);
    words[start..].join(" ")
}
