//! What this browser keeps through reloads and closed tabs: drafts, changes that wait for the server, what was seen.
//!
//! Values are kept one by one under names of their own, so that two tabs never overwrite each other's. Everything begins
//! with `forge.`, then says what it is.

use domain::session::Stored;
use uuid::Uuid;

/// What is kept under a name.
#[cfg(feature = "hydrate")]
pub(crate) fn get(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a value, if there is room for it.
#[cfg(feature = "hydrate")]
pub(crate) fn set(name: &str, value: &str) -> Stored {
    match storage().map(|storage| storage.set_item(name, value)) {
        None => Stored::Unavailable,
        Some(Err(_)) => Stored::Full,
        Some(Ok(())) => Stored::Kept,
    }
}

/// Lets go of a value.
#[cfg(feature = "hydrate")]
pub(crate) fn remove(name: &str) {
    if let Some(storage) = storage() {
        // Without a storage there is nothing to remove.
        let _ = storage.remove_item(name);
    }
}

/// Every name that begins so.
#[cfg(feature = "hydrate")]
pub(crate) fn names(beginning: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    (0..storage.length().unwrap_or_default())
        .filter_map(|at| storage.key(at).ok()?)
        .filter(|name| name.starts_with(beginning))
        .collect()
}

/// Everything whose name begins so, with its name.
pub(crate) fn all(beginning: &str) -> Vec<(String, String)> {
    names(beginning).into_iter().filter_map(|name| Some((name.clone(), get(&name)?))).collect()
}

/// What this tab is called while it lives.
#[cfg(feature = "hydrate")]
const TAB: &str = "forge.tab";

/// This tab's name: that of before it was loaded again, or a new one. A copy of a tab, which comes with a copy of what it
/// keeps, must not have the same: so it lies there only while no page is.
#[cfg(feature = "hydrate")]
pub(crate) fn tab() -> Uuid {
    let storage = leptos::prelude::window().session_storage().ok().flatten();
    let kept = storage.as_ref().and_then(|storage| storage.get_item(TAB).ok()?);
    if let Some(storage) = storage {
        // What cannot be removed was never there.
        let _ = storage.remove_item(TAB);
    }
    kept.and_then(|name| name.parse().ok()).unwrap_or_else(Uuid::new_v4)
}

/// Keeps this tab's name for the page that comes next.
#[cfg(feature = "hydrate")]
pub(crate) fn keep_tab(name: Uuid) {
    if let Ok(Some(storage)) = leptos::prelude::window().session_storage() {
        // A tab without a storage gets another name.
        let _ = storage.set_item(TAB, &name.to_string());
    }
}

/// Only the browser has tabs.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn tab() -> Uuid {
    Uuid::nil()
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok()?
}

/// Only the browser keeps anything.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn get(_: &str) -> Option<String> {
    None
}

/// Only the browser keeps anything.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn set(_: &str, _: &str) -> Stored {
    Stored::Unavailable
}

/// Only the browser keeps anything.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn remove(_: &str) {}

/// Only the browser keeps anything.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn names(_: &str) -> Vec<String> {
    Vec::new()
}
