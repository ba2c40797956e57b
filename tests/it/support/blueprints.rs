//! Small blueprints made by hand, for tests of what is done with them.

use hedgehog::fabric::blueprint::{
    Blueprint, Cable, CableEnd, CableKind, Device, DeviceKind, Interface, Module, ModuleKind,
    Origin,
};
use hedgehog::fabric::design::Reference;
use hedgehog::fabric::placement::{DeviceKey, LinkKind};

/// Cages of the switch type that the seed makes.
pub const CAGES: u32 = 16;

/// A fabric of `leaves` leaves, one spine, and `servers` servers with a two-port card: port `p0` and
/// `p1` on breakout lanes of different leaves, four lanes to a cage. An optic is in each uplink, whose
/// bay the type of the switch brings, in the first cage of the spine, and in each card.
#[derive(Debug, Clone, Copy)]
pub struct Small {
    pub leaves: u32,
    pub servers: u32,
}

fn known(text: &str) -> Reference {
    Reference::Known(text.to_owned())
}

fn optic(parent: Option<&str>, bay: &str) -> Module {
    Module {
        parent: parent.map(ToOwned::to_owned),
        bay: bay.to_owned(),
        module_type: known("acme/Optic 200G"),
        kind: ModuleKind::Transceiver,
    }
}

fn end(device: &str, interface: &str) -> CableEnd {
    CableEnd {
        device: device.to_owned(),
        interface: interface.to_owned(),
    }
}

fn leaf_name(index: u32) -> String {
    format!("leaf-{index:02}")
}

fn switch(class: &str, index: u32, role: &str, interfaces: Vec<Interface>, cage: u32) -> Device {
    let name = format!("{class}-{index:02}");
    Device {
        key: DeviceKey {
            class: class.to_owned(),
            index,
        },
        kind: DeviceKind::Switch {
            fabric: "backend".to_owned(),
            fabric_class: "managed".to_owned(),
            role: role.to_owned(),
            boot_mac: format!("02:00:00:00:00:{index:02x}"),
            group: None,
        },
        name,
        device_type: known("acme/sw16"),
        device_role: known(if role == "spine" { "spine" } else { "leaf" }),
        interfaces,
        modules: vec![optic(None, &format!("E1/{cage}"))],
    }
}

fn template(cage: u32, enabled: bool, zone: Option<&str>) -> Interface {
    Interface {
        name: format!("E1/{cage}"),
        origin: Origin::Template,
        interface_type: None,
        enabled,
        zone: zone.map(ToOwned::to_owned),
        physical_port: Some(cage),
        breakout_index: None,
    }
}

fn lane(cage: u32, lane: u32) -> Interface {
    Interface {
        name: format!("E1/{cage}/{lane}"),
        origin: Origin::Breakout { cage, lane },
        interface_type: Some("200gbase-x-qsfp56".to_owned()),
        enabled: true,
        zone: Some("servers".to_owned()),
        physical_port: Some(cage),
        breakout_index: Some(lane),
    }
}

fn leaf(index: u32, servers: u32) -> Device {
    let mut interfaces = Vec::new();
    for cage in 1..=servers.div_ceil(4) {
        interfaces.push(template(cage, false, None));
        interfaces.extend(
            (1..=4)
                .filter(|l| (cage - 1) * 4 + l <= servers)
                .map(|l| lane(cage, l)),
        );
    }
    interfaces.push(template(CAGES, true, Some("uplinks")));
    switch("leaf", index, "server-leaf", interfaces, CAGES)
}

fn server(index: u32) -> Device {
    let port = |port: u32| Interface {
        name: format!("fe-p{port}"),
        origin: Origin::Module {
            bay: "fe".to_owned(),
        },
        interface_type: Some("200gbase-x-qsfp56".to_owned()),
        enabled: true,
        zone: None,
        physical_port: None,
        breakout_index: None,
    };
    Device {
        key: DeviceKey {
            class: "compute".to_owned(),
            index,
        },
        name: format!("compute-{index:03}"),
        kind: DeviceKind::Server,
        device_type: known("server1"),
        device_role: known("server"),
        interfaces: vec![port(0), port(1)],
        modules: vec![
            Module {
                parent: None,
                bay: "fe".to_owned(),
                module_type: known("acme/NIC 2x200/a"),
                kind: ModuleKind::Nic,
            },
            optic(Some("fe"), "cage-0"),
        ],
    }
}

impl Small {
    pub fn build(self) -> Blueprint {
        let Self { leaves, servers } = self;
        let mut devices: Vec<Device> = (1..=servers).map(server).collect();
        devices.extend((1..=leaves).map(|index| leaf(index, servers)));
        devices.push(switch(
            "spine",
            1,
            "spine",
            (1..=leaves)
                .map(|n| template(n, true, Some("fabric")))
                .collect(),
            1,
        ));
        let mut cables = Vec::new();
        for index in 1..=servers {
            let port = format!("E1/{}/{}", (index - 1) / 4 + 1, (index - 1) % 4 + 1);
            for ordinal in 0..2 {
                cables.push(Cable {
                    a: end(&format!("compute-{index:03}"), &format!("fe-p{ordinal}")),
                    b: end(&leaf_name(ordinal % leaves + 1), &port),
                    kind: CableKind::Server,
                    key: format!("compute/{index}/frontend/{ordinal}"),
                });
            }
        }
        for index in 1..=leaves {
            cables.push(Cable {
                a: end(&leaf_name(index), &format!("E1/{CAGES}")),
                b: end("spine-01", &format!("E1/{index}")),
                kind: CableKind::Switches(LinkKind::Fabric),
                key: format!("leaf/{index}/fabric/0"),
            });
        }
        Blueprint {
            devices,
            cables,
            ..Blueprint::default()
        }
    }
}

/// Links of every other kind: a mesh of three cables between the first two leaves, a border leaf on the
/// spine, and an out-of-band switch on the border leaf.
pub fn joined(mut blueprint: Blueprint) -> Blueprint {
    let mut links = Vec::new();
    for cage in 13..=15 {
        let ends = [("leaf-01", cage), ("leaf-02", cage)];
        links.push((LinkKind::Mesh, ends));
    }
    links.push((LinkKind::PeerUplink, [("border-01", 9), ("spine-01", 9)]));
    links.push((LinkKind::OobUplink, [("oob-01", 9), ("border-01", 1)]));
    blueprint.devices.extend([
        switch("border", 1, "border-leaf", Vec::new(), CAGES),
        switch("oob", 1, "server-leaf", Vec::new(), CAGES),
    ]);
    for (kind, ends) in links {
        for (name, cage) in ends {
            let device = blueprint.devices.iter_mut().find(|d| d.name == name);
            let interface = template(cage, true, Some(kind.word()));
            device.unwrap().interfaces.push(interface);
        }
        let [a, b] = ends.map(|(name, cage)| end(name, &format!("E1/{cage}")));
        let key = format!("{}/{}/{}", a.device, kind.word(), a.interface);
        blueprint.cables.push(Cable {
            a,
            b,
            kind: CableKind::Switches(kind),
            key,
        });
    }
    blueprint
}
