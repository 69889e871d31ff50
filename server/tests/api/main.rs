//! The API as its users see it: one server per test, over a database of its own, spoken to over HTTP.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod archive;
mod conformance;
mod decisions;
mod demo;
mod durability;
mod evidence;
mod executions;
mod harness;
mod idempotency;
mod library;
mod live;
mod metrics;
mod names;
mod odd_bytes;
mod openapi;
mod pages;
mod playbooks;
mod refold;
mod reports;
mod security;
mod serving;
mod sockets;
mod steps;
mod tampering;
mod timeline;
mod times;
mod upgrades;
