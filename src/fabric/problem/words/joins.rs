//! What switches ask of each other: named far ends, meshes, releases and address plans.

use super::{Words, first, list, many, say};
use crate::fabric::problem::{Even, Fault};

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn peers(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PeerUnused { zone_type } => say(
            "Peer has no effect",
            format!(
                "In {subject}, peer names a far end, but ports of type {zone_type} do not lead to \
                 one. Only zones of type uplink and oob have a peer. Remove it, or change the type."
            ),
        ),
        Fault::PeerZoneType { zone, zone_type } => say(
            "Zone cannot be a far end",
            format!(
                "In {subject}, peer is \"{zone}\", which is of type {zone_type}{}. Uplinks end in \
                 zones of type server or oob that have no peer of their own. {}",
                if matches!(*zone_type, "server" | "oob") {
                    " and has a peer itself"
                } else {
                    ""
                },
                if *zone_type == "fabric" {
                    "To reach the spines of the own fabric, leave peer out."
                } else {
                    "Give the far switches such a zone, and name it."
                }
            ),
        ),
        Fault::PeerSpeed { near, zone, far } => say(
            "Speeds of the two ends differ",
            format!(
                "In {subject}, ports run as {near}, but its peer \"{zone}\" runs as {far}: {} \
                 against {} a port. Give both zones a breakout of one speed.",
                near.speed, far.speed
            ),
        ),
        Fault::PeerCycle { classes } => say(
            "Switch classes wait for each other",
            format!(
                "The zones of {} name each other as far ends in a ring, so that no number of switches \
                 can be found first. Name each far end on one side only.",
                list(classes)
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn far_ends(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PeerUneven {
            ports,
            class,
            switches,
            even,
            others,
        } => {
            let (near, far) = (many(*ports, "port"), many(*switches, "switch"));
            let help = spread_evenly(even.as_ref(), class, *switches, *others);
            if ports < switches {
                let verb = if *ports == 1 { "reaches" } else { "reach" };
                say(
                    "Uplinks do not reach every far switch",
                    format!(
                        "The {near} of each switch in {subject} {verb} {ports} of the {far} of class \
                         \"{class}\". {help}"
                    ),
                )
            } else {
                say(
                    "Uplinks are spread unevenly",
                    format!(
                        "The {near} of each switch in {subject} cannot be spread evenly over the {far} of \
                         class \"{class}\": some get one more. {help}"
                    ),
                )
            }
        }
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn plan(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::PortTypeForZone {
            port_type,
            zone,
            zone_type,
        } => say(
            "Port type does not fit the zone",
            format!(
                "For {subject}, port_type is {port_type}, but zone \"{zone}\" is of type {zone_type}. \
                 Ports of type ipmi go to zones of type oob, and only they do."
            ),
        ),
        Fault::ReleaseSyntax { text } => say(
            "Release cannot be read",
            format!(
                "fabric_release is \"{text}\". It is written as year and month, two digits each, for \
                 example \"26.03\"."
            ),
        ),
        Fault::FabricClassMixed { fabric, other } => say(
            "Fabric is managed and unmanaged at once",
            format!(
                "{} and switch class \"{other}\" are both of fabric \"{fabric}\", but differ \
                 in fabric_class. A fabric is under a Hedgehog control plane as a whole or not at \
                 all. Change one of them, or use two fabrics.",
                first(subject)
            ),
        ),
        Fault::L3OnlyLeaf {
            fabric,
            profile,
            other,
        } => say(
            "Leaves of one fabric take different VPCs",
            format!(
                "In {subject}, a \"{profile}\" takes VPCs of L3 modes only, while the leaves of switch \
                 class \"{other}\" of fabric \"{fabric}\" take all. A VPC for servers of both must be of \
                 an L3 mode: the default mode is refused here."
            ),
        ),
        Fault::AddressPlan {
            fabric,
            what,
            needed,
            available,
        } => say(
            "The default address plan is too small",
            format!(
                "Fabric \"{fabric}\" has {needed} {what}, but the address plan that Hedgehog comes \
                 with has room for {available}. Give the fabric a larger one when it is installed, \
                 or divide it."
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn meshes(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::MeshZoneUnused => say(
            "Zone is not used",
            format!(
                "The ports of {subject} stay free: zones of type mesh join the leaves of a mesh, and \
                 the fabric is none. Set topology = \"mesh\" on its classes, or remove the zone."
            ),
        ),
        Fault::MeshWithSpine { fabric, other } => say(
            "A mesh has no spines",
            format!(
                "{} is a spine of fabric \"{fabric}\", whose switch class \"{other}\" is of a \
                 mesh. Remove the spines, or set topology = \"spine-leaf\" there.",
                first(subject)
            ),
        ),
        Fault::MeshMixed { fabric, other } => say(
            "Only some leaves are of the mesh",
            format!(
                "Fabric \"{fabric}\" is a mesh by its switch class \"{other}\", but {subject} is not \
                 of it. All leaves of a mesh are. Set topology = \"mesh\" on both, or use two fabrics."
            ),
        ),
        Fault::MeshWithoutQuantity => say(
            "A mesh needs its number of switches",
            format!(
                "{} is of a mesh, whose number of switches is not calculated. Set \
                 override_quantity; all classes of the mesh together have 2 or 3 switches.",
                first(subject)
            ),
        ),
        Fault::MeshSize { fabric, total } => say(
            "A mesh has two or three switches",
            format!(
                "The classes of fabric \"{fabric}\" have {} together, by override_quantity. Use 2 or \
                 3, or a spine-leaf fabric for more.",
                many(*total, "switch")
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn mesh_limits(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::MeshVlans { ports, limit } => say(
            "The links of the mesh take more VLANs than are reserved",
            format!(
                "{} has {ports} ports in mesh zones. On a TH5 switch each link of a mesh takes one VLAN of a \
                 range that has {limit} by default (3900-3999). Use {limit} ports or fewer, or give the \
                 fabricator a larger range.",
                first(subject)
            ),
        ),
        Fault::MeshTooLarge {
            profile,
            total,
            limit,
            release,
            documented,
        } => say(
            if *documented {
                "The switch cannot be in so large a mesh"
            } else {
                "The switch may not be fit for so large a mesh"
            },
            format!(
                "{} is in a mesh of {total}, but Hedgehog documents \"{profile}\" {} in a mesh of \
                 {limit} at most. {}",
                first(subject),
                if *documented {
                    format!("for release {release}")
                } else {
                    "up to release 25.05".to_owned()
                },
                if *documented {
                    format!("Use {limit} switches, or a spine-leaf fabric.")
                } else {
                    format!(
                        "The documentation of release {release} does not repeat it. Check with \
                         Hedgehog, or use {limit} switches."
                    )
                }
            ),
        ),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each table knows its own faults"
)]
pub(super) fn mesh_ports(subject: &str, fault: &Fault) -> Words {
    match fault {
        Fault::MeshPorts {
            fabric,
            needed,
            available,
        } => say(
            "Too few ports for the mesh",
            format!(
                "Each switch of fabric \"{fabric}\" needs at least {} of one speed in zones of type \
                 mesh, one to each other switch, but {subject} has {available}. Add {}.",
                many(*needed, "port"),
                many(needed.saturating_sub(*available).max(1), "port"),
            ),
        ),
        Fault::MeshPortsSpare { spare, others } => say(
            "Ports of the mesh stay free",
            format!(
                "In {subject}, the ports of the mesh are divided among {} and {} left over. Use a \
                 multiple of {others}.",
                many(*others, "other switch"),
                if *spare == 1 {
                    "1 is".to_owned()
                } else {
                    format!("{spare} are")
                },
            ),
        ),
        Fault::MeshUneven { fabric, ports } => say(
            "Switches of the mesh have different ports",
            format!(
                "All switches of fabric \"{fabric}\" need as many mesh ports, at the same speeds: {}. \
                 Make the zones of type mesh alike.",
                list(ports)
            ),
        ),
        _ => None,
    }
}

/// Which number of uplinks leads to all far switches alike.
fn spread_evenly(even: Option<&Even>, class: &str, switches: u32, others: bool) -> String {
    match even {
        Some(even) if even.switches == switches => {
            format!(
                "Use {}, so that each leads to all of them alike.",
                even.ports
            )
        }
        Some(even) => format!(
            "Use {}: then there are {} of class \"{class}\", and each leads to all of them alike.",
            even.ports,
            many(even.switches, "switch")
        ),
        None if others => format!(
            "No number that these switches can have does, and class \"{class}\" has so many switches for its \
             other zones: name a far end with fewer."
        ),
        None => format!(
            "No number that these switches can have does: give the zone of class \"{class}\" more ports."
        ),
    }
}
