//! From the decision to the finished answer: names, modules, interfaces, cables, counts.

mod optics;

use std::collections::{BTreeMap, BTreeSet};

use super::blueprint::{
    Blueprint, Cable, CableEnd, CableKind, Device, DeviceKind, Interface, Module, ModuleKind,
    Origin, RedundancyGroup, SwitchCount, Totals,
};
use super::design::{Design, Reference};
use super::growth::former;
use super::name::{self, Names};
use super::natural::Natural;
use super::oversubscription;
use super::placement::{DeviceKey, Placement, Port, ServerEnd, ServerLink, SwitchEnd, SwitchLink};
use super::problem::{Problem, Subject};
use super::report;
use super::spec::{NicSpec, ServerSpec, Spec, SwitchSpec};
use super::units::{count, position};

/// The placement says something that the design does not allow.
type Mismatch = String;

pub(super) fn assemble(
    design: &Design,
    spec: &Spec<'_>,
    placement: &Placement,
) -> Result<Blueprint, Vec<Problem>> {
    let names = Names::new(design);
    let problems = name::check::devices(&names, devices(spec, placement));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mismatch = |what: Mismatch| vec![Problem::internal(what)];
    let lookup = Lookup::new(spec, &names);
    let mut devices = switches(design, spec, placement, &names).map_err(mismatch)?;
    let addresses = devices.iter().filter_map(|device| match &device.kind {
        DeviceKind::Switch { boot_mac, .. } => Some((&device.key, &*device.name, &**boot_mac)),
        DeviceKind::Server => None,
    });
    let mut problems = name::check::boot_macs(addresses);
    problems.extend(name::check::groups(group_names(spec, &devices)));
    if !problems.is_empty() {
        return Err(problems);
    }
    let switch_ends: u32 = devices.iter().map(cable_ends).sum();
    let servers = servers(design, spec, &names);
    let nic_ports: u32 = servers
        .iter()
        .map(|device| count(device.interfaces.len()))
        .sum();
    let switch_count = count(devices.len());
    let server_count = count(servers.len());
    devices.extend(servers);
    devices.sort_by(|a, b| Natural(&a.name).cmp(&Natural(&b.name)));
    let cables = lookup.cables(placement).map_err(mismatch)?;
    let modules = devices.iter().map(|device| count(device.modules.len()));
    let totals = Totals {
        devices: count(devices.len()),
        switches: switch_count,
        servers: server_count,
        modules: modules.sum(),
        cables: count(cables.len()),
        interfaces: switch_ends + nic_ports,
    };
    Ok(Blueprint {
        switch_counts: switch_counts(spec, placement),
        totals,
        former_classes: former::names(design),
        devices,
        cables,
        oversubscription: oversubscription::by_class(spec),
        fabric_oversubscription: oversubscription::by_fabric(spec, placement),
        report: report::report(design, spec, placement, &totals),
    })
}

/// Interfaces of a switch that carry a cable: all but the cages that are broken out.
fn cable_ends(device: &Device) -> u32 {
    count(
        device
            .interfaces
            .iter()
            .filter(|interface| interface.enabled)
            .count(),
    )
}

/// All devices of the plan, with what a fault of one is about.
fn devices<'p>(
    spec: &'p Spec<'_>,
    placement: &'p Placement,
) -> impl Iterator<Item = (DeviceKey, Subject)> + 'p {
    let switches = spec.switches.iter().flat_map(|switch| {
        let class = &switch.name;
        (1..=quantity(placement, class)).map(move |index| {
            let subject = Subject::SwitchClass {
                class: class.clone(),
            };
            (key(class, index), subject)
        })
    });
    let servers = spec.servers.iter().flat_map(|server| {
        let class = &server.name;
        server.numbers.iter().map(move |index| {
            let subject = Subject::ServerClass {
                class: class.clone(),
            };
            (key(class, *index), subject)
        })
    });
    switches.chain(servers)
}

fn key(class: &str, index: u32) -> DeviceKey {
    DeviceKey {
        class: class.to_owned(),
        index,
    }
}

