//! What this browser keeps through reloads and closed tabs: drafts, changes that wait for the server, what was seen.
//!
//! Values are kept one by one under names of their own, so that two tabs never overwrite each other's. Everything begins
//! with `forge.`, then says what it is.

/// What is kept under a name.
#[cfg(feature = "hydrate")]
pub(crate) fn get(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a value. False when the browser does not keep anything: its storage is full or switched off.
#[cfg(feature = "hydrate")]
pub(crate) fn set(name: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(name, value).is_ok())
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
pub(crate) fn set(_: &str, _: &str) -> bool {
    false
}

/// Only the browser keeps anything.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn remove(_: &str) {}

/// Only the browser keeps anything.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn names(_: &str) -> Vec<String> {
    Vec::new()
}
