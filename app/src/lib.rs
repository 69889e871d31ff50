//! The web application: pages rendered on the server and taken over by the browser.
//!
//! Cut by feature: [`dashboard`], [`playbooks`], [`executions`], [`execution`] and [`report`] hold pages; they import [`ui`] and [`live`], and
//! never each other. Whatever can be decided is decided in `domain`; components stay thin.

// The type of a page is as deep as the page.
#![recursion_limit = "512"]

pub mod backend;
mod dashboard;
mod execution;
mod executions;
mod live;
mod playbooks;
mod report;
mod ui;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{A, FlatRoutes, Route, Router};
use leptos_router::{OptionalParamSegment, ParamSegment, SsrMode, StaticSegment};

use dashboard::DashboardPage;
use execution::ExecutionPage;
use executions::ExecutionsPage;
use live::{WaitingNotice, provide_live};
use playbooks::{EditorPage, ImportPage, PlaybookPage, PlaybooksPage};
use report::ReportPage;
use ui::analyst::{AnalystMenu, provide_analyst};
use ui::icon::{Icon, IconSprite};
use ui::theme::{ThemeSwitch, provide_theme};
use ui::time::provide_clock;
use ui::toast::{Toasts, provide_toasts};

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=ui::theme::requested()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content="Run incident response playbooks with your team, live." />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <HashedStylesheet options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_theme();
    provide_analyst();
    provide_toasts();
    provide_clock();
    provide_live();
    // Tells tests and scripts that the page answers: before this, it can only be read.
    Effect::new(|| {
        if let Some(root) = document().document_element() {
            // Writing an attribute of one's own document does not fail.
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <Title formatter=title_of />
        <IconSprite />
        <Router>
            <FollowHashAddress />
            <a class="skip-link" href="#main">"Skip to content"</a>
            <header class="topbar">
                <A href="/" exact=true attr:class="brand">
                    <Icon name="forge" />
                    "Playbook Forge"
                </A>
                <nav aria-label="Main">
                    <A href="/" exact=true>"Dashboard"</A>
                    <A href="/executions">"Executions"</A>
                    <A href="/playbooks">"Playbooks"</A>
                </nav>
                <span class="spacer"></span>
                <WaitingNotice />
                <AnalystMenu />
                <ThemeSwitch />
            </header>
            <FlatRoutes fallback=NotFound>
                <Route path=StaticSegment("") view=DashboardPage ssr=SsrMode::Async />
                <Route path=StaticSegment("executions") view=ExecutionsPage ssr=SsrMode::Async />
                // `/execute/{id}` and `/execute/{id}/step/{node}` are one route, so that choosing a step makes no new page.
                <Route
                    path=(
                        StaticSegment("execute"),
                        ParamSegment("id"),
                        OptionalParamSegment("step"),
                        OptionalParamSegment("node"),
                    )
                    view=ExecutionPage
                    ssr=SsrMode::Async
                />
                <Route
                    path=(StaticSegment("executions"), ParamSegment("id"), StaticSegment("report"))
                    view=ReportPage
                    ssr=SsrMode::Async
                />
                <Route path=StaticSegment("playbooks") view=PlaybooksPage ssr=SsrMode::Async />
                <Route path=(StaticSegment("playbooks"), StaticSegment("new")) view=ImportPage ssr=SsrMode::Async />
                <Route path=(StaticSegment("playbooks"), ParamSegment("id")) view=PlaybookPage ssr=SsrMode::Async />
                <Route
                    path=(StaticSegment("playbooks"), ParamSegment("id"), StaticSegment("edit"))
                    view=EditorPage
                    ssr=SsrMode::Async
                />
            </FlatRoutes>
        </Router>
        <Toasts />
    }
}

/// The title of the document, from that of a page.
fn title_of(page: String) -> String {
    // leptos writes a title into the document as it is.
    #[cfg(feature = "ssr")]
    let page = page.replace('&', "&amp;").replace('<', "&lt;");
    if page.is_empty() { "Playbook Forge".to_owned() } else { format!("{page} · Playbook Forge") }
}

/// The addresses `#/executions` and `#/execute/{id}` lead to the pages of the same name.
#[component]
fn FollowHashAddress() -> impl IntoView {
    let navigate = leptos_router::hooks::use_navigate();
    Effect::new(move || {
        let hash = window().location().hash().unwrap_or_default();
        if let Some(path) = hash.strip_prefix('#').filter(|path| path.starts_with('/')) {
            navigate(path, leptos_router::NavigateOptions { replace: true, ..Default::default() });
        }
    });
}

#[component]
pub(crate) fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Page not found" />
        <main id="main" class="page">
            <section class="empty">
                <Icon name="search" />
                <h1>"Page not found"</h1>
                <p>"It may have been mistyped, or cut when it was copied."</p>
                <p class="row">
                    <A href="/executions" attr:class="button">"All executions"</A>
                    <A href="/playbooks" attr:class="button">"All playbooks"</A>
                </p>
            </section>
        </main>
    }
}
