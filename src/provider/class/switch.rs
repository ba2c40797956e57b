//! A switch class: its arguments, and what they mean.

use std::collections::BTreeMap;

use super::{Member, custom_profile, required};
use crate::fabric::design::{Redundancy, SwitchClass, Zone};
use crate::fabric::problem::Subject;
use crate::provider::decode::{Findings, Object};
use crate::tf::schema::{Attribute, Nesting};
use crate::tf::types::Type;

pub fn arguments() -> Vec<Attribute> {
    vec![
        Attribute::required(
            "fabric",
            Type::String,
            "Fabric that the switches belong to. Leaves are cabled to the spines of their fabric.",
        ),
        Attribute::optional(
            "topology",
            Type::String,
            "`spine-leaf` (default), or `mesh`: two or three leaves of a fabric without spines, \
             joined directly; `override_quantity` says how many.",
        ),
        Attribute::optional(
            "fabric_class",
            Type::String,
            "`managed` (default): under a Hedgehog control plane; `unmanaged`: outside of it.",
        ),
        Attribute::required(
            "role",
            Type::String,
            "`spine`; `server-leaf`: servers; `border-leaf`: external connections; `mixed-leaf`: both.",
        ),
        Attribute::optional(
            "profile",
            Type::String,
            "Switch profile of the catalogue, for example `celestica-ds5000`. Either this or \
             `custom_profile`.",
        ),
        Attribute::optional(
            "device_type",
            Type::String,
            "NetBox device type: `slug` or `manufacturer/slug`. Default: the profile's name as slug; a \
             `custom_profile` needs it.",
        ),
        Attribute::optional(
            "device_role",
            Type::String,
            "Slug of the NetBox device role. Default: `spine`, `leaf` or `border`, by `role`.",
        ),
        Attribute::optional(
            "override_quantity",
            Type::Number,
            "Number of switches to build instead of the calculated one.",
        ),
        Attribute::optional(
            "min_quantity",
            Type::Number,
            "Smallest number of switches that is calculated.",
        ),
        Attribute::optional(
            "excluded_ports",
            Type::String,
            "Front panel ports that stay free, whatever zone names them: `7,12-13`.",
        ),
        Attribute::optional(
            "formerly",
            Type::String,
            "Earlier name of the class. Its switches and cables are carried over.",
        ),
    ]
}

pub fn members() -> Vec<Member> {
    vec![custom_profile::member(), zone(), redundancy()]
}

fn zone() -> Member {
    Member {
        name: "zone",
        nesting: Nesting::Map,
        description: "Ports with one purpose and one breakout, by name.",
        arguments: vec![
            Attribute::required(
                "type",
                Type::String,
                "`server`: servers. `uplink`: from a leaf to the spines of its fabric, or to \
                     `peer`. `fabric`: from a spine to leaves. `mesh`: between leaves of a mesh. \
                     `oob`: out-of-band ports of servers, and with `peer` the uplinks of an \
                     out-of-band switch. `peer`, `session`, `mclag`: between the two switches of an \
                     MCLAG pair, for traffic, the session, or both.",
            ),
            Attribute::required(
                "ports",
                Type::String,
                "Front panel ports, for example `1-48`, `1-63:2` (every second), `1,3,5-8`.",
            ),
            Attribute::optional(
                "breakout",
                Type::String,
                "How each port is split, for example `4x200G`. Default: the port's default mode.",
            ),
            Attribute::optional(
                "allocation",
                Type::String,
                "Order in which ports are used: `sequential` (default), `interleaved`, `spaced`, \
                     `custom`.",
            ),
            Attribute::optional(
                "allocation_order",
                Type::list(Type::Number),
                "For `custom`: all ports of the zone in the order of their use.",
            ),
            Attribute::optional(
                "priority",
                Type::Number,
                "Zones of one type are used in this order, lower first, from 1 on. Default: 100.",
            ),
            Attribute::optional(
                "peer",
                Type::String,
                "For `uplink` and `oob`: the zone at the far end, `switch-class/zone`.",
            ),
            Attribute::optional(
                "transceiver",
                Type::String,
                "NetBox module type of the optic in each cage that carries a cable: \
                     `manufacturer/model`.",
            ),
        ],
        members: Vec::new(),
    }
}

fn redundancy() -> Member {
    Member {
        name: "redundancy",
        nesting: Nesting::Single,
        description: "Leaves of the class that serve servers together.",
        arguments: vec![
            Attribute::required("type", Type::String, "`mclag` or `eslag`."),
            Attribute::optional("group", Type::String, "Name of the redundancy group."),
            Attribute::optional(
                "peer_links",
                Type::Number,
                "For `mclag`: traffic links of a pair. Default: all ports of the `peer` zones, \
                     or 2 of an `mclag` zone.",
            ),
            Attribute::optional(
                "session_links",
                Type::Number,
                "For `mclag`: session links of a pair. Default: all ports of the `session` \
                     zones, or 2 of an `mclag` zone.",
            ),
        ],
        members: Vec::new(),
    }
}

/// What can be read of the class; the parts that cannot are noted in `findings`.
pub fn decode(name: &str, class: &Object<'_>, findings: &mut Findings) -> SwitchClass {
    let subject = Subject::SwitchClass {
        class: name.to_owned(),
    };
    let ((zones, custom), mut decoded) = findings.part(subject, |findings| {
        let members = (
            class.members("zone", findings),
            class.object(custom_profile::NAME, findings),
        );
        (members, arguments_of(class, findings))
    });
    decoded.custom_profile = custom.map(|custom| custom_profile::decode(name, &custom, findings));
    let of_zone = |zone| Subject::Zone {
        class: name.to_owned(),
        zone,
    };
    decoded.zones = findings.parts(zones, of_zone, decode_zone);
    decoded
}

/// All but the members that come several times.
fn arguments_of(class: &Object<'_>, findings: &mut Findings) -> SwitchClass {
    let redundancy = class.object("redundancy", findings);
    let redundancy = redundancy.and_then(|redundancy| {
        // Without a type, which is told, nothing else of it has a meaning.
        let redundancy_type = redundancy.required_text("type", findings);
        let (group, peer_links, session_links) = (
            redundancy.text("group", findings),
            redundancy.count("peer_links", findings),
            redundancy.count("session_links", findings),
        );
        Some(Redundancy {
            redundancy_type: redundancy_type?,
            group,
            peer_links,
            session_links,
        })
    });
    SwitchClass {
        fabric: required(class, "fabric", findings),
        topology: class.text("topology", findings),
        fabric_class: class.text("fabric_class", findings),
        role: required(class, "role", findings),
        profile: class.text("profile", findings),
        custom_profile: None,
        device_type: class.reference("device_type", findings),
        device_role: class.reference("device_role", findings),
        zones: BTreeMap::new(),
        redundancy,
        override_quantity: class.count("override_quantity", findings),
        min_quantity: class.count("min_quantity", findings),
        excluded_ports: class.text("excluded_ports", findings),
        formerly: class.text("formerly", findings),
    }
}

fn decode_zone(zone: &Object<'_>, findings: &mut Findings) -> Zone {
    Zone {
        zone_type: required(zone, "type", findings),
        ports: required(zone, "ports", findings),
        breakout: zone.text("breakout", findings),
        allocation: zone.text("allocation", findings),
        allocation_order: zone.counts("allocation_order", findings),
        priority: zone.count("priority", findings),
        peer: zone.text("peer", findings),
        transceiver: zone.reference("transceiver", findings),
    }
}
