//! Starts, kills and checks the program as its operator would: as a process over a folder.
//!
//! The program is the one that cargo built beside the test, or the one that `FORGE_TEST_BIN` names.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::client::{Client, Request};

/// Nothing waits longer for a server to start or stop, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder for the data of servers and for what they log.
pub(crate) struct Folder {
    temporary: Option<TempDir>,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(temporary.path().join("data")).expect("an empty folder takes another");
        Self { temporary: Some(temporary) }
    }

    fn path(&self) -> &Path {
        self.temporary.as_ref().expect("only dropping takes it").path()
    }

    /// The data folder of the servers.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// What the servers log.
    fn log(&self) -> PathBuf {
        self.path().join("server.log")
    }

    /// A server over this folder, ready to answer.
    pub(crate) fn serve(&self) -> Server {
        self.launch(&[]).ready()
    }

    /// A server over this folder that was started just now, with these arguments besides.
    pub(crate) fn launch(&self, arguments: &[&str]) -> Starting {
        self.start(program(), arguments)
    }

    /// The same, run by another program.
    pub(crate) fn launch_under(&self, runner: &[String]) -> Starting {
        self.start(program_under(runner), &[])
    }

    fn start(&self, mut program: Command, arguments: &[&str]) -> Starting {
        let log = OpenOptions::new().create(true).append(true).open(self.log()).expect("the log can be written");
        let begun = Instant::now();
        let child = program
            .args(["--addr", "127.0.0.1:0", "--log", "warn", "--data-dir"])
            .arg(self.data())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program can be started");
        Starting { process: Process(child), begun }
    }

    /// What `playbook-forge verify` says about the folder.
    pub(crate) fn verify(&self) -> Output {
        self.command(&["verify"]).output().expect("it can be run")
    }

    /// A maintenance command over this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(["--log", "warn", "--data-dir"]).arg(self.data()).args(arguments);
        command
    }

    /// A file or folder beside the data.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// What lies in the data folder, by name.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(self.data()).into_iter().flatten();
        entries.map(|entry| entry.expect("an entry can be read").file_name().to_string_lossy().into_owned()).collect()
    }

    /// Fails unless every chain is whole and every cached row is what the log says.
    #[track_caller]
    pub(crate) fn assert_whole(&self) {
        let output = self.verify();
        let said = String::from_utf8_lossy(&output.stdout);
        let broken: Vec<&str> = said.lines().filter(|line| line.contains("BROKEN")).collect();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "verify: {}\n{}\n{complaint}", output.status, broken.join("\n"));
    }

    /// Every file below the evidence folder, as `execution/file`.
    pub(crate) fn evidence_files(&self) -> BTreeSet<String> {
        let root = self.data().join("evidence");
        let mut open = vec![root.clone()];
        let mut files = BTreeSet::new();
        while let Some(folder) = open.pop() {
            // Before the first upload there is none.
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("an entry can be read").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let relative = path.strip_prefix(&root).expect("it lies below the root");
                    files.insert(relative.to_string_lossy().into_owned());
                }
            }
        }
        files
    }
}

impl Drop for Folder {
    /// What a failed test leaves behind is kept and shown.
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(self.log()).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            say(&format!("the end of the server's log:\n{}", lines[lines.len().saturating_sub(30)..].join("\n")));
            if let Some(kept) = self.temporary.take().map(TempDir::keep) {
                say(&format!("the folder is kept: {}", kept.display()));
            }
        }
    }
}

/// The program, knowing nothing of the environment that the tests run in.
fn program() -> Command {
    program_under(&[])
}

/// The same, run by another program.
fn program_under(runner: &[String]) -> Command {
    let path = std::env::var_os("FORGE_TEST_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_playbook-forge").into());
    let mut program = match runner {
        [] => Command::new(path),
        [runner, arguments @ ..] => {
            let mut program = Command::new(runner);
            program.args(arguments).arg(path);
            program
        }
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("FORGE_")) {
        program.env_remove(name);
    }
    program
}

/// A process that does not outlive the test.
struct Process(Child);

