//! The scenarios, and what is measured in each.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::crowd::{Analyst, Crowd, Heard, Seat};
use crate::driver::{Folder, Server, percentile, say};
use crate::figures::{Bound, Figures, millis};
use crate::machine::{Processor, connections_allowed, memory};
use crate::pace::{self, Change};
use crate::subject::{Subject, import, large_playbook};

/// DESIGN §7: ten thousand idle connections.
const IDLE: usize = 10_000;
/// In MB.
const IDLE_BOUND: f64 = 300.0;
/// All clients come from one address.
const UNBOUNDED: [&str; 4] = ["--max-live-per-execution", "20000", "--max-live-per-address", "20000"];
/// Until memory that was only needed for connecting can be given back.
const SETTLING: Duration = Duration::from_secs(2);
/// Changes in this first time are delivered and counted, but not timed.
const WARM_UP: Duration = Duration::from_secs(1);
/// In every room, one of those who have a name looks at another step this often.
const MOVE: Duration = Duration::from_secs(1);
/// The share of one processor from which on the clients, who have one thread, measure themselves.
const SATURATED: f64 = 0.9;

/// So many clients on so many executions.
pub(crate) struct Scenario {
    /// How it is asked for.
    pub(crate) name: &'static str,
    executions: usize,
    /// On each.
    clients: usize,
    /// Whether every other client has a name.
    has_names: bool,
    /// Whether anything happens.
    is_idle: bool,
    /// The bound of DESIGN §10 for p99 from the change to its receipt, in milliseconds.
    bound: Option<f64>,
}

const ORDINARY: Scenario =
    Scenario { name: "", executions: 1, clients: 1, has_names: true, is_idle: false, bound: None };

pub(crate) const SCENARIOS: [Scenario; 6] = [
    Scenario { name: "10", clients: 10, ..ORDINARY },
    Scenario { name: "100", clients: 100, bound: Some(8.0), ..ORDINARY },
    Scenario { name: "1000", clients: 1_000, bound: Some(25.0), ..ORDINARY },
    Scenario { name: "5000", clients: 5_000, has_names: false, ..ORDINARY },
    Scenario { name: "200x5", executions: 200, clients: 5, ..ORDINARY },
    Scenario { name: "idle", executions: 200, clients: IDLE / 200, has_names: false, is_idle: true, ..ORDINARY },
];

impl Scenario {
    fn clients_in_all(&self) -> usize {
        self.executions * self.clients
    }

    pub(crate) fn measure(&self, figures: &mut Figures, lasting: Duration) {
        let clients = self.clients_in_all();
        if clients as u64 > connections_allowed() {
            say(&format!("{} is left out: it needs more open files (ulimit -n) than {clients}", self.name));
            return;
        }
        let folder = Folder::new();
        let server = folder.launch(&UNBOUNDED).ready();
        let client = server.client();
        let playbook = import(&client, &large_playbook());
        let subjects: Vec<Subject> = (0..self.executions).map(|_| Subject::start(&client, &playbook)).collect();
        thread::sleep(SETTLING);
        let before = memory(server.pid());
        let crowd = Crowd::gather(server.socket_address(), self.seats(&subjects));
        thread::sleep(SETTLING);
        let idle = memory(server.pid());

        let mut table = Table { figures, name: self.title() };
        table.note("until all had connected", millis(crowd.connected_after), "ms");
        let (begun, processor) = (Instant::now(), Processor::now(server.pid()));
        let changes = if self.is_idle {
            thread::sleep(lasting);
            Vec::new()
        } else {
            pace::keep(&server, &subjects, lasting)
        };
        crowd.wait_for(changes.len() * self.clients);
        // Before anything is counted, which takes time of its own.
        table.processors(&server, &processor, begun);
        self.report(&mut table, &crowd, &changes, subjects.len());
        table.memory(before, idle, memory(server.pid()), clients, self.is_idle);
    }

    fn title(&self) -> String {
        let Self { executions, clients, .. } = self;
        match (self.is_idle, executions) {
            (true, _) => format!("{} idle", self.clients_in_all()),
            (false, 1) => format!("{clients} clients"),
            (false, _) => format!("{executions} x {clients} clients"),
        }
    }

    /// Every execution has its clients; every other one of them has a name.
    fn seats(&self, subjects: &[Subject]) -> Vec<Seat> {
        let named = u32::try_from(self.clients.div_ceil(2)).expect("a small number");
        let seat = |subject: &Subject, steps: &Arc<[String]>, client: usize| {
            let analyst = (self.has_names && client.is_multiple_of(2)).then(|| Analyst {
                name: format!("Analyst {client}"),
                steps: steps.clone(),
                first: MOVE * u32::try_from(client / 2).expect("a small number"),
                each: MOVE * named,
            });
            // An execution begins with one event.
            Seat { execution: subject.id.clone(), last_seq: 1, analyst }
        };
        subjects
            .iter()
            .flat_map(|subject| {
                let steps: Arc<[String]> = subject.steps.clone().into();
                (0..self.clients).map(move |client| seat(subject, &steps, client))
            })
            .collect()
    }

