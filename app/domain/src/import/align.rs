//! Ids that are kept when an edited playbook is imported again.
//!
//! Most ids stay by themselves, as they are chosen by the author or derived from the text. Here, nodes of the new
//! graph that have another id and nodes of the previous one that seem to be gone are compared: by label, by what
//! stands around them, by similarity. What is not nearly the same stays new. Nothing but ids is changed.

use std::collections::{HashMap, HashSet};

use super::node_ids::normalise;
use crate::graph::{Graph, Node, NodeKind};
use crate::ids::NodeId;

/// How alike two nodes must be, from 0 to 1, wherever they stand.
const ALIKE_ANYWHERE: f64 = 0.6;

/// How alike they must be when they stand between the same neighbours.
const ALIKE_IN_PLACE: f64 = 0.3;

/// Most comparisons of two nodes; beyond, only neighbours are compared.
const MAX_COMPARISONS: usize = 400_000;

/// Gives the nodes of `new` the ids that the same or nearly the same nodes have in `previous`. Both graphs must be
/// valid; `new` stays valid.
pub fn align(previous: &Graph, new: &mut Graph) {
    let mut matching = Matching::new(previous, new);
    matching.by_label();
    matching.phases_by_members();
    matching.by_similarity();
    matching.merges_by_neighbours();
    let names: HashMap<NodeId, NodeId> = matching
        .of_new
        .iter()
        .enumerate()
        .filter_map(|(position, found)| Some((position, (*found)?)))
        .map(|(position, found)| (new.nodes[position].id.clone(), previous.nodes[found].id.clone()))
        .collect();
    let rename = |id: &mut NodeId| {
        if let Some(name) = names.get(id) {
            id.clone_from(name);
        }
    };
    for node in &mut new.nodes {
        rename(&mut node.id);
        node.phase.iter_mut().for_each(rename);
    }
    for edge in &mut new.edges {
        rename(&mut edge.from);
        rename(&mut edge.to);
    }
}

/// Which node of the one graph is which of the other, by their positions.
struct Matching<'a> {
    previous: &'a Graph,
    new: &'a Graph,
    of_new: Vec<Option<usize>>,
    of_previous: Vec<Option<usize>>,
}

impl<'a> Matching<'a> {
    /// Matches what has the same id.
    fn new(previous: &'a Graph, new: &'a Graph) -> Self {
        let (of_new, of_previous) = (vec![None; new.nodes.len()], vec![None; previous.nodes.len()]);
        let mut matching = Self { previous, new, of_new, of_previous };
        let known = positions(previous);
        for (position, node) in new.nodes.iter().enumerate() {
            if let Some(&found) = known.get(&node.id) {
                matching.pair(position, found);
            }
        }
        matching
    }

    fn pair(&mut self, new: usize, previous: usize) {
        if self.of_new[new].is_none() && self.of_previous[previous].is_none() {
            self.of_new[new] = Some(previous);
            self.of_previous[previous] = Some(new);
        }
    }

    fn left_in_new(&self) -> Vec<usize> {
        (0..self.of_new.len()).filter(|&node| self.of_new[node].is_none()).collect()
    }

    fn left_in_previous(&self) -> Vec<usize> {
        (0..self.of_previous.len()).filter(|&node| self.of_previous[node].is_none()).collect()
    }

    /// Matches what says the same, as under a heading that was renamed. Of several, the first with the first, unless
    /// one stands between the same neighbours.
    fn by_label(&mut self) {
        let mut known: HashMap<(NodeKind, String), Vec<usize>> = HashMap::new();
        for node in self.left_in_previous() {
            known.entry(said(&self.previous.nodes[node])).or_default().push(node);
        }
        for in_place in [true, false] {
            let gaps = self.gaps();
            for node in self.left_in_new() {
                let Some(candidates) = known.get(&said(&self.new.nodes[node])) else {
                    continue;
                };
                // Merges say nothing of their own.
                if self.new.nodes[node].kind == NodeKind::Merge && !in_place {
                    continue;
                }
                let is_left = |candidate: &&usize| {
                    self.of_previous[**candidate].is_none() && (!in_place || gaps[node].contains(candidate))
                };
                if let Some(&found) = candidates.iter().find(is_left) {
                    self.pair(node, found);
                }
            }
        }
    }

