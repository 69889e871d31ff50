//! Examples for the documentation of the API, made by the code that they describe, so that they never differ from it.

use std::sync::{Arc, LazyLock};

use domain::api::{
    ExecutionChanged, ExecutionDetail, ExecutionSummary, PlaybookCreated, PlaybookDetail, PlaybookPreview,
    PlaybookSummary, StepChanged, StepDetail, VersionSummary,
};
use domain::command::{Command, ExecutionChange, Meta, StepChange, decide};
use domain::diff::GraphDiff;
use domain::event::{Event, Evidence, ExecutionStatus, Header, Secret, StepStatus};
use domain::execution::{Execution, Hold};
use domain::export;
use domain::graph::{Graph, NodeKind};
use domain::ids::{Actor, CommandId, EvidenceId, ExecutionId, PlaybookId};
use domain::import::{Imported, import};
use domain::layout::layout;
use domain::metrics::{
    self, BlockedExecution, BlockedStep, Library, LibraryEntry, MetricsFilter, MetricsSummary, PlaybookFigures,
    PlaybookHistory, Record, Running,
};
use domain::report::{Report, markdown};
use domain::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::playbooks::VersionDiff;

/// Two steps after a decision; short, because the answers hold all of it.
const SOURCE: &str = "# Phishing

1. Save the mail
2. Decision: Was the link opened?
   - Yes -> Reset the password
   - No -> Block the sender
";

/// 2026-11-22T02:14:05.123456Z
const BEGAN_MICROS: i64 = 1_795_313_645_123_456;
const PLAYBOOK: PlaybookId = PlaybookId(Uuid::from_u128(0x019a_aa00_0000_7000_8000_0000_0000_0001));
const EXECUTION: ExecutionId = ExecutionId(Uuid::from_u128(0x019a_aa00_0000_7000_8000_0000_0000_0002));
const EVIDENCE: EvidenceId = EvidenceId(Uuid::from_u128(0x019a_aa00_0000_7000_8000_0000_0000_0003));
const COMMANDS: u128 = 0x019a_aa00_0000_7000_8000_0000_0000_1000;

/// One example for every body.
#[derive(Default)]
pub(super) struct Examples {
    pub(super) playbook_id: Value,
    pub(super) execution_id: Value,
    /// The node that is worked on.
    pub(super) node: Value,
    pub(super) import: Value,
    pub(super) form: Value,
    pub(super) playbook_created: Value,
    pub(super) playbook: Value,
    pub(super) playbook_summary: Value,
    pub(super) save: Value,
    pub(super) version: Value,
    pub(super) diff: Value,
    pub(super) preview: Value,
    pub(super) previewed: Value,
    pub(super) exported: Value,
    pub(super) start: Value,
    pub(super) started: Value,
    pub(super) change_step: Value,
    pub(super) step_changed: Value,
    pub(super) change_execution: Value,
    pub(super) execution: Value,
    pub(super) execution_changed: Value,
    pub(super) execution_summary: Value,
    pub(super) timeline: Value,
    pub(super) evidence: Value,
    pub(super) report: Value,
    pub(super) report_md: Value,
    pub(super) metrics_summary: Value,
    pub(super) metrics_playbooks: Value,
    pub(super) metrics_history: Value,
}

/// The examples. Were one missing, it would be `null`, which no schema takes: the tests would say so.
pub(super) static EXAMPLES: LazyLock<Examples> = LazyLock::new(|| Examples::make().unwrap_or_default());

