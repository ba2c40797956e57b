//! The types that a design refers to, as resources.

use std::collections::{BTreeMap, BTreeSet};

use super::configuration::local_names;
use super::hcl::Item;
use crate::case::{DeviceType, ModuleType, Types};
use crate::fabric::catalog::{Catalog, NicModel};
use crate::fabric::design::{Design, Nic, Reference, SwitchClass};
use crate::fabric::profile_of;

/// Name and type of an interface, and whether it carries no data.
type Interface = (String, String, bool);

/// Resources for types, and how a class refers to each.
#[derive(Debug, Default)]
pub(super) struct TypeResources {
    pub items: Vec<Item>,
    /// By what a class called the type otherwise.
    references: BTreeMap<String, String>,
    /// By profile, where a class named no type.
    profiles: BTreeMap<String, String>,
    /// Of cards that the catalogue knows, by what a class called them.
    card_ports: BTreeMap<String, Vec<String>>,
}

impl TypeResources {
    /// All types that the design needs, each once.
    pub(super) fn new(design: &Design, types: &Types, catalog: &Catalog) -> Self {
        let mut resources = Self::default();
        resources.add_profiles(design);
        resources.add_devices(design, types, catalog);
        resources.add_modules(design, types, catalog);
        resources
    }

    /// The expression for a type that a class calls so; `None`: it has no resource.
    pub(super) fn of(&self, reference: &str) -> Option<&str> {
        self.references.get(reference).map(String::as_str)
    }

    /// The expression for the device type of a switch that names none of its own.
    pub(super) fn of_profile(&self, class: &SwitchClass) -> Option<&str> {
        self.profiles.get(own_profile(class)?).map(String::as_str)
    }

    /// The ports of a card whose type has a resource: what its name tells is not known before the
    /// type is there.
    pub(super) fn ports_of<'a>(&'a self, nic: &'a Nic) -> Option<&'a Vec<String>> {
        let known = || self.card_ports.get(known(nic.module_type.as_ref())?);
        nic.ports.as_ref().or_else(known)
    }

    fn add_profiles(&mut self, design: &Design) {
        let profiles: BTreeSet<_> = design
            .switch_classes
            .values()
            .filter_map(own_profile)
            .collect();
        for (profile, local) in local_names(profiles.into_iter()) {
            let body = vec![Item::attribute("profile", profile.as_str())];
            let address = self.add("hedgehog_device_type", &local, body);
            self.profiles.insert(profile, address);
        }
    }

    fn add_devices(&mut self, design: &Design, types: &Types, catalog: &Catalog) {
        let switches = design.switch_classes.values();
        let switches: BTreeMap<_, _> = switches
            .filter_map(|class| Some((known(class.device_type.as_ref())?, class)))
            .collect();
        let servers = design.server_classes.values();
        let servers = servers.filter_map(|class| known(Some(&class.device_type)));
        let needed: BTreeSet<_> = servers.chain(switches.keys().copied()).collect();
        for (name, local) in local_names(needed.into_iter()) {
            let Some(device) = types.devices.get(&name) else {
                continue;
            };
            let switch = switches.get(&name).map(|class| ports(class, catalog));
            let body = device_arguments(device, switch.unwrap_or_default());
            let address = self.add("hedgehog_device_type", &local, body);
            self.references.insert(name, address);
        }
    }

    fn add_modules(&mut self, design: &Design, types: &Types, catalog: &Catalog) {
        for (name, local) in local_names(modules(design).into_iter()) {
            let Some(module) = types.modules.get(&name) else {
                continue;
            };
            let card = catalog.nic(&name);
            let ports = card.map(|card| (name.clone(), card.ports.clone()));
            self.card_ports.extend(ports);
            let body = module_arguments(module, card);
            let address = self.add("hedgehog_module_type", &local, body);
            self.references.insert(name, address);
        }
    }

    /// How to refer to it.
    fn add(&mut self, kind: &str, local: &str, body: Vec<Item>) -> String {
        self.items
            .push(Item::block("resource", &[kind, local], body));
        format!("{kind}.{local}.ref")
    }
}

fn known(reference: Option<&Reference>) -> Option<&String> {
    match reference? {
        Reference::Known(name) => Some(name),
        Reference::Unknown => None,
    }
}

/// The profile whose device type the class takes.
fn own_profile(class: &SwitchClass) -> Option<&String> {
    let own = class.device_type.is_none();
    class.profile.as_ref().filter(|_| own)
}

/// Cards and optics of all classes.
fn modules(design: &Design) -> BTreeSet<&String> {
    let zones = design
        .switch_classes
        .values()
        .flat_map(|class| class.zones.values());
    let servers = || design.server_classes.values();
    let nics = servers().flat_map(|class| class.nics.values());
    let attachments = servers().flat_map(|class| class.attachments.values());
    zones
        .map(|zone| zone.transceiver.as_ref())
        .chain(nics.map(|nic| nic.module_type.as_ref()))
        .chain(attachments.map(|attachment| attachment.transceiver.as_ref()))
        .filter_map(known)
        .collect()
}

/// What a switch has by its profile: a file may leave ports out, or call them otherwise.
fn ports(class: &SwitchClass, catalog: &Catalog) -> Vec<Interface> {
    let interfaces = profile_of(class, catalog).map(|profile| profile.interfaces());
    interfaces
        .unwrap_or_default()
        .into_iter()
        .map(|interface| {
            (
                interface.name,
                interface.interface_type,
                interface.mgmt_only,
            )
        })
        .collect()
}

fn device_arguments(device: &DeviceType, switch: Vec<Interface>) -> Vec<Item> {
    let arguments = [
        Some(Item::attribute("manufacturer", device.maker.name.as_str())),
        Some(Item::attribute("model", device.model.as_str())),
        Some(Item::attribute("slug", device.slug.as_str())),
        Item::optional("u_height", device.u_height),
        Item::optional("is_full_depth", device.is_full_depth),
    ];
    let written = device.interfaces.iter().map(as_written);
    let interfaces = if switch.is_empty() {
        written.collect()
    } else {
        switch
    };
    let interfaces = interfaces.into_iter().map(interface);
    arguments.into_iter().flatten().chain(interfaces).collect()
}

/// A card of the catalogue needs no interfaces written out.
fn module_arguments(module: &ModuleType, card: Option<&NicModel>) -> Vec<Item> {
    let arguments = [
        Item::attribute("manufacturer", module.maker.name.as_str()),
        Item::attribute("model", module.model.as_str()),
    ];
    let ports: BTreeSet<_> = module.interfaces.iter().map(|(name, _)| name).collect();
    let same = card.is_some_and(|card| card.ports.iter().collect::<BTreeSet<_>>() == ports);
    let interfaces = module.interfaces.iter().filter(|_| !same);
    let interfaces = interfaces.map(as_written).map(interface);
    arguments.into_iter().chain(interfaces).collect()
}

fn as_written((name, kind): &(String, String)) -> Interface {
    (name.clone(), kind.clone(), false)
}

fn interface((name, kind, mgmt_only): Interface) -> Item {
    let kind = if kind.is_empty() { "other" } else { &kind };
    let arguments = [
        Some(Item::attribute("type", kind)),
        mgmt_only.then(|| Item::attribute("mgmt_only", true)),
    ];
    Item::block(
        "interface",
        &[&name],
        arguments.into_iter().flatten().collect(),
    )
}
