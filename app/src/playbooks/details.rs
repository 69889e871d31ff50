//! What stands around the flowchart of a playbook, as markup: facts, links, remarks, versions, past executions, source.

use domain::api::{PlaybookDetail, Problem, VersionSummary};
use domain::graph::{Code, NodeKind};
use domain::ids::{NodeId, PlaybookId};
use domain::legible::legible;
use domain::prose::Kind;
use domain::source::ImportIssue;
use domain::words::{counted, utc};
use leptos::prelude::*;

use super::differences::differences;
use super::past::History;
use super::view::PageData;
use crate::backend::{Backend, nothing_here};
use crate::ui::figures::icon;
use crate::ui::prose::prose;

/// Names and words of the formats in which a playbook is given out.
const EXPORTS: [(&str, &str, &str); 6] = [
    ("CACAO", "cacao", "OASIS CACAO 2.0, for other security tools"),
    ("Markdown", "markdown", "to read and to edit"),
    ("Mermaid", "mermaid", "a flowchart that wikis draw"),
    ("JSON", "json", "all of it, for another Playbook Forge"),
    ("SVG", "svg", "the flowchart as a drawing"),
    ("PNG", "png", "the flowchart as a picture"),
];

/// A version of a playbook, its past, and what differs from another version or the one before.
pub(super) async fn load(
    backend: &dyn Backend,
    id: PlaybookId,
    version: Option<u32>,
    from: Option<u32>,
    is_past_open: bool,
) -> Result<PageData, Problem> {
    let playbook = backend.playbook(id, version).await?;
    let versions = backend.versions(id).await?;
    let shown = playbook.shown.version;
    let before = versions.iter().map(|version| version.version).find(|&number| number < shown);
    let diff = match from.or(before).filter(|&from| from != shown) {
        Some(from) => Some((from, backend.diff(id, from, shown).await?)),
        None => None,
    };
    let is_asked = version.is_some() || from.is_some();
    let History { lines, table } = History::of(&backend.playbook_history(id).await?, &playbook.graph);
    let changed = diff.map(|(from, diff)| differences(from, shown, &diff));
    let aside = view! {
        {remarks(&playbook.issues)}
        {history(&playbook, &versions, changed, is_asked)}
        {(!table.is_empty()).then(|| view! {
            <details class="past" open=is_past_open><summary>"Past executions"</summary><div inner_html=table></div></details>
        })}
        <h2>"Source"</h2>
        <pre class="source-text" dir="auto" tabindex="0"><code>{playbook.source.clone()}</code></pre>
    };
    let mut graph = playbook.graph.clone();
    for node in &mut graph.nodes {
        node.label = legible(&node.label).into_owned();
        // The flowchart shows neither.
        node.description.clear();
        node.code.clear();
    }
    Ok(PageData {
        id,
        title: legible(&playbook.shown.title).into_owned(),
        facts: facts(&playbook).to_html(),
        links: links(&playbook).to_html(),
        aside: aside.to_html(),
        history: lines,
        graph,
        placement: playbook.placement,
    })
}

/// What a node says in full: its text and its commands.
///
/// # Errors
/// There is no such node in that version, or no such version.
pub(super) async fn node(
    backend: &dyn Backend,
    id: PlaybookId,
    version: Option<u32>,
    node: &NodeId,
) -> Result<String, Problem> {
    let playbook = backend.playbook(id, version).await?;
    let node = playbook.graph.node(node).ok_or_else(|| nothing_here("step"))?;
    let phase = node.phase.as_ref().and_then(|phase| playbook.graph.node(phase));
    let place = phase.map(|phase| format!(" · {}", legible(&phase.label))).unwrap_or_default();
    let branches = playbook.graph.branches(&node.id);
    let code = |code: &Code| {
        view! {
            <figure class="code">
                <figcaption>{code.language.clone()}</figcaption>
                <pre tabindex="0"><code>{code.text.clone()}</code></pre>
            </figure>
        }
    };
    let is_silent = node.description.is_empty() && node.code.is_empty();
    let view = view! {
        <p class="panel-kind">{icon(node.kind.as_str())} <span dir="auto">{format!("{}{place}", node.kind.label())}</span></p>
        <h2 dir="auto">{legible(&node.label).into_owned()}</h2>
        {(!branches.is_empty() && node.kind == NodeKind::Decision).then(|| view! { <p class="hint" dir="auto">{format!("Branches: {}", branches.join(", "))}</p> })}
        {(!node.description.is_empty()).then(|| prose(&node.description, Kind::Instructions))}
        {node.code.iter().map(code).collect_view()}
        {is_silent.then(|| view! { <p class="hint">"No further instructions."</p> })}
    };
    Ok(view.to_html())
}