fn quantity(placement: &Placement, class: &str) -> u32 {
    placement.quantities.get(class).copied().unwrap_or(0)
}

fn switch_counts(spec: &Spec<'_>, placement: &Placement) -> BTreeMap<String, SwitchCount> {
    let count = |switch: &SwitchSpec<'_>| SwitchCount {
        calculated: placement.calculated.get(&switch.name).copied(),
        override_quantity: switch.override_quantity,
        effective: quantity(placement, &switch.name),
    };
    spec.switches
        .iter()
        .map(|switch| (switch.name.clone(), count(switch)))
        .collect()
}

fn switches(
    design: &Design,
    spec: &Spec<'_>,
    placement: &Placement,
    names: &Names,
) -> Result<Vec<Device>, Mismatch> {
    let mut used: BTreeMap<&DeviceKey, BTreeMap<Port, &str>> = BTreeMap::new();
    let server_ends = placement.server_links.iter().map(|link| &link.switch);
    let fabric_ends = placement
        .switch_links
        .iter()
        .flat_map(|link| [&link.a, &link.b]);
    for end in server_ends.chain(fabric_ends) {
        if used
            .entry(&end.device)
            .or_default()
            .insert(end.port, &end.zone)
            .is_some()
        {
            return Err(format!("port {} is used twice", describe(end)));
        }
    }
    let mut devices = Vec::new();
    for switch in &spec.switches {
        let class = design.switch_classes.get(&switch.name);
        for index in 1..=quantity(placement, &switch.name) {
            let key = key(&switch.name, index);
            let ports = used.remove(&key).unwrap_or_default();
            let name = names.device(&key);
            let known = |text: &str| Reference::Known(text.to_owned());
            let interfaces = switch_interfaces(switch, &ports)?;
            devices.push(Device {
                kind: DeviceKind::Switch {
                    fabric: switch.fabric.clone(),
                    fabric_class: if switch.managed {
                        "managed"
                    } else {
                        "unmanaged"
                    }
                    .to_owned(),
                    role: switch.role.word().to_owned(),
                    boot_mac: name::boot_mac(&name),
                    group: group(switch, index, placement),
                },
                device_type: class
                    .and_then(|class| class.device_type.clone())
                    .unwrap_or_else(|| known(&switch.profile.name)),
                device_role: class
                    .and_then(|class| class.device_role.clone())
                    .unwrap_or_else(|| known(switch.role.device_role())),
                modules: optics::of_switch(class, &interfaces),
                interfaces,
                key,
                name,
            });
        }
    }
    match used.keys().next() {
        Some(key) => Err(format!(
            "switch {} of class \"{}\" does not exist",
            key.index, key.class
        )),
        None => Ok(devices),
    }
}

fn group(switch: &SwitchSpec<'_>, index: u32, placement: &Placement) -> Option<RedundancyGroup> {
    let redundancy = switch.redundancy.as_ref().filter(|r| r.used)?;
    let group = redundancy.kind.group_of(index);
    Some(RedundancyGroup {
        kind: redundancy.kind.word().to_owned(),
        name: redundancy.group_name(group, quantity(placement, &switch.name)),
    })
}

/// Class, name of its groups without a number, and name of a group.
fn group_names<'d>(
    spec: &'d Spec<'_>,
    devices: &'d [Device],
) -> impl Iterator<Item = name::check::Group<'d>> {
    let redundant = spec.switches.iter().filter_map(|switch| {
        let base = &*switch.redundancy.as_ref()?.group;
        Some((&*switch.name, (switch.fabric.as_str(), base)))
    });
    let redundant: BTreeMap<&str, (&str, &str)> = redundant.collect();
    devices.iter().filter_map(move |device| match &device.kind {
        DeviceKind::Switch { group, .. } => {
            let class = &*device.key.class;
            let (fabric, base) = *redundant.get(class)?;
            let name = &*group.as_ref()?.name;
            Some(name::check::Group {
                fabric,
                class,
                base,
                name,
            })
        }
        DeviceKind::Server => None,
    })
}

