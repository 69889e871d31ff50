//! Playbooks come in: imported as new ones, and saved as new versions. Reading and drawing a playbook takes a moment of
//! computing, so it is done away from the tasks that answer requests.

use domain::api::{ImportPlaybook, PlaybookCreated, PlaybookPreview, PreviewPlaybook, SavePlaybook};
use domain::command::{MAX_FILE_NAME_CHARS, check_length};
use domain::fingerprint::Fingerprint;
use domain::ids::{Actor, PlaybookId};
use domain::import::{ImportRefusal, Imported, MAX_TAGS, align, import_part, name_by_file};
use domain::layout::layout;
use domain::legible::{NameError, name};
use domain::placement::Placement;
use domain::source::{Format, Part};

use crate::service::{Service, ServiceError, new_id, now};
use crate::store::{NewPlaybook, PlaybookCommand, SavedVersion, Version, WriteError};

/// How often a version is read again because somebody else saved one meanwhile.
const TRIES: usize = 8;

impl Service {
    /// Reads a playbook's text and stores it as a new playbook.
    pub(crate) async fn import_playbook(
        &self,
        request: ImportPlaybook,
        author: Actor,
    ) -> Result<PlaybookCreated, ServiceError> {
        let (title, tags) = names(request.title.as_deref(), &request.tags)?;
        if let Some(file) = &request.file_name {
            check_length("file_name", file, MAX_FILE_NAME_CHARS)?;
        }
        let id = PlaybookId(new_id());
        let command = request
            .command_id
            .map(|command| PlaybookCommand { id: command, fingerprint: Fingerprint::of_import(&request, &author) });
        if let Some(command) = &command
            && let Some(saved) = self.store.saved_by(command).await?
        {
            return self.created(saved).await;
        }
        let read = self.computed(move || {
            let named = Named { title, tags };
            let mut imported = import_part(&request.source, request.format, request.from)?;
            if let Some(file) = &request.file_name {
                name_by_file(&mut imported.graph, file);
            }
            let imported = named.given_to(imported);
            Ok::<_, ImportRefusal>((request.source, Read::of(imported)))
        });
        let (source, Read { imported, placement }) = read.await??;
        let playbook = NewPlaybook {
            id,
            version: 1,
            format: imported.format,
            part: imported.part,
            source,
            issues: imported.issues,
            graph: imported.graph,
            placement,
            author,
            summary: String::new(),
            now: now(),
            command,
        };
        let saved = self.store.save_playbook(playbook).await?;
        let created = self.created(saved).await?;
        if saved.playbook == id {
            tracing::info!(%id, title = created.title, "playbook imported");
        }
        Ok(created)
    }

    /// Reads a text and stores it as the next version of a playbook. What is already so is not stored again.
    pub(crate) async fn save_version(
        &self,
        id: PlaybookId,
        request: SavePlaybook,
        author: Actor,
    ) -> Result<PlaybookCreated, ServiceError> {
        let summary = summary_of(request.summary.as_deref())?;
        let (title, tags) = names(request.title.as_deref(), request.tags.as_deref().unwrap_or_default())?;
        let given = Given {
            title,
            tags: request.tags.is_some().then_some(tags),
            source: request.source.clone(),
            format: request.format,
            from: request.from,
        };
        let command = request.command_id.map(|command| PlaybookCommand {
            id: command,
            fingerprint: Fingerprint::of_version(id, &request, &author),
        });
        if let Some(command) = &command
            && let Some(saved) = self.store.saved_by(command).await?
        {
            return self.created(saved).await;
        }
        for _ in 0..TRIES {
            let newest = self.playbook_in_library(id).await?.version;
            let before = self.version(id, newest).await?;
            if request.base_version.is_some_and(|base| base != newest) {
                return Err(outdated(&before));
            }
            let given = given.clone();
            let Some(Read { imported, placement }) = self.computed(move || read_after(&before, given)).await?? else {
                let same = SavedVersion { playbook: id, version: newest };
                let Some(command) = command.clone() else { return self.created(same).await };
                match self.store.confirm_version(same, now(), command).await {
                    Ok(saved) => return self.created(saved).await,
                    Err(WriteError::Outdated) => continue,
                    Err(error) => return Err(error.into()),
                }
            };
            let version = NewPlaybook {
                id,
                version: newest,
                format: imported.format,
                part: imported.part,
                source: request.source.clone(),
                issues: imported.issues,
                graph: imported.graph,
                placement,
                author: author.clone(),
                summary: summary.clone(),
                now: now(),
                command: command.clone(),
            };
            match self.store.save_version(version).await {
                Ok(saved) => {
                    tracing::info!(%id, version = saved.version, "playbook saved");
                    return self.created(saved).await;
                }
                // Read again over what somebody else has saved just now, or refused because of it.
                Err(WriteError::Outdated) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::Busy)
    }

    /// What a text would be read as, and look like.
    pub(crate) async fn preview(&self, request: PreviewPlaybook) -> Result<PlaybookPreview, ServiceError> {
        let before = match request.playbook_id {
            None => None,
            Some(id) => {
                let newest = self.playbook_in_library(id).await?.version;
                Some(self.version(id, newest).await?)
            }
        };
        let read = self.computed(move || {
            let mut imported = read_again(&request.source, request.format, request.from, before.as_deref())?;
            if let Some(before) = before {
                align(&before.graph, &mut imported.graph);
            }
            let Read { imported: Imported { graph, format, issues, contents, .. }, placement } = Read::of(imported);
            Ok::<_, ImportRefusal>(PlaybookPreview { format, issues, graph, placement, contents })
        });
        Ok(read.await??)
    }

    async fn created(&self, saved: SavedVersion) -> Result<PlaybookCreated, ServiceError> {
        let version = self.version(saved.playbook, saved.version).await?;
        let graph = &version.graph;
        Ok(PlaybookCreated {
            id: saved.playbook,
            title: graph.title.clone(),
            version: saved.version,
            format: version.saved.format,
            node_count: graph.nodes.len(),
            edge_count: graph.edges.len(),
            issues: version.issues.clone(),
            duplicate_of: self.store.same_playbook(saved).await?,
        })
    }
}

/// What is given of a version that is to be saved.
#[derive(Clone)]
struct Given {
    source: String,
    format: Option<Format>,
    /// Instead of the part that was chosen for the version before.
    from: Option<Part>,
    /// Instead of the one that the source or the version before has.
    title: Option<String>,
    /// Instead of those that the version before had besides its source's.
    tags: Option<Vec<String>>,
}

/// A text that was read, and drawn.
struct Read {
    imported: Imported,
    placement: Placement,
}

impl Read {
    fn of(imported: Imported) -> Self {
        let placement = layout(&imported.graph);
        Self { imported, placement }
    }
}

/// What a playbook is called besides what its source says.
struct Named {
    /// Instead of the source's title.
    title: Option<String>,
    /// Besides the source's tags.
    tags: Vec<String>,
}

impl Named {
    /// What was said about a version when it was saved, as far as its source does not say it itself.
    fn of(version: &Version) -> Self {
        let Ok(read) = import_part(&version.source, Some(version.saved.format), version.saved.from) else {
            return Self { title: None, tags: Vec::new() };
        };
        let graph = &version.graph;
        Self {
            title: (graph.title != read.graph.title).then(|| graph.title.clone()),
            tags: graph.tags.iter().filter(|tag| !read.graph.tags.contains(tag)).cloned().collect(),
        }
    }

