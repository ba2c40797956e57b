//! What is in `NetBox` of a plan. Filled by `observe`, kept up to date by `apply` as answers come in,
//! so that what an apply returns is what `NetBox` said and costs no second read.

use std::collections::{BTreeMap, BTreeSet};

use crate::fabric::blueprint::CableEnd;
use crate::netbox::kind::Related;
use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::kind::module::ModuleRow;
use crate::netbox::kind::module_bay::ModuleBayRow;
use crate::netbox::kind::tag::TagRow;

use super::bay::Bay;
use super::cabling::cabling;
use super::fields;
use super::journal::Journal;
use super::scope::PlanId;

/// A plan's objects by id. Devices, cables: only marked ones. Interfaces, bays, modules: all
/// of our devices, also those that others made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub plan_id: PlanId,
    pub tag: Option<TagRow>,
    pub devices: BTreeMap<u64, DeviceRow>,
    pub interfaces: BTreeMap<u64, InterfaceRow>,
    pub bays: BTreeMap<u64, ModuleBayRow>,
    pub modules: BTreeMap<u64, ModuleRow>,
    pub cables: BTreeMap<u64, CableRow>,
    /// (cable, is its A end) to what that end is on, where that is not an interface of ours.
    pub far_ends: BTreeMap<(u64, bool), String>,
    /// Cables on our ports that `NetBox` did not show.
    pub unseen: BTreeSet<u64>,
}

/// Interface ids of a cable's ends, as far as they are on our devices.
pub type Ends = (Option<u64>, Option<u64>);

impl Observed {
    pub fn new(plan_id: PlanId) -> Self {
        Self {
            plan_id,
            tag: None,
            devices: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            bays: BTreeMap::new(),
            modules: BTreeMap::new(),
            cables: BTreeMap::new(),
            far_ends: BTreeMap::new(),
            unseen: BTreeSet::new(),
        }
    }

    /// The plan's tag as it is now. Objects carry a renamed tag under its new name.
    pub(super) fn set_tag(&mut self, tag: TagRow) {
        let devices = self.devices.values_mut().map(|row| &mut row.tags);
        let cables = self.cables.values_mut().map(|row| &mut row.tags);
        for carried in devices
            .chain(cables)
            .flatten()
            .filter(|carried| carried.id == tag.id)
        {
            carried.slug.clone_from(&tag.slug);
        }
        self.tag = Some(tag);
    }

    /// Adds what another look has found.
    pub fn join(&mut self, other: Self) {
        let Self {
            plan_id: _,
            tag,
            devices,
            interfaces,
            bays,
            modules,
            cables,
            far_ends,
            unseen,
        } = other;
        self.tag = self.tag.take().or(tag);
        self.devices.extend(devices);
        self.interfaces.extend(interfaces);
        self.bays.extend(bays);
        self.modules.extend(modules);
        self.cables.extend(cables);
        self.far_ends.extend(far_ends);
        self.unseen.extend(unseen);
    }

    /// True where neither the tag nor anything marked is there.
    pub fn is_empty(&self) -> bool {
        self.tag.is_none() && self.devices.is_empty() && self.cables.is_empty()
    }

    /// What the plan's tag says of the last run.
    pub fn journal(&self) -> Option<Journal> {
        Journal::parse(&self.tag.as_ref()?.description)
    }

    /// Device name to `NetBox` id.
    pub fn device_ids(&self) -> BTreeMap<String, u64> {
        self.devices
            .values()
            .map(|row| (device_name(row), row.id))
            .collect()
    }

    /// What is cabled, one entry per device at an A end; equal to
    /// [`super::cabling::of_blueprint`] where `NetBox` holds the blueprint.
    pub fn cabling(&self) -> BTreeMap<String, String> {
        let ends = self.ends();
        let rows = self.cables.keys().filter_map(|cable| {
            let (a, b) = ends.get(cable).copied().unwrap_or_default();
            let a = self.cable_end(*cable, true, a);
            let b = self.cable_end(*cable, false, b);
            Some((
                a?,
                b.unwrap_or_else(|| CableEnd {
                    device: "?".to_owned(),
                    interface: "?".to_owned(),
                }),
            ))
        });
        cabling(rows)
    }

    /// Cable to the interfaces at its ends.
    pub fn ends(&self) -> BTreeMap<u64, Ends> {
        let mut ends: BTreeMap<u64, Ends> = BTreeMap::new();
        for row in self.interfaces.values() {
            let Some(cable) = &row.cable else { continue };
            let entry = ends.entry(cable.id).or_default();
            if row.cable_end.as_deref() == Some("A") {
                entry.0 = Some(row.id);
            } else {
                entry.1 = Some(row.id);
            }
        }
        ends
    }

    /// `device:interface` for people.
    pub fn interface_label(&self, id: u64) -> String {
        self.interfaces.get(&id).map_or_else(
            || format!("interface {id}"),
            |row| format!("{}:{}", self.device_label(row.device.id), row.name),
        )
    }

    pub fn device_label(&self, id: u64) -> String {
        self.devices
            .get(&id)
            .map_or_else(|| format!("device {id}"), device_name)
    }

