//! The library: its list, importing into it, writing playbooks, and one playbook with its versions.
//!
//! Lists, versions and differences are markup that the server writes; the browser has code only for what it does itself.

#[cfg(feature = "ssr")]
mod cards;
#[cfg(feature = "ssr")]
mod details;
#[cfg(feature = "ssr")]
mod differences;
mod editor;
mod import;
mod list;
#[cfg(feature = "ssr")]
mod past;
mod start;
#[cfg(feature = "ssr")]
mod templates;
mod view;

pub(crate) use editor::EditorPage;
pub(crate) use import::ImportPage;
pub(crate) use list::PlaybooksPage;
pub(crate) use view::PlaybookPage;
