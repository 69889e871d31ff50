//! Every address of the server, for those who want a list.

use std::time::Duration;

use leptos::server_fn;
use utoipa::openapi::path::{Operation, PathItem};

use crate::Route;

/// Every address: the API as it describes itself, then what serves the pages.
pub(crate) fn all() -> Vec<Route> {
    let described = super::described(0, Duration::ZERO).description;
    let mut routes: Vec<Route> = described.paths.paths.iter().flat_map(|(path, item)| operations(path, item)).collect();
    routes.extend([
        route("GET", "/api/openapi.json", "This API as OpenAPI 3.1"),
        route("GET", "/api/docs/", "This API to browse"),
    ]);
    for page in super::pages::PAGES.iter() {
        let methods: Vec<String> = page.methods().map(|method| format!("{method:?}").to_uppercase()).collect();
        routes.push(route(&methods.join(" "), page.path(), "A page"));
    }
    let mut read: Vec<_> = server_fn::axum::server_fn_paths().collect();
    read.sort_by_key(|(path, _)| *path);
    routes.extend(read.into_iter().map(|(path, method)| route(method.as_str(), path, "What a page reads")));
    let package = format!("/{}/{{file}}", super::assets::leptos_options().site_pkg_dir);
    routes.extend([
        route("GET", &package, "Style sheet, script and WASM of the pages"),
        route("GET", "/favicon.svg", "The icon of the pages"),
    ]);
    routes
}

fn operations(path: &str, item: &PathItem) -> Vec<Route> {
    let all: [(&str, &Option<Operation>); 5] = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| {
            let summary = operation.as_ref()?.summary.as_deref().unwrap_or_default();
            Some(route(method, path, summary))
        })
        .collect()
}

fn route(method: &str, path: &str, summary: &str) -> Route {
    Route { methods: method.to_owned(), path: path.to_owned(), summary: summary.to_owned() }
}
