//! `routes`

use super::output::say;

/// Lists every address with its methods and what it is for.
pub(crate) fn routes() {
    let routes = server::routes();
    let width = |of: fn(&server::Route) -> usize| routes.iter().map(of).max().unwrap_or(0);
    let (methods, path) = (width(|route| route.methods.len()), width(|route| route.path.len()));
    for route in &routes {
        say(&format!("{:methods$}  {:path$}  {}", route.methods, route.path, route.summary));
    }
}
