//! The library: its list, importing into it, and one playbook.

mod history;
mod import;
mod list;
#[cfg(feature = "ssr")]
mod past;
mod start;
mod view;

pub(crate) use import::ImportPage;
pub(crate) use list::PlaybooksPage;
pub(crate) use view::PlaybookPage;