    /// Matches phases that hold the same nodes, whatever they are called: the inner ones first.
    fn phases_by_members(&mut self) {
        let (in_previous, in_new) = (positions(self.previous), positions(self.new));
        let mut votes: HashMap<usize, HashMap<usize, usize>> = HashMap::new();
        for position in (0..self.of_new.len()).rev() {
            if let Some(counts) = votes.get(&position) {
                let best = counts.iter().max_by_key(|&(&phase, &count)| (count, std::cmp::Reverse(phase)));
                if let Some((&phase, _)) = best {
                    self.pair(position, phase);
                }
            }
            let Some(found) = self.of_new[position] else {
                continue;
            };
            let around = |node: &Node, known: &HashMap<&NodeId, usize>| known.get(node.phase.as_ref()?).copied();
            let phases =
                (around(&self.new.nodes[position], &in_new), around(&self.previous.nodes[found], &in_previous));
            if let (Some(new), Some(previous)) = phases {
                *votes.entry(new).or_default().entry(previous).or_default() += 1;
            }
        }
    }

    /// Matches what is nearly the same, the most alike first.
    fn by_similarity(&mut self) {
        let (new, previous) = (self.left_in_new(), self.left_in_previous());
        let gaps = self.gaps();
        let everywhere = new.len() * previous.len() <= MAX_COMPARISONS;
        let words: HashMap<usize, Pieces> =
            previous.iter().map(|&node| (node, Pieces::of(&self.previous.nodes[node]))).collect();
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for &node in &new {
            let own = Pieces::of(&self.new.nodes[node]);
            let nearby = |found: &&usize| gaps[node].contains(found);
            for &found in previous.iter().filter(|found| everywhere || nearby(found)) {
                let (ours, theirs) = (self.new.nodes[node].kind, self.previous.nodes[found].kind);
                let same_kind = ours == theirs || is_task(ours) && is_task(theirs);
                let least = if gaps[node].contains(&found) { ALIKE_IN_PLACE } else { ALIKE_ANYWHERE };
                if same_kind && ours != NodeKind::Merge {
                    let alike = own.alike(&words[&found]);
                    pairs.extend((alike >= least).then_some((alike, node, found)));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, node, found) in pairs {
            self.pair(node, found);
        }
    }

    /// Matches merges behind nodes that are matched.
    fn merges_by_neighbours(&mut self) {
        let (in_previous, in_new) = (positions(self.previous), positions(self.new));
        let mut before: HashMap<(usize, usize), usize> = HashMap::new();
        let mut behind: HashMap<usize, Vec<usize>> = HashMap::new();
        for edge in &self.previous.edges {
            if let (Some(&from), Some(&to)) = (in_previous.get(&edge.from), in_previous.get(&edge.to)) {
                behind.entry(from).or_default().push(to);
            }
        }
        for edge in &self.new.edges {
            let (Some(&from), Some(&to)) = (in_new.get(&edge.from), in_new.get(&edge.to)) else {
                continue;
            };
            if self.new.nodes[to].kind == NodeKind::Merge && self.of_new[to].is_none() {
                let found = self.of_new[from].and_then(|from| behind.get(&from));
                let merges = found.into_iter().flatten().filter(|&&to| self.previous.nodes[to].kind == NodeKind::Merge);
                for &merge in merges {
                    *before.entry((to, merge)).or_default() += 1;
                }
            }
        }
        let mut pairs: Vec<_> = before.into_iter().collect();
        pairs.sort_by_key(|&((node, found), count)| (std::cmp::Reverse(count), node, found));
        for ((node, found), _) in pairs {
            self.pair(node, found);
        }
    }

    /// Per node of the new graph, the positions in the previous one between its nearest neighbours that are matched.
    fn gaps(&self) -> Vec<std::ops::Range<usize>> {
        let mut gaps: Vec<std::ops::Range<usize>> = Vec::with_capacity(self.of_new.len());
        let mut start = 0;
        for found in &self.of_new {
            gaps.push(start..self.of_previous.len());
            start = found.map_or(start, |found| found + 1);
        }
        let mut end = self.of_previous.len();
        for (gap, found) in gaps.iter_mut().zip(&self.of_new).rev() {
            gap.end = end;
            end = found.unwrap_or(end);
        }
        gaps
    }
}

fn positions(graph: &Graph) -> HashMap<&NodeId, usize> {
    graph.nodes.iter().enumerate().map(|(position, node)| (&node.id, position)).collect()
}

/// Kind and label of a node, without their form.
fn said(node: &Node) -> (NodeKind, String) {
    (node.kind, normalise(&node.label))
}

fn is_task(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Step | NodeKind::Execute)
}

/// The parts of what a node says, to compare it with others.
struct Pieces {
    words: HashSet<String>,
    pairs: HashSet<(char, char)>,
    rest: String,
}

impl Pieces {
    fn of(node: &Node) -> Self {
        let label = normalise(&node.label);
        let letters: Vec<char> = label.chars().filter(|c| c.is_alphanumeric()).collect();
        let code = node.code.iter().map(|code| code.text.as_str());
        Self {
            words: label.split(' ').map(str::to_owned).collect(),
            pairs: letters.windows(2).map(|pair| (pair[0], pair[1])).collect(),
            rest: std::iter::once(node.description.as_str()).chain(code).collect::<Vec<_>>().join("\n"),
        }
    }

