//! The operations of the matrix: what is there before, and what is to be there after.

use hedgehog::fabric::blueprint::{Blueprint, Cable, CableEnd, CableKind};
use hedgehog::fabric::design::Reference;
use hedgehog::fabric::placement::LinkKind;
use hedgehog::reconcile::{PlanStatus, Target};
use serde_json::json;

use crate::support::applied::target;
use crate::support::blueprints::{Small, joined};
use crate::support::server::Server;

/// What is to be there; `None`: nothing of the plan.
pub type Wish = Option<(Target, Blueprint)>;

/// What is there before, and what the operation makes of it.
pub struct Operation {
    pub before: Wish,
    /// What is there before is DIET's.
    pub of_diet: bool,
    pub after: Wish,
}

fn plan(server: &Server) -> (Target, Blueprint) {
    let mut target = target(server, "matrix");
    target.tags = vec!["blue".to_owned()];
    (target, fabric(1))
}

/// Something of everything, with so many servers.
fn fabric(servers: u32) -> Blueprint {
    joined(Small { leaves: 2, servers }.build())
}

pub fn create(server: &Server) -> Operation {
    let (mut target, blueprint) = plan(server);
    target.adopt_unfinished = true;
    Operation {
        before: None,
        of_diet: false,
        after: Some((target, blueprint)),
    }
}

/// Fields of every kind change, and some are taken back.
pub fn update(server: &Server) -> Operation {
    let (target, blueprint) = plan(server);
    let (mut changed, mut renamed) = (target.clone(), blueprint.clone());
    changed.status = PlanStatus::Deployed;
    changed.write_status = true;
    changed.description = Some("Described".to_owned());
    changed.tags = vec!["green".to_owned()];
    changed.released.tags.clone_from(&target.tags);
    swap_names(&mut renamed, "leaf-01", "leaf-02");
    Operation {
        before: Some((target, blueprint)),
        of_diet: false,
        after: Some((changed, renamed)),
    }
}

pub fn growth(server: &Server) -> Operation {
    let (target, blueprint) = plan(server);
    Operation {
        before: Some((target.clone(), blueprint)),
        of_diet: false,
        after: Some((target, fabric(2))),
    }
}

/// Four cables in a cycle over both leaves and three in a cycle over a mesh, two that are swapped,
/// another breakout, a device and a card of another type.
pub fn moves(server: &Server) -> Operation {
    let (target, _) = plan(server);
    let (blueprint, mut moved) = (fabric(2), fabric(2));
    for kind in [
        CableKind::Server,
        CableKind::Switches(LinkKind::Fabric),
        CableKind::Switches(LinkKind::Mesh),
    ] {
        rotate(&mut moved, kind);
    }
    let spine = moved.devices.iter_mut().find(|d| d.name == "spine-01");
    spine.unwrap().device_type = Reference::Known("acme/sw16b".to_owned());
    let card = moved.devices.iter_mut().find(|d| d.name == "compute-001");
    card.unwrap().modules[0].module_type = Reference::Known("acme/Other card".to_owned());
    // The lanes of the first cage go over to the second.
    for name in ["leaf-01", "leaf-02"] {
        let leaf = moved.devices.iter_mut().find(|d| d.name == name).unwrap();
        for interface in &mut leaf.interfaces {
            interface.name = interface.name.replacen("E1/1/", "E1/2/", 1);
            if interface.name == "E1/1" {
                "E1/2".clone_into(&mut interface.name);
            }
            if interface.name.starts_with("E1/2") {
                interface.physical_port = Some(2);
            }
        }
    }
    for cable in &mut moved.cables {
        cable.b.interface = cable.b.interface.replacen("E1/1/", "E1/2/", 1);
    }
    Operation {
        before: Some((target.clone(), blueprint)),
        of_diet: false,
        after: Some((target, moved)),
    }
}

pub fn shrink(server: &Server) -> Operation {
    let Operation { before, after, .. } = growth(server);
    Operation {
        before: after,
        of_diet: false,
        after: before,
    }
}

pub fn remove(server: &Server) -> Operation {
    Operation {
        before: Some(plan(server)),
        of_diet: false,
        after: None,
    }
}

/// An inventory of DIET becomes the plan's, as it is.
pub fn take_over(server: &Server) -> Operation {
    let before = plan(server);
    let (mut target, blueprint) = before.clone();
    target.adopting = Some("12".to_owned());
    Operation {
        before: Some(before),
        of_diet: true,
        after: Some((target, blueprint)),
    }
}

/// The far ends of the cables of this kind go on by one.
fn rotate(blueprint: &mut Blueprint, kind: CableKind) {
    let cables = blueprint.cables.iter_mut();
    let of_kind: Vec<&mut Cable> = cables.filter(|cable| cable.kind == kind).collect();
    let mut ends: Vec<CableEnd> = of_kind.iter().map(|cable| cable.b.clone()).collect();
    ends.rotate_right(1);
    for (cable, end) in of_kind.into_iter().zip(ends) {
        cable.b = end;
    }
}

fn swap_names(blueprint: &mut Blueprint, one: &str, other: &str) {
    let swap = |name: &mut String| {
        if name == one {
            other.clone_into(name);
        } else if name == other {
            one.clone_into(name);
        }
    };
    for device in &mut blueprint.devices {
        swap(&mut device.name);
    }
    for cable in &mut blueprint.cables {
        swap(&mut cable.a.device);
        swap(&mut cable.b.device);
    }
}

/// Another device type with the ports of the spine, and another card.
pub async fn other_types(server: &Server) {
    let acme = server.get("dcim/manufacturers/?slug=acme").await["results"][0]["id"].clone();
    let body = json!({"manufacturer": acme, "model": "SW16 b", "slug": "sw16b"});
    let other = server.ensure("dcim/device-types", "slug=sw16b", body).await;
    let card = json!({"manufacturer": acme, "model": "Other card"});
    server
        .ensure("dcim/module-types", "model=Other%20card", card)
        .await;
    for cage in [1, 2, 9] {
        let body =
            json!({"device_type": other, "name": format!("E1/{cage}"), "type": "800gbase-x-osfp"});
        let filter = format!("device_type_id={other}&name=E1/{cage}");
        server
            .ensure("dcim/interface-templates", &filter, body)
            .await;
    }
}
