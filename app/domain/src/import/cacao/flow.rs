//! From the ways of steps to the edges of a graph.
//!
//! In CACAO a branch ends in an `end` of its own, and goes on with the `on_completion` of the step it began at (CACAO
//! v2.0 §4.6 to §4.9). In half of the playbooks that people write, branches simply lead to the step that they have in
//! common. Both become the same edges: what ends a branch is replaced by what follows it.

use std::collections::HashSet;

use super::step::{Step, StepKind};

/// Where a way leads in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// To this step.
    Step(usize),
    /// To the point where the branches of this step come together.
    Join(usize),
}

/// An edge of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) label: Option<String>,
}

/// What of a workflow becomes the graph.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// In the order of the workflow.
    pub(super) links: Vec<Link>,
    /// Steps that only end branches: they are replaced by what follows.
    pub(super) replaced: Vec<usize>,
    /// The first steps of those parts that nothing leads to from the start or the handler of exceptions.
    pub(super) strays: Vec<usize>,
    /// Per step the last step of the branches that begin at it.
    pub(super) last_inside: Vec<usize>,
}

/// What a step lies in.
#[derive(Clone, Copy, Debug)]
enum Context {
    /// A branch of this step.
    Branch(usize),
    /// The body of this loop.
    Loop(usize),
}

impl Context {
    fn step(self) -> usize {
        match self {
            Self::Branch(step) | Self::Loop(step) => step,
        }
    }
}

/// Works out the edges. `roots` are the start and the handler of exceptions.
pub(super) fn links(steps: &[Step<'_>], roots: &[usize]) -> Links {
    let mut flow = Flow { steps, contexts: vec![None; steps.len()], seen: vec![false; steps.len()] };
    roots.iter().for_each(|&root| flow.visit(root));
    let entered: HashSet<usize> =
        steps.iter().flat_map(|step| step.ways.iter().chain(&step.next)).filter_map(|way| way.target).collect();
    // What nothing leads to comes first: what follows it is no beginning.
    let (followed, first): (Vec<usize>, Vec<usize>) = (0..steps.len()).partition(|step| entered.contains(step));
    let mut strays = Vec::new();
    for step in first.into_iter().chain(followed) {
        strays.extend((!flow.seen[step] && steps[step].kind != StepKind::End).then_some(step));
        flow.visit(step);
    }
    let links = flow.all_links();
    let reached: HashSet<Place> = links.iter().map(|link| link.to).collect();
    let is_replaced = |step: &usize| {
        flow.ends_branch(*step) && !reached.contains(&Place::Step(*step)) && !steps[*step].extension.helper
    };
    let replaced = (0..steps.len()).filter(is_replaced).collect();
    Links { links, replaced, strays, last_inside: flow.last_inside() }
}

struct Flow<'a, 'b> {
    steps: &'a [Step<'b>],
    contexts: Vec<Option<Context>>,
    seen: Vec<bool>,
}

impl Flow<'_, '_> {
    /// Finds out what each step lies in. What follows a step with branches is visited before them: a step that both
    /// name lies outside.
    fn visit(&mut self, root: usize) {
        let mut pending = vec![(root, None)];
        while let Some((position, context)) = pending.pop() {
            if std::mem::replace(&mut self.seen[position], true) {
                continue;
            }
            self.contexts[position] = context;
            let step = &self.steps[position];
            for way in step.ways.iter().rev() {
                let inside = match step.kind {
                    StepKind::While if way.over.starts_with("on_true") => Some(Context::Loop(position)),
                    kind if kind.branches() => Some(Context::Branch(position)),
                    _ => context,
                };
                pending.extend(way.target.map(|target| (target, inside)));
            }
            pending.extend(step.next.as_ref().and_then(|way| way.target).map(|target| (target, context)));
        }
    }

    /// Whether a step only ends a branch.
    fn ends_branch(&self, step: usize) -> bool {
        self.steps[step].kind == StepKind::End && self.steps[step].extension.id.is_none()
    }

    /// Whether branches come together at a point of their own.
    fn joins(&self, step: usize) -> bool {
        let Step { kind, next, ways, extension, .. } = &self.steps[step];
        let is_ours = extension.helper || extension.id.is_some();
        let is_join = *kind == StepKind::Parallel && next.is_some() && ways.len() > 1;
        extension.merge.is_some() || (is_join && !is_ours)
    }

    /// Whether a step stands for no node but only for several ways out of another.
    fn is_collapsed(&self, step: usize) -> bool {
        self.steps[step].kind == StepKind::Parallel && self.steps[step].extension.helper
    }

