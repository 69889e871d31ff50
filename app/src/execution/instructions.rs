//! What the chosen step says in full: its text and its commands.

use domain::api::Instructions;
use domain::graph::Code;
use domain::prose::Kind;
use leptos::prelude::*;

use crate::ui::copy::CopyButton;
use crate::ui::portion::{Portion, ShowMore};
use crate::ui::prose::prose;

#[component]
pub(super) fn InstructionsView(instructions: Instructions) -> impl IntoView {
    let Instructions { text, code, .. } = instructions;
    let portion = Portion::new();
    let count = code.len();
    let code = StoredValue::new(code);
    let shown =
        move || code.with_value(|code| code[..portion.of(code.len())].iter().cloned().enumerate().collect::<Vec<_>>());
    view! {
        <section class="panel-section instructions" aria-label="Instructions">
            {(!text.is_empty()).then(|| prose(&text, Kind::Instructions))}
            <For each=shown key=|(at, _)| *at let((_, code))><CodeBlock code /></For>
            <ShowMore portion total=count things="further commands" />
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
