//! The session of a tab: what it keeps, sends and tells, whatever proxies and storages do.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod answers;
#[path = "../common/mod.rs"]
mod common;
mod storage;
mod tab;

use std::collections::BTreeMap;

pub(crate) use tab::{Tab, html, note, refusal};

/// The texts that a browser keeps, by name.
pub(crate) type Storage = BTreeMap<String, String>;
