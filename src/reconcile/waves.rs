//! Pure: in which requests a step of an apply is carried out, and which of them may run together.
//!
//! Two requests in flight never share a parent: both would update its counters, and in opposite order
//! that is a deadlock.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::netbox::batch::{BODY_BYTES_MAX, cut};
use crate::netbox::error::ObjectName;

use super::diff::Update;
use super::fields;
use super::observed::Observed;

/// One object's share of a request.
pub trait Item {
    /// What it adds to the body, at least.
    fn bytes(&self) -> usize;
    /// Its id, if it has one.
    fn id(&self) -> Option<u64>;
    /// What it is called, as far as the item itself tells.
    fn name(&self) -> Option<ObjectName>;
}

/// An id with the message that goes with a deletion.
const DELETE_BYTES: usize = 300;
/// Id and message of an update.
const UPDATE_BYTES: usize = 300;

/// To be created.
impl Item for Value {
    fn bytes(&self) -> usize {
        self.to_string().len()
    }

    fn id(&self) -> Option<u64> {
        None
    }

    fn name(&self) -> Option<ObjectName> {
        let key = self["custom_fields"][fields::KEY].as_str();
        let label = self["name"].as_str().or(key)?;
        // A device's key is its class and number; a cable's is made of its ends.
        let class = key
            .filter(|_| self["name"].is_string())
            .and_then(|key| key.rsplit_once('/'))
            .map(|(class, _)| class.to_owned());
        Some(ObjectName {
            label: label.to_owned(),
            class,
        })
    }
}

/// A cable between two interfaces.
impl Item for (u64, u64, Value) {
    fn bytes(&self) -> usize {
        self.2.bytes()
    }

    fn id(&self) -> Option<u64> {
        None
    }

    fn name(&self) -> Option<ObjectName> {
        self.2.name()
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

    fn name(&self) -> Option<ObjectName> {
        Some(ObjectName {
            label: self.label.clone(),
            class: None,
        })
    }
}

/// To be deleted.
impl Item for u64 {
    fn bytes(&self) -> usize {
        DELETE_BYTES
    }

    fn id(&self) -> Option<u64> {
        Some(*self)
    }

    fn name(&self) -> Option<ObjectName> {
        None
    }
}

/// To be deleted, with what goes with it.
impl Item for (u64, u64) {
    fn bytes(&self) -> usize {
        DELETE_BYTES
    }

    fn id(&self) -> Option<u64> {
        Some(self.0)
    }

    fn name(&self) -> Option<ObjectName> {
        None
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

    #[test]
    fn batches_that_run_together_share_no_parent() {
        let items: Vec<(Vec<u64>, u64)> = (0..40).map(|n| (vec![n % 8], n)).collect();
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
        let items: Vec<(Vec<u64>, u64)> = (0..23).map(|n| (vec![1], n)).collect();
        let sizes: Vec<usize> = batches(items, 10)
            .iter()
            .map(|batch| batch.items.len())
            .collect();
        assert_eq!(sizes, [10, 10, 3]);
        assert!(batches(Vec::<(Vec<u64>, u64)>::new(), 10).is_empty());
    }

    #[test]
    fn a_batch_fits_the_body_of_a_request() {
        let wide = serde_json::json!({"name": "訓".repeat(64), "tags": vec!["t".repeat(100); 900]});
        let items: Vec<(Vec<u64>, Value)> = (0..90).map(|n| (vec![n], wide.clone())).collect();
        let batches = batches(items, 50);
        assert!(batches.len() > 2);
        for batch in &batches {
            assert!(Value::Array(batch.items.clone()).to_string().len() <= 2_621_440);
        }
        let sent: usize = batches.iter().map(|batch| batch.items.len()).sum();
        assert_eq!(sent, 90);
    }

    #[test]
    fn what_is_refused_is_named_with_its_class() {
        let body =
            |key: &str| serde_json::json!({"name": "x-01", "custom_fields": {fields::KEY: key}});
        let name = body("leaf/1").name().unwrap();
        assert_eq!(
            (name.label.as_str(), name.class.as_deref()),
            ("x-01", Some("leaf"))
        );
        let cable = serde_json::json!({"custom_fields": {fields::KEY: "a/1/E1 -- b/1/E2"}});
        assert_eq!((1, 2, cable).name().unwrap().class, None);
    }
}
