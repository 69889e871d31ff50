//! When the disk is full, changes are refused in clear words, what was acknowledged stays, reading goes on, and writing
//! goes on as soon as there is room again.
//!
//! The data folder is a small tmpfs. It is mounted in a namespace of its own, which ends with the test: the test calls
//! itself again by `unshare`. Where that is not allowed the test is left out, and says so.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use fastrand::Rng;
use serde_json::json;

use crate::change::{Change, STEPS};
use crate::client::{Answer, Client, Request};
use crate::driver::{Folder, say, seed};
use crate::ledger::Ledger;

/// Set when the test runs in the namespace.
const INSIDE: &str = "FORGE_INSIDE_NAMESPACE";
/// Holds a database and some evidence.
const SIZE: &str = "size=16m";

#[test]
fn a_full_disk_refuses_changes_and_loses_nothing() {
    if std::env::var_os(INSIDE).is_some() {
        on_a_small_disk();
        return;
    }
    // As root no namespace for users is needed, and some machines forbid one.
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let may_mount = |way: &&[&str]| {
        let folder = Folder::new();
        let mut attempt = Command::new("unshare");
        attempt.args(*way).args(["mount", "-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.data());
        attempt.output().is_ok_and(|output| output.status.success())
    };
    let Some(way) = ways.into_iter().find(may_mount) else {
        say("full disk: LEFT OUT, since this user may not mount a tmpfs, not even in a namespace of its own");
        return;
    };
    let this = std::env::current_exe().expect("this program has a path");
    let name = std::thread::current().name().expect("a test has a name").to_owned();
    let inside = Command::new("unshare")
        .args(way)
        .arg(this)
        .args(["--exact", &name, "--nocapture"])
        .env(INSIDE, "1")
        // Its sum is not to be counted besides that of this process.
        .stdout(Stdio::null())
        .status()
        .expect("it could be run before");
    assert!(inside.success(), "see above");
}

fn on_a_small_disk() {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let folder = Folder::new();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.data()).status();
    assert!(mount.expect("mount can be run").success(), "a tmpfs could be mounted before");
    let server = folder.serve();
    let client = server.client();
    let mut ledger = Ledger::open(&client, &mut rng, 2);
    work(&client, &mut ledger, &mut rng);
    let filler = folder.data().join("filler");
    for _ in 0..3 {
        fill(&filler);
        let refused = refuse_all_kinds(&client, &mut ledger, &mut rng);
        let known = ledger.check(&client);
        assert_eq!(folder.evidence_files(), known, "nothing is left of what was refused");
        fs::remove_file(&filler).expect("the file is there");
        // What was refused may be sent again as it is.
        for change in refused {
            ledger.note(change.clone(), Some(&client.ask(&change.request)));
        }
        work(&client, &mut ledger, &mut rng);
    }
    // It may be killed while there is no room, too.
    fill(&filler);
    let refused = refuse_all_kinds(&client, &mut ledger, &mut rng);
    server.kill();
    fs::remove_file(&filler).expect("the file is there");
    let server = folder.serve();
    let client = server.client();
    for change in refused {
        ledger.note(change.clone(), Some(&client.ask(&change.request)));
    }
    let known = ledger.check(&client);
    assert_eq!(folder.evidence_files(), known, "the files on the disk");
    folder.assert_whole();
    say(&format!("full disk: {} changes, none lost; FORGE_SEED={seed}", ledger.answered()));
}

/// Makes some changes, for which there is room.
fn work(client: &Client, ledger: &mut Ledger, rng: &mut Rng) {
    for _ in 0..30 {
        let change = Change::any(rng, &ledger.playbook, &ledger.executions);
        let answer = client.ask(&change.request);
        ledger.note(change, Some(&answer));
    }
}

/// Asks for changes of one kind until there is no room for another, and returns the one that was refused.
fn ask_until_full(client: &Client, ledger: &mut Ledger, mut change: impl FnMut(&Ledger) -> Change) -> Change {
    loop {
        let change = change(ledger);
        let answer = client.ask(&change.request);
        if !answer.is_success() {
            assert_no_room(&answer);
            return change;
        }
        ledger.note(change, Some(&answer));
    }
}

/// Changes of all kinds are refused in the same words. A small one may find room where a large one found none.
fn refuse_all_kinds(client: &Client, ledger: &mut Ledger, rng: &mut Rng) -> [Change; 4] {
    let execution = ledger.executions[1].clone();
    let refused = [
        ask_until_full(client, ledger, |_| Change::evidence(rng, &execution, STEPS[1])),
        ask_until_full(client, ledger, |ledger| Change::start(rng, &ledger.playbook)),
        ask_until_full(client, ledger, |_| Change::note(rng, &execution, STEPS[1])),
        // There is always room for an empty file, though not for its event.
        ask_until_full(client, ledger, |_| Change::evidence_of(rng, &execution, STEPS[1], 0)),
    ];
    let playbook = json!({ "source": format!("# Too much\n\n1. {}", "word ".repeat(10_000)) });
    assert_no_room(&client.ask(&Request::post("/api/playbooks", playbook)));
    refused
}

#[track_caller]
fn assert_no_room(answer: &Answer) {
    assert_eq!(answer.status, 507, "{}", answer.text());
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["type"], "/problems/storage-full");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("free space")), "{problem}");
}

/// A file filled up to the last byte that there is room for.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("an empty file needs no room");
    for size in [1 << 20, 1 << 12, 1] {
        let block = vec![0xA5; size];
        while file.write_all(&block).is_ok() {}
    }
}
