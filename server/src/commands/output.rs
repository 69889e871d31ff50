//! Answers go to standard output, progress and the log to standard error.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::PoisonError;

use indicatif::{ProgressBar, ProgressStyle};

/// Answers a line.
#[expect(clippy::print_stdout, reason = "this is a command line program")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Shows how far a long task is: a bar on a terminal, elsewhere a line for every tenth.
pub(super) struct Progress {
    task: &'static str,
    bar: Option<ProgressBar>,
    tenths: Mutex<u64>,
}

impl Progress {
    pub(super) fn of(task: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            // A template that is not understood leaves the plain bar.
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}, {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.with_message(task)
        });
        Self { task, bar, tenths: Mutex::new(0) }
    }

    /// What is done, of how much.
    pub(super) fn set(&self, done: u64, total: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
                if done == total {
                    bar.finish_and_clear();
                }
            }
            None => self.set_plain(done, total),
        }
    }

    #[expect(clippy::print_stderr, reason = "this is a command line program")]
    fn set_plain(&self, done: u64, total: u64) {
        let mut told = self.tenths.lock().unwrap_or_else(PoisonError::into_inner);
        let tenths = (done * 10).checked_div(total).unwrap_or(0);
        if tenths > *told {
            *told = tenths;
            eprintln!("{}: {done} of {total}", self.task);
        }
    }
}
