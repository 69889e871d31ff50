//! `playbook-forge`: the server and its maintenance commands.

mod commands;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::ids::ExecutionId;
use domain::source::Part;
use rustix::fs::Mode;
use server::{Config, Origin, TheHive};
use tracing_subscriber::EnvFilter;

/// The C library's allocator keeps what a long report took (300 MB); this one gives it back after some seconds.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
    /// Most evidence of all executions together, in MB; without it, as much as the disk takes.
    #[arg(long, env = "FORGE_EVIDENCE_QUOTA_MB", value_parser = clap::value_parser!(u64).range(1..=1_099_511_627_776), value_name = "MB", global = true)]
    evidence_quota_mb: Option<u64>,
    /// A name of this server as browsers see it, such as https://forge.example.com behind a proxy; may be repeated.
    #[arg(
        long = "allowed-origin",
        env = "FORGE_ALLOWED_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ',',
        global = true
    )]
    allowed_origins: Vec<Origin>,
    /// Address of TheHive 5, such as https://thehive.example.com: an execution's incident id, taken as the id or the
    /// number of a case, becomes a link to that case.
    #[arg(long = "thehive-url", env = "FORGE_THEHIVE_URL", value_name = "URL", global = true)]
    thehive: Option<TheHive>,
    /// Most live connections of one execution.
    #[arg(long, env = "FORGE_MAX_LIVE_PER_EXECUTION", default_value_t = 10_000, value_parser = at_least_one, value_name = "NUMBER", global = true)]
    max_live_per_execution: usize,
    /// Most live connections from one address; a network of 64 bits counts as one for IPv6.
    #[arg(long, env = "FORGE_MAX_LIVE_PER_ADDRESS", default_value_t = 1_000, value_parser = at_least_one, value_name = "NUMBER", global = true)]
    max_live_per_address: usize,
    /// What to log, as a tracing filter.
    #[arg(
        long,
        env = "FORGE_LOG",
        default_value = "info,tower_http=warn,sqlx=warn,sea_orm_migration=warn",
        global = true
    )]
    log: String,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(error.to_string()),
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server; this is what happens without a command.
    Serve,
    /// Check that every log is whole and unaltered, that what is cached from it agrees, and that evidence is what was
    /// uploaded.
    Verify {
        /// Only the execution with this id; or the folder of a bundle, for which no database is needed.
        #[arg(value_name = "EXECUTION|BUNDLE")]
        what: Option<String>,
    },
    /// Drop what is cached from the logs and fold them again.
    Rebuild,
    /// Write the database and all evidence into one file, also while the server runs.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
    },
    /// Bring back a backup into an empty data folder, or one execution from a bundle.
    Restore {
        /// The file of a backup, or the folder of a bundle.
        #[arg(value_name = "FILE|BUNDLE")]
        archive: PathBuf,
    },
    /// Write one execution into a folder that can be checked without a server (a bundle).
    Export {
        /// Which execution.
        execution: ExecutionId,
        /// The folder; new or empty.
        folder: PathBuf,
    },
    /// List every address that the server answers.
    Routes,
    /// Read every playbook below a folder, and print how well that went; nothing is stored.
    Figures {
        /// The folder.
        folder: PathBuf,
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Import playbooks.
    Import {
        /// Markdown, Mermaid, CACAO or JSON.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What is read of a document that holds lists and flowcharts: lists, flowchart (all of them), flowchart:2 (the second)
        /// or both; when nothing is said, the one with more to do.
        #[arg(long, value_name = "PART")]
        from: Option<Part>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    // Whatever is written here, by SQLite too, is for its owner only.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let Cli { options, command } = Cli::parse();
    let filter = EnvFilter::try_new(&options.log).context("--log is no tracing filter")?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let command = command.unwrap_or(Command::Serve);
    let config = Config {
        data_dir: options.data_dir,
        demo: options.demo && matches!(command, Command::Serve),
        max_evidence_mb: options.max_evidence_mb,
        evidence_quota_mb: options.evidence_quota_mb,
        addr: options.addr,
        allowed_origins: options.allowed_origins,
        thehive: options.thehive,
        max_live_per_execution: options.max_live_per_execution,
        max_live_per_address: options.max_live_per_address,
        ..Config::default()
    };
    let done = ExitCode::SUCCESS;
    match command {
        Command::Serve => commands::serve(&config).await.map(|()| done),
        Command::Verify { what } => commands::verify(&config, what.as_deref()).await,
        Command::Rebuild => commands::rebuild(&config).await.map(|()| done),
        Command::Backup { file } => commands::back_up(&config, &file).await,
        Command::Restore { archive } => commands::restore(&config, &archive).await,
        Command::Export { execution, folder } => commands::export(&config, execution, &folder).await.map(|()| done),
        Command::Routes => {
            commands::routes();
            Ok(done)
        }
        Command::Figures { folder, json } => commands::figures(&folder, json),
        Command::Import { files, from } => commands::import(&config, &files, from).await,
    }
}
