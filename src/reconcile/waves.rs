//! Pure: in which requests a step of an apply is carried out, and which of them may run together.
//!
//! Two requests in flight never share a parent: both would update its counters, and in opposite order
//! that is a deadlock.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::Update;
use super::observed::Observed;

/// One request's worth of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T> {
    pub items: Vec<T>,
    /// What no other request in flight may touch.
    pub parents: BTreeSet<u64>,
}

/// Cuts items, each with its parents, into batches of at most `max`. Items of one parent stay
/// together as far as they fit, so that few batches exclude each other.
pub fn batches<T>(mut items: Vec<(Vec<u64>, T)>, max: usize) -> Vec<Batch<T>> {
    items.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut batches: Vec<Batch<T>> = Vec::new();
    for (parents, item) in items {
        let full = batches
            .last()
            .is_none_or(|batch| batch.items.len() >= max.max(1));
        if full {
            batches.push(Batch {
                items: Vec::new(),
                parents: BTreeSet::new(),
            });
        }
        if let Some(batch) = batches.last_mut() {
            batch.items.push(item);
            batch.parents.extend(parents);
        }
    }
    batches
}

/// The first batch that shares no parent with what is in flight.
pub fn next_free<T>(waiting: &[Batch<T>], busy: &BTreeSet<u64>) -> Option<usize> {
    waiting
        .iter()
        .position(|batch| batch.parents.is_disjoint(busy))
}

/// Devices that hold a name that another one is about to get, with a name out of the way.
///
/// Without it a swap of two names, or a shift of a whole row, is refused as a duplicate.
pub fn parking(updates: &[Update], observed: &Observed) -> Vec<(u64, String)> {
    let new_names: BTreeMap<String, u64> = updates
        .iter()
        .filter_map(|update| {
            Some((
                update.fields.get("name")?.as_str()?.to_lowercase(),
                update.id,
            ))
        })
        .collect();
    updates
        .iter()
        .filter(|update| update.fields.contains_key("name"))
        .filter_map(|update| {
            let held = observed
                .devices
                .get(&update.id)?
                .name
                .as_ref()?
                .to_lowercase();
            let taker = new_names.get(&held)?;
            (*taker != update.id).then(|| (update.id, format!("{held}~{}", update.id)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_that_run_together_share_no_parent() {
        let items: Vec<(Vec<u64>, u32)> = (0..40).map(|n| (vec![u64::from(n % 8)], n)).collect();
        let mut waiting = batches(items, 7);
        let mut busy = BTreeSet::new();
        let mut together = 0;
        while let Some(index) = next_free(&waiting, &busy) {
            let batch = waiting.remove(index);
            assert!(batch.parents.is_disjoint(&busy));
            busy.extend(batch.parents);
            together += 1;
        }
        assert!(together >= 2);
    }

    #[test]
    fn a_batch_is_never_empty_nor_too_big() {
        let items: Vec<(Vec<u64>, u32)> = (0..23).map(|n| (vec![1], n)).collect();
        let sizes: Vec<usize> = batches(items, 10)
            .iter()
            .map(|batch| batch.items.len())
            .collect();
        assert_eq!(sizes, [10, 10, 3]);
        assert!(batches(Vec::<(Vec<u64>, u32)>::new(), 10).is_empty());
    }
}