    /// From 0 (nothing in common) to 1: by words or by pairs of letters, and by instructions that are the same.
    fn alike(&self, other: &Self) -> f64 {
        let words = share(self.words.intersection(&other.words).count(), self.words.len(), other.words.len());
        let pairs = share(self.pairs.intersection(&other.pairs).count(), self.pairs.len(), other.pairs.len());
        let same_rest = self.rest.len() > 20 && self.rest == other.rest;
        f64::max(f64::max(words, pairs), if same_rest { 0.9 } else { 0.0 })
    }
}

/// What two sets have in common (Sørensen and Dice).
fn share(common: usize, one: usize, other: usize) -> f64 {
    if one + other == 0 { 0.0 } else { 2.0 * common as f64 / (one + other) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::import;

    /// The ids that the nodes of `after` get, by their labels.
    fn ids(before: &str, after: &str) -> Vec<(String, bool)> {
        let graph = |source: &str| import(source, None).unwrap().graph;
        let (previous, mut new) = (graph(before), graph(after));
        align(&previous, &mut new);
        assert_eq!(new.validate(), Ok(()));
        let known = positions(&previous);
        let kept = |node: &Node| known.get(&node.id).is_some_and(|&at| previous.nodes[at].kind == node.kind);
        new.nodes.iter().map(|node| (node.label.clone(), kept(node))).collect()
    }

    fn all_kept(before: &str, after: &str) -> bool {
        ids(before, after).into_iter().all(|(_, kept)| kept)
    }

    const BOOK: &str = "# T\n## Contain\n- Isolate the host\n- Call the SOC\n- Decision: Is it spreading?\n  - Yes -> Cut the segment\n  - No -> Watch it\n## Recover\n- Call the SOC\n- Report\n";

    #[test]
    fn a_renamed_heading_and_a_changed_word_keep_every_id() {
        assert!(all_kept(BOOK, &BOOK.replace("Contain", "Stop the bleeding")));
        assert!(all_kept(BOOK, &BOOK.replace("Isolate the host", "Isolate the server")));
        assert!(all_kept(BOOK, &BOOK.replace("Is it spreading", "Is the malware spreading")));
        assert!(all_kept(
            BOOK,
            &BOOK.replace("Contain", "Stop").replace("Report", "Report it").replace("Cut the", "Close the")
        ));
    }

    #[test]
    fn what_is_new_stays_new_and_what_is_gone_gives_its_id_to_nobody() {
        let found = ids(BOOK, &BOOK.replace("- Report\n", "- Buy new laptops\n"));
        assert_eq!(found.last(), Some(&("Buy new laptops".to_owned(), false)));
        let found = ids(BOOK, &BOOK.replace("- Isolate", "- Wake the manager\n- Isolate"));
        assert_eq!(found.iter().filter(|(_, kept)| !kept).count(), 1, "{found:?}");
    }

    #[test]
    fn steps_that_say_the_same_are_told_apart_by_their_places() {
        let before = import(BOOK, None).unwrap().graph;
        let mut after =
            import(&BOOK.replace("## Contain", "## Stop").replace("## Recover", "## Resume"), None).unwrap().graph;
        align(&before, &mut after);
        let calls = |graph: &Graph| -> Vec<NodeId> {
            graph.nodes.iter().filter(|node| node.label == "Call the SOC").map(|node| node.id.clone()).collect()
        };
        assert_eq!(calls(&after), calls(&before));
    }

    #[test]
    fn a_chart_keeps_the_ids_of_nodes_that_were_named_anew() {
        let before = "flowchart TD\na[Isolate the host] --> b[Call the SOC]\nb --> c[Report]";
        let after = "flowchart TD\nx1[Isolate the host] --> b[Call the SOC]\nb --> x3[Report]";
        assert!(all_kept(before, after));
    }
}
