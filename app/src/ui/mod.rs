//! Parts that every page is made of.

pub(crate) mod analyst;
pub(crate) mod canvas;
pub(crate) mod cookie;
pub(crate) mod copy;
pub(crate) mod dialog;
pub(crate) mod error;
#[cfg(feature = "ssr")]
pub(crate) mod figures;
pub(crate) mod focus;
pub(crate) mod icon;
pub(crate) mod menu;
pub(crate) mod poll;
pub(crate) mod portion;
pub(crate) mod progress;
pub(crate) mod prose;
pub(crate) mod request;
pub(crate) mod rest;
pub(crate) mod status;
pub(crate) mod storage;
pub(crate) mod theme;
pub(crate) mod time;
pub(crate) mod toast;