    /// Bays by device and place. Of several in one place those that hold a module come first.
    pub(super) fn bays_by_place(&self) -> BTreeMap<(u64, Bay), Vec<u64>> {
        let held: BTreeSet<u64> = self.modules.values().map(|row| row.module_bay.id).collect();
        let mut places: BTreeMap<(u64, Bay), Vec<u64>> = BTreeMap::new();
        for row in self.bays.values() {
            if let Some(place) = self.place_of(row.id) {
                places
                    .entry((row.device.id, place))
                    .or_default()
                    .push(row.id);
            }
        }
        for ids in places.values_mut() {
            ids.sort_by_key(|id| !held.contains(id));
        }
        places
    }

    /// Modules by device and place.
    pub(super) fn modules_by_place(&self) -> BTreeMap<(u64, Bay), u64> {
        let rows = self.modules.values();
        rows.filter_map(|row| {
            let place = self.place_of(row.module_bay.id)?;
            Some(((row.device.id, place), row.id))
        })
        .collect()
    }

    /// `None`: it, or a module around it, came or went while we looked.
    pub(super) fn place_of(&self, bay: u64) -> Option<Bay> {
        let mut names = Vec::new();
        let mut around = Some(bay);
        while let Some(id) = around {
            let row = self
                .bays
                .get(&id)
                .filter(|_| names.len() < self.bays.len())?;
            names.push(row.name.as_str());
            around = match &row.module {
                Some(module) => Some(self.modules.get(&module.id)?.module_bay.id),
                None => None,
            };
        }
        let top = Bay::top(names.pop()?);
        Some(names.iter().rev().fold(top, |bay, name| bay.inner(name)))
    }

    /// Whether this plan made the interface itself.
    pub fn made_interface(&self, row: &InterfaceRow) -> bool {
        self.plan_id.marks(&row.custom_fields)
    }

    pub(super) fn forget_cable(&mut self, cable: u64) {
        self.cables.remove(&cable);
        self.detach_cable(cable);
    }

    /// Its ends are free.
    pub(super) fn detach_cable(&mut self, cable: u64) {
        self.far_ends.remove(&(cable, true));
        self.far_ends.remove(&(cable, false));
        for row in self
            .interfaces
            .values_mut()
            .filter(|row| row.cable.as_ref().is_some_and(|c| c.id == cable))
        {
            row.cable = None;
            row.cable_end = None;
            // NetBox wrote the row: what we know of its version is stale.
            row.forget_version();
        }
    }

    /// A module takes its ports along, its bays and what is in them.
    pub(super) fn forget_module(&mut self, module: u64) {
        self.modules.remove(&module);
        self.interfaces
            .retain(|_, row| row.module.as_ref().map(|m| m.id) != Some(module));
        let of_module = |row: &&ModuleBayRow| row.module.as_ref().map(|m| m.id) == Some(module);
        let bays: Vec<u64> = self.bays.values().filter(of_module).map(|b| b.id).collect();
        for bay in bays {
            self.forget_bay(bay);
        }
    }

    /// A bay takes its module along.
    pub(super) fn forget_bay(&mut self, bay: u64) {
        self.bays.remove(&bay);
        let in_bay = |row: &&ModuleRow| row.module_bay.id == bay;
        let modules: Vec<u64> = self.modules.values().filter(in_bay).map(|m| m.id).collect();
        for module in modules {
            self.forget_module(module);
        }
    }

    pub(super) fn forget_device(&mut self, device: u64) {
        self.devices.remove(&device);
        self.bays.retain(|_, row| row.device.id != device);
        self.modules.retain(|_, row| row.device.id != device);
        self.interfaces.retain(|_, row| row.device.id != device);
    }

    pub(super) fn remember_cable(&mut self, row: CableRow, a: u64, b: u64) {
        for (interface, end) in [(a, "A"), (b, "B")] {
            if let Some(interface) = self.interfaces.get_mut(&interface) {
                interface.cable = Some(Related { id: row.id });
                interface.cable_end = Some(end.to_owned());
                interface.forget_version();
            }
        }
        self.cables.insert(row.id, row);
    }

    fn cable_end(&self, cable: u64, is_a: bool, interface: Option<u64>) -> Option<CableEnd> {
        let Some(row) = interface.and_then(|id| self.interfaces.get(&id)) else {
            let label = self.far_ends.get(&(cable, is_a))?;
            return Some(CableEnd {
                device: "(not of this plan)".to_owned(),
                interface: label.clone(),
            });
        };
        Some(CableEnd {
            device: self.device_label(row.device.id),
            interface: row.name.clone(),
        })
    }
}

pub(super) fn device_name(row: &DeviceRow) -> String {
    row.name
        .clone()
        .unwrap_or_else(|| format!("(device {})", row.id))
}

/// `class/index` of a device, or the key of a cable.
pub(super) fn key_of(custom_fields: &crate::netbox::kind::CustomFields) -> Option<&str> {
    custom_fields
        .get(fields::KEY)
        .and_then(|value| value.as_str())
}
