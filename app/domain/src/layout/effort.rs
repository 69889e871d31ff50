//! What the finer points of a drawing may cost.
//!
//! Ways are moved apart, led around nodes and labelled where there is room. All of that compares things with each other, and
//! a graph that is within its limits can still have so many of them that nobody could tell them apart in any drawing. What is
//! compared is therefore counted, never timed, so that the same graph always gives the same drawing.

/// Comparisons that may still be made.
pub(super) struct Effort(usize);

impl Effort {
    pub(super) fn new(comparisons: usize) -> Self {
        Self(comparisons)
    }

    /// Takes so many, as far as they are there.
    pub(super) fn spend(&mut self, comparisons: usize) {
        self.0 = self.0.saturating_sub(comparisons);
    }

    /// Whether so many are left.
    pub(super) fn allows(&self, comparisons: usize) -> bool {
        self.0 > comparisons
    }

    /// Whether none is left.
    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }
}