impl Examples {
    fn make() -> Option<Self> {
        let mut imported = import(SOURCE, None).ok()?;
        imported.graph.tags = vec!["mail".to_owned()];
        let mut run = Run::begin(&imported)?;
        let started = run.detail()?;
        let node = run.execution.graph.nodes.first()?.id.clone();
        let change_step = Command::ChangeStep {
            node_id: node.clone(),
            change: StepChange {
                status: Some(StepStatus::InProgress),
                assignee: Some(Some(Actor::new("Ana").ok()?)),
                note: Some("Saved as mail.eml".to_owned()),
                ..StepChange::default()
            },
        };
        let events = run.execute(&change_step)?;
        let step_changed = StepChanged {
            step: StepDetail::of(&run.execution, &node, run.now)?,
            events,
            progress: run.execution.progress(),
            last_seq: run.execution.state.last_seq,
        };
        let decision = run.execution.graph.nodes.iter().find(|node| node.kind == NodeKind::Decision)?.id.clone();
        for branch in [Some("Yes".to_owned()), None] {
            let change = StepChange { decision: Some(branch), ..StepChange::default() };
            run.execute(&Command::ChangeStep { node_id: decision.clone(), change })?;
        }
        let evidence = Evidence {
            id: EVIDENCE,
            file_name: "mail.eml".to_owned(),
            mime_type: "text/plain".to_owned(),
            size: 4_096,
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            description: Some("As it arrived".to_owned()),
        };
        run.execute(&Command::AttachEvidence { node_id: node.clone(), evidence })?;
        let attached = run.execution.step(&node)?.evidence.first()?.clone();
        let completed = run.execute(&Command::ChangeExecution(ExecutionChange {
            status: Some(ExecutionStatus::Completed),
            outcome: Some("Contained".to_owned()),
            ..ExecutionChange::default()
        }))?;
        let execution_changed = ExecutionChanged { execution: run.detail()?, events: completed };
        let past = Past::of(&imported)?;
        let report = Report::of(&run.execution, &run.log, run.now)?;
        Some(Self {
            playbook_id: value(&PLAYBOOK)?,
            execution_id: value(&EXECUTION)?,
            node: value(&node)?,
            import: json!({ "source": SOURCE, "tags": ["mail"] }),
            form: json!({ "file": SOURCE, "title": "Phishing", "tags": "mail, finance", "format": "markdown" }),
            playbook_created: value(&created(&imported))?,
            playbook: value(&playbook(&imported)?)?,
            playbook_summary: value(&summary(&imported)?)?,
            save: json!({ "source": SOURCE, "summary": "Block the sender, too", "base_version": 1, "actor": "Ana" }),
            version: value(&version(&imported)?)?,
            diff: value(&reworded(&imported.graph))?,
            preview: json!({ "source": SOURCE }),
            previewed: value(&previewed(&imported))?,
            exported: serde_json::from_str(&export::json(&imported.graph)).ok()?,
            start: json!({
                "playbook_id": PLAYBOOK, "incident_title": "Mail to finance", "incident_id": "INC-7", "started_by": "Ana",
            }),
            started: value(&started)?,
            change_step: json!({
                "status": "in_progress", "assignee": "Ana", "notes": "Saved as mail.eml", "actor": "Ana",
            }),
            step_changed: value(&step_changed)?,
            change_execution: json!({ "status": "completed", "outcome": "Contained", "actor": "Ana" }),
            execution: value(&run.detail()?)?,
            execution_changed: value(&execution_changed)?,
            execution_summary: value(&ExecutionSummary::of(&run.execution)?)?,
            evidence: value(&attached)?,
            report: value(&report)?,
            report_md: Value::from(markdown(&report, &run.execution.graph)),
            timeline: value(&run.log)?,
            metrics_summary: value(&past.summary(run.now))?,
            metrics_playbooks: value(&past.playbooks())?,
            metrics_history: value(&past.history())?,
        })
    }
}

fn value(body: &impl Serialize) -> Option<Value> {
    serde_json::to_value(body).ok()
}

fn created(imported: &Imported) -> PlaybookCreated {
    PlaybookCreated {
        id: PLAYBOOK,
        title: imported.graph.title.clone(),
        version: 1,
        format: imported.format,
        node_count: imported.graph.nodes.len(),
        edge_count: imported.graph.edges.len(),
        issues: imported.issues.clone(),
        duplicate_of: None,
    }
}

fn summary(imported: &Imported) -> Option<PlaybookSummary> {
    let graph = &imported.graph;
    let count = |kind| graph.nodes.iter().filter(|node| node.kind == kind).count();
    Some(PlaybookSummary {
        id: PLAYBOOK,
        title: graph.title.clone(),
        version: 1,
        format: imported.format,
        tags: graph.tags.clone(),
        node_count: u32::try_from(graph.nodes.len()).ok()?,
        edge_count: u32::try_from(graph.edges.len()).ok()?,
        step_count: u32::try_from(count(NodeKind::Step)).ok()?,
        decision_count: u32::try_from(count(NodeKind::Decision)).ok()?,
        execution_count: 1,
        last_used: Timestamp::from_micros(BEGAN_MICROS),
        median_seconds: Some(180.0),
        created_at: Timestamp::from_micros(BEGAN_MICROS)?,
        hidden: false,
    })
}

fn version(imported: &Imported) -> Option<VersionSummary> {
    let PlaybookSummary {
        version, title, format, created_at, node_count, edge_count, step_count, decision_count, ..
    } = summary(imported)?;
    let (author, summary) = (Actor::new("Ana").ok()?, "Block the sender, too".to_owned());
    Some(VersionSummary {
        version,
        title,
        format,
        from: None,
        created_at,
        author,
        summary,
        node_count,
        edge_count,
        step_count,
        decision_count,
    })
}

/// A version in which the first step says something else.
fn reworded(graph: &Graph) -> VersionDiff {
    let mut after = graph.clone();
    if let Some(first) = after.nodes.first_mut() {
        "Save the mail with its headers".clone_into(&mut first.label);
    }
    VersionDiff { from: 1, to: 2, diff: GraphDiff::between(graph, &after) }
}

