//! `backup`, `restore` and `export`

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use domain::ids::ExecutionId;
use server::{Config, Instance, Purpose, Restored};

use super::output::{Progress, say};

/// Writes everything into one file. Fails when evidence is damaged, which is said after the rest was backed up.
pub(crate) async fn back_up(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let instance = Instance::open_for(Purpose::Look, config).await?;
    let progress = Progress::of("backing up evidence");
    let done = instance.back_up(file, &|done, total| progress.set(done, total)).await;
    instance.close().await;
    let done = done.context("nothing was backed up")?;
    say(&format!("{}: the database and {} files of evidence, {} bytes", file.display(), done.evidence, done.bytes));
    Ok(tell_damages(&done.damaged))
}

/// Names what is damaged, and fails when something is.
fn tell_damages(damaged: &[String]) -> ExitCode {
    for what in damaged {
        say(&format!("DAMAGED: {what}"));
    }
    if damaged.is_empty() {
        return ExitCode::SUCCESS;
    }
    say(&format!("{} damaged, everything else is whole", damaged.len()));
    ExitCode::FAILURE
}

/// Restores a backup, or the execution of a bundle. Fails when something of a backup is damaged, after the rest was restored.
pub(crate) async fn restore(config: &Config, archive: &Path) -> anyhow::Result<ExitCode> {
    let progress = Progress::of("restoring");
    let restored = server::restore(config, archive, &|done, total| progress.set(done, total)).await;
    match restored.context("nothing was restored")? {
        Restored::Backup(done) => {
            let folder = config.data_dir.display();
            say(&format!("{folder}: the database and {} files of evidence, all verified", done.evidence));
            Ok(tell_damages(&done.damaged))
        }
        Restored::Bundle(id, head) => {
            say(&format!("{id}  restored  {head}"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Writes one execution into a folder.
pub(crate) async fn export(config: &Config, id: ExecutionId, folder: &Path) -> anyhow::Result<()> {
    let instance = Instance::open_for(Purpose::Look, config).await?;
    let progress = Progress::of("exporting evidence");
    let head = instance.export(id, folder, &|done, total| progress.set(done, total)).await;
    instance.close().await;
    say(&format!("{id}  exported to {}  {}", folder.display(), head?));
    Ok(())
}
