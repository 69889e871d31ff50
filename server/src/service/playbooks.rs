//! The library.

use domain::api::{ImportPlaybook, PlaybookCreated, PlaybookDetail, PlaybookFilter, PlaybookSummary};
use domain::graph::Graph;
use domain::ids::{MAX_NAME_CHARS, PlaybookId};
use domain::import::{ImportRefusal, import};
use domain::layout::layout;

use super::{Service, ServiceError, check_name, new_id, now};
use crate::store::NewPlaybook;

/// Most tags on one playbook.
const MAX_TAGS: usize = 50;

impl Service {
    /// Reads a playbook's text and stores it as a new playbook.
    pub(crate) async fn import_playbook(&self, request: ImportPlaybook) -> Result<PlaybookCreated, ServiceError> {
        check_names(&request)?;
        let id = PlaybookId(new_id());
        let playbook = tokio::task::spawn_blocking(move || read(id, request))
            .await
            .map_err(|error| ServiceError::Invalid { field: "source", message: format!("not readable: {error}") })??;
        let format = playbook.format;
        let saved = self.store.save_playbook(playbook).await?;
        let version = self.store.version(saved, 1).await?;
        let graph = &version.graph;
        tracing::info!(id = %saved, title = graph.title, "playbook imported");
        Ok(PlaybookCreated {
            id: saved,
            title: graph.title.clone(),
            version: 1,
            format,
            node_count: graph.nodes.len(),
            edge_count: graph.edges.len(),
            issues: version.issues.clone(),
        })
    }

    /// The library, newest first.
    pub(crate) async fn playbooks(&self, filter: &PlaybookFilter) -> Result<Vec<PlaybookSummary>, ServiceError> {
        check_name("q", filter.q.as_deref())?;
        check_name("tag", filter.tag.as_deref())?;
        Ok(self.store.playbooks(filter).await?)
    }

    /// A playbook with its newest version.
    pub(crate) async fn playbook(&self, id: PlaybookId) -> Result<PlaybookDetail, ServiceError> {
        let (summary, version) = self.store.playbook(id).await?.ok_or(ServiceError::UnknownPlaybook)?;
        Ok(PlaybookDetail {
            summary,
            source: version.source.clone(),
            issues: version.issues.clone(),
            graph: Graph::clone(&version.graph),
            placement: domain::placement::Placement::clone(&version.placement),
        })
    }

    /// Takes a playbook out of the library; executions keep it.
    pub(crate) async fn delete_playbook(&self, id: PlaybookId) -> Result<(), ServiceError> {
        Ok(self.store.hide_playbook(id, now()).await?)
    }
}

fn check_names(request: &ImportPlaybook) -> Result<(), ServiceError> {
    let invalid = |field, message: String| Err(ServiceError::Invalid { field, message });
    let fault = |field, name: &str| match name {
        name if name.chars().any(char::is_control) => Some(format!("{field} must not contain control characters")),
        name if name.trim().is_empty() => Some(format!("{field} must not be blank")),
        name if name.chars().count() > MAX_NAME_CHARS => {
            Some(format!("{field} has at most {MAX_NAME_CHARS} characters"))
        }
        _ => None,
    };
    if let Some(fault) = request.title.as_deref().and_then(|title| fault("title", title)) {
        return invalid("title", fault);
    }
    if request.tags.len() > MAX_TAGS {
        return invalid("tags", format!("a playbook has at most {MAX_TAGS} tags"));
    }
    if let Some(fault) = request.tags.iter().find_map(|tag| fault("a tag", tag)) {
        return invalid("tags", fault);
    }
    Ok(())
}

fn read(id: PlaybookId, request: ImportPlaybook) -> Result<NewPlaybook, ImportRefusal> {
    let imported = import(&request.source, request.format)?;
    let mut graph = imported.graph;
    if let Some(title) = request.title {
        title.trim().clone_into(&mut graph.title);
    }
    for tag in request.tags {
        if !graph.tags.iter().any(|own| own.eq_ignore_ascii_case(tag.trim())) {
            graph.tags.push(tag.trim().to_owned());
        }
    }
    let placement = layout(&graph);
    Ok(NewPlaybook {
        id,
        version: 1,
        command_id: request.command_id,
        format: imported.format,
        source: request.source,
        issues: imported.issues,
        graph,
        placement,
        now: now(),
    })
}
