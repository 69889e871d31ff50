//! Shelves: what was made once and is asked for again, no more bytes of it than fit.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::unsync::Cache;

/// Something that can say how much memory it holds.
pub(crate) trait Weighed {
    /// Bytes, about.
    fn weight(&self) -> usize;
}

impl Weighed for Bytes {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl<T: Weighed> Weighed for Arc<T> {
    fn weight(&self) -> usize {
        T::weight(self)
    }
}

/// What an entry takes besides what it holds.
const ENTRY: usize = 128;

#[derive(Clone)]
struct ByBytes;

impl<K, V: Weighed> Weighter<K, V> for ByBytes {
    fn weight(&self, _: &K, value: &V) -> u64 {
        (value.weight() + ENTRY) as u64
    }
}

/// Things under keys, and no more bytes of them than fit. What is asked for seldom goes first.
pub(crate) struct Shelf<K, V>(Mutex<Cache<K, V, ByBytes>>);

impl<K: Eq + Hash + Clone, V: Weighed + Clone> Shelf<K, V> {
    /// A shelf for so many bytes, on which about so many things lie.
    pub(crate) fn new(room: usize, things: usize) -> Self {
        Self(Mutex::new(Cache::with_weighter(things, room as u64, ByBytes)))
    }

    /// A thing, if it is there.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.lock().get(key).cloned()
    }

    /// Keeps a thing. One that is larger than the shelf is not kept.
    pub(crate) fn put(&self, key: K, thing: V) {
        self.lock().insert(key, thing);
    }

    /// Keeps a thing unless the one that is there is to stay.
    pub(crate) fn put_unless(&self, key: K, thing: V, stays: impl FnOnce(&V) -> bool) {
        let mut kept = self.lock();
        if !kept.peek(&key).is_some_and(stays) {
            kept.insert(key, thing);
        }
    }

    /// What things are there.
    pub(crate) fn keys(&self) -> Vec<K> {
        self.lock().iter().map(|(key, _)| key.clone()).collect()
    }

    /// Whole even after a panic of who held it: at worst a thing is missing.
    fn lock(&self) -> MutexGuard<'_, Cache<K, V, ByBytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(bytes: usize) -> Bytes {
        Bytes::from(vec![0; bytes])
    }

    #[test]
    fn what_is_asked_for_stays_and_no_more_lies_there_than_fits() {
        let shelf = Shelf::new(10 * (1_000 + ENTRY), 10);
        for key in 0..1_000 {
            shelf.put(key, thing(1_000));
            shelf.put_unless(0, thing(1_000), |_| true);
            let asked = shelf.get(&0);
            assert!(asked.is_some(), "after {key}");
        }
        assert_eq!((0..1_000).filter(|key| shelf.get(key).is_some()).count(), 10);
    }

    #[test]
    fn a_thing_under_the_same_key_is_weighed_once_and_one_that_is_too_large_is_not_kept() {
        let shelf = Shelf::new(2 * (1_000 + ENTRY), 2);
        for _ in 0..10 {
            shelf.put("one", thing(1_000));
        }
        shelf.put("two", thing(1_000));
        shelf.put("large", thing(3_000));
        assert_eq!(["one", "two", "large"].map(|key| shelf.get(&key).is_some()), [true, true, false]);
    }

    #[test]
    fn a_thing_that_is_to_stay_is_not_replaced() {
        let shelf = Shelf::new(10_000, 2);
        shelf.put_unless("one", thing(7), |_| true);
        shelf.put_unless("one", thing(3), |kept| kept.len() > 3);
        assert_eq!(shelf.get(&"one"), Some(thing(7)));
        shelf.put_unless("one", thing(9), |kept| kept.len() > 9);
        assert_eq!(shelf.get(&"one"), Some(thing(9)));
    }
}
