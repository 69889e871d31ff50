//! Finished reports, kept for who asks next.

use bytes::Bytes;
use lru::LruCache;

/// What a report was made from, as SHA-256.
pub(super) type Key = [u8; 32];

/// Finished reports, those that were asked for last, and no more bytes than fit.
pub(super) struct Shelf {
    reports: LruCache<Key, Bytes>,
    held: usize,
    room: usize,
}

impl Shelf {
    /// A shelf for so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { reports: LruCache::unbounded(), held: 0, room }
    }

    /// A report, if it is there.
    pub(super) fn get(&mut self, key: &Key) -> Option<Bytes> {
        self.reports.get(key).cloned()
    }

    /// Keeps a report, and gives up those that nobody asked for longest. One that is larger than the shelf is not kept.
    pub(super) fn put(&mut self, key: Key, report: Bytes) {
        if report.len() > self.room {
            return;
        }
        self.held += report.len();
        let replaced = self.reports.put(key, report);
        self.held -= replaced.map_or(0, |replaced| replaced.len());
        while self.held > self.room {
            let Some((_, oldest)) = self.reports.pop_lru() else { return };
            self.held -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(length: usize) -> Bytes {
        Bytes::from(vec![0; length])
    }

    #[test]
    fn what_was_asked_for_longest_ago_goes_first() {
        let mut shelf = Shelf::new(10);
        shelf.put([1; 32], report(4));
        shelf.put([2; 32], report(4));
        assert_eq!(shelf.get(&[1; 32]), Some(report(4)));
        shelf.put([3; 32], report(4));
        assert_eq!([1, 2, 3].map(|key| shelf.get(&[key; 32]).is_some()), [true, false, true]);
    }

    #[test]
    fn a_report_is_counted_once_and_one_that_is_too_large_takes_no_room() {
        let mut shelf = Shelf::new(10);
        for _ in 0..3 {
            shelf.put([1; 32], report(6));
        }
        shelf.put([2; 32], report(11));
        shelf.put([3; 32], report(4));
        assert_eq!([1, 2, 3].map(|key| shelf.get(&[key; 32]).is_some()), [true, false, true]);
    }
}
