//! Faults of bundles, groups, far ends and meshes, by designs that have them.

use hedgehog::fabric::design::{Attachment, Design, Redundancy, Reference, SwitchClass, Zone};
use hedgehog::fabric::units::Speed;

use super::{Case, compute, fe, leaf, spine};
use crate::support::designs;

/// A switch with every kind of redundancy.
const DS3000: &str = "celestica-ds3000";

fn redundancy(kind: &str) -> Redundancy {
    Redundancy {
        redundancy_type: kind.to_owned(),
        ..Redundancy::default()
    }
}

/// The inference design on switches that know redundancy, with links of that kind.
fn redundant(design: &mut Design, kind: &str) {
    let zones = [
        ("servers", designs::zone("server", "1-12", "1x100G", 10)),
        ("uplinks", designs::zone("uplink", "17-32", "1x100G", 20)),
        ("pair", designs::zone("mclag", "13-16", "1x100G", 20)),
    ];
    let mut class = designs::switch("frontend", "server-leaf", DS3000, &zones);
    class.redundancy = Some(redundancy(kind));
    design.switch_classes.insert("fe-leaf".to_owned(), class);
    let zones = [("leaves", designs::zone("fabric", "1-32", "1x100G", 10))];
    let class = designs::switch("frontend", "spine", DS3000, &zones);
    design.switch_classes.insert("fe-spine".to_owned(), class);
    *fe(design) = Attachment {
        attachment_type: Some(kind.to_owned()),
        distribution: None,
        zone: "fe-leaf/servers".to_owned(),
        speed: Speed::from_gbps(100),
        ..fe(design).clone()
    };
    design.fabric_release = Some("25.05".to_owned());
}

fn pair_zone(design: &mut Design) -> &mut Zone {
    leaf(design).zones.get_mut("pair").expect("known")
}

/// A border leaf whose uplinks name their far end.
pub(super) fn border(design: &mut Design) -> &mut SwitchClass {
    let mut uplinks = designs::zone("uplink", "17-32", "1x100G", 20);
    uplinks.peer = Some("fe-spine/borders".to_owned());
    let zones = [
        ("servers", designs::zone("server", "1-8", "1x100G", 10)),
        ("uplinks", uplinks),
    ];
    let mut class = designs::switch("frontend", "border-leaf", DS3000, &zones);
    class.override_quantity = Some(2);
    design.switch_classes.insert("border".to_owned(), class);
    let far = designs::zone("server", "64", "8x100G", 10);
    spine(design).zones.insert("borders".to_owned(), far);
    let fabric = designs::zone("fabric", "1-63", "1x800G", 10);
    spine(design)
        .zones
        .insert("fe-fabric-downlinks".to_owned(), fabric);
    spine(design).override_quantity = Some(4);
    design
        .switch_classes
        .get_mut("border")
        .expect("just put in")
}

fn peer(design: &mut Design) -> &mut Zone {
    border(design).zones.get_mut("uplinks").expect("known")
}

/// Two leaves without spines.
pub(super) fn mesh(design: &mut Design) -> &mut SwitchClass {
    design.switch_classes.remove("fe-spine");
    let class = leaf(design);
    class.zones.remove("fe-uplinks");
    let zone = designs::zone("mesh", "2-5", "1x800G", 20);
    class.zones.insert("mesh".to_owned(), zone);
    class.topology = Some("mesh".to_owned());
    class.override_quantity = Some(2);
    class
}

fn another_leaf(design: &mut Design) -> &mut SwitchClass {
    let mut class = leaf(design).clone();
    class.override_quantity = Some(1);
    design.switch_classes.insert("other".to_owned(), class);
    design.switch_classes.get_mut("other").expect("just put in")
}

const TWIN_800: &str = "celestica/R4113-A9220-VR";

/// The optics of the attachment and of the zone that it goes to.
pub(super) fn optics(design: &mut Design, near: &str, far: &str) {
    let reference = |name: &str| (!name.is_empty()).then(|| Reference::Known(name.to_owned()));
    fe(design).transceiver = reference(near);
    super::zone(design).transceiver = reference(far);
}

