//! What the chosen step says in full: its text and its commands.

use domain::api::Instructions;
use domain::graph::Code;
use domain::prose::Kind;
use leptos::prelude::*;

use crate::ui::copy::CopyButton;
use crate::ui::prose::prose;

#[component]
pub(super) fn InstructionsView(instructions: Instructions) -> impl IntoView {
    let Instructions { text, code, .. } = instructions;
    view! {
        <section class="panel-section instructions" aria-label="Instructions">
            {(!text.is_empty()).then(|| prose(&text, Kind::Instructions))}
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