fn describe(end: &SwitchEnd) -> String {
    let DeviceKey { class, index } = &end.device;
    format!(
        "{} of switch {index} of class \"{class}\"",
        name::port(end.port)
    )
}

/// Used ports and the cages of those that are broken out, in the order of their numbers.
fn switch_interfaces(
    switch: &SwitchSpec<'_>,
    ports: &BTreeMap<Port, &str>,
) -> Result<Vec<Interface>, Mismatch> {
    let mut interfaces = Vec::with_capacity(ports.len());
    let mut last_cage = None;
    // A port without a lane comes before those with one, so that cages come in order.
    for (port, zone_name) in ports {
        let zone = switch.zones.iter().find(|zone| zone.name == **zone_name);
        let Some(zone) = zone.filter(|zone| zone.slot_of.contains_key(port)) else {
            return Err(format!(
                "zone \"{zone_name}\" of \"{}\" lacks {port:?}",
                switch.name
            ));
        };
        let interface = |name: String, origin: Origin, enabled: bool| Interface {
            name,
            origin,
            interface_type: None,
            enabled,
            zone: Some((*zone_name).to_owned()),
            physical_port: Some(port.cage),
            breakout_index: None,
        };
        let Some(lane) = port.lane else {
            interfaces.push(interface(name::port(*port), Origin::Template, true));
            continue;
        };
        if last_cage.replace(port.cage) != Some(port.cage) {
            interfaces.push(interface(name::cage(port.cage), Origin::Template, false));
        }
        let child_type = switch
            .profile
            .port(port.cage)
            .and_then(|p| p.child_type(zone.mode.speed));
        interfaces.push(Interface {
            interface_type: Some(
                child_type
                    .unwrap_or(super::catalog::OTHER_INTERFACE_TYPE)
                    .to_owned(),
            ),
            breakout_index: Some(lane),
            ..interface(
                name::port(*port),
                Origin::Breakout {
                    cage: port.cage,
                    lane,
                },
                true,
            )
        });
    }
    Ok(interfaces)
}

fn servers(design: &Design, spec: &Spec<'_>, names: &Names) -> Vec<Device> {
    let mut devices = Vec::new();
    for server in &spec.servers {
        let Some(class) = design.server_classes.get(&server.name) else {
            continue;
        };
        let nics = used_nics(server);
        let mut interfaces: Vec<Interface> = nics
            .iter()
            .flat_map(|(nic, ports)| nic_interfaces(nic, ports))
            .collect();
        interfaces.sort_by(|a, b| Natural(&a.name).cmp(&Natural(&b.name)));
        let modules: Vec<Module> = nics
            .iter()
            .filter_map(|(nic, _)| {
                let module_type = class.nics.get(&nic.name)?.module_type.clone()?;
                Some(Module {
                    parent: None,
                    bay: nic.name.clone(),
                    module_type,
                    kind: ModuleKind::Nic,
                })
            })
            .chain(optics::of_server(server, class))
            .collect();
        let role = || Reference::Known("server".to_owned());
        for index in &server.numbers {
            let key = key(&server.name, *index);
            devices.push(Device {
                name: names.device(&key),
                key,
                kind: DeviceKind::Server,
                device_type: class.device_type.clone(),
                device_role: class.device_role.clone().unwrap_or_else(role),
                interfaces: interfaces.clone(),
                modules: modules.clone(),
            });
        }
    }
    devices
}

/// Cards that at least one attachment uses, and which of their ports.
fn used_nics(server: &ServerSpec) -> Vec<(&NicSpec, BTreeSet<u32>)> {
    let mut used: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for attachment in &server.attachments {
        let ports = attachment.first_port..attachment.first_port + attachment.ports;
        used.entry(attachment.nic).or_default().extend(ports);
    }
    used.into_iter()
        .map(|(nic, ports)| (&server.nics[nic], ports))
        .collect()
}

