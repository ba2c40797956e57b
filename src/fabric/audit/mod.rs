//! A second opinion on a finished blueprint. It shares no code with the planner: it reads the
//! design's words and the blueprint's names again, and knows nothing of how they came about.
//!
//! Every complaint is a bug of ours, so complaints are for developers and not for users.

mod fabrics;
mod groups;
mod hardware;
mod joins;
mod optics;
mod servers;
mod zones;

use std::collections::{BTreeMap, BTreeSet};

use hardware::Hardware;

use super::blueprint::{Blueprint, Cable, CableKind, Device, DeviceKind, Interface};
use super::catalog::Catalog;
use super::design::Design;

/// Everything in the blueprint that the design does not allow, in no order of weight. Silence
/// means that it may be built.
pub fn audit(design: &Design, catalog: &Catalog, blueprint: &Blueprint) -> Vec<String> {
    let mut view = View::new(design, catalog, blueprint);
    view.devices();
    view.cables();
    view.counts();
    zones::check(&mut view);
    servers::check(&mut view);
    optics::check(&mut view);
    groups::check(&mut view);
    fabrics::check(&mut view);
    joins::check(&mut view);
    view.complaints
}

/// The blueprint, indexed by names.
struct View<'v> {
    design: &'v Design,
    /// By switch class.
    hardware: BTreeMap<&'v str, Hardware>,
    blueprint: &'v Blueprint,
    devices: BTreeMap<&'v str, &'v Device>,
    interfaces: BTreeMap<(&'v str, &'v str), &'v Interface>,
    complaints: Vec<String>,
}

impl<'v> View<'v> {
    fn new(design: &'v Design, catalog: &Catalog, blueprint: &'v Blueprint) -> Self {
        let classes = design.switch_classes.iter();
        let hardware = classes
            .filter_map(|(name, class)| Some((name.as_str(), Hardware::of(class, catalog)?)));
        let mut view = View {
            design,
            hardware: hardware.collect(),
            blueprint,
            devices: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            complaints: Vec::new(),
        };
        for device in &blueprint.devices {
            if view.devices.insert(&device.name, device).is_some() {
                view.complain(format!("two devices are called {}", device.name));
            }
            for interface in &device.interfaces {
                let key = (device.name.as_str(), interface.name.as_str());
                if view.interfaces.insert(key, interface).is_some() {
                    view.complain(format!("{} has {} twice", device.name, interface.name));
                }
            }
        }
        view
    }

    fn complain(&mut self, what: String) {
        self.complaints.push(what);
    }

    /// The switch at one end, its class's name and its interface.
    fn switch_port(&self, device: &str, interface: &str) -> Option<(&'v Device, &'v Interface)> {
        let found = self.devices.get(device)?;
        let is_switch = matches!(found.kind, DeviceKind::Switch { .. });
        is_switch.then_some((*found, *self.interfaces.get(&(device, interface))?))
    }

    /// Each class has its devices, numbered as they should be.
    fn devices(&mut self) {
        let mut numbers: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for device in &self.blueprint.devices {
            if !numbers
                .entry(&device.key.class)
                .or_default()
                .insert(device.key.index)
            {
                self.complaints
                    .push(format!("{:?} is there twice", device.key));
            }
        }
        for (name, class) in &self.design.server_classes {
            let wanted: BTreeSet<u32> = (1..=class.quantity)
                .filter(|number| !class.retired.contains(number))
                .collect();
            if numbers.remove(name.as_str()).unwrap_or_default() != wanted {
                self.complain(format!("servers of {name} are not those of the design"));
            }
        }
        for (name, class) in &self.design.switch_classes {
            let effective = self
                .blueprint
                .switch_counts
                .get(name)
                .map(|count| count.effective);
            let wanted: BTreeSet<u32> = (1..=effective.unwrap_or(0)).collect();
            if numbers.remove(name.as_str()).unwrap_or_default() != wanted {
                self.complain(format!("switches of {name} are not {effective:?}"));
            }
            let overridden = class.override_quantity;
            if overridden.is_some() && overridden != effective {
                self.complain(format!("{name} ignores its override {overridden:?}"));
            }
            if effective < class.min_quantity {
                self.complain(format!("{name} is below its minimum"));
            }
        }
        for class in numbers.keys() {
            self.complaints
                .push(format!("devices of {class}, which the design lacks"));
        }
    }

    /// Both ends exist, are enabled, and carry one cable.
    fn cables(&mut self) {
        let mut used = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for cable in &self.blueprint.cables {
            for end in [&cable.a, &cable.b] {
                let key = (end.device.as_str(), end.interface.as_str());
                if !used.insert(key) {
                    self.complaints
                        .push(format!("{} {} carries two cables", key.0, key.1));
                }
                match self.interfaces.get(&key) {
                    None => self.complaints.push(format!("{} has no {}", key.0, key.1)),
                    Some(interface) if !interface.enabled => {
                        self.complaints
                            .push(format!("{} {} is disabled", key.0, key.1));
                    }
                    Some(_) => {}
                }
            }
            if !keys.insert(cable.key.as_str()) {
                self.complaints
                    .push(format!("two cables are called {}", cable.key));
            }
        }
    }

    /// The sums are the sums.
    fn counts(&mut self) {
        let devices = &self.blueprint.devices;
        let is_switch = |device: &&Device| matches!(device.kind, DeviceKind::Switch { .. });
        let switches = devices.iter().filter(is_switch).count();
        let modules: usize = devices.iter().map(|device| device.modules.len()).sum();
        let interfaces: usize = devices
            .iter()
            .map(|d| d.interfaces.iter().filter(|i| i.enabled).count())
            .sum();
        let totals = self.blueprint.totals;
        let sums = [
            ("devices", devices.len(), totals.devices),
            ("switches", switches, totals.switches),
            ("servers", devices.len() - switches, totals.servers),
            ("modules", modules, totals.modules),
            ("cables", self.blueprint.cables.len(), totals.cables),
            ("interfaces", interfaces, totals.interfaces),
        ];
        for (what, counted, told) in sums {
            if usize::try_from(told) != Ok(counted) {
                self.complain(format!("{counted} {what}, but the total says {told}"));
            }
        }
    }

    fn cables_of(&self, kind: CableKind) -> impl Iterator<Item = &'v Cable> + use<'v> {
        self.blueprint
            .cables
            .iter()
            .filter(move |cable| cable.kind == kind)
    }
}

/// Zone and class of a switch port: `class`, `zone`.
type ZoneKey<'v> = (&'v str, &'v str);
