//! `figures`: how well a folder of playbooks is read. It needs no database.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use domain::figures::{Exact, Figures, FileFigures, FormatFigures, Refused, goldens};
use domain::import::import;
use domain::layout::layout;

use super::output::{Progress, say};

/// What playbooks are called.
const EXTENSIONS: [&str; 7] = ["md", "mdx", "markdown", "mmd", "mermaid", "json", "txt"];

/// How Mermaid.js reads the flowcharts of a collection; its paths begin in the folder above.
const GOLDENS: &str = "GOLDENS.json";

/// Reads every playbook below a folder, and prints the figures as a table or as JSON. Fails when a file could not be imported.
pub(crate) fn figures(folder: &Path, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut paths = Vec::new();
    collect(folder, &mut paths).with_context(|| format!("{} cannot be read", folder.display()))?;
    paths.sort();
    let (judges, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.into_iter().partition(|path| path.file_name().is_some_and(|name| name == GOLDENS));
    let progress = Progress::of("reading");
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    for (done, path) in paths.iter().enumerate() {
        progress.set(done as u64, paths.len() as u64);
        let name = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        match read(&name, path) {
            Ok(figures) => files.push(figures),
            Err(reason) => refused.push(Refused { name, reason: reason.to_string() }),
        }
    }
    progress.set(paths.len() as u64, paths.len() as u64);
    let exact = judges.first().map(|judge| exact(judge)).transpose()?;
    let figures = Figures::of(&files, refused, exact);
    say(&if as_json { serde_json::to_string_pretty(&figures)? } else { table(&figures) });
    Ok(if figures.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if EXTENSIONS.contains(&extension.to_lowercase().as_str()) {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(name: &str, path: &Path) -> anyhow::Result<FileFigures> {
    let source = String::from_utf8(std::fs::read(path)?).context("this is not a text in UTF-8")?;
    let begun = Instant::now();
    let imported = import(&source, None)?;
    let placement = layout(&imported.graph);
    let milliseconds = begun.elapsed().as_secs_f64() * 1_000.0;
    Ok(FileFigures::of(name, &source, &imported, &placement, milliseconds))
}

/// How many of the flowcharts that a file tells of are read as it says.
fn exact(judge: &Path) -> anyhow::Result<Exact> {
    let goldens = goldens(&std::fs::read_to_string(judge)?).with_context(|| format!("{}", judge.display()))?;
    let above = judge.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let mut exact = Exact::default();
    for golden in goldens.iter().filter(|golden| golden.ok) {
        let source = std::fs::read_to_string(above.join(&golden.path)).with_context(|| golden.path.clone())?;
        exact.of += 1;
        exact.charts += usize::from(golden.differences(&source).is_empty());
    }
    Ok(exact)
}

/// A row for each figure, a column for each format; then what is not perfect.
fn table(figures: &Figures) -> String {
    let mut text = String::new();
    let mut row = |name: &str, cell: &dyn Fn(&FormatFigures) -> String| {
        let cells: String = figures.formats.iter().map(|format| format!("{:>14}", cell(format))).collect();
        // Writing to a String does not fail.
        let _ = writeln!(text, "{name:<44}{cells}");
    };
    let percent = |figure: Option<f64>| figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.2} %"));
    row("", &|format| format.format.name().to_owned());
    row("files imported", &|format| format.imported.to_string());
    row("files with no lost text", &|format| format.whole.to_string());
    row("letters lost", &|format| percent(format.lost_percent));
    row("decisions", &|format| format.decisions.to_string());
    row("… with two or more labelled ways out", &|format| format.decided.to_string());
    row("files in which everything can be reached", &|format| format.reachable.to_string());
    row("equal after import and export", &|format| format.given_back.map_or_else(|| "–".to_owned(), |n| n.to_string()));
    for edit in &domain::figures::EDITS {
        row(&format!("ids kept: {}", edit.name), &|format| percent(format.kept_percent.get(edit.name).copied()));
    }
    row("steps, decisions and commands per file", &|format| format!("{:.1}", format.actionable_mean));
    row("overlapping nodes", &|format| format.overlaps.to_string());
    row("import and layout, p50", &|format| format!("{:.1} ms", format.p50_milliseconds));
    row("import and layout, p95", &|format| format!("{:.1} ms", format.p95_milliseconds));
    if let Some(Exact { charts, of }) = figures.exact {
        let _ = writeln!(text, "{:<44}{charts:>14} of {of}", "flowcharts read as Mermaid.js reads them");
    }
    for (title, list) in [("Not imported", &figures.refused), ("Not perfect", &figures.flawed)] {
        if !list.is_empty() {
            let _ = writeln!(text, "\n{title}:");
        }
        for Refused { name, reason } in list {
            let _ = writeln!(text, "  {name}: {reason}");
        }
    }
    text.trim_end().to_owned()
}
