//! Pure: in which requests a step of an apply is carried out, and which of them may run together.
//!
//! Two requests in flight never share a parent: both would update its counters, and in opposite order
//! that is a deadlock.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::netbox::batch::{BODY_BYTES_MAX, cut};

use super::diff::{Delete, Update};
use super::observed::Observed;

/// One object's share of a request.
pub trait Item {
    /// What it adds to the body, at least.
    fn bytes(&self) -> usize;
    /// Its id, if it has one.
    fn id(&self) -> Option<u64>;
    /// What a person calls it: the name of its device first.
    fn label(&self) -> &str;
}

/// An id with the message that goes with a deletion.
const DELETE_BYTES: usize = 300;
/// Id and message of an update.
const UPDATE_BYTES: usize = 300;

/// To be created.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub body: Value,
    pub label: String,
}

impl Item for Made {
    fn bytes(&self) -> usize {
        self.body.to_string().len()
    }

    fn id(&self) -> Option<u64> {
        None
    }

    fn label(&self) -> &str {
        &self.label
    }
}

/// A cable between two interfaces.
impl Item for (u64, u64, Made) {
    fn bytes(&self) -> usize {
        self.2.bytes()
    }

    fn id(&self) -> Option<u64> {
        None
    }

    fn label(&self) -> &str {
        self.2.label()
    }
}

impl Item for Update {
    fn bytes(&self) -> usize {
        let fields = self.fields.iter();
        let fields = fields.map(|(name, value)| name.len() + value.to_string().len() + 4);
        fields.sum::<usize>() + UPDATE_BYTES
    }

    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn label(&self) -> &str {
        &self.label
    }
}

impl Item for Delete {
    fn bytes(&self) -> usize {
        DELETE_BYTES
    }

    fn id(&self) -> Option<u64> {
        Some(self.id)
    }

    fn label(&self) -> &str {
        &self.label
    }
}

/// One request's worth of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T> {
    pub items: Vec<T>,
    /// What no other request in flight may touch.
    pub parents: BTreeSet<u64>,
}

/// Cuts items, each with its parents, into batches of at most `max` that fit the body of a request.
/// Items of one parent stay together as far as they fit, so that few batches exclude each other.
pub fn batches<T: Item>(mut items: Vec<(Vec<u64>, T)>, max: usize) -> Vec<Batch<T>> {
    items.sort_by(|(a, _), (b, _)| a.cmp(b));
    let sizes: Vec<usize> = items.iter().map(|(_, item)| item.bytes()).collect();
    let mut items = items.into_iter();
    let runs = cut(&sizes, max, BODY_BYTES_MAX).into_iter();
    runs.map(|run| {
        let mut batch = Batch {
            items: Vec::new(),
            parents: BTreeSet::new(),
        };
        for (parents, item) in items.by_ref().take(run.len()) {
            batch.items.push(item);
            batch.parents.extend(parents);
        }
        batch
    })
    .collect()
}

/// The first batch that shares no parent with what is in flight.
pub fn next_free<T>(waiting: &[Batch<T>], busy: &BTreeSet<u64>) -> Option<usize> {
    waiting
        .iter()
        .position(|batch| batch.parents.is_disjoint(busy))
}

/// What a device is called while its name is out of the way.
pub fn parked_name(held: &str, device: u64) -> String {
    format!("{}~{device}", held.to_lowercase())
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
            (*taker != update.id).then(|| (update.id, parked_name(&held, update.id)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(id: u64) -> Delete {
        let label = format!("object {id}");
        Delete { id, label }
    }

    #[test]
    fn batches_that_run_together_share_no_parent() {
        let items = (0..40).map(|n| (vec![n % 8], gone(n))).collect();
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
        let items = (0..23).map(|n| (vec![1], gone(n))).collect();
        let sizes: Vec<usize> = batches(items, 10)
            .iter()
            .map(|batch| batch.items.len())
            .collect();
        assert_eq!(sizes, [10, 10, 3]);
        assert!(batches(Vec::<(Vec<u64>, Delete)>::new(), 10).is_empty());
    }

    #[test]
    fn a_batch_fits_the_body_of_a_request() {
        let wide = serde_json::json!({"name": "訓".repeat(64), "tags": vec!["t".repeat(100); 900]});
        let made = Made {
            body: wide,
            label: "leaf-01".to_owned(),
        };
        let items = (0..90).map(|n| (vec![n], made.clone())).collect();
        let batches = batches(items, 50);
        assert!(batches.len() > 2);
        for batch in &batches {
            let bodies = batch.items.iter().map(|made| made.body.clone());
            assert!(Value::Array(bodies.collect()).to_string().len() <= 2_621_440);
        }
        let sent: usize = batches.iter().map(|batch| batch.items.len()).sum();
        assert_eq!(sent, 90);
    }
}
