//! The formats of playbooks against each other: what one exports the importer reads back, real files come in without
//! loss, and no text, however hostile, does harm.

mod cacao_corpus;
mod corpus;
mod graphs;
mod hostile;
mod ids;
mod roundtrips;
