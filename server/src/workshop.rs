//! The workshop: the one gate for work that computes for longer than a moment.
//!
//! Such work never runs on the threads that answer requests, and never more of it at once than the machine bears. Each kind has
//! a lane of its own, so that a preview never waits behind a PDF. The permit is held by the work itself: a request
//! that was given up gives nothing back before its work is over. A lane's queue is bounded, and who finds it full
//! is told to come again.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::spawn_blocking;

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Over within a fraction of a second: reading a playbook, exports as text, figures, reports as JSON or Markdown.
    Quick,
    /// Seconds at worst, and a hundred megabytes: PDFs and pictures.
    Slow,
    /// Reading stored files whole, to compare them with their hashes.
    Files,
    /// Rendering web pages. These wait for work of other lanes, and so have one of their own.
    Pages,
}

/// Why the work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undone {
    /// Too many wait already.
    #[error("the server has more of this to do than it can take on")]
    Full,
    /// It panicked, or the server stops. A panic is in the log.
    #[error("the work broke off: look at the server's log")]
    BrokeOff,
}

/// Who gets to compute.
#[derive(Clone, Debug)]
pub(crate) struct Workshop {
    quick: Benches,
    slow: Benches,
    files: Benches,
    pages: Benches,
}

/// The places of one lane.
#[derive(Clone, Debug)]
struct Benches {
    /// Held while it works.
    permits: Arc<Semaphore>,
    /// Held while it waits or works.
    places: Arc<Semaphore>,
}

/// A place at work. Whoever works holds it to the end.
#[derive(Debug)]
pub(crate) struct Place(#[expect(dead_code, reason = "given back when it is dropped")] [OwnedSemaphorePermit; 2]);

impl Benches {
    fn new(at_once: usize, waiting: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once)), places: Arc::new(Semaphore::new(at_once + waiting)) }
    }

    async fn enter(&self) -> Result<Place, Undone> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Undone::Full)?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Undone::BrokeOff)?;
        Ok(Place([permit, place]))
    }
}

impl Default for Workshop {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            quick: Benches::new(processors, 500),
            // One takes every processor that is free, and the memory of a report.
            slow: Benches::new(processors.div_ceil(2), 32),
            files: Benches::new(processors, 200),
            pages: Benches::new(processors, 500),
        }
    }
}

impl Workshop {
    /// Does the work when its turn comes.
    ///
    /// # Errors
    /// When too many wait in its lane, or it panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        self.run_leaving(lane, || (work(), ())).await
    }

    /// The same for work that leaves behind what takes long to drop: who waits is answered first, and the place is held until
    /// it is gone.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub(crate) async fn run_leaving<T: Send + 'static, L>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> (T, L) + Send + 'static,
    ) -> Result<T, Undone> {
        let place = self.benches(lane).enter().await?;
        let (answer, answered) = oneshot::channel();
        spawn_blocking(move || {
            let _place = place;
            let (done, left) = work();
            // Who stopped waiting needs no answer.
            let _ = answer.send(done);
            drop(left);
        });
        answered.await.map_err(|_| Undone::BrokeOff)
    }

    /// Drives a future that computes much between its waits, away from the threads that answer requests.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub(crate) async fn drive<T: Send + 'static>(
        &self,
        lane: Lane,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Undone> {
        let here = Handle::current();
        self.run(lane, move || here.block_on(future)).await
    }

    fn benches(&self, lane: Lane) -> &Benches {
        match lane {
            Lane::Quick => &self.quick,
            Lane::Slow => &self.slow,
            Lane::Files => &self.files,
            Lane::Pages => &self.pages,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::task::yield_now;

    use super::*;

    fn workshop(at_once: usize, waiting: usize) -> Workshop {
        Workshop { slow: Benches::new(at_once, waiting), ..Workshop::default() }
    }

    #[tokio::test]
    async fn who_gives_up_gives_no_place_back_before_the_work_is_over() {
        let workshop = workshop(1, 10);
        let (go_on, wait) = mpsc::channel::<()>();
        let first = {
            let workshop = workshop.clone();
            tokio::spawn(async move { workshop.run(Lane::Slow, move || wait.recv()).await })
        };
        while workshop.slow.permits.available_permits() == 1 {
            yield_now().await;
        }
        first.abort();
        assert!(first.await.is_err_and(|error| error.is_cancelled()));
        let second = workshop.run(Lane::Slow, || ());
        assert!(tokio::time::timeout(Duration::from_millis(50), second).await.is_err(), "the first still works");
        go_on.send(()).expect("the work waits");
        assert_eq!(workshop.run(Lane::Slow, || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_lane_says_so_and_the_others_go_on() {
        let workshop = workshop(1, 1);
        let (go_on, wait) = mpsc::channel::<()>();
        let run = |work: Box<dyn FnOnce() + Send>| {
            let workshop = workshop.clone();
            tokio::spawn(async move { workshop.run(Lane::Slow, work).await })
        };
        let working = run(Box::new(move || wait.recv().expect("told to go on")));
        while workshop.slow.permits.available_permits() == 1 {
            yield_now().await;
        }
        let waiting = run(Box::new(|| ()));
        while workshop.slow.places.available_permits() == 1 {
            yield_now().await;
        }
        while workshop.slow.places.available_permits() > 0 {
            yield_now().await;
        }
        assert_eq!(workshop.run(Lane::Slow, || ()).await, Err(Undone::Full));
        assert_eq!(workshop.run(Lane::Quick, || ()).await, Ok(()));
        go_on.send(()).expect("the work waits");
        assert_eq!((working.await.expect("no panic"), waiting.await.expect("no panic")), (Ok(()), Ok(())));
        assert_eq!(workshop.run(Lane::Slow, || ()).await, Ok(()));
    }

    #[tokio::test]
    async fn who_waits_and_gives_up_leaves_the_queue() {
        let workshop = workshop(1, 1);
        let (go_on, wait) = mpsc::channel::<()>();
        let working = {
            let workshop = workshop.clone();
            tokio::spawn(async move { workshop.run(Lane::Slow, move || wait.recv()).await })
        };
        while workshop.slow.permits.available_permits() == 1 {
            yield_now().await;
        }
        static DONE: AtomicUsize = AtomicUsize::new(0);
        for _ in 0..20 {
            let waiting = workshop.run(Lane::Slow, || DONE.fetch_add(1, Ordering::Relaxed));
            assert!(tokio::time::timeout(Duration::from_millis(1), waiting).await.is_err());
        }
        go_on.send(()).expect("the work waits");
        assert_eq!(working.await.expect("no panic"), Ok(Ok(())));
        assert_eq!(DONE.load(Ordering::Relaxed), 0, "what nobody waits for is never begun");
    }

    #[tokio::test]
    async fn a_panic_is_told_and_gives_its_place_back() {
        let workshop = workshop(1, 0);
        let broken = workshop.run(Lane::Slow, || panic!("on purpose")).await;
        assert_eq!(broken, Err::<(), _>(Undone::BrokeOff));
        while workshop.slow.permits.available_permits() == 0 {
            yield_now().await;
        }
        assert_eq!(workshop.drive(Lane::Slow, async { 3 }).await, Ok(3));
    }
}
