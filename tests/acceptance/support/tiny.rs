//! The smallest plan that has every kind of object, on types that are in `NetBox` already.

use serde_json::json;

use super::NetBox;

pub const PLAN: &str = "hedgehog_topology_plan.tiny";

/// One server, a leaf and a spine of four cages, cards, optics on both sides of the server's cables:
/// every kind of object that a plan makes.
pub const TINY: &str = r#"
locals {
  cages = { port = { all = { ports = "1-4", cage = "OSFP", breakouts = ["1x800G", "2x400G"] } } }
}

terraform {
  required_providers {
    hedgehog = { source = "githedgehog/hedgehog" }
  }
}

provider "hedgehog" {}

resource "hedgehog_topology_plan" "tiny" {
  name = "tiny"
  site = "dc1"
  switch_classes = {
    leaf = {
      fabric         = "f"
      role           = "server-leaf"
      custom_profile = local.cages
      device_type    = "acme/sw4"
      zone = {
        servers = { type = "server", ports = "1", breakout = "2x400G", transceiver = "acme/Optic" }
        uplinks = { type = "uplink", ports = "2-3" }
      }
    }
    spine = {
      fabric         = "f"
      role           = "spine"
      custom_profile = local.cages
      device_type    = "acme/sw4"
      zone           = { down = { type = "fabric", ports = "1-4" } }
    }
  }
  server_classes = {
    compute = {
      quantity    = 1
      device_type = "acme/server1"
      nic         = { fe = { module_type = "acme/NIC", ports = ["p0", "p1"] } }
      attachment = {
        fe = {
          nic          = "fe"
          ports        = 2
          distribution = "alternating"
          zone         = "leaf/servers"
          speed        = 400
          transceiver  = "acme/Optic"
        }
      }
    }
  }
}
"#;

/// A fresh `NetBox` with the types that [`TINY`] refers to, and a switch of 16 cages.
pub fn seeded() -> NetBox {
    let netbox = NetBox::fresh();
    let acme = netbox.post(
        "dcim/manufacturers",
        &json!({"name": "Acme", "slug": "acme"}),
    );
    let of_acme = |model: &str, slug: &str| {
        netbox.post(
            "dcim/device-types",
            &json!({"manufacturer": acme["id"], "model": model, "slug": slug}),
        )
    };
    of_acme("Server 1", "server1");
    for (model, slug, ports, form) in [
        ("SW4", "sw4", 4, "800gbase-x-osfp"),
        ("SW16", "sw16", 16, "100gbase-x-qsfp28"),
    ] {
        let switch = of_acme(model, slug);
        let ports = (1..=ports).map(
            |port| json!({"device_type": switch["id"], "name": format!("E1/{port}"), "type": form}),
        );
        netbox.post("dcim/interface-templates", &ports.collect());
    }
    for model in ["NIC", "Optic"] {
        let module = json!({"manufacturer": acme["id"], "model": model});
        netbox.post("dcim/module-types", &module);
    }
    netbox
}
