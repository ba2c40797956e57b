//! A design in the words of Terraform's configuration: one resource for each class, and the plan that
//! takes them.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;

use super::hcl::{Item, key, name, number};
use super::types::TypeResources;
use crate::fabric::design::{
    Attachment, CustomPort, CustomProfile, Design, Nic, Redundancy, Reference, ServerClass,
    SwitchClass, Zone,
};
use crate::fabric::limits::DEVICE_DESCRIPTION_LENGTH_MAX;

/// The ancestor's own site, until another is given.
const SITE: &str = "hedgehog";

/// Local names of the class resources, by class, and resources for the types, if there are any.
#[derive(Debug)]
pub(super) struct Names {
    switches: BTreeMap<String, String>,
    servers: BTreeMap<String, String>,
    types: TypeResources,
}

impl Names {
    pub(super) fn new(design: &Design, types: TypeResources) -> Self {
        Self {
            switches: local_names(design.switch_classes.keys()),
            servers: local_names(design.server_classes.keys()),
            types,
        }
    }

    /// The types, as far as they have resources.
    pub(super) fn into_types(self) -> Vec<Item> {
        self.types.items
    }
}

/// Terraform's names are letters, digits and `_`; `a-b` and `a_b` must stay two.
pub(super) fn local_names<'a>(
    classes: impl Iterator<Item = &'a String>,
) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for class in classes {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut local: String = class.chars().map(letter).collect();
        if !local.starts_with(|c: char| c.is_ascii_alphabetic()) {
            local.insert_str(0, "class_");
        }
        while !taken.insert(local.clone()) {
            local.push('_');
        }
        names.insert(class.clone(), local);
    }
    names
}

/// The description of the devices; of a longer one the beginning, and all of it in a comment.
fn description(text: &str) -> Vec<Item> {
    if text.chars().count() <= DEVICE_DESCRIPTION_LENGTH_MAX {
        return vec![Item::attribute("description", text)];
    }
    let start: String = text
        .chars()
        .take(DEVICE_DESCRIPTION_LENGTH_MAX - 1)
        .collect();
    let start = start
        .rsplit_once(char::is_whitespace)
        .map_or(&*start, |(start, _)| start);
    vec![
        Item::Comment(text.to_owned()),
        Item::attribute("description", format!("{start}…")),
    ]
}

/// The provider, and the plan.
pub(super) fn main(plan: &str, description: Option<&str>, names: &Names) -> Vec<Item> {
    let source = vec![Item::attribute("source", "githedgehog/hedgehog")];
    let required = vec![Item::map("hedgehog", source)];
    let required = vec![Item::block("required_providers", &[], required)];
    let site = vec![
        Item::attribute("description", "Slug of the NetBox site."),
        Item::attribute("type", name("string")),
        Item::attribute("default", SITE),
    ];
    let classes = |kind: &str, names: &BTreeMap<String, String>| {
        let class = |(class, local): (&String, &String)| {
            Item::attribute(&key(class), name(&format!("{kind}.{local}")))
        };
        names.iter().map(class).collect()
    };
    let mut arguments = vec![Item::attribute("name", plan)];
    if let Some(text) = description {
        arguments.extend(self::description(text));
    }
    arguments.extend([
        Item::attribute("site", name("var.site")),
        // Nothing goes to NetBox before somebody has looked at it.
        Item::attribute("status", "draft"),
        Item::map(
            "switch_classes",
            classes("hedgehog_switch_class", &names.switches),
        ),
        Item::map(
            "server_classes",
            classes("hedgehog_server_class", &names.servers),
        ),
    ]);
    vec![
        Item::block("terraform", &[], required),
        Item::Comment(
            "NETBOX_SERVER_URL and NETBOX_API_TOKEN tell where NetBox is. A draft needs neither."
                .to_owned(),
        ),
        Item::block("provider", &["hedgehog"], Vec::new()),
        Item::block("variable", &["site"], site),
        Item::block("resource", &["hedgehog_topology_plan", "this"], arguments),
    ]
}

pub(super) fn switches(design: &Design, names: &Names) -> Vec<Item> {
    let classes = design.switch_classes.iter();
    let resource = |(name, class): (&String, &SwitchClass)| {
        let local = names.switches.get(name).map_or("", String::as_str);
        Item::block(
            "resource",
            &["hedgehog_switch_class", local],
            switch(name, class, &names.types),
        )
    };
    classes.map(resource).collect()
}

pub(super) fn servers(design: &Design, names: &Names) -> Vec<Item> {
    let classes = design.server_classes.iter();
    let resource = |(name, class): (&String, &ServerClass)| {
        let local = names.servers.get(name).map_or("", String::as_str);
        Item::block(
            "resource",
            &["hedgehog_server_class", local],
            server(name, class, &names.types),
        )
    };
    classes.map(resource).collect()
}

