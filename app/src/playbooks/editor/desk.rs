//! What is known while somebody edits, and what happens then.

use domain::api::{ImportPlaybook, PlaybookCreated, PlaybookPreview, PreviewPlaybook, Problem, SavePlaybook};
use domain::graph::Graph;
use domain::ids::{NodeId, PlaybookId};
use domain::placement::Placement;
use domain::source::{Content, ImportIssue, Part};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::lines::{beginnings, line_of, mirror, node_at, position_of, remarks};
use super::{EditorData, NEW, load_editor};
use crate::ui::analyst::use_analyst;
use crate::ui::request::{Method, new_command_id, send};
use crate::ui::rest::Rest;
use crate::ui::storage;

/// What the state says while the flowchart is that of the text.
const READ: &str = "Read";

/// A text that is being edited.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    id: StoredValue<String>,
    /// Where the browser keeps what was not saved.
    draft: StoredValue<String>,
    /// The text as the server has it.
    source: StoredValue<String>,
    /// The version that is known to whoever edits.
    base: StoredValue<u32>,
    pub(super) field: NodeRef<html::Textarea>,
    pub(super) mirror: NodeRef<html::Pre>,
    pub(super) summary: NodeRef<html::Input>,
    /// What is drawn: the last text that could be read.
    pub(super) drawing: RwSignal<(Graph, Placement)>,
    /// What the text holds that can be read as a playbook.
    pub(super) contents: RwSignal<Vec<Content>>,
    /// The part that was chosen of it.
    pub(super) from: RwSignal<Option<Part>>,
    lines: StoredValue<Vec<(u32, NodeId)>>,
    issues: StoredValue<Vec<ImportIssue>>,
    pub(super) remarks: RwSignal<String>,
    pub(super) selected: RwSignal<Option<NodeId>>,
    /// The node that was chosen because the cursor is in its lines.
    by_cursor: StoredValue<Option<NodeId>>,
    /// Whether the flowchart is that of the text, in words.
    pub(super) state: RwSignal<String>,
    /// Why nothing was saved.
    pub(super) problem: RwSignal<String>,
    /// A version that is not that of whoever edits, and its text.
    pub(super) theirs: RwSignal<Option<(u32, String)>>,
    pub(super) restored: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    /// Counts what was typed, so that a timer and an answer know whether something was typed since.
    typed: StoredValue<u64>,
    /// When it is read.
    rest: Rest,
}

impl Desk {
    pub(super) fn new(id: String, template: &str, data: EditorData) -> Self {
        let EditorData { source, newest, preview, .. } = data;
        let lines = beginnings(&preview.graph);
        Self {
            draft: StoredValue::new(format!("forge.edit.{id}{template}")),
            id: StoredValue::new(id),
            source: StoredValue::new(source),
            base: StoredValue::new(newest),
            field: NodeRef::new(),
            mirror: NodeRef::new(),
            summary: NodeRef::new(),
            remarks: RwSignal::new(remarks(&preview.issues)),
            drawing: RwSignal::new((drawn(preview.graph), preview.placement)),
            contents: RwSignal::new(preview.contents),
            from: RwSignal::new(None),
            lines: StoredValue::new(lines),
            issues: StoredValue::new(preview.issues),
            selected: RwSignal::new(None),
            by_cursor: StoredValue::new(None),
            state: RwSignal::new(READ.to_owned()),
            problem: RwSignal::new(String::new()),
            theirs: RwSignal::new(None),
            restored: RwSignal::new(false),
            busy: RwSignal::new(false),
            typed: StoredValue::new(0),
            rest: Rest::new(),
        }
    }

    /// Begins what only a browser does: fills the field, and leads from a chosen node to its line.
    pub(super) fn watch(self) {
        Effect::new(move || {
            if self.field.get().is_none() {
                return;
            }
            let source = self.source.get_value();
            // A draft says first which version it began with.
            let kept = storage::get(&self.draft.get_value());
            let kept = kept.as_deref().and_then(|kept| kept.split_once('\n'));
            match kept.and_then(|(base, text)| Some((base.parse().ok()?, text))).filter(|(_, text)| *text != source) {
                Some((base, text)) => {
                    self.base.set_value(base);
                    self.restored.set(true);
                    self.show(text);
                    self.read();
                }
                None => self.show(&source),
            }
        });
        Effect::new(move || {
            let chosen = self.selected.get();
            if chosen == self.by_cursor.get_value() {
                return;
            }
            self.by_cursor.set_value(chosen.clone());
            let line = self
                .lines
                .with_value(|lines| lines.iter().find(|(_, id)| Some(id) == chosen.as_ref()).map(|(line, _)| *line));
            if let Some(line) = line {
                self.go_to(line);
            }
        });
    }

    /// Whether the flowchart is that of an earlier text.
    pub(super) fn is_stale(self) -> bool {
        self.state.with(|state| state != READ)
    }

    fn text(self) -> String {
        self.field.get_untracked().map(|field| field.value()).unwrap_or_default()
    }

    fn show(self, text: &str) {
        if let Some(field) = self.field.get_untracked() {
            field.set_value(text);
        }
        self.lay_under(None);
    }

    /// Writes the mirror anew.
    fn lay_under(self, marked: Option<u32>) {
        if let Some(under) = self.mirror.get_untracked() {
            under.set_inner_html(&self.issues.with_value(|issues| mirror(&self.text(), issues, marked)));
        }
    }

    /// Something was typed.
    pub(super) fn typed(self) {
        let text = self.text();
        if text == self.source.get_value() {
            storage::remove(&self.draft.get_value());
        } else {
            storage::set(&self.draft.get_value(), &format!("{}\n{text}", self.base.get_value()));
        }
        self.lay_under(None);
        self.typed.update_value(|typed| *typed += 1);
        self.rest.then(move || self.read());
    }

