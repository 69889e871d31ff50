//! The formats of playbooks against each other: what one exports the importer reads back, real files come in without
//! loss, and no text, however hostile, does harm.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod cacao_corpus;
mod corpus;
mod graphs;
mod hostile;
mod ids;
mod mermaid_robustness;
mod roundtrips;
mod seeds;
mod sound;
