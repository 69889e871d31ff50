//! What the chosen step says in full: its text and its commands.

use domain::api::Instructions;
use domain::graph::Code;
use leptos::prelude::*;

use crate::ui::copy::CopyButton;

#[component]
pub(super) fn InstructionsView(instructions: Instructions) -> impl IntoView {
    let Instructions { html, code, .. } = instructions;
    view! {
        <section class="panel-section instructions" aria-label="Instructions">
            {(!html.is_empty()).then(|| view! { <div class="prose" dir="auto" inner_html=html></div> })}
            {code.into_iter().map(|code| view! { <CodeBlock code /> }).collect_view()}
        </section>
    }
}

#[component]
fn CodeBlock(code: Code) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>
                <span>{code.language.unwrap_or_default()}</span>
                <CopyButton text=code.text.clone() what="this code" />
            </figcaption>
            <pre tabindex="0"><code>{code.text}</code></pre>
        </figure>
    }
}
