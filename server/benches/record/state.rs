//! The full state of a large execution: 200 steps, 2,000 events.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::client::Request;
use crate::driver::{Folder, percentile};
use crate::figures::{Bound, Figures, millis};
use crate::subject::{Subject, import, large_playbook, repeat, work};

const EVENTS: u64 = 2_000;
const WRITERS: usize = 16;
const READS: usize = 400;
const PRINTS: usize = 20;

pub(crate) fn measure(figures: &mut Figures) {
    let folder = Folder::new();
    let server = folder.serve();
    let client = server.client();
    let subject = Subject::start(&client, &import(&client, &large_playbook()));
    let address = format!("/api/executions/{}", subject.id);
    let last_seq = || client.read(&address)["last_seq"].as_u64().expect("a number");
    // A status that a step has already is no event, so it takes more than one go.
    while last_seq() < EVENTS {
        let left = usize::try_from(EVENTS - last_seq()).expect("a small number");
        let number = AtomicUsize::new(0);
        work(&server, WRITERS, |_, rng| {
            let number = number.fetch_add(1, Ordering::Relaxed);
            (number < left).then(|| subject.change(rng, number))
        });
    }
    let state = Request::get(&address);
    let size = client.ask(&state).body.len();
    repeat(&client, &state, READS / 4);
    let mut times = repeat(&client, &state, READS);
    let name = format!("full state, 200 steps, {EVENTS} events ({} kB)", size / 1_000);
    figures.hold(format!("{name}, median"), millis(percentile(&mut times, 50)), "ms", Bound::Under(5.0));
    figures.note(format!("{name}, p99"), millis(percentile(&mut times, 99)), "ms");
    for encoding in ["gzip", "br"] {
        let compressed = Request::get(&address).accepting(encoding);
        let size = client.ask(&compressed).body.len();
        let mut times = repeat(&client, &compressed, READS / 4);
        figures.note_times(&format!("the same as {encoding} ({} kB)", size / 1_000), &mut times);
    }
    let timeline = Request::get(format!("{address}/timeline"));
    figures.note_times("its timeline", &mut repeat(&client, &timeline, READS / 4));
    let page = Request::get(format!("/execute/{}", subject.id));
    figures.note_times("its page, rendered", &mut repeat(&client, &page, READS / 10));
    // It still runs, so its report is of the moment and printed anew each time. The first one reads the fonts.
    let pdf = Request::get(format!("{address}/report.pdf"));
    let size = client.ask(&pdf).body.len();
    let mut times = repeat(&client, &pdf, PRINTS);
    let name = format!("its report as PDF ({} kB)", size / 1_000);
    figures.hold(format!("{name}, median"), millis(percentile(&mut times, 50)), "ms", Bound::Under(400.0));
    figures.note(format!("{name}, p90"), millis(percentile(&mut times, 90)), "ms");
    server.kill();
    // What the first reader waits for when nothing is in memory.
    let server = folder.serve();
    figures.note_times("full state, read for the first time", &mut repeat(&server.client(), &state, 1));
}
