//! Server classes, their cards and how these reach the fabric.

use std::collections::BTreeMap;

use super::finding::{Fault, Findings};
use super::library::Library;
use super::reader::Mapping;
use super::{put, switches};
use crate::fabric::catalog::Catalog;
use crate::fabric::design::{Attachment, Nic, Reference, ServerClass};
use crate::fabric::natural::natural;
use crate::fabric::near::near;
use crate::fabric::problem::Subject;
use crate::fabric::units::Speed;

pub(super) type Classes = BTreeMap<String, ServerClass>;

pub(super) fn read_class(
    mut entry: Mapping<'_>,
    library: &Library,
    classes: &mut Classes,
    findings: &mut Findings,
) -> Option<Subject> {
    let place = entry.place();
    let type_at = entry.place_of("server_device_type");
    let name = entry.required_text("server_class_id", findings);
    let device_type = entry.required_text("server_device_type", findings);
    let device_type = device_type.and_then(|id| library.device_type(&id, type_at, findings));
    let class = ServerClass {
        quantity: entry
            .required_count("quantity", findings)
            .unwrap_or_default(),
        device_type: device_type.map_or(Reference::Unknown, |device_type| {
            Reference::Known(device_type.reference())
        }),
        category: entry.text("category", findings),
        gpus_per_server: entry
            .count("gpus_per_server", findings)
            .filter(|gpus| *gpus > 0),
        ..ServerClass::default()
    };
    entry.finish(findings);
    let name = name?;
    let subject = Subject::ServerClass {
        class: name.clone(),
    };
    let what = ("server class", name.clone());
    put(classes, (name, class), what, (place, findings));
    Some(subject)
}

/// The class that an entry belongs to.
fn owner<'c>(
    entry: &mut Mapping<'_>,
    classes: &'c mut Classes,
    findings: &mut Findings,
) -> Option<(String, &'c mut ServerClass)> {
    let place = entry.place_of("server_class");
    let name = entry.required_text("server_class", findings)?;
    let near = near(&name, classes.keys());
    let class = classes.get_mut(&name);
    if class.is_none() {
        let (what, id) = ("server class", name.clone());
        findings.fault(place, Fault::UnknownId { what, id, near });
    }
    class.map(|class| (name, class))
}

pub(super) fn read_nic(
    mut entry: Mapping<'_>,
    library: &Library,
    catalog: &Catalog,
    classes: &mut Classes,
    findings: &mut Findings,
) -> Option<Subject> {
    let place = entry.place();
    let type_at = entry.place_of("module_type");
    let owner = owner(&mut entry, classes, findings);
    let name = entry.required_text("nic_id", findings);
    let module = entry.required_text("module_type", findings);
    entry.finish(findings);
    let ((class, owner), name) = (owner?, name?);
    let subject = Subject::Nic {
        class: class.clone(),
        nic: name.clone(),
    };
    let module = module.and_then(|module| library.module_type(&module, type_at, findings));
    let Some(module) = module else {
        // Attachments may name it.
        owner.nics.entry(name).or_default();
        return Some(subject);
    };
    let names = module.interfaces.iter().map(|(name, _)| name);
    let mut ports: Vec<String> = names.cloned().collect();
    ports.sort_by(|one, other| natural(one, other));
    let reference = module.reference();
    let known = catalog
        .nic(&reference)
        .is_some_and(|card| card.ports == ports);
    let nic = Nic {
        ports: (!known && !ports.is_empty()).then_some(ports),
        module_type: Some(Reference::Known(reference)),
    };
    let what = ("network card", format!("{class}/{name}"));
    put(&mut owner.nics, (name, nic), what, (place, findings));
    Some(subject)
}

pub(super) fn read_connection(
    mut entry: Mapping<'_>,
    library: &Library,
    classes: &mut Classes,
    findings: &mut Findings,
) -> Option<Subject> {
    let place = entry.place();
    for (key, instead) in [
        ("target_switch_class", "target_zone"),
        ("nic_module_type", "nic"),
    ] {
        let place = entry.place_of(key);
        if entry.text(key, findings).is_some() {
            findings.fault(place, Fault::Outdated { key, instead });
        }
    }
    let owner = owner(&mut entry, classes, findings);
    let name = entry.required_text("connection_id", findings);
    let attachment = Attachment {
        nic: entry.required_text("nic", findings).unwrap_or_default(),
        port_index: entry
            .count("port_index", findings)
            .filter(|index| *index > 0),
        ports: entry.required_count("ports_per_connection", findings),
        attachment_type: entry.text("hedgehog_conn_type", findings),
        distribution: entry.text("distribution", findings),
        zone: entry
            .required_text("target_zone", findings)
            .unwrap_or_default(),
        speed: entry
            .required_count("speed", findings)
            .map(Speed::from_gbps)
            .unwrap_or_default(),
        rail: entry.count("rail", findings),
        port_type: entry
            .text("port_type", findings)
            .filter(|word| word != "data"),
        transceiver: switches::transceiver(&mut entry, library, findings),
    };
    entry.finish(findings);
    let ((class, owner), name) = (owner?, name?);
    let subject = Subject::Attachment {
        class: class.clone(),
        attachment: name.clone(),
    };
    let what = ("connection", format!("{class}/{name}"));
    let shelf = &mut owner.attachments;
    put(shelf, (name, attachment), what, (place, findings));
    Some(subject)
}
