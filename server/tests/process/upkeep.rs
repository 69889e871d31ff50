//! Maintenance commands that are killed at any moment: done again they end well, and nothing is lost, doubled or left behind.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use fastrand::Rng;

use crate::change::Change;
use crate::client::Request;
use crate::driver::{Folder, amount, say, seed};
use crate::ledger::Ledger;

const CHANGES: usize = 60;
const PLAYBOOKS: usize = 8;

/// An installation with a record, and what was made of it.
struct Origin {
    folder: Folder,
    ledger: Ledger,
    /// A whole backup.
    backup: String,
    /// The bundle of the first execution.
    bundle: String,
}

impl Origin {
    fn new(rng: &mut Rng) -> Self {
        let folder = Folder::new();
        let server = folder.serve();
        let client = server.client();
        let mut ledger = Ledger::open(&client, rng, 3);
        for _ in 0..CHANGES {
            let change = Change::any(rng, &ledger.playbook, &ledger.executions);
            let answer = client.ask(&change.request);
            ledger.note(change, Some(&answer));
        }
        server.stop();
        let place = |name: &str| folder.beside(name).to_string_lossy().into_owned();
        let (backup, bundle) = (place("whole.tar"), place("bundle"));
        run(&mut folder.command(&["backup", &backup]));
        run(&mut folder.command(&["export", &ledger.executions[0], &bundle]));
        Self { folder, ledger, backup, bundle }
    }

    /// Fails unless the record in a folder is the one that was backed up.
    fn assert_same(&self, other: &Folder) {
        other.assert_whole();
        let server = other.serve();
        let known = self.ledger.check(&server.client());
        assert_eq!(other.evidence_files(), known, "the files on the disk");
        server.stop();
    }
}

/// Runs a command to its end. Returns what it said.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().expect("it can be run");
    let said = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// Kills a command after a moment that nobody foresees. Returns whether it had ended by then.
fn kill(command: &mut Command, rng: &mut Rng, most: u64) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be started");
    thread::sleep(Duration::from_micros(rng.u64(..most * 1_000)));
    let has_ended = child.try_wait().expect("the process is our own").is_some_and(|status| status.success());
    // It may have ended by itself, which is as good.
    let _ = child.kill();
    let _ = child.wait();
    has_ended
}

#[test]
fn upkeep_that_is_killed_is_done_again_and_ends_well() {
    let rounds = amount("FORGE_UPKEEP_KILLS", 2, 80);
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let origin = Origin::new(&mut rng);
    let mut killed = 0;
    for round in 0..rounds {
        killed += backup(&origin, &mut rng, round);
        killed += restore(&origin, &mut rng);
        killed += restore_bundle(&origin, &mut rng);
        killed += rebuild(&origin, &mut rng);
        killed += import(&mut rng);
    }
    origin.assert_same(&origin.folder);
    say(&format!("upkeep: {killed} of {} commands killed, all done again; FORGE_SEED={seed}", rounds * 5));
}

/// A backup under the same name, once more: it is whole, and nothing is left beside it.
fn backup(origin: &Origin, rng: &mut Rng, round: u64) -> u64 {
    let file = origin.folder.beside(&format!("again-{round}"));
    let name = file.to_string_lossy().into_owned();
    let has_ended = kill(&mut origin.folder.command(&["backup", &name]), rng, 120);
    if !file.exists() {
        run(&mut origin.folder.command(&["backup", &name]));
    }
    let left: Vec<_> = fs::read_dir(file.parent().expect("a folder"))
        .expect("it is there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|other| other.starts_with(&format!("again-{round}.")))
        .collect();
    assert_eq!(left, [""; 0], "left beside the backup");
    let other = Folder::new();
    run(&mut other.command(&["restore", &name]));
    origin.assert_same(&other);
    u64::from(!has_ended)
}

/// A restore, once more, or a server that is started over what it left.
fn restore(origin: &Origin, rng: &mut Rng) -> u64 {
    let other = Folder::new();
    let has_ended = kill(&mut other.command(&["restore", &origin.backup]), rng, 200);
    if !other.names().contains("playbook-forge.sqlite") {
        run(&mut other.command(&["restore", &origin.backup]));
    }
    origin.assert_same(&other);
    let left: Vec<String> = other.names().into_iter().filter(|name| name.starts_with(".restore")).collect();
    assert_eq!(left, [""; 0], "left in the data folder");
    u64::from(!has_ended)
}

fn restore_bundle(origin: &Origin, rng: &mut Rng) -> u64 {
    let other = Folder::new();
    let has_ended = kill(&mut other.command(&["restore", &origin.bundle]), rng, 200);
    let again = other.command(&["restore", &origin.bundle]).output().expect("it can be run");
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.success() || said.contains("is here already"), "{said}");
    other.assert_whole();
    let server = other.serve();
    let execution = server.client().read(&format!("/api/executions/{}", origin.ledger.executions[0]));
    assert!(execution["last_seq"].as_u64().is_some_and(|last| last > 0), "{execution}");
    server.stop();
    u64::from(!has_ended)
}

fn rebuild(origin: &Origin, rng: &mut Rng) -> u64 {
    let has_ended = kill(&mut origin.folder.command(&["rebuild"]), rng, 150);
    origin.folder.assert_whole();
    run(&mut origin.folder.command(&["rebuild"]));
    origin.folder.assert_whole();
    u64::from(!has_ended)
}

/// An import of several files, once more: each is there once. The first start of a database, migrations and all, is killed with it.
fn import(rng: &mut Rng) -> u64 {
    let other = Folder::new();
    let files: Vec<String> = (0..PLAYBOOKS)
        .map(|number| {
            let file = other.beside(&format!("{number}.md"));
            fs::write(&file, format!("# Playbook {number}\n\n1. Look\n2. Act\n")).expect("a file");
            file.to_string_lossy().into_owned()
        })
        .collect();
    let arguments: Vec<&str> = std::iter::once("import").chain(files.iter().map(String::as_str)).collect();
    let has_ended = kill(&mut other.command(&arguments), rng, 300);
    run(&mut other.command(&arguments));
    let server = other.serve();
    let listed = server.client().ask(&Request::get("/api/playbooks")).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(PLAYBOOKS), "{listed}");
    server.stop();
    u64::from(!has_ended)
}
