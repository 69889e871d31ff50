//! What the program does besides serving: one file per kind of command.

mod archive;
mod figures;
mod import;
mod output;
mod routes;
mod serve;
mod verify;

pub(crate) use archive::{back_up, export, restore};
pub(crate) use figures::figures;
pub(crate) use import::import;
pub(crate) use routes::routes;
pub(crate) use serve::serve;
pub(crate) use verify::{rebuild, verify};
