//! Durable changes by the second: every answer means that the change is on the disk.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::driver::Folder;
use crate::figures::{Bound, Figures, rate};
use crate::subject::{Subject, import, large_playbook, processor_time, work};

const WRITERS: [usize; 3] = [1, 8, 32];
const EXECUTIONS: usize = 8;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(6);
/// The reference wedges with so many, the bound is held with so many.
const BOUNDED: usize = 32;

pub(crate) fn measure(figures: &mut Figures) {
    for writers in WRITERS {
        let folder = Folder::new();
        let server = folder.serve();
        let client = server.client();
        let playbook = import(&client, &large_playbook());
        let subjects: Vec<Subject> = (0..EXECUTIONS).map(|_| Subject::start(&client, &playbook)).collect();
        let number = AtomicUsize::new(0);
        let until = |end: Instant| {
            let (subjects, number) = (&subjects, &number);
            move |writer: usize, rng: &mut fastrand::Rng| {
                let number = number.fetch_add(1, Ordering::Relaxed);
                (Instant::now() < end).then(|| subjects[writer % EXECUTIONS].change(rng, number))
            }
        };
        work(&server, writers, until(Instant::now() + WARM_UP));
        let pids = [server.pid(), std::process::id()];
        let before = pids.map(processor_time);
        let mut done = work(&server, writers, until(Instant::now() + MEASURED));
        let [of_server, of_load] = [0, 1].map(|of| processor_time(pids[of]).saturating_sub(before[of]));
        let plural = if writers == 1 { "writer" } else { "writers" };
        let name = format!("durable changes, {writers} {plural}");
        let per_second = rate(done.times.len(), done.elapsed);
        if writers == BOUNDED {
            figures.hold(&name, per_second, "/s", Bound::Over(3_000.0));
        } else {
            figures.note(&name, per_second, "/s");
        }
        figures.note_times(&name, &mut done.times);
        let share = |time: Duration| 100.0 * time.as_secs_f64() / done.elapsed.as_secs_f64();
        figures.note(format!("{name}, processor of the server"), share(of_server), "%");
        figures.note(format!("{name}, processor of who asks"), share(of_load), "%");
    }
}
