//! Evidence of the greatest size: how fast it comes and goes, and how much memory that takes.

use std::time::Instant;

use crate::client::Request;
use crate::driver::Folder;
use crate::figures::Figures;
use crate::subject::{Subject, forget_peak, import, large_playbook, peak_megabytes, text};

/// 50 MB, the default limit.
const BYTES: usize = 50_000_000;

#[expect(clippy::cast_precision_loss, reason = "megabytes are no exact figure")]
pub(crate) fn measure(figures: &mut Figures) {
    let folder = Folder::new();
    let server = folder.serve();
    let client = server.client();
    let subject = Subject::start(&client, &import(&client, &large_playbook()));
    let mut content = vec![0; BYTES];
    fastrand::Rng::with_seed(1).fill(&mut content);
    let upload = Request::upload(subject.evidence_address(), vec![("actor", "Ana".to_owned())], "memory.dmp", content);
    let megabytes = BYTES as f64 / 1e6;
    forget_peak(server.pid());
    let before = peak_megabytes(server.pid());
    let begun = Instant::now();
    let id = text(&client.ask(&upload).done()["id"]);
    figures.note("evidence of 50 MB, upload", megabytes / begun.elapsed().as_secs_f64(), "MB/s");
    let peak = peak_megabytes(server.pid());
    figures.note("evidence of 50 MB, upload, peak memory of the server", peak, "MB");
    figures.note("evidence of 50 MB, upload, of it for the upload", peak - before, "MB");
    forget_peak(server.pid());
    let download = Request::get(format!("/api/executions/{}/evidence/{id}", subject.id));
    let begun = Instant::now();
    let answer = client.ask(&download);
    assert_eq!(answer.body.len(), BYTES, "{}", answer.text());
    figures.note("evidence of 50 MB, download", megabytes / begun.elapsed().as_secs_f64(), "MB/s");
    figures.note("evidence of 50 MB, download, peak memory of the server", peak_megabytes(server.pid()), "MB");
}
