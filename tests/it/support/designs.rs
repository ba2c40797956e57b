//! Designs that tests use: real reference designs, and a few lines to vary them.

use std::collections::BTreeMap;

use hedgehog::fabric::design::{
    Attachment, CustomPort, CustomProfile, Design, Nic, Redundancy, Reference, ServerClass,
    SwitchClass, Zone,
};
use hedgehog::fabric::units::Speed;

pub fn zone(zone_type: &str, ports: &str, breakout: &str, priority: u32) -> Zone {
    Zone {
        zone_type: zone_type.to_owned(),
        ports: ports.to_owned(),
        breakout: (!breakout.is_empty()).then(|| breakout.to_owned()),
        priority: Some(priority),
        ..Zone::default()
    }
}

/// A switch class with the zones given.
pub fn switch(fabric: &str, role: &str, profile: &str, zones: &[(&str, Zone)]) -> SwitchClass {
    SwitchClass {
        fabric: fabric.to_owned(),
        role: role.to_owned(),
        profile: Some(profile.to_owned()),
        zones: zones
            .iter()
            .map(|(name, zone)| ((*name).to_owned(), zone.clone()))
            .collect(),
        ..SwitchClass::default()
    }
}

/// Describes the class's switch instead of naming it: a small one with eight cages and two more.
pub fn describe(class: &mut SwitchClass) {
    let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    let cages = CustomPort {
        ports: "1-8".to_owned(),
        cage: "OSFP".to_owned(),
        breakouts: texts(&["1x800G", "2x400G", "4x200G"]),
        speeds: None,
    };
    let management = CustomPort {
        ports: "9-10".to_owned(),
        cage: "SFP28".to_owned(),
        breakouts: None,
        speeds: texts(&["25G", "10G"]),
    };
    class.profile = None;
    class.device_type = Some(Reference::Known("acme/small".to_owned()));
    class.custom_profile = Some(CustomProfile {
        ports: BTreeMap::from([
            ("data".to_owned(), cages),
            ("management".to_owned(), management),
        ]),
        ports_max: Some(22),
        ..CustomProfile::default()
    });
}

/// A server class without cards.
pub fn servers(quantity: u32) -> ServerClass {
    ServerClass {
        quantity,
        device_type: Reference::Known("generic/server".to_owned()),
        ..ServerClass::default()
    }
}

pub fn nic(module_type: &str) -> Nic {
    Nic {
        module_type: Some(Reference::Known(module_type.to_owned())),
        ports: None,
    }
}

/// A card with that many ports `p0`, `p1`, ...
pub fn nic_of(ports: u32) -> Nic {
    Nic {
        module_type: Some(Reference::Known("acme/card".to_owned())),
        ports: Some((0..ports).map(|port| format!("p{port}")).collect()),
    }
}

/// `ports` ports of a card from its first on.
pub fn attachment(nic: &str, ports: u32, distribution: &str, zone: &str, speed: u32) -> Attachment {
    Attachment {
        nic: nic.to_owned(),
        ports: Some(ports),
        distribution: (!distribution.is_empty()).then(|| distribution.to_owned()),
        zone: zone.to_owned(),
        speed: Speed::from_gbps(speed),
        ..Attachment::default()
    }
}

pub fn rail(nic: &str, port: u32, zone: &str, speed: u32, rail: u32) -> Attachment {
    Attachment {
        port_index: Some(port),
        rail: Some(rail),
        ..attachment(nic, 1, "rail-optimized", zone, speed)
    }
}

const DS5000: &str = "celestica-ds5000";

/// Leaf and spine of the front end that all training cases share.
fn front_end(design: &mut Design) {
    let leaf = [
        ("fe-server-ports", zone("server", "1-63:2", "4x200G", 10)),
        ("fe-uplinks", zone("uplink", "2-64:2", "1x800G", 20)),
    ];
    let spine = [("fe-fabric-downlinks", zone("fabric", "1-64", "1x800G", 10))];
    let mut leaf = switch("frontend", "server-leaf", DS5000, &leaf);
    leaf.redundancy = Some(Redundancy {
        redundancy_type: "mclag".to_owned(),
        group: Some("fe-mclag".to_owned()),
        ..Redundancy::default()
    });
    design.switch_classes.insert("fe-leaf".to_owned(), leaf);
    let spine = switch("frontend", "spine", DS5000, &spine);
    design.switch_classes.insert("fe-spine".to_owned(), spine);
}