impl Process {
    fn kill(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A server that may not answer yet.
pub(crate) struct Starting {
    process: Process,
    begun: Instant,
}

impl Starting {
    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.process.kill();
    }

    /// Waits for the first 200, or for the end of a server that cannot start; it ends with a failure then.
    #[track_caller]
    pub(crate) fn ready_or_ended(mut self) -> Option<Server> {
        let address = self.said();
        if !address.contains("http://") {
            let status = self.process.0.wait().expect("the process is our own");
            assert!(!status.success(), "a server that cannot start says so");
            return None;
        }
        let address = address[address.find("http://").unwrap_or_default()..].trim().to_owned();
        let client = Client::new(&address);
        let begun = Instant::now();
        // It may listen and never be ready, as its disk fails.
        while !client.send(&Request::get("/readyz")).is_ok_and(|answer| answer.status == 200) {
            if begun.elapsed() > Duration::from_secs(2) {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        Some(Server { process: self.process, address, ready_after: self.begun.elapsed() })
    }

    /// Waits for the first 200.
    #[track_caller]
    pub(crate) fn ready(mut self) -> Server {
        let address = self.address();
        let client = Client::new(&address);
        let probe = Request::get("/readyz");
        while !client.send(&probe).is_ok_and(|answer| answer.status == 200) {
            assert!(self.begun.elapsed() < PATIENCE, "the server is not ready");
            thread::sleep(Duration::from_millis(1));
        }
        Server { process: self.process, address, ready_after: self.begun.elapsed() }
    }

    /// Where it listens, as it says itself on its first line.
    #[track_caller]
    fn address(&mut self) -> String {
        let line = self.said();
        let start = line.find("http://").unwrap_or_else(|| panic!("the server did not start: {line:?}"));
        line[start..].trim().to_owned()
    }

    /// Its first line; empty when it ended without one.
    fn said(&mut self) -> String {
        let output = self.process.0.stdout.take().expect("standard output is a pipe");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            if BufReader::new(output).read_line(&mut line).is_ok() {
                // Who waits may have given up.
                let _ = sender.send(line);
            }
        });
        receiver.recv_timeout(PATIENCE).unwrap_or_default()
    }
}

/// A server that answers.
pub(crate) struct Server {
    process: Process,
    address: String,
    /// From the start of the process to its first 200.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// How to speak to it; one for each thread.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// Where it listens, for whoever speaks something else than HTTP with it.
    pub(crate) fn socket_address(&self) -> SocketAddr {
        let address = self.address.trim_start_matches("http://");
        address.parse().expect("the servers of the tests listen on an IP address")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// SIGKILL: it can finish nothing.
    pub(crate) fn kill(mut self) {
        self.process.kill();
    }

    /// SIGTERM: it finishes what it has begun.
    #[track_caller]
    pub(crate) fn stop(mut self) -> ExitStatus {
        let pid = Pid::from_child(&self.process.0);
        kill_process(pid, Signal::TERM).expect("the process is our own");
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.0.try_wait().expect("the process is our own") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "the server does not stop");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Says something to whoever runs the tests, also when they succeed.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What randomness begins with, from `FORGE_SEED` or the clock. Said at once, so that a test that hangs can be repeated.
pub(crate) fn seed() -> u64 {
    let seed = number("FORGE_SEED").unwrap_or_else(|| fastrand::u64(..));
    say(&format!("FORGE_SEED={seed}"));
    seed
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text}, which is no number")))
}

/// How much of something a test does: little by default, more in the long form (`FORGE_LONG=1`), or as `name` says.
pub(crate) fn amount(name: &str, short: u64, long: u64) -> u64 {
    let is_long = std::env::var("FORGE_LONG").is_ok_and(|value| value == "1");
    number(name).unwrap_or(if is_long { long } else { short })
}

/// The value below which so many percent of all lie; 50 gives the median.
pub(crate) fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort_unstable();
    let rank = (durations.len() * percent / 100).min(durations.len().saturating_sub(1));
    durations.get(rank).copied().unwrap_or_default()
}
