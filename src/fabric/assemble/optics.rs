//! One optic for each cage that carries a cable, where its zone or attachment names one.

use std::collections::BTreeMap;

use crate::fabric::blueprint::{Interface, Module, ModuleKind};
use crate::fabric::design::{ServerClass, SwitchClass};
use crate::fabric::name;
use crate::fabric::natural::Natural;
use crate::fabric::spec::ServerSpec;
use crate::fabric::units::position;

/// The optics of a switch, by cage: ports of one cage share it.
pub(super) fn of_switch(class: Option<&SwitchClass>, interfaces: &[Interface]) -> Vec<Module> {
    let Some(class) = class else {
        return Vec::new();
    };
    let mut cages = BTreeMap::new();
    for interface in interfaces {
        let zone = interface
            .zone
            .as_ref()
            .and_then(|zone| class.zones.get(zone));
        let optic = zone.and_then(|zone| zone.transceiver.as_ref());
        if let (Some(cage), Some(optic)) = (interface.physical_port, optic) {
            cages.insert(cage, optic);
        }
    }
    cages
        .into_iter()
        .map(|(cage, optic)| Module {
            parent: None,
            bay: name::cage(cage),
            module_type: optic.clone(),
            kind: ModuleKind::Transceiver,
        })
        .collect()
}

/// The optics of a server: in the cages of its cards, and for ports of the device type in a bay that
/// is called as the port.
pub(super) fn of_server(server: &ServerSpec, class: &ServerClass) -> Vec<Module> {
    let mut modules = Vec::new();
    for attachment in &server.attachments {
        let written = class.attachments.get(&attachment.name);
        let Some(optic) = written.and_then(|written| written.transceiver.as_ref()) else {
            continue;
        };
        let nic = &server.nics[attachment.nic];
        for port in attachment.first_port..attachment.first_port + attachment.ports {
            let (parent, bay) = if nic.is_module {
                (Some(nic.name.clone()), format!("cage-{port}"))
            } else {
                let port = nic.ports.get(position(port));
                (
                    None,
                    port.map_or_else(String::new, |port| port.interface.clone()),
                )
            };
            modules.push(Module {
                parent,
                bay,
                module_type: optic.clone(),
                kind: ModuleKind::Transceiver,
            });
        }
    }
    modules.sort_by(|a, b| {
        let key = |module: &Module| module.parent.clone().unwrap_or_default();
        (Natural(&key(a)), Natural(&a.bay)).cmp(&(Natural(&key(b)), Natural(&b.bay)))
    });
    modules
}
