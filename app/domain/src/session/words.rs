//! What the session tells, in words.

use crate::api::{PatchExecution, PatchStep};
use crate::event::ExecutionStatus;
use crate::ids::Actor;
use crate::outbox::{Asked, Change};

/// Something that whoever sits here must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A change was refused, and why. What was written for it is a draft again.
    NotSaved(Asked, String),
    /// Somebody else had set the same status already.
    Forestalled(Asked, Actor),
}

impl Notice {
    /// Where it happened, as the end of a sentence: ` at “Isolate host”`.
    fn place(asked: &Asked) -> String {
        if asked.label.is_empty() { String::new() } else { format!(" at “{}”", asked.label) }
    }

    /// What happened, what was kept and what to do.
    pub fn words(&self) -> String {
        match self {
            Self::NotSaved(asked, why) => {
                let texts = asked.texts();
                let quoted: Vec<String> = texts.iter().map(|(_, text)| format!("“{text}”")).collect();
                let kept = match quoted.as_slice() {
                    [] => String::new(),
                    _ => format!(" Your text is a draft again: {}", quoted.join(", ")),
                };
                let stop = if why.ends_with('.') { "" } else { "." };
                format!("Not saved{}: {why}{stop}{kept}", Self::place(asked))
            }
            Self::Forestalled(asked, by) => {
                let status = match &asked.change {
                    Change::Step { patch: PatchStep { status: Some(status), .. }, .. } => status.label().to_lowercase(),
                    _ => "that".to_owned(),
                };
                format!("{by} had set “{}” to {status} already.", asked.label)
            }
        }
    }
}

/// What a change would do, for a list of what waits: `Set “Isolate host” to completed. Note: “done”`.
pub fn described(asked: &Asked) -> String {
    let mut parts = Vec::new();
    let at = &asked.label;
    match &asked.change {
        Change::Step { patch: PatchStep { status, assignee, decision_taken, .. }, .. } => {
            if let Some(branch) = decision_taken {
                parts.push(match branch {
                    Some(branch) => format!("Decide “{branch}” at “{at}”"),
                    None => format!("Take back the answer at “{at}”"),
                });
            } else if let Some(status) = status {
                parts.push(format!("Set “{at}” to {}", status.label().to_lowercase()));
            }
            match assignee {
                Some(Some(name)) => parts.push(format!("Give “{at}” to {name}")),
                Some(None) => parts.push(format!("Leave “{at}” to nobody")),
                None => {}
            }
        }
        Change::Execution { patch: PatchExecution { status, .. } } => match status {
            Some(ExecutionStatus::Active) => parts.push(format!("Resume “{at}”")),
            Some(ExecutionStatus::Paused) => parts.push(format!("Pause “{at}”")),
            Some(ExecutionStatus::Completed) => parts.push(format!("Complete “{at}”")),
            Some(ExecutionStatus::Abandoned) => parts.push(format!("Abandon “{at}”")),
            None => {}
        },
    }
    for (_, text) in asked.texts() {
        parts.push(if parts.is_empty() {
            format!("Text for “{at}”: “{text}”")
        } else {
            format!("“{text}”")
        });
    }
    parts.join(". ")
}