    fn given_to(self, mut imported: Imported) -> Imported {
        let graph = &mut imported.graph;
        if let Some(title) = self.title {
            graph.title = title;
        }
        for tag in self.tags {
            if !graph.tags.iter().any(|own| own.eq_ignore_ascii_case(&tag)) {
                graph.tags.push(tag);
            }
        }
        imported
    }
}

/// Reads a text, of which a part was chosen, or had been chosen for the version before. A part of before that is gone is nobody's
/// choice any more.
fn read_again(
    source: &str,
    format: Option<Format>,
    from: Option<Part>,
    before: Option<&Version>,
) -> Result<Imported, ImportRefusal> {
    let kept = before.and_then(|before| before.saved.from).filter(|_| from.is_none());
    let again = kept.and_then(|part| import_part(source, format, Some(part)).ok());
    again.map_or_else(|| import_part(source, format, from), Ok)
}

/// Reads a text that is to follow a version; `None` when it is that version.
fn read_after(before: &Version, given: Given) -> Result<Option<Read>, ImportRefusal> {
    let mut imported = read_again(&given.source, given.format, given.from, Some(before))?;
    let kept = Named::of(before);
    let named = Named { title: given.title.or(kept.title), tags: given.tags.unwrap_or(kept.tags) };
    align(&before.graph, &mut imported.graph);
    let imported = named.given_to(imported);
    let saved = &before.saved;
    let is_same = before.source == given.source
        && (saved.format, saved.from) == (imported.format, imported.part)
        && *before.graph == imported.graph;
    Ok((!is_same).then(|| Read::of(imported)))
}

fn outdated(newest: &Version) -> ServiceError {
    let saved = &newest.saved;
    ServiceError::Outdated { version: saved.version, author: saved.author.clone(), at: saved.created_at }
}

/// A title and tags as they are kept, when they are given beside the source.
fn names(title: Option<&str>, tags: &[String]) -> Result<(Option<String>, Vec<String>), ServiceError> {
    let kept = |field, what: &str, text: &str| {
        name(text).map_err(|fault| ServiceError::Invalid { field, message: format!("{what} {fault}") })
    };
    if tags.len() > MAX_TAGS {
        let message = format!("a playbook has at most {MAX_TAGS} tags");
        return Err(ServiceError::Invalid { field: "tags", message });
    }
    let title = title.map(|title| kept("title", "title", title)).transpose()?;
    let tags = tags.iter().map(|tag| kept("tags", "a tag", tag)).collect::<Result<_, _>>()?;
    Ok((title, tags))
}

/// What somebody says about a version, as it is kept; empty when they say nothing.
fn summary_of(text: Option<&str>) -> Result<String, ServiceError> {
    match text.map(name) {
        None | Some(Err(NameError::Blank)) => Ok(String::new()),
        Some(Ok(summary)) => Ok(summary),
        Some(Err(fault)) => Err(ServiceError::Invalid { field: "summary", message: format!("summary {fault}") }),
    }
}
