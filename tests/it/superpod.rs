//! The tables of NVIDIA for its `SuperPOD`: nodes with 8 GPUs, leaves and spines of 64 ports.

use hedgehog::fabric::design::Design;

use crate::support::{designs, good};

/// How the ports of both tiers run.
struct Ports {
    /// Of a leaf towards the nodes.
    down: &'static str,
    /// Between leaves and spines.
    up: &'static str,
    /// Gbit/s of a node's port.
    speed: u32,
}

/// InfiniBand of 400 Gbit/s: half of a leaf's ports down, half up, none split.
const B200: Ports = Ports {
    down: "1x400G",
    up: "1x400G",
    speed: 400,
};

/// Each port between leaves and spines split in two, so that 64 spines reach each leaf.
const B300_SPLIT: Ports = Ports {
    down: "1x800G",
    up: "2x400G",
    speed: 800,
};

/// Eight rails over 64-port switches.
fn design(nodes: u32, ports: &Ports) -> Design {
    let zone = designs::zone;
    let leaf = [
        ("nodes", zone("server", "1-32", ports.down, 10)),
        ("spines", zone("uplink", "33-64", ports.up, 20)),
    ];
    let spine = [("leaves", zone("fabric", "1-64", ports.up, 10))];
    let mut design = Design::default();
    for (class, role, zones) in [
        ("leaf", "server-leaf", &leaf[..]),
        ("spine", "spine", &spine),
    ] {
        let class = (
            class,
            designs::switch("compute", role, "celestica-ds5000", zones),
        );
        design.switch_classes.insert(class.0.to_owned(), class.1);
    }
    let mut node = designs::servers(nodes);
    node.nics.insert("gpu".to_owned(), designs::nic_of(8));
    for rail in 0..8 {
        let attachment = designs::rail("gpu", rail, "leaf/nodes", ports.speed, rail);
        node.attachments.insert(format!("rail-{rail}"), attachment);
    }
    design.server_classes.insert("node".to_owned(), node);
    design
}

#[test]
fn leaves_and_spines_as_in_the_tables() {
    for (nodes, ports, leaves, spines) in [
        (64, &B200, 16, 8),
        (128, &B200, 32, 16),
        (256, &B200, 64, 32),
        (512, &B300_SPLIT, 128, 64),
    ] {
        let blueprint = good(&design(nodes, ports), None).blueprint;
        let count = |class: &str| blueprint.switch_counts[class].calculated;
        let found = (count("leaf"), count("spine"));
        assert_eq!(found, (Some(leaves), Some(spines)), "{nodes} nodes");
        let ratio = blueprint.oversubscription["leaf"].ratio.as_deref();
        assert_eq!(ratio, Some("1:1"), "{nodes} nodes");
    }
}
