//! Pure: what a blueprint refers to, and whose argument each reference is.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::{Blueprint, ModuleKind};
use crate::fabric::design::Reference;

/// Whose argument a reference is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Referrer {
    /// `site`, `location`, `tenant` of the plan.
    Plan,
    /// `device_type` of a class.
    Class { class: String },
    /// `module_type` of a NIC of a class.
    Nic { class: String, nic: String },
    /// Transceivers of a class.
    Transceiver { class: String },
}

/// Who refers to which types.
pub(super) struct Wishes {
    pub(super) device_types: BTreeMap<String, BTreeSet<Referrer>>,
    pub(super) module_types: BTreeMap<String, BTreeSet<Referrer>>,
}

/// What a blueprint refers to. What is unknown yet is skipped.
pub(super) fn wishes(blueprint: &Blueprint) -> Wishes {
    let mut wishes = Wishes {
        device_types: BTreeMap::new(),
        module_types: BTreeMap::new(),
    };
    for device in &blueprint.devices {
        let class = &device.key.class;
        if let Some(text) = known(&device.device_type) {
            wishes
                .device_types
                .entry(text)
                .or_default()
                .insert(Referrer::Class {
                    class: class.clone(),
                });
        }
        for module in &device.modules {
            if let Some(text) = known(&module.module_type) {
                let referrer = match module.kind {
                    ModuleKind::Nic => Referrer::Nic {
                        class: class.clone(),
                        nic: module.bay.clone(),
                    },
                    ModuleKind::Transceiver => Referrer::Transceiver {
                        class: class.clone(),
                    },
                };
                wishes
                    .module_types
                    .entry(text)
                    .or_default()
                    .insert(referrer);
            }
        }
    }
    wishes
}

/// Slugs of the device roles that a blueprint uses.
pub(super) fn role_slugs(blueprint: &Blueprint) -> Vec<String> {
    let slugs: BTreeSet<String> = blueprint
        .devices
        .iter()
        .filter_map(|device| known(&device.device_role))
        .collect();
    slugs.into_iter().collect()
}

fn known(reference: &Reference) -> Option<String> {
    match reference {
        Reference::Known(text) => Some(text.clone()),
        Reference::Unknown => None,
    }
}
