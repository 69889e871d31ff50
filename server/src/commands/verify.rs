//! `verify` and `rebuild`

use std::path::Path;
use std::process::ExitCode;

use domain::ids::ExecutionId;
use server::{Config, Instance, Purpose, check_bundle};

use super::output::{Progress, say};

/// What is said of an execution whose rows are of an older version.
const OLDER_ROWS: &str = "  (its rows were folded by an older version; they are folded anew at the next start)";

/// Checks everything, one execution, or a bundle. Fails when something is not as it was recorded.
pub(crate) async fn verify(config: &Config, what: Option<&str>) -> anyhow::Result<ExitCode> {
    let only: Option<ExecutionId> = match what {
        None => None,
        Some(what) => match what.parse() {
            Ok(id) => Some(id),
            Err(_) if Path::new(what).exists() => return verify_bundle(Path::new(what)),
            Err(_) => anyhow::bail!("{what} is neither the id of an execution nor the folder of a bundle"),
        },
    };
    let instance = Instance::open_for(Purpose::Look, config).await?;
    let progress = Progress::of("verifying executions");
    let verifications = instance.verify(only, &|done, total| progress.set(done, total)).await?;
    instance.close().await;
    if let (Some(id), true) = (only, verifications.is_empty()) {
        anyhow::bail!("there is no execution {id}");
    }
    let mut broken = 0;
    for verification in &verifications {
        let (id, events) = (verification.execution_id, verification.events);
        match &verification.result {
            Ok(head) => {
                let older = if verification.has_older_rows { OLDER_ROWS } else { "" };
                say(&format!("{id}  {events} events  whole  {head}{older}"));
            }
            Err(finding) => {
                broken += 1;
                say(&format!("{id}  {events} events  BROKEN: {finding}"));
            }
        }
    }
    say(&format!("{} executions verified, {broken} broken", verifications.len()));
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify_bundle(folder: &Path) -> anyhow::Result<ExitCode> {
    match check_bundle(folder) {
        Ok(bundle) => {
            let (id, events, evidence) = (bundle.execution_id, bundle.events, bundle.evidence);
            say(&format!("{id}  {events} events  {evidence} files  whole  {}", bundle.head_hash));
            Ok(ExitCode::SUCCESS)
        }
        Err(finding) => {
            say(&format!("{}  BROKEN: {finding}", folder.display()));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Folds every log again.
pub(crate) async fn rebuild(config: &Config) -> anyhow::Result<()> {
    let instance = Instance::open_existing(config).await?;
    let executions = instance.rebuild().await?;
    instance.close().await;
    say(&format!("{executions} executions rebuilt"));
    Ok(())
}