    /// Where a way leads that begins in a context; `None` when it leads out of the playbook.
    fn place(&self, target: Option<usize>, context: Option<Context>) -> Option<Place> {
        let (mut target, mut context) = (target, context);
        loop {
            if let Some(step) = target.filter(|&step| !self.ends_branch(step)) {
                return Some(Place::Step(step));
            }
            match context {
                None => return target.filter(|&step| !self.steps[step].extension.helper).map(Place::Step),
                Some(Context::Loop(step)) => return Some(Place::Step(step)),
                Some(Context::Branch(step)) if self.joins(step) => return Some(Place::Join(step)),
                Some(Context::Branch(step)) => {
                    target = self.next(step).or(target);
                    context = self.contexts[step];
                }
            }
        }
    }

    fn next(&self, step: usize) -> Option<usize> {
        self.steps[step].next.as_ref()?.target
    }

    fn all_links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (position, step) in self.steps.iter().enumerate() {
            let is_helper = self.is_collapsed(position) || step.extension.helper && step.kind == StepKind::Start;
            if !is_helper && step.kind != StepKind::End {
                let from = Place::Step(position);
                let ways = self.ways(position).into_iter().flat_map(|way| self.expanded(way));
                links.extend(ways.map(|(label, to)| Link { from, to, label }));
            }
        }
        for position in (0..self.steps.len()).filter(|&step| self.joins(step)) {
            let from = Place::Join(position);
            let next = self.place(self.next(position), self.contexts[position]);
            let ways = next.into_iter().flat_map(|to| self.expanded((None, to)));
            links.extend(ways.map(|(label, to)| Link { from, to, label }));
        }
        links
    }

    /// The ways out of a step, as our own export says where it says so.
    fn ways(&self, position: usize) -> Vec<(Option<String>, Place)> {
        let mut found = self.written_ways(position);
        let mut ordered = Vec::new();
        for said in self.steps[position].extension.ways.iter().flatten() {
            if let Some(at) = found.iter().position(|(over, ..)| *over == said.over) {
                let (_, _, place) = found.remove(at);
                ordered.extend((!said.derived).then(|| (said.label.clone(), place)));
            }
        }
        ordered.extend(found.into_iter().map(|(_, label, place)| (label, place)));
        ordered
    }

    /// The ways out of a step by CACAO's own words: the member, the label, the place.
    fn written_ways(&self, position: usize) -> Vec<(String, Option<String>, Place)> {
        let step = &self.steps[position];
        let own = self.contexts[position];
        let inside = Some(Context::Branch(position));
        let mut found = Vec::new();
        let mut add = |over: &str, label: Option<&str>, place: Option<Place>| {
            found.extend(place.map(|place| (over.to_owned(), label.map(str::to_owned), place)));
        };
        for way in &step.ways {
            let context = match step.kind {
                StepKind::While if way.over.starts_with("on_true") => Some(Context::Loop(position)),
                kind if kind.branches() => inside,
                _ => own,
            };
            add(&way.over, way.label.as_deref(), self.place(way.target, context));
        }
        let names = |member: &str| step.ways.iter().any(|way| way.over.starts_with(member));
        match step.kind {
            // A question needs two answers: without a place to go on, the second leads to a merge of its own.
            StepKind::If if !names("on_true") => add("on_true", Some("True"), self.after(position)),
            StepKind::If if !names("on_false") => add("on_false", Some("False"), self.after(position)),
            StepKind::While if !names("on_false") => add("done", Some("Done"), self.after(position)),
            kind if step.ways.is_empty() && !(kind == StepKind::Start) => {
                add("end", None, self.place(None, if kind.branches() { inside } else { own }));
            }
            _ => {}
        }
        found
    }

    /// Where a branch leads that is not written.
    fn after(&self, position: usize) -> Option<Place> {
        self.place(None, Some(Context::Branch(position))).or(Some(Place::Join(position)))
    }

    /// A way, or in place of one to a helper the helper's ways.
    fn expanded(&self, (label, place): (Option<String>, Place)) -> Vec<(Option<String>, Place)> {
        match place {
            Place::Step(helper) if self.is_collapsed(helper) => {
                let ways = self.ways(helper).into_iter();
                ways.map(|(own, place)| (own.or_else(|| label.clone()), place)).collect()
            }
            _ => vec![(label, place)],
        }
    }

    fn last_inside(&self) -> Vec<usize> {
        let mut last: Vec<usize> = (0..self.steps.len()).collect();
        for position in 0..self.steps.len() {
            let mut around = self.contexts[position].map(Context::step);
            while let Some(step) = around {
                last[step] = last[step].max(position);
                around = self.contexts[step].map(Context::step);
            }
        }
        last
    }
}
