//! What every chain finds: types, places, things of people, another plan. And what a design makes of
//! it where nothing disturbs.

use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json};

use super::PLAN;
use super::fabrics::{CARDS, Fabric, LOCATIONS, TENANTS};
use crate::support::core::{Applied, Core};
use crate::support::fake_tables::Tables;
use crate::support::world::{World, fine, value};

/// What is there before a plan is, and a world of its own to apply designs in.
pub struct Stage {
    pub base: Tables,
    world: World,
    core: Core,
    /// What was applied last.
    last: Option<Calm>,
}

/// What an undisturbed run made of a design.
#[derive(Debug, Clone)]
pub struct Calm {
    config: Value,
    pub cabling: Value,
    pub tables: Tables,
}

impl Stage {
    pub async fn set_up() -> Self {
        let world = World::start_with(&[("NETBOX_PARALLELISM", "1")]).await;
        let mut core = world.core(PLAN).await;
        furnish(&world).await;
        neighbours(&world, &mut core).await;
        // Fields, roles and tags stay when a plan goes: all that are ever needed are there.
        let whole = value(&core, &Fabric::whole().config());
        let made = fine(core.run(&Applied::default(), Some(whole)).await);
        fine(core.run(&made, None).await);
        Self {
            base: world.fake.tables(),
            world,
            core,
            last: None,
        }
    }

    /// What the design makes, with the record of this state. Many steps leave design and cables as they
    /// are: then it is what was made the last time.
    pub async fn made(&mut self, config: &Value, state: &Applied) -> Calm {
        let cabling = state.state.as_ref().map(|state| state.get("cabling"));
        let same = |calm: &&Calm| calm.config == *config && Some(&calm.cabling) == cabling;
        if let Some(calm) = self.last.as_ref().filter(same) {
            return calm.clone();
        }
        self.world.fake.put_back(&self.base);
        let given = Some(config.clone());
        let planned = self.core.plan(None, &state.private, given.clone()).await;
        let made = fine(self.core.apply(&planned, given).await);
        let calm = Calm {
            config: config.clone(),
            cabling: made.state.unwrap().get("cabling").clone(),
            tables: self.world.fake.tables(),
        };
        self.last.insert(calm).clone()
    }
}

/// Types, places and tenants that designs refer to.
async fn furnish(world: &World) {
    let server = &world.server;
    let acme = server.get("dcim/manufacturers/?slug=acme").await["results"][0]["id"].clone();
    let body = json!({"manufacturer": acme, "model": "SW16 b", "slug": "sw16b"});
    let other = server.ensure("dcim/device-types", "slug=sw16b", body).await;
    for cage in 1..=16 {
        let body = json!({"device_type": other, "name": format!("E1/{cage}"), "type": "100gbase-x-qsfp28"});
        make(world, "dcim/interface-templates", &body).await;
    }
    for card in CARDS {
        let body = json!({"manufacturer": acme, "model": card});
        let filter = format!("model={}", card.replace(' ', "%20"));
        server.ensure("dcim/module-types", &filter, body).await;
    }
    let site = site(world).await;
    for slug in LOCATIONS {
        let body = json!({"name": slug, "slug": slug, "site": site});
        make(world, "dcim/locations", &body).await;
    }
    for slug in TENANTS {
        make(
            world,
            "tenancy/tenants",
            &json!({"name": slug, "slug": slug}),
        )
        .await;
    }
}

/// Another plan in the same site, and devices of nobody's.
async fn neighbours(world: &World, core: &mut Core) {
    let mut config = Fabric::first("neighbour").config();
    config["tenant"] = json!(null);
    config["naming"] = json!({"server": "n-{class}-{index}", "leaf": "n-{class}-{index}", "spine": "n-{class}-{index}"});
    let config = value(core, &config);
    fine(core.run(&Applied::default(), Some(config)).await);
    let server = &world.server;
    let row = server.get("dcim/devices/?name=n-leaf-1").await["results"][0].clone();
    let site = site(world).await;
    let mut ends = Vec::new();
    for name in ["mine-1", "mine-2"] {
        let body = json!({
            "name": name, "site": site, "role": row["role"]["id"], "device_type": row["device_type"]["id"],
            "comments": "not of a plan",
        });
        let made = make(world, "dcim/devices", &body).await;
        let ports = server
            .get(&format!("dcim/interfaces/?device_id={}", made["id"]))
            .await;
        ends.push(ports["results"][0]["id"].as_u64().unwrap());
    }
    crate::support::applied::cable(server, ends[0], ends[1]).await;
}

async fn site(world: &World) -> Json {
    world.server.get("dcim/sites/?slug=dc1").await["results"][0]["id"].clone()
}

async fn make(world: &World, table: &str, body: &Json) -> Json {
    let (status, made) = world.server.send("POST", &format!("{table}/"), body).await;
    assert_eq!(status, 201, "{made}");
    made
}
