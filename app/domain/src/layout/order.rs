//! The order of a flow: cycles opened, then what comes first, first. Ties fall to the source order.
//!
//! Nodes are counted from 0 and arcs are pairs of them. Nothing here recurses: a chain may be as long as it likes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A directed connection.
pub(super) type Arc = (usize, usize);

/// Turns arcs round so that no cycle is left, and says which were turned. There must be no arc from a node to itself.
pub(super) fn open_cycles(count: usize, arcs: &mut [Arc]) -> Vec<bool> {
    let turned = closing(count, arcs);
    for (arc, _) in arcs.iter_mut().zip(&turned).filter(|(_, turned)| **turned) {
        *arc = (arc.1, arc.0);
    }
    turned
}

/// Per arc, whether a depth-first walk finds it leading back to where the walk came from.
fn closing(count: usize, arcs: &[Arc]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        Unseen,
        Open,
        Done,
    }
    let (outgoing, incoming) = adjacency(count, arcs);
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..count).partition(|&node| incoming[node] == 0);
    let mut marks = vec![Mark::Unseen; count];
    let mut closing = vec![false; arcs.len()];
    for start in first.into_iter().chain(rest) {
        if marks[start] != Mark::Unseen {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.pop() {
            marks[node] = Mark::Open;
            let Some(&arc) = outgoing[node].get(next) else {
                marks[node] = Mark::Done;
                continue;
            };
            path.push((node, next + 1));
            match marks[arcs[arc].1] {
                Mark::Unseen => path.push((arcs[arc].1, 0)),
                Mark::Open => closing[arc] = true,
                Mark::Done => {}
            }
        }
    }
    closing
}

/// All nodes so that every arc leads forward. The arcs must not form a cycle.
pub(super) fn topological(count: usize, arcs: &[Arc]) -> Vec<usize> {
    let (outgoing, mut waiting) = adjacency(count, arcs);
    let mut ready: BinaryHeap<Reverse<usize>> = (0..count).filter(|&node| waiting[node] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for &arc in &outgoing[node] {
            let target = arcs[arc].1;
            waiting[target] -= 1;
            if waiting[target] == 0 {
                ready.push(Reverse(target));
            }
        }
    }
    order
}

/// Per node, the length of the longest way that leads to it. The arcs must not form a cycle.
pub(super) fn layers(count: usize, arcs: &[Arc]) -> Vec<usize> {
    let (outgoing, _) = adjacency(count, arcs);
    let mut layers = vec![0; count];
    for node in topological(count, arcs) {
        for &arc in &outgoing[node] {
            let target = arcs[arc].1;
            layers[target] = layers[target].max(layers[node] + 1);
        }
    }
    layers
}

/// Per node, the arcs that leave it and the number of those that enter it.
fn adjacency(count: usize, arcs: &[Arc]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut outgoing = vec![Vec::new(); count];
    let mut incoming = vec![0; count];
    for (position, &(from, to)) in arcs.iter().enumerate() {
        outgoing[from].push(position);
        incoming[to] += 1;
    }
    (outgoing, incoming)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_cycle_keeps_the_direction_of_the_source() {
        let mut arcs = [(0, 1), (1, 2), (2, 0), (2, 3)];
        assert_eq!(open_cycles(4, &mut arcs), [false, false, true, false]);
        assert_eq!(topological(4, &arcs), [0, 1, 2, 3]);
        assert_eq!(layers(4, &arcs), [0, 1, 2, 3]);
    }

    #[test]
    fn ties_fall_to_the_source_order() {
        assert_eq!(topological(4, &[(3, 1)]), [0, 2, 3, 1]);
    }
}
