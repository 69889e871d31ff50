//! A panic in the task that writes.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::graph::{Graph, Node, NodeKind};
use domain::ids::Actor;
use domain::layout::layout;
use domain::source::Format;

use super::*;
use crate::store::{Purpose, Store};

fn moment() -> Timestamp {
    Timestamp::from_micros(0).expect("a time")
}

fn playbook(number: u128) -> NewPlaybook {
    let graph = Graph { nodes: vec![Node::new("one", NodeKind::Step, "One")], ..Graph::default() };
    let placement = layout(&graph);
    NewPlaybook {
        id: PlaybookId(sea_orm::prelude::Uuid::from_u128(number)),
        version: 1,
        format: Format::Markdown,
        part: None,
        source: "1. One".to_owned(),
        issues: Vec::new(),
        graph,
        placement,
        author: Actor::anonymous(),
        summary: String::new(),
        now: moment(),
        command: None,
    }
}

fn start(store: &Store, number: u128) -> impl Future<Output = Result<Committed, WriteError>> {
    let new = NewExecution {
        id: ExecutionId(sea_orm::prelude::Uuid::from_u128(number)),
        playbook_id: PlaybookId(sea_orm::prelude::Uuid::from_u128(1)),
        command: Command::Start { incident_title: "Incident".to_owned(), incident_id: None },
        meta: Meta {
            now: moment(),
            actor: Actor::anonymous(),
            command_id: domain::ids::CommandId(sea_orm::prelude::Uuid::from_u128(number)),
            base_seq: None,
            occurred_at: None,
            before_start: false,
            secret: domain::event::Secret([0; 32]),
        },
    };
    store.start(new)
}

#[tokio::test]
async fn after_a_panic_the_task_is_begun_anew_and_nothing_that_was_acknowledged_is_lost() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let folder = tempfile::tempdir().expect("a folder");
    let panics_once = Box::new(|_: ExecutionId, _: &[Event]| {
        assert!(TOLD.fetch_add(1, Ordering::Relaxed) != 1, "on purpose");
    });
    let store =
        Store::open_for(Purpose::Serve, folder.path(), panics_once, CommitCounts::default()).await.expect("a store");
    store.save_playbook(playbook(1)).await.expect("a playbook");
    start(&store, 1).await.expect("the first is told");
    // The second panics when it is told, after its commit and its acknowledgement.
    start(&store, 2).await.expect("it was acknowledged before");
    store.ping().await.expect("it writes again");
    start(&store, 3).await.expect("and goes on");
    for number in 1..=3 {
        let id = ExecutionId(sea_orm::prelude::Uuid::from_u128(number));
        assert!(store.execution(id).await.expect("it is read").is_some(), "{number}");
    }
    store.close().await;
}