    fn report(&self, table: &mut Table<'_>, crowd: &Crowd, changes: &[Change], subjects: usize) {
        let mut by_subject: Vec<Vec<&Change>> = vec![Vec::new(); subjects];
        changes.iter().for_each(|change| by_subject[change.subject].push(change));
        by_subject.iter_mut().for_each(|changes| changes.sort_by_key(|change| change.seq));
        let timed_from = changes.first().map(|first| first.sent + WARM_UP);
        let mut receipts = Receipts::default();
        let mut presences = 0;
        for (client, heard) in crowd.heard().enumerate() {
            receipts.add(&by_subject[client / self.clients], &heard, timed_from);
            presences += heard.presences;
        }
        table.hold("connections that ended", count(receipts.ended), "", Bound::Exactly(0.0));
        if self.is_idle {
            return;
        }
        let expected = changes.len() * self.clients;
        let share = 100.0 * count(receipts.delivered) / count(expected);
        table.hold("delivered, once and in order", share, "%", Bound::Exactly(100.0));
        table.hold("received twice or out of order", count(receipts.wrong), "", Bound::Exactly(0.0));
        let times = &mut receipts.times;
        table.note("change to receipt, median", millis(percentile(times, 50)), "ms");
        let p99 = millis(percentile(times, 99));
        match self.bound {
            Some(bound) => table.hold("change to receipt, p99", p99, "ms", Bound::Under(bound)),
            None => table.note("change to receipt, p99", p99, "ms"),
        }
        table.note("change to receipt, longest", millis(percentile(times, 100)), "ms");
        let mut answered: Vec<Duration> = changes.iter().map(|change| change.answered).collect();
        table.note("change to answer, median", millis(percentile(&mut answered, 50)), "ms");
        table.note("change to answer, p99", millis(percentile(&mut answered, 99)), "ms");
        let mut late: Vec<Duration> = changes.iter().map(|change| change.late).collect();
        table.note("sent behind schedule, p99", millis(percentile(&mut late, 99)), "ms");
        if self.has_names {
            table.note("messages about who is there", count(presences), "");
        }
    }
}

/// What all clients received.
#[derive(Default)]
struct Receipts {
    /// From just before a change was sent until a client had read its event.
    times: Vec<Duration>,
    /// Events that came as they should.
    delivered: usize,
    /// Events that came again, or after a later one.
    wrong: usize,
    /// Clients whose connection ended.
    ended: usize,
}

impl Receipts {
    /// Adds what one client heard of the changes to its execution, which are in the order of their numbers.
    fn add(&mut self, changes: &[&Change], heard: &Heard, timed_from: Option<Instant>) {
        let mut changes = changes.iter().peekable();
        for (seq, received) in &heard.events {
            // What is passed over here was missed.
            while changes.next_if(|change| change.seq < *seq).is_some() {}
            match changes.next_if(|change| change.seq == *seq) {
                Some(change) => {
                    self.delivered += 1;
                    if timed_from.is_some_and(|from| change.sent >= from) {
                        self.times.push(received.saturating_duration_since(change.sent));
                    }
                }
                None => self.wrong += 1,
            }
        }
        if let Some(end) = &heard.ended {
            if self.ended == 0 {
                say(&format!("a connection ended: {end}"));
            }
            self.ended += 1;
        }
    }
}

/// Figures of one scenario.
struct Table<'a> {
    figures: &'a mut Figures,
    name: String,
}

impl Table<'_> {
    fn note(&mut self, what: &str, value: f64, unit: &'static str) {
        self.figures.note(format!("{}: {what}", self.name), value, unit);
    }

    fn hold(&mut self, what: &str, value: f64, unit: &'static str, bound: Bound) {
        self.figures.hold(format!("{}: {what}", self.name), value, unit, bound);
    }

    fn processors(&mut self, server: &Server, earlier: &Processor, begun: Instant) {
        let [of_server, of_clients, of_others] = Processor::now(server.pid()).since(earlier, begun.elapsed());
        self.note("processors of the server", of_server, "");
        self.note("processors of the clients", of_clients, "");
        self.note("processors of everything else", of_others, "");
        if of_clients > SATURATED {
            say("the clients were busy all the time: the times are theirs, not the server's");
        }
    }

    fn memory(&mut self, before: f64, idle: f64, end: f64, clients: usize, is_bound: bool) {
        self.note("memory of the server, before", before / 1e6, "MB");
        self.note("memory of the server, all connected", idle / 1e6, "MB");
        if is_bound {
            self.hold("memory of the server, at the end", end / 1e6, "MB", Bound::Under(IDLE_BOUND));
        } else {
            self.note("memory of the server, at the end", end / 1e6, "MB");
        }
        self.note("memory of each connection", (idle - before) / 1e3 / count(clients), "kB");
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
fn count(number: usize) -> f64 {
    number as f64
}
