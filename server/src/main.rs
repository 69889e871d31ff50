//! `playbook-forge`: the server and its maintenance commands.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::ids::ExecutionId;
use server::{Config, Instance, Origin};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Runs incident response playbooks with a team, live, and keeps the record.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Parser)]
struct Options {
    /// Address to listen on.
    #[arg(long, env = "FORGE_ADDR", default_value = "127.0.0.1:3000", global = true)]
    addr: SocketAddr,
    /// Folder of the database; made when it is not there.
    #[arg(long, env = "FORGE_DATA_DIR", default_value = "./data", global = true)]
    data_dir: PathBuf,
    /// Put the demo playbooks into an empty library.
    #[arg(long, env = "FORGE_DEMO", global = true, num_args = 0..=1, default_value_t = false, default_missing_value = "true", value_parser = clap::builder::BoolishValueParser::new())]
    demo: bool,
    /// Largest file that is taken as evidence, in MB (1,048,576 bytes each).
    #[arg(long, env = "FORGE_MAX_EVIDENCE_MB", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1_048_576), global = true)]
    max_evidence_mb: u64,
    /// A name of this server as browsers see it, such as https://forge.example.com behind a proxy; may be repeated.
    #[arg(
        long = "allowed-origin",
        env = "FORGE_ALLOWED_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ',',
        global = true
    )]
    allowed_origins: Vec<Origin>,
    /// What to log, as a tracing filter.
    #[arg(
        long,
        env = "FORGE_LOG",
        default_value = "info,tower_http=warn,sqlx=warn,sea_orm_migration=warn",
        global = true
    )]
    log: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server; this is what happens without a command.
    Serve,
    /// Check that the log of every execution is whole and unaltered, and that what is cached from it agrees.
    Verify {
        /// Only this execution.
        execution: Option<ExecutionId>,
    },
    /// Drop what is cached from the logs and fold them again. Stop the server first.
    Rebuild,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Cli { options, command } = Cli::parse();
    let filter = EnvFilter::try_new(&options.log).context("--log is no tracing filter")?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let serving = matches!(command, None | Some(Command::Serve));
    let config = Config {
        data_dir: options.data_dir,
        demo: options.demo && serving,
        max_evidence_mb: options.max_evidence_mb,
        addr: options.addr,
        allowed_origins: options.allowed_origins,
        ..Config::default()
    };
    let instance = Instance::open(&config)
        .await
        .with_context(|| format!("the data folder {} cannot be used", config.data_dir.display()))?;
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(instance, config.addr).await.map(|()| ExitCode::SUCCESS),
        Command::Verify { execution } => verify(&instance, execution).await,
        Command::Rebuild => rebuild(&instance).await,
    }
}

async fn serve(instance: Instance, addr: SocketAddr) -> anyhow::Result<()> {
    let listener = TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr}"))?;
    say(&format!("Playbook Forge is at http://{}", listener.local_addr()?));
    instance.serve(listener, stop_signal()).await?;
    instance.close().await;
    Ok(())
}

/// Ends when the process is asked to stop.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = async |kind: SignalKind| match signal(kind) {
        Ok(mut stream) => _ = stream.recv().await,
        Err(error) => {
            tracing::warn!(%error, "a signal cannot be heard");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = heard(SignalKind::interrupt()) => {}
        () = heard(SignalKind::terminate()) => {}
    }
}

async fn verify(instance: &Instance, only: Option<ExecutionId>) -> anyhow::Result<ExitCode> {
    let verifications = instance.verify(only, &|_, _| {}).await?;
    if let (Some(id), true) = (only, verifications.is_empty()) {
        anyhow::bail!("there is no execution {id}");
    }
    let mut broken = 0;
    for verification in &verifications {
        let (id, events) = (verification.execution_id, verification.events);
        match &verification.result {
            Ok(head) => say(&format!("{id}  {events} events  whole  {head}")),
            Err(finding) => {
                broken += 1;
                say(&format!("{id}  {events} events  BROKEN: {finding}"));
            }
        }
    }
    say(&format!("{} executions verified, {broken} broken", verifications.len()));
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn rebuild(instance: &Instance) -> anyhow::Result<ExitCode> {
    let executions = instance.rebuild().await?;
    say(&format!("{executions} executions rebuilt"));
    Ok(ExitCode::SUCCESS)
}

/// What a command answers goes to standard output; the log goes to standard error.
#[expect(clippy::print_stdout, reason = "this is a command line program")]
fn say(line: &str) {
    println!("{line}");
}
