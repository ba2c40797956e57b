//! Optics: one in each cage that carries a cable and whose zone or attachment names one, no others.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use crate::fabric::blueprint::{Device, DeviceKind, ModuleKind};
use crate::fabric::design::Reference;

/// Parent bay, bay and type.
type Optic<'v> = (Option<String>, String, &'v Reference);

pub(super) fn check(view: &mut View<'_>) {
    let mut cabled: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for cable in &view.blueprint.cables {
        for end in [&cable.a, &cable.b] {
            cabled
                .entry(&end.device)
                .or_default()
                .insert(&end.interface);
        }
    }
    let mut complaints = Vec::new();
    for device in &view.blueprint.devices {
        let ports = cabled.remove(device.name.as_str()).unwrap_or_default();
        let wanted = match device.kind {
            DeviceKind::Switch { .. } => of_switch(view, device, &ports),
            DeviceKind::Server => of_server(view, device),
        };
        let optics = device
            .modules
            .iter()
            .filter(|module| module.kind == ModuleKind::Transceiver);
        let there: Vec<Optic<'_>> = optics
            .map(|m| (m.parent.clone(), m.bay.clone(), &m.module_type))
            .collect();
        let distinct: BTreeSet<&Optic<'_>> = there.iter().collect();
        if distinct.len() != there.len() || distinct != wanted.iter().collect() {
            complaints.push(format!("{} has the wrong optics", device.name));
        }
    }
    view.complaints.extend(complaints);
}

/// By the names of its ports that carry cables: `E1/5/2` is in cage `E1/5`.
fn of_switch<'v>(view: &View<'v>, device: &Device, ports: &BTreeSet<&str>) -> Vec<Optic<'v>> {
    let Some(class) = view.design.switch_classes.get(&device.key.class) else {
        return Vec::new();
    };
    let mut optics = BTreeMap::new();
    for port in ports {
        let interface = view.interfaces.get(&(device.name.as_str(), *port));
        let zone = interface.and_then(|interface| class.zones.get(interface.zone.as_ref()?));
        let cage: Vec<&str> = port.split('/').take(2).collect();
        if let Some(optic) = zone.and_then(|zone| zone.transceiver.as_ref()) {
            optics.insert(cage.join("/"), optic);
        }
    }
    optics
        .into_iter()
        .map(|(bay, optic)| (None, bay, optic))
        .collect()
}

fn of_server<'v>(view: &View<'v>, device: &Device) -> Vec<Optic<'v>> {
    let Some(class) = view.design.server_classes.get(&device.key.class) else {
        return Vec::new();
    };
    let mut optics = Vec::new();
    for attachment in class.attachments.values() {
        let Some(optic) = &attachment.transceiver else {
            continue;
        };
        let Some(nic) = class.nics.get(&attachment.nic) else {
            continue;
        };
        let first = attachment.port_index.unwrap_or(0);
        for port in first..first + attachment.ports.unwrap_or(1) {
            if nic.module_type.is_some() {
                optics.push((Some(attachment.nic.clone()), format!("cage-{port}"), optic));
            } else {
                let names = nic.ports.as_deref().unwrap_or_default();
                let name = usize::try_from(port).ok().and_then(|port| names.get(port));
                optics.push((None, name.cloned().unwrap_or_default(), optic));
            }
        }
    }
    optics
}