fn switch(name: &str, class: &SwitchClass, types: &TypeResources) -> Vec<Item> {
    let arguments = [
        Some(Item::attribute("name", name)),
        Some(Item::attribute("fabric", class.fabric.as_str())),
        text("topology", class.topology.as_ref()),
        text("fabric_class", class.fabric_class.as_ref()),
        Some(Item::attribute("role", class.role.as_str())),
        text("profile", class.profile.as_ref()),
        types
            .of_profile(class)
            .map(|path| Item::attribute("device_type", self::name(path)))
            .or_else(|| reference("device_type", class.device_type.as_ref(), types)),
        Item::optional("override_quantity", class.override_quantity),
    ];
    let zones = class.zones.iter();
    let redundancy = class.redundancy.iter().map(redundancy);
    let custom = class.custom_profile.iter().map(custom_profile);
    arguments
        .into_iter()
        .flatten()
        .chain(custom)
        .chain(redundancy)
        .chain(zones.map(|(name, zone)| Item::block("zone", &[name], zone_arguments(zone, types))))
        .collect()
}

/// A case says no more of a switch than its ports, roles and features.
fn custom_profile(custom: &CustomProfile) -> Item {
    let texts = |texts: &Vec<String>| texts.iter().map(String::as_str).collect::<Expression>();
    let port = |(label, port): (&String, &CustomPort)| {
        let arguments = [
            Some(Item::attribute("ports", port.ports.as_str())),
            Some(Item::attribute("cage", port.cage.as_str())),
            Item::optional("breakouts", port.breakouts.as_ref().map(texts)),
            Item::optional("speeds", port.speeds.as_ref().map(texts)),
        ];
        Item::block("port", &[label], arguments.into_iter().flatten().collect())
    };
    let abilities = [
        Item::optional("roles", custom.roles.as_ref().map(texts)),
        Item::optional("features", custom.features.as_ref().map(texts)),
    ];
    let ports = custom.ports.iter().map(port);
    let items = abilities.into_iter().flatten().chain(ports);
    Item::block("custom_profile", &[], items.collect())
}

fn zone_arguments(zone: &Zone, types: &TypeResources) -> Vec<Item> {
    let arguments = [
        Some(Item::attribute("type", zone.zone_type.as_str())),
        Some(Item::attribute("ports", zone.ports.as_str())),
        text("breakout", zone.breakout.as_ref()),
        text("allocation", zone.allocation.as_ref()),
        Item::optional(
            "allocation_order",
            zone.allocation_order.as_deref().map(numbers),
        ),
        Item::optional("priority", zone.priority),
        text("peer", zone.peer.as_ref()),
        reference("transceiver", zone.transceiver.as_ref(), types),
    ];
    arguments.into_iter().flatten().collect()
}

fn redundancy(redundancy: &Redundancy) -> Item {
    let arguments = [
        Some(Item::attribute("type", redundancy.redundancy_type.as_str())),
        text("group", redundancy.group.as_ref()),
    ];
    Item::block("redundancy", &[], arguments.into_iter().flatten().collect())
}

fn server(name: &str, class: &ServerClass, types: &TypeResources) -> Vec<Item> {
    let arguments = [
        Some(Item::attribute("name", name)),
        Some(Item::attribute("quantity", class.quantity)),
        reference("device_type", Some(&class.device_type), types),
        text("category", class.category.as_ref()),
        Item::optional("gpus_per_server", class.gpus_per_server),
    ];
    let nics = class.nics.iter();
    let attachments = class.attachments.iter();
    arguments
        .into_iter()
        .flatten()
        .chain(nics.map(|(name, nic)| Item::block("nic", &[name], nic_arguments(nic, types))))
        .chain(attachments.map(|(name, attachment)| {
            Item::block(
                "attachment",
                &[name],
                attachment_arguments(attachment, types),
            )
        }))
        .collect()
}

fn nic_arguments(nic: &Nic, types: &TypeResources) -> Vec<Item> {
    let ports = types.ports_of(nic).map(|ports| {
        let ports = ports.iter().map(String::as_str);
        Item::attribute("ports", ports.collect::<Expression>())
    });
    let module_type = reference("module_type", nic.module_type.as_ref(), types);
    module_type.into_iter().chain(ports).collect()
}

fn attachment_arguments(attachment: &Attachment, types: &TypeResources) -> Vec<Item> {
    let arguments = [
        Some(Item::attribute("nic", attachment.nic.as_str())),
        Item::optional("port_index", attachment.port_index),
        Item::optional("ports", attachment.ports),
        text("type", attachment.attachment_type.as_ref()),
        text("distribution", attachment.distribution.as_ref()),
        Some(Item::attribute("zone", attachment.zone.as_str())),
        Some(Item::attribute("speed", number(&attachment.speed.gbps()))),
        Item::optional("rail", attachment.rail),
        text("port_type", attachment.port_type.as_ref()),
        reference("transceiver", attachment.transceiver.as_ref(), types),
    ];
    arguments.into_iter().flatten().collect()
}

fn numbers(numbers: &[u32]) -> Expression {
    numbers.iter().copied().collect()
}

fn text(key: &str, value: Option<&String>) -> Option<Item> {
    Item::optional(key, value.map(String::as_str))
}

/// To the resource of the type, if it has one.
fn reference(key: &str, value: Option<&Reference>, types: &TypeResources) -> Option<Item> {
    match value? {
        Reference::Known(text) => Some(match types.of(text) {
            Some(path) => Item::attribute(key, name(path)),
            None => Item::attribute(key, text.as_str()),
        }),
        Reference::Unknown => None,
    }
}