/// All ports of a module; of a device type's interfaces, those that are used.
fn nic_interfaces(nic: &NicSpec, used: &BTreeSet<u32>) -> Vec<Interface> {
    let ports = (0..)
        .zip(&nic.ports)
        .filter(|(port, _)| nic.is_module || used.contains(port));
    ports
        .map(|(_, port)| Interface {
            name: port.interface.clone(),
            origin: if nic.is_module {
                Origin::Module {
                    bay: nic.name.clone(),
                }
            } else {
                Origin::Template
            },
            interface_type: nic.is_module.then(|| port.interface_type.clone()),
            enabled: true,
            zone: None,
            physical_port: None,
            breakout_index: None,
        })
        .collect()
}

/// Attachments by name, so that each cable is named without a search.
struct Lookup<'s> {
    names: &'s Names,
    servers: BTreeMap<&'s str, (&'s ServerSpec, BTreeMap<&'s str, usize>)>,
}

impl<'s> Lookup<'s> {
    fn new(spec: &'s Spec<'_>, names: &'s Names) -> Self {
        let attachments = |server: &'s ServerSpec| {
            server
                .attachments
                .iter()
                .map(|c| c.name.as_str())
                .zip(0..)
                .collect()
        };
        let entry = |server: &'s ServerSpec| (server.name.as_str(), (server, attachments(server)));
        Self {
            names,
            servers: spec.servers.iter().map(entry).collect(),
        }
    }

    /// In natural order of their `a` ends.
    fn cables(&self, placement: &Placement) -> Result<Vec<Cable>, Mismatch> {
        let servers = placement
            .server_links
            .iter()
            .map(|link| self.server_cable(link));
        let fabric = placement
            .switch_links
            .iter()
            .map(|link| Ok(self.switch_cable(link)));
        let mut cables = servers
            .chain(fabric)
            .collect::<Result<Vec<Cable>, Mismatch>>()?;
        cables.sort_by(|a, b| {
            (Natural(&a.a.device), Natural(&a.a.interface))
                .cmp(&(Natural(&b.a.device), Natural(&b.a.interface)))
        });
        Ok(cables)
    }

    fn server_cable(&self, link: &ServerLink) -> Result<Cable, Mismatch> {
        let ServerEnd {
            device,
            attachment,
            ordinal,
        } = &link.server;
        let interface = self.interface(device, attachment, *ordinal);
        let interface = interface.ok_or_else(|| {
            format!(
                "server {} of class \"{}\" has no port {ordinal} of attachment \"{attachment}\"",
                device.index, device.class
            )
        })?;
        Ok(Cable {
            a: CableEnd {
                device: self.names.device(device),
                interface,
            },
            b: self.switch_end(&link.switch),
            kind: CableKind::Server,
            key: format!("{}/{}/{attachment}/{ordinal}", device.class, device.index),
        })
    }

    fn interface(&self, device: &DeviceKey, attachment: &str, ordinal: u32) -> Option<String> {
        let (server, attachments) = self.servers.get(device.class.as_str())?;
        server.numbers.binary_search(&device.index).ok()?;
        let attachment = &server.attachments[*attachments.get(attachment)?];
        if ordinal >= attachment.ports {
            return None;
        }
        let port = position(attachment.first_port + ordinal);
        Some(
            server.nics[attachment.nic]
                .ports
                .get(port)?
                .interface
                .clone(),
        )
    }

    fn switch_end(&self, end: &SwitchEnd) -> CableEnd {
        CableEnd {
            device: self.names.device(&end.device),
            interface: name::port(end.port),
        }
    }

    /// The key of a cable between switches names the port that asks: that is what stays when spines
    /// come and go.
    fn switch_cable(&self, link: &SwitchLink) -> Cable {
        let SwitchEnd { device, zone, port } = &link.a;
        let ordinal = match port.lane {
            Some(lane) => format!("{}.{lane}", port.cage),
            None => port.cage.to_string(),
        };
        Cable {
            a: self.switch_end(&link.a),
            b: self.switch_end(&link.b),
            kind: CableKind::Switches(link.kind),
            key: format!("{}/{}/{zone}/{ordinal}", device.class, device.index),
        }
    }
}
