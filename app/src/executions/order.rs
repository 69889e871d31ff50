//! Which cards stand where, while the list is kept up to date: for who reads on, nothing moves.

use domain::api::ExecutionsPageData;
use domain::ids::ExecutionId;

/// What stands in each section, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order(pub(super) [Vec<ExecutionId>; 3]);

impl Order {
    /// As the server gives it.
    pub(super) fn of(data: &ExecutionsPageData) -> Self {
        let ids = |section: usize| data.sections[section].items.iter().map(|listed| listed.summary.id).collect();
        Self([ids(0), ids(1), ids(2)])
    }

    fn section(&self, id: ExecutionId) -> Option<usize> {
        self.0.iter().position(|section| section.contains(&id))
    }

    fn all(&self) -> impl Iterator<Item = ExecutionId> {
        self.0.iter().flatten().copied()
    }

    /// How many there are that are not shown, and how many of those shown belong elsewhere.
    pub(super) fn news(&self, shown: &Self) -> (usize, usize) {
        let new = self.all().filter(|id| shown.section(*id).is_none()).count();
        let moved = shown.all().filter(|id| self.section(*id) != shown.section(*id)).count();
        // What was pushed off the end by something new is no news by itself.
        let pushed_off = shown.all().filter(|id| self.section(*id).is_none()).count().min(new);
        (new, moved - pushed_off)
    }
}

/// What waits to be shown, in words; `None` when nothing does.
pub(super) fn in_words((new, moved): (usize, usize)) -> Option<String> {
    let new = match new {
        0 => None,
        1 => Some("1 new execution".to_owned()),
        new => Some(format!("{new} new executions")),
    };
    let moved = (moved > 0).then(|| format!("{moved} moved"));
    let parts: Vec<String> = [new, moved].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn order(sections: [&[u128]; 3]) -> Order {
        Order(sections.map(|ids| ids.iter().map(|id| ExecutionId(Uuid::from_u128(*id))).collect()))
    }

    #[test]
    fn what_is_new_and_what_belongs_elsewhere_is_counted() {
        let shown = order([&[3, 2], &[], &[1]]);
        assert_eq!(shown.news(&shown), (0, 0));
        assert_eq!(order([&[5, 4, 3, 2], &[], &[1]]).news(&shown), (2, 0));
        assert_eq!(order([&[2], &[3], &[1]]).news(&shown), (0, 1));
        assert_eq!(order([&[4, 3], &[2], &[1]]).news(&shown), (1, 1));
    }

    #[test]
    fn what_a_new_one_pushes_off_the_end_is_no_news() {
        let shown = order([&[], &[], &[3, 2, 1]]);
        assert_eq!(order([&[], &[], &[4, 3, 2]]).news(&shown), (1, 0));
        assert_eq!(order([&[], &[], &[3, 2]]).news(&shown), (0, 1), "one that no filter lets through any more is");
    }

    #[test]
    fn what_waits_is_said_in_words() {
        assert_eq!(in_words((2, 0)).as_deref(), Some("2 new executions"));
        assert_eq!(in_words((1, 3)).as_deref(), Some("1 new execution, 3 moved"));
        assert_eq!(in_words((0, 0)), None);
    }
}