/// Leaf and spine of a back end: half of the leaf's cages down as 2x400G, half up.
fn back_end(design: &mut Design, fabric: &str, prefix: &str, leaf_name: &str) {
    let leaf = [
        (
            format!("{prefix}-server-ports"),
            zone("server", "1-32", "2x400G", 10),
        ),
        (
            format!("{prefix}-uplinks"),
            zone("uplink", "33-64", "1x800G", 20),
        ),
    ];
    let leaf: Vec<(&str, Zone)> = leaf.iter().map(|(n, z)| (n.as_str(), z.clone())).collect();
    let downlinks = format!("{prefix}-fabric-downlinks");
    let spine = [(downlinks.as_str(), zone("fabric", "1-64", "1x800G", 10))];
    let class = switch(fabric, "server-leaf", DS5000, &leaf);
    design.switch_classes.insert(leaf_name.to_owned(), class);
    let class = switch(fabric, "spine", DS5000, &spine);
    design
        .switch_classes
        .insert(format!("{prefix}-spine"), class);
}

fn compute(quantity: u32) -> ServerClass {
    let mut class = servers(quantity);
    class.category = Some("gpu".to_owned());
    class.gpus_per_server = Some(8);
    class
        .nics
        .insert("fe".to_owned(), nic("nvidia/BlueField-3 2x200G"));
    let fe = attachment("fe", 2, "alternating", "fe-leaf/fe-server-ports", 200);
    class.attachments.insert("fe".to_owned(), fe);
    class
}

/// `inference_opg128_minimal_fe_converged` with 16 servers: the front end alone.
pub fn inference(quantity: u32) -> Design {
    let mut design = Design::default();
    front_end(&mut design);
    design
        .server_classes
        .insert("compute".to_owned(), compute(quantity));
    design
}

/// `training_*_clos_ro`: 8 servers are OPG-64, 128 are XOC-1024.
pub fn training(quantity: u32) -> Design {
    let mut design = inference(quantity);
    back_end(&mut design, "backend", "be", "be-rail-leaf");
    let class = design
        .server_classes
        .get_mut("compute")
        .expect("the class is there");
    for number in 0..8 {
        class.nics.insert(
            format!("be{number}"),
            nic("nvidia/ConnectX-7 Single-Port 400G"),
        );
        let rail = rail(
            &format!("be{number}"),
            0,
            "be-rail-leaf/be-server-ports",
            400,
            number,
        );
        class.attachments.insert(format!("be-rail-{number}"), rail);
    }
    design
}

/// `training_opg256_dual_plane` with 32 servers: two back ends, a port of each card on each.
pub fn dual_plane(quantity: u32) -> Design {
    let mut design = inference(quantity);
    for plane in ["a", "b"] {
        let prefix = format!("be-plane-{plane}");
        let fabric = format!("backend-plane-{plane}");
        back_end(&mut design, &fabric, &prefix, &format!("{prefix}-leaf"));
    }
    let class = design
        .server_classes
        .get_mut("compute")
        .expect("the class is there");
    for number in 0..8 {
        let nic_name = format!("be-gpu{number}");
        class
            .nics
            .insert(nic_name.clone(), nic("nvidia/ConnectX-8 Dual-Port 400G"));
        for (port, plane) in [(0, "a"), (1, "b")] {
            let zone = format!("be-plane-{plane}-leaf/be-plane-{plane}-server-ports");
            let name = format!("{nic_name}-plane-{plane}");
            class
                .attachments
                .insert(name, rail(&nic_name, port, &zone, 400, number));
        }
    }
    design
}

/// 16,384 GPUs for 2,048 servers: eight back ends with one rail each, and the front end.
pub fn rail_fabrics(quantity: u32) -> Design {
    let mut design = inference(quantity);
    let class_zone = |rail: u32| format!("be{rail}-leaf/be{rail}-server-ports");
    for number in 0..8 {
        let prefix = format!("be{number}");
        back_end(
            &mut design,
            &format!("rail-{number}"),
            &prefix,
            &format!("{prefix}-leaf"),
        );
        let class = design
            .server_classes
            .get_mut("compute")
            .expect("the class is there");
        class
            .nics
            .insert(prefix.clone(), nic("nvidia/ConnectX-7 Single-Port 400G"));
        let rail = rail(&prefix, 0, &class_zone(number), 400, number);
        class.attachments.insert(format!("be-rail-{number}"), rail);
    }
    design
}