pub(super) const CASES: &[Case] = &[
    ("optics-medium", |d| {
        optics(d, "celestica/R4113-75111-DR", TWIN_800)
    }),
    ("optics-differ", |d| {
        optics(d, "generic/SFP28-25GBASE-SR", TWIN_800)
    }),
    ("optics-one-sided", |d| optics(d, "", TWIN_800)),
    ("split-without-optic", |d| {
        leaf(d)
            .zones
            .get_mut("fe-uplinks")
            .expect("known")
            .transceiver = Some(Reference::Known(TWIN_800.to_owned()));
    }),
    ("optic-for-cage", |d| {
        optics(d, "", "generic/QSFP112-200GBASE-SR2")
    }),
    ("optic-too-slow", |d| {
        optics(d, "generic/SFP28-25GBASE-SR", "")
    }),
    ("optic-split", |d| {
        // It has two pairs of fibres.
        optics(d, "", "celestica/R4113-A9121-FR");
    }),
    ("bundle-of-one", |d| {
        (fe(d).attachment_type, fe(d).ports) = (Some("bundled".to_owned()), Some(1));
        fe(d).distribution = None;
    }),
    ("bundle-too-small", |d| {
        redundant(d, "eslag");
        fe(d).ports = Some(1);
    }),
    ("bundle-uneven", |d| {
        redundant(d, "mclag");
        compute(d).nics.insert("fe".to_owned(), designs::nic_of(3));
        fe(d).ports = Some(3);
    }),
    ("distribution-for-type", |d| {
        fe(d).attachment_type = Some("bundled".to_owned());
    }),
    ("redundancy-missing", |d| {
        redundant(d, "eslag");
        leaf(d).redundancy = None;
    }),
    ("mclag-removed", |d| {
        redundant(d, "mclag");
        d.fabric_release = None;
    }),
    ("mclag-deprecated", |d| {
        redundant(d, "mclag");
        d.fabric_release = Some("26.01".to_owned());
    }),
    ("feature-missing", |d| {
        leaf(d).redundancy = Some(redundancy("eslag"));
        fe(d).attachment_type = Some("eslag".to_owned());
    }),
    ("bundle-on-spine", |d| {
        redundant(d, "eslag");
        let zone = designs::zone("server", "25-32", "1x100G", 20);
        spine(d).zones.insert("servers".to_owned(), zone);
        fe(d).zone = "fe-spine/servers".to_owned();
    }),
    ("redundancy-on-spine", |d| {
        spine(d).redundancy = Some(redundancy("mclag"))
    }),
    ("eslag-in-mesh", |d| {
        redundant(d, "eslag");
        let pair = pair_zone(d);
        pair.zone_type = "mesh".to_owned();
        d.switch_classes.remove("fe-spine");
        (leaf(d).topology, leaf(d).override_quantity) = (Some("mesh".to_owned()), Some(2));
    }),
    ("group-name", |d| {
        redundant(d, "eslag");
        leaf(d).redundancy.as_mut().expect("just set").group = Some("Leaf_1".to_owned());
    }),
    ("group-name-twice", |d| {
        redundant(d, "eslag");
        leaf(d).redundancy.as_mut().expect("just set").group = Some("one".to_owned());
        let class = leaf(d).clone();
        d.switch_classes.insert("other".to_owned(), class);
    }),
    ("group-of-one", |d| {
        redundant(d, "eslag");
        leaf(d).override_quantity = Some(5);
    }),
    ("pair-zone-unused", |d| {
        redundant(d, "mclag");
        leaf(d).redundancy = None;
        fe(d).attachment_type = None;
    }),
    ("pair-links-unused", |d| {
        redundant(d, "eslag");
        leaf(d).redundancy.as_mut().expect("just set").peer_links = Some(2);
    }),
    ("no-pair-links", |d| {
        redundant(d, "mclag");
        leaf(d).redundancy.as_mut().expect("just set").session_links = Some(0);
    }),
    ("pair-ports", |d| {
        redundant(d, "mclag");
        pair_zone(d).ports = "13-14".to_owned();
    }),
    ("port-type-for-zone", |d| {
        fe(d).port_type = Some("ipmi".to_owned());
    }),
    ("release-syntax", |d| {
        d.fabric_release = Some("2026.3".to_owned())
    }),
    ("fabric-class-mixed", |d| {
        spine(d).fabric_class = Some("unmanaged".to_owned());
    }),
    ("l3-only-leaf", |d| {
        let zones = [("servers", designs::zone("server", "1-12", "1x100G", 10))];
        let class = designs::switch("frontend", "server-leaf", DS3000, &zones);
        d.switch_classes.insert("tor".to_owned(), class);
    }),
    ("address-plan", |d| {
        d.switch_classes.remove("fe-spine");
        leaf(d).override_quantity = Some(450);
    }),
    ("peer-unused", |d| {
        super::zone(d).peer = Some("fe-spine/fe-fabric-downlinks".to_owned());
    }),
    ("peer-zone-type", |d| {
        peer(d).peer = Some("fe-spine/fe-fabric-downlinks".to_owned())
    }),
    ("peer-speed", |d| {
        peer(d).breakout = Some("4x25G".to_owned())
    }),
    ("peer-uneven", |d| peer(d).ports = "17-31".to_owned()),
    ("peer-misses", |d| peer(d).ports = "17-18".to_owned()),
    ("leaf-beside-spines", |d| {
        border(d);
        let uplinks = leaf(d).zones.get_mut("fe-uplinks").expect("known");
        uplinks.ports = "2".to_owned();
        uplinks.breakout = Some("8x100G".to_owned());
        uplinks.peer = Some("border/servers".to_owned());
    }),
    ("far-end-excluded", |d| {
        peer(d);
        let border = d.switch_classes.get_mut("border").expect("just put in");
        border.excluded_ports = Some("17-32".to_owned());
    }),
    ("peer-cycle", |d| {
        border(d);
        let mut zone = designs::zone("uplink", "60", "8x100G", 20);
        zone.peer = Some("border/servers".to_owned());
        leaf(d).zones.insert("up".to_owned(), zone);
        let mut zone = designs::zone("uplink", "9-10", "4x25G", 20);
        zone.peer = Some("fe-leaf/down".to_owned());
        let border = d.switch_classes.get_mut("border").expect("just put in");
        border.zones.insert("more".to_owned(), zone);
        let zone = designs::zone("server", "66", "25G", 20);
        leaf(d).zones.insert("down".to_owned(), zone);
    }),
    ("mesh-zone-unused", |d| {
        mesh(d).topology = None;
    }),
    ("mesh-with-spine", |d| {
        let class = spine(d).clone();
        mesh(d);
        d.switch_classes.insert("fe-spine".to_owned(), class);
    }),
    ("mesh-mixed", |d| {
        mesh(d);
        another_leaf(d).topology = None;
    }),
    ("mesh-without-quantity", |d| {
        mesh(d).override_quantity = None
    }),
    ("mesh-size", |d| mesh(d).override_quantity = Some(4)),
    ("mesh-too-large", |d| mesh(d).override_quantity = Some(3)),
    ("mesh-vlans", |d| {
        let zone = designs::zone("mesh", "33-62", "4x200G", 20);
        mesh(d).zones.insert("mesh".to_owned(), zone);
    }),
    ("mesh-ports", |d| {
        mesh(d).zones.remove("mesh");
    }),
    ("mesh-ports-spare", |d| {
        let class = mesh(d);
        class.override_quantity = Some(3);
        class.zones.get_mut("mesh").expect("known").ports = "2-4".to_owned();
    }),
    ("mesh-uneven", |d| {
        mesh(d).override_quantity = Some(1);
        let zone = designs::zone("mesh", "2-3", "1x800G", 20);
        another_leaf(d).zones.insert("mesh".to_owned(), zone);
    }),
    ("allocation-order-missing", |d| {
        super::zone(d).allocation = Some("custom".to_owned());
    }),
    ("allocation-order-unused", |d| {
        super::zone(d).allocation_order = Some(vec![1]);
    }),
    ("allocation-order", |d| {
        let zone = super::zone(d);
        zone.ports = "1-7:2".to_owned();
        zone.allocation = Some("custom".to_owned());
        zone.allocation_order = Some(vec![7, 5, 5, 9]);
    }),
];