fn facts(playbook: &PlaybookDetail) -> impl IntoView + use<> {
    let PlaybookDetail { summary, shown, .. } = playbook;
    let facts = [
        format!("version {}", shown.version),
        counted(shown.step_count.into(), "step"),
        counted(shown.decision_count.into(), "decision"),
        format!("from {}", shown.format.name()),
    ];
    let is_old = (shown.version != summary.version).then(|| {
        view! {
            <strong class="old-version">
                {format!("Executions start from version {}: ", summary.version)}
                <a href=format!("/playbooks/{}", summary.id)>"show that"</a>
            </strong>
        }
    });
    view! { <span>{facts.join(" · ")}</span> {is_old} }
}

fn links(playbook: &PlaybookDetail) -> impl IntoView + use<> {
    let (id, shown) = (playbook.summary.id, playbook.shown.version);
    let is_newest = shown == playbook.summary.version;
    let of_version = if is_newest { String::new() } else { format!("?version={shown}") };
    let export = |(name, format, what): (&'static str, &str, &'static str)| {
        let href = format!("/api/playbooks/{id}/export?format={format}&version={shown}");
        view! { <li><a href=href download="" rel="external"><strong>{name}</strong> " " <span class="hint">{what}</span></a></li> }
    };
    view! {
        <details class="menu exports">
            <summary class="button">{icon("down")} "Export"</summary>
            <div class="menu-body"><ul>{EXPORTS.map(export).collect_view()}</ul></div>
        </details>
        <a class="button" href=format!("/playbooks/{id}/edit{of_version}")>
            {icon("pencil")} {if is_newest { "Edit" } else { "Edit from this version" }}
        </a>
    }
}

/// What the importer had to say, by line.
pub(super) fn remarks(issues: &[ImportIssue]) -> Option<impl IntoView + use<>> {
    let remark = |issue: &ImportIssue| {
        let line = issue.line.map(|line| format!("line {line}: "));
        view! {
            <li data-severity=issue.severity.as_str()>
                <span class="issue-line">{line}</span><span dir="auto">{issue.message.clone()}</span>
            </li>
        }
    };
    (!issues.is_empty()).then(|| {
        view! {
            <details class="issues" open=issues.len() <= 8>
                <summary>{counted(issues.len() as u64, "remark")} " on the text"</summary>
                <ul>{issues.iter().map(remark).collect_view()}</ul>
            </details>
        }
    })
}

/// Every version, two to be compared, and what differs.
fn history(
    playbook: &PlaybookDetail,
    versions: &[VersionSummary],
    changed: Option<impl IntoView>,
    is_open: bool,
) -> impl IntoView {
    let (id, shown) = (playbook.summary.id, playbook.shown.version);
    let version = |version: &VersionSummary| {
        let VersionSummary { version: number, created_at, author, summary, .. } = version;
        let current = (*number == shown).then_some("true");
        view! {
            <li>
                <a href=format!("/playbooks/{id}?version={number}") aria-current=current>{format!("Version {number}")}</a>
                " " <time datetime=created_at.to_string() class="hint">{format!("{} UTC", utc(*created_at))}</time>
                " by " <bdi>{author.to_string()}</bdi>
                {(!summary.is_empty()).then(|| view! { <p dir="auto">{summary.clone()}</p> })}
            </li>
        }
    };
    let numbers: Vec<u32> = versions.iter().map(|version| version.version).collect();
    let compare = (numbers.len() > 1).then(|| {
        let before = numbers.iter().copied().find(|&number| number < shown);
        let select = |name: &'static str, label: &'static str, chosen: Option<u32>| {
            let option = |&number: &u32| {
                view! { <option value=number.to_string() selected=Some(number) == chosen>{number.to_string()}</option> }
            };
            view! { <select name=name aria-label=label>{numbers.iter().map(option).collect_view()}</select> }
        };
        view! {
            <form class="compare" method="get" action=format!("/playbooks/{id}")>
                <span>"Compare"</span>
                {select("from", "The version to compare with", before.or(numbers.first().copied()))}
                <span>"with"</span>
                {select("version", "The version that is shown", Some(shown))}
                <button type="submit" class="button small">"Compare"</button>
            </form>
        }
    });
    view! {
        <details class="versions" open=is_open>
            <summary>{counted(versions.len() as u64, "version")}</summary>
            <ol class="version-list">{versions.iter().map(version).collect_view()}</ol>
            {compare}
            {changed}
        </details>
    }
}