fn previewed(imported: &Imported) -> PlaybookPreview {
    let Imported { graph, format, issues, contents, .. } = imported.clone();
    PlaybookPreview { format, issues, placement: layout(&graph), graph, contents }
}

fn playbook(imported: &Imported) -> Option<PlaybookDetail> {
    Some(PlaybookDetail {
        summary: summary(imported)?,
        shown: version(imported)?,
        source: SOURCE.to_owned(),
        issues: imported.issues.clone(),
        graph: imported.graph.clone(),
        placement: layout(&imported.graph),
    })
}

/// An execution at which Ana works, one command a minute.
struct Run {
    execution: Execution,
    now: Timestamp,
    commands: u128,
    log: Vec<Event>,
}

impl Run {
    fn begin(imported: &Imported) -> Option<Self> {
        let graph = Arc::new(imported.graph.clone());
        let header =
            Header { execution_id: EXECUTION, playbook_id: PLAYBOOK, playbook_version: 1, graph_hash: graph.hash() };
        let now = Timestamp::from_micros(BEGAN_MICROS)?;
        let mut run = Self { execution: Execution::new(header, graph), now, commands: COMMANDS, log: Vec::new() };
        run.execute(&Command::Start {
            incident_title: "Mail to finance".to_owned(),
            incident_id: Some("INC-7".to_owned()),
        })?;
        Some(run)
    }

    fn execute(&mut self, command: &Command) -> Option<Vec<Event>> {
        let meta = Meta {
            now: self.now,
            actor: Actor::new("Ana").ok()?,
            command_id: CommandId(Uuid::from_u128(self.commands)),
            base_seq: None,
            occurred_at: None,
            before_start: false,
            secret: Secret::default(),
        };
        self.commands += 1;
        self.now = Timestamp::from_micros(self.now.micros() + 60_000_000)?;
        let drafts = decide(&self.execution, command, &meta).ok()?;
        let events = self.execution.record(drafts, &meta);
        self.log.extend(events.iter().cloned());
        Some(events)
    }

    fn detail(&self) -> Option<ExecutionDetail> {
        ExecutionDetail::of(&self.execution, self.now)
    }
}

/// What figures are made of: one execution, over.
struct Past {
    records: Vec<Arc<Record>>,
    library: Library,
}

impl Past {
    fn of(imported: &Imported) -> Option<Self> {
        let mut run = Run::begin(imported)?;
        let [save, decision, reset] = [0, 1, 2].map(|position: usize| run.execution.graph.nodes[position].id.clone());
        for (node_id, status) in [
            (&save, StepStatus::InProgress),
            (&save, StepStatus::Blocked),
            (&save, StepStatus::Completed),
            (&decision, StepStatus::InProgress),
            (&reset, StepStatus::Skipped),
        ] {
            let change = StepChange { status: Some(status), ..StepChange::default() };
            run.execute(&Command::ChangeStep { node_id: node_id.clone(), change })?;
        }
        let change = StepChange { decision: Some(Some("Yes".to_owned())), ..StepChange::default() };
        run.execute(&Command::ChangeStep { node_id: decision, change })?;
        let status = Some(ExecutionStatus::Completed);
        run.execute(&Command::ChangeExecution(ExecutionChange { status, ..ExecutionChange::default() }))?;
        let graph = run.execution.graph.clone();
        let entry = LibraryEntry { title: graph.title.clone(), in_library: true, versions: [(1, graph)].into() };
        Some(Self { records: vec![Arc::new(Record::of(&run.execution)?)], library: Library::from([(PLAYBOOK, entry)]) })
    }

    fn summary(&self, now: Timestamp) -> MetricsSummary {
        let running = Running {
            active_count: 2,
            paused_count: 0,
            blocked_count: 1,
            blocked: vec![BlockedExecution {
                execution_id: EXECUTION,
                incident_title: "Mail to finance".to_owned(),
                step_count: 1,
                steps: vec![BlockedStep {
                    node_id: "isolate".into(),
                    label: "Isolate the host".to_owned(),
                    assignee: Some(Actor::recorded("Ana".to_owned())),
                    hold: Hold {
                        reason: Some("The provider’s call".to_owned()),
                        by: Actor::recorded("Ana".to_owned()),
                        since: now,
                    },
                }],
            }],
        };
        metrics::summary(&self.records, &self.library, running, &MetricsFilter::default(), now)
    }

    fn playbooks(&self) -> Vec<PlaybookFigures> {
        metrics::playbooks(&self.records, &self.library)
    }

    fn history(&self) -> PlaybookHistory {
        metrics::history(&self.records, &self.library)
    }
}
