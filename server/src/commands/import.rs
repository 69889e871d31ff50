//! `import`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use domain::api::PlaybookCreated;
use domain::legible::legible;
use domain::source::Part;
use server::{Config, Instance, Purpose};

use super::output::say;

/// Imports playbooks. One that cannot be imported is named and keeps none of the others out.
pub(crate) async fn import(config: &Config, files: &[PathBuf], from: Option<Part>) -> anyhow::Result<ExitCode> {
    let instance = Instance::open_for(Purpose::Maintain, config).await?;
    let mut failed = 0;
    for file in files {
        match import_one(&instance, file, from).await {
            Ok(playbook) => tell(file, &playbook),
            Err(reason) => {
                failed += 1;
                say(&format!("{}: NOT IMPORTED: {reason}", file.display()));
            }
        }
    }
    instance.close().await;
    say(&format!("{} playbooks imported, {failed} not", files.len() - failed));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn import_one(instance: &Instance, file: &Path, from: Option<Part>) -> anyhow::Result<PlaybookCreated> {
    let source = String::from_utf8(tokio::fs::read(file).await?).context("this is not a text in UTF-8")?;
    let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(instance.import(source, file_name, from).await?)
}

/// The playbook in one line, and what its author should know in the shape that editors jump from.
fn tell(file: &Path, playbook: &PlaybookCreated) {
    let (nodes, edges, format) = (playbook.node_count, playbook.edge_count, playbook.format.as_str());
    say(&format!(
        "{}: {} ({format}, {nodes} nodes, {edges} edges) {}",
        file.display(),
        legible(&playbook.title),
        playbook.id
    ));
    for issue in &playbook.issues {
        let line = issue.line.map(|line| format!("{line}:")).unwrap_or_default();
        say(&format!("{}:{line} {}: {}", file.display(), issue.severity.as_str(), issue.message));
    }
}