    /// Another part of the text is to be read.
    pub(super) fn choose(self, part: Option<Part>) {
        self.from.set(part);
        self.typed.update_value(|typed| *typed += 1);
        self.read();
    }

    /// Has the server read the text.
    fn read(self) {
        let typed = self.typed.get_value();
        let (playbook_id, from) = (self.playbook_id(), self.from.get_untracked());
        let request = PreviewPlaybook { source: self.text(), format: None, from, playbook_id };
        spawn_local(async move {
            let answer: Result<PlaybookPreview, Problem> = send(Method::Post, "/api/playbooks/preview", &request).await;
            if self.typed.try_get_value() != Some(typed) {
                return;
            }
            match answer {
                Ok(preview) => self.take(preview),
                Err(problem) => self.state.set(format!("Last text that could be read: {}", problem.detail)),
            }
        });
    }

    fn take(self, preview: PlaybookPreview) {
        let PlaybookPreview { issues, graph, placement, contents, .. } = preview;
        if *self.contents.read_untracked() != contents {
            self.contents.set(contents);
        }
        self.lines.set_value(beginnings(&graph));
        self.remarks.set(remarks(&issues));
        self.issues.set_value(issues);
        self.state.set(READ.to_owned());
        let drawing = (drawn(graph), placement);
        // Most of what is typed changes nothing that is drawn.
        if self.drawing.with_untracked(|shown| *shown != drawing) {
            self.drawing.set(drawing);
        }
        self.lay_under(None);
        self.cursor_moved();
    }

    fn playbook_id(self) -> Option<PlaybookId> {
        self.id.with_value(|id| id.parse().ok())
    }

    /// Chooses the node in whose lines the cursor is.
    pub(super) fn cursor_moved(self) {
        let Some(field) = self.field.get_untracked() else { return };
        let Ok(Some(position)) = field.selection_start() else { return };
        let line = line_of(&field.value(), position as usize);
        let chosen = self.lines.with_value(|lines| node_at(lines, line).cloned());
        if chosen.is_some() && chosen != self.by_cursor.get_value() {
            self.by_cursor.set_value(chosen.clone());
            self.selected.set(chosen);
        }
    }

    /// Puts the cursor into a line, where it can be seen.
    pub(super) fn go_to(self, line: u32) {
        let Some(field) = self.field.get_untracked() else { return };
        let position = u32::try_from(position_of(&field.value(), line)).unwrap_or(u32::MAX);
        // A position that is not in the text is its end.
        let _ = field.set_selection_range(position, position);
        self.lay_under(Some(line));
        let at = self.mirror.get_untracked().and_then(|under| under.query_selector(".at").ok().flatten());
        if let Some(at) = at {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Center);
            at.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// Saves the text: as a new playbook, or as the next version.
    pub(super) fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(String::new());
        let actor = Some(use_analyst().actor());
        let (source, from) = (self.text(), self.from.get_untracked());
        let navigate = use_navigate();
        spawn_local(async move {
            let command_id = Some(new_command_id());
            let answer: Result<PlaybookCreated, Problem> = if self.id.with_value(|id| id == NEW) {
                let request = ImportPlaybook { source, from, actor, command_id, ..ImportPlaybook::default() };
                send(Method::Post, "/api/playbooks", &request).await
            } else {
                let request = SavePlaybook {
                    source,
                    from,
                    actor,
                    command_id,
                    summary: self.summary.get_untracked().map(|field| field.value()),
                    base_version: Some(self.base.get_value()),
                    ..SavePlaybook::default()
                };
                send(Method::Put, &format!("/api/playbooks/{}", self.id.get_value()), &request).await
            };
            self.busy.set(false);
            match answer {
                Ok(saved) => {
                    storage::remove(&self.draft.get_value());
                    navigate(&format!("/playbooks/{}", saved.id), NavigateOptions::default());
                }
                Err(problem) => {
                    if problem.kind.ends_with("/outdated") {
                        self.fetch_theirs().await;
                    }
                    self.problem.set(problem.detail);
                }
            }
        });
    }

    async fn fetch_theirs(self) {
        if let Ok(theirs) = load_editor(self.id.get_value(), None, String::new()).await {
            self.theirs.set(Some((theirs.newest, theirs.source)));
        }
    }

    /// Saves over a version that has been seen now.
    pub(super) fn keep_mine(self) {
        if let Some((newest, _)) = self.theirs.try_update(Option::take).flatten() {
            self.base.set_value(newest);
            self.save();
        }
    }

    /// Puts the other text into the field, and the one from there aside.
    pub(super) fn swap(self) {
        let mine = self.text();
        if let Some((newest, theirs)) = self.theirs.get_untracked() {
            self.base.set_value(newest);
            self.problem.set(String::new());
            self.theirs.set(Some((newest, mine)));
            self.show(&theirs);
            self.typed();
        }
    }

    /// Goes back to what the server has.
    pub(super) fn discard(self) {
        storage::remove(&self.draft.get_value());
        self.restored.set(false);
        let id = self.id.get_value();
        if id == NEW {
            self.show(&self.source.get_value());
            self.typed();
            return;
        }
        spawn_local(async move {
            if let Ok(now) = load_editor(id, None, String::new()).await {
                self.base.set_value(now.newest);
                self.source.set_value(now.source.clone());
                self.show(&now.source);
                self.typed();
            }
        });
    }
}

/// The graph as far as it is drawn, so that two can be compared.
fn drawn(mut graph: Graph) -> Graph {
    graph.title.clear();
    graph.description.clear();
    for node in &mut graph.nodes {
        node.line = None;
        node.description.clear();
        node.code.clear();
    }
    graph
}
