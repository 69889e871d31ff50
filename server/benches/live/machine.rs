//! What the operating system tells and allows.

use std::fs;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::subject::processor_time;

/// Lets this process, and the servers that it starts, have as many connections as the operating system permits at all.
pub(crate) fn allow_many_connections() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("a limit may be raised to its maximum");
}

/// How many connections this process can have; a server that it starts can have as many.
pub(crate) fn connections_allowed() -> u64 {
    /// For the database, logs, and whatever else is open.
    const OTHERS: u64 = 200;
    getrlimit(Resource::Nofile).current.map_or(u64::MAX, |files| files.saturating_sub(OTHERS))
}

/// Memory that a process holds (resident), in bytes. What the kernel keeps for its sockets is not in it.
pub(crate) fn memory(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the process still runs");
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes * 1_024.0
}

/// Processor time used so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processor {
    pub(crate) of_server: Duration,
    pub(crate) of_clients: Duration,
    pub(crate) of_others: Duration,
}

impl Processor {
    pub(crate) fn now(server: u32) -> Self {
        let (of_server, of_clients) = (processor_time(server), processor_time(std::process::id()));
        let of_others = busy().saturating_sub(of_server + of_clients);
        Self { of_server, of_clients, of_others }
    }

    /// Since then, in processors: 1.0 is one that did nothing else.
    pub(crate) fn since(&self, earlier: &Self, elapsed: Duration) -> [f64; 3] {
        [
            self.of_server.saturating_sub(earlier.of_server),
            self.of_clients.saturating_sub(earlier.of_clients),
            self.of_others.saturating_sub(earlier.of_others),
        ]
        .map(|time| time.as_secs_f64() / elapsed.as_secs_f64())
    }
}

/// Time that all processors together were not idle.
fn busy() -> Duration {
    let stat = fs::read_to_string("/proc/stat").expect("Linux tells it");
    let all = stat.lines().next().unwrap_or_default();
    // user nice system idle iowait irq softirq steal; what guests use is in `user` already.
    let ticks: Vec<u64> = all.split_whitespace().skip(1).map(|ticks| ticks.parse().expect("a number")).collect();
    let idle = ticks[3] + ticks[4];
    Duration::from_millis((ticks[..8].iter().sum::<u64>() - idle) * 10)
}
