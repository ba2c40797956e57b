//! Random small fabrics as configurations, and one change at a time.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::support::dice::Dice;

/// Everything that changes from step to step.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that a change turns"
)]
pub struct Fabric {
    pub name: &'static str,
    pub status: &'static str,
    description: Option<&'static str>,
    location: Option<&'static str>,
    tenant: Option<&'static str>,
    tags: BTreeSet<&'static str>,
    naming: Option<&'static str>,
    repack: bool,
    /// The small switch with pairs, instead of the large one with breakouts.
    pairs: bool,
    /// Cages of the leaves' server zone, and how the large switch breaks them out.
    cages: u32,
    breakout: usize,
    uplinks: u32,
    spines: Option<u32>,
    leaf: (&'static str, Option<&'static str>),
    servers: u32,
    retired: BTreeSet<u32>,
    server: (&'static str, Option<&'static str>),
    bundle: usize,
    card: &'static str,
    optics: bool,
    storage: u32,
    /// Leaves of a mesh, in a fabric of their own.
    mesh: Option<u32>,
    /// Border leaves, and out-of-band switches that end on them.
    border: bool,
    managed: u32,
}

/// Lanes of a cage and their speed.
const BREAKOUTS: [(&str, u32); 2] = [("4x200G", 200), ("2x400G", 400)];
/// Ports of a server, and how they are spread.
const BUNDLES: [(u32, Option<&str>); 4] = [
    (1, Some("same-switch")),
    (2, Some("alternating")),
    (2, Some("same-switch")),
    (1, None),
];
const STATUSES: [&str; 4] = ["draft", "approved", "deployed", "archived"];
/// The steps of the workflow that Terraform may take.
const STEPS: [(&str, &str); 6] = [
    ("draft", "approved"),
    ("approved", "deployed"),
    ("deployed", "archived"),
    ("archived", "approved"),
    ("deployed", "approved"),
    ("approved", "draft"),
];
pub const TAGS: [&str; 3] = ["blue", "green", "red"];
pub const LOCATIONS: [&str; 2] = ["hall-1", "hall-2"];
pub const TENANTS: [&str; 2] = ["tenant-1", "tenant-2"];
pub const CARDS: [&str; 2] = ["NIC 2x200/a", "NIC 2x200/b"];
pub const OPTIC: &str = "Optic 200G";
pub const NAMES: [&str; 2] = ["sim", "Sim two"];

/// A change, in the words of the trace.
pub type Change = &'static str;

type Mutation = (Change, fn(&mut Fabric, &mut Dice));

const MUTATIONS: [Mutation; 21] = [
    ("grow", |f, dice| f.servers += dice.between(1, 3)),
    ("shrink", |f, dice| {
        f.servers = f.servers.saturating_sub(dice.between(1, 3));
        let servers = f.servers;
        f.retired.retain(|number| *number <= servers);
    }),
    ("retire", |f, dice| {
        f.retired.insert(dice.between(1, f.servers.max(1)));
        let servers = f.servers;
        f.retired.retain(|number| *number <= servers);
    }),
    ("bring back", |f, _| f.retired.clear()),
    ("cages", |f, dice| f.cages = dice.between(1, 4)),
    ("breakout", |f, _| f.breakout = 1 - f.breakout),
    ("uplinks", |f, dice| f.uplinks = dice.pick(&[2, 4])),
    ("spines", |f, dice| {
        f.spines = dice.pick(&[None, Some(1), Some(2)])
    }),
    ("distribution", |f, dice| {
        f.bundle = dice.below(BUNDLES.len())
    }),
    ("repack", |f, _| f.repack = !f.repack),
    ("profile", |f, _| f.pairs = !f.pairs),
    ("rename leaves", |f, _| {
        f.leaf = match f.leaf.0 {
            "leaf" => ("blade", Some("leaf")),
            _ => ("leaf", Some("blade")),
        };
    }),
    ("rename servers", |f, _| {
        f.server = match f.server.0 {
            "compute" => ("gpu", Some("compute")),
            _ => ("compute", Some("gpu")),
        };
    }),
    ("naming", |f, dice| {
        f.naming = dice.pick(&[
            None,
            Some("{class}-{index:03}"),
            Some("{plan}-{class}{index}"),
        ]);
    }),
    ("name", |f, dice| f.name = dice.pick(&NAMES)),
    ("card", |f, dice| f.card = dice.pick(&CARDS)),
    ("optics", |f, _| f.optics = !f.optics),
    ("storage", |f, dice| f.storage = dice.between(0, 2)),
    ("mesh", |f, dice| {
        f.mesh = dice.pick(&[None, Some(2), Some(3)])
    }),
    ("border", |f, dice| {
        f.border = !f.border;
        f.managed = dice.between(0, 3);
    }),
    ("owned fields", |f, dice| {
        f.description = dice.pick(&[None, Some("Ours"), Some("Described")]);
        f.location = dice.pick(&[None, Some(LOCATIONS[0]), Some(LOCATIONS[1])]);
        f.tenant = dice.pick(&[None, Some(TENANTS[0]), Some(TENANTS[1])]);
        f.tags = TAGS.into_iter().filter(|_| dice.percent(40)).collect();
    }),
];

impl Fabric {
    pub fn random(dice: &mut Dice) -> Self {
        let mut fabric = Self::first(NAMES[0]);
        fabric.status = dice.pick(&STATUSES[1..]);
        for _ in 0..dice.below(6) {
            let (_, change) = dice.pick(&MUTATIONS);
            change(&mut fabric, dice);
        }
        fabric
    }

    /// Where every chain begins.
    pub fn first(name: &'static str) -> Self {
        Self {
            name,
            status: "approved",
            description: None,
            location: None,
            tenant: None,
            tags: BTreeSet::new(),
            naming: None,
            repack: false,
            pairs: false,
            cages: 2,
            breakout: 0,
            uplinks: 2,
            spines: None,
            leaf: ("leaf", None),
            servers: 2,
            retired: BTreeSet::new(),
            server: ("compute", None),
            bundle: 0,
            card: CARDS[0],
            optics: false,
            storage: 0,
            mesh: None,
            border: false,
            managed: 0,
        }
    }

    /// Has something of everything, so that all that is registered is.
    pub fn whole() -> Self {
        Self {
            mesh: Some(2),
            border: true,
            managed: 1,
            optics: true,
            tags: TAGS.into(),
            pairs: true,
            ..Self::first("whole")
        }
    }

    /// The same after one or two changes, with their words.
    pub fn changed(&self, dice: &mut Dice) -> (Self, String) {
        let mut next = self.clone();
        let mut words = Vec::new();
        // What was carried over is of its new name for good.
        if dice.percent(50) {
            (next.leaf.1, next.server.1) = (None, None);
        }
        for _ in 0..dice.between(1, 2) {
            let (word, change) = dice.pick(&MUTATIONS);
            change(&mut next, dice);
            words.push(word);
        }
        (next, words.join(", "))
    }

    /// The next step of the workflow.
    pub fn stepped(&self, dice: &mut Dice) -> Self {
        let ways = STEPS.iter().filter(|(from, _)| *from == self.status);
        let ways: Vec<&'static str> = ways.map(|(_, to)| *to).collect();
        Self {
            status: dice.pick(&ways),
            ..self.clone()
        }
    }

    pub fn config(&self) -> Json {
        let mut config = json!({
            "name": self.name, "site": "dc1", "status": self.status,
            "switch_classes": self.switches(), "server_classes": self.server_classes(),
        });
        let optional = [
            ("description", self.description.map(Json::from)),
            ("location", self.location.map(Json::from)),
            ("tenant", self.tenant.map(Json::from)),
            ("tags", (!self.tags.is_empty()).then(|| json!(self.tags))),
            (
                "naming",
                self.naming
                    .map(|template| json!({"server": template, "leaf": template})),
            ),
            ("allocation", self.repack.then(|| json!("repack"))),
            // The newest releases have no pairs.
            ("fabric_release", self.pairs.then(|| json!("25.05"))),
        ];
        for (name, value) in optional {
            config[name] = value.unwrap_or(Json::Null);
        }
        config
    }

    fn profile(&self) -> (&'static str, &'static str) {
        if self.pairs {
            ("celestica-ds3000", "acme/sw16b")
        } else {
            ("celestica-ds5000", "acme/sw16")
        }
    }

    fn switch(&self, fabric: &str, role: &str, zones: &Json) -> Json {
        let (profile, device_type) = self.profile();
        json!({
            "fabric": fabric, "role": role, "profile": profile, "device_type": device_type,
            "zone": zones,
        })
    }

    fn switches(&self) -> Json {
        let (mode, _) = BREAKOUTS[self.breakout];
        let optic = self.optics.then(|| format!("acme/{OPTIC}"));
        let cages = format!("1-{}", self.cages);
        let servers = json!({
            "type": "server", "ports": cages, "breakout": (!self.pairs).then_some(mode), "transceiver": optic,
        });
        let uplinks = json!({"type": "uplink", "ports": format!("13-{}", 12 + self.uplinks), "transceiver": optic});
        let mut zones = json!({"servers": servers, "uplinks": uplinks});
        let down = json!({"type": "fabric", "ports": "1-8", "transceiver": optic});
        let mut spine = self.switch("f", "spine", &json!({"down": down}));
        spine["override_quantity"] = json!(self.spines);
        if self.pairs {
            zones["pair"] = json!({"type": "mclag", "ports": "8-11"});
        }
        let mut leaf = self.switch("f", "server-leaf", &zones);
        if self.pairs {
            leaf["redundancy"] = json!({"type": "mclag"});
        }
        leaf["formerly"] = json!(self.leaf.1);
        let mut classes = Map::new();
        if let Some(quantity) = self.mesh {
            let zones = json!({
                "servers": {"type": "server", "ports": "1-2"},
                "mesh": {"type": "mesh", "ports": "3-6"},
            });
            let mut class = self.switch("m", "server-leaf", &zones);
            class["topology"] = json!("mesh");
            class["override_quantity"] = json!(quantity);
            classes.insert("mesh".to_owned(), class);
        }
        if self.border {
            spine["zone"]["borders"] = json!({"type": "server", "ports": "9-12"});
            let zones = json!({
                "shared": {"type": "server", "ports": "1-2", "breakout": "4x25G"},
                "uplinks": {"type": "uplink", "ports": "9-10", "peer": "spine/borders"},
            });
            let mut border = self.switch("f", "border-leaf", &zones);
            border["min_quantity"] = json!(1);
            if !self.pairs {
                border["zone"]["shared"]["breakout"] = json!("8x100G");
            }
            classes.insert("border".to_owned(), border);
            let zones = json!({
                "bmc": {"type": "oob", "ports": "1-4", "breakout": "1x10G"},
                "uplinks": {"type": "oob", "ports": "9-10", "breakout": "1x25G", "peer": "border/shared"},
            });
            if self.managed > 0 && self.pairs {
                let mut oob = self.switch("management", "server-leaf", &zones);
                oob["profile"] = json!("dell-s5248f-on");
                oob["fabric_class"] = json!("unmanaged");
                classes.insert("oob".to_owned(), oob);
            }
        }
        classes.insert(self.leaf.0.to_owned(), leaf);
        classes.insert("spine".to_owned(), spine);
        Json::Object(classes)
    }

    fn attachment(&self, ports: u32, distribution: Option<&str>, zone: &str, speed: u32) -> Json {
        json!({
            "quantity": 0, "device_type": "acme/server1",
            "nic": {"fe": {"module_type": format!("acme/{}", self.card), "ports": ["p0", "p1"]}},
            "attachment": {"fe": {
                "nic": "fe", "ports": ports, "distribution": distribution, "zone": zone, "speed": speed,
                "transceiver": self.optics.then(|| format!("acme/{OPTIC}")),
            }}
        })
    }

    fn server_classes(&self) -> Json {
        let mut classes = Map::new();
        let zone = format!("{}/servers", self.leaf.0);
        let (ports, distribution) = BUNDLES[self.bundle];
        let speed = if self.pairs {
            100
        } else {
            BREAKOUTS[self.breakout].1
        };
        let mut compute = self.attachment(ports, distribution, &zone, speed);
        if self.pairs {
            compute["attachment"]["fe"]["type"] = json!("mclag");
            compute["attachment"]["fe"]["ports"] = json!(2);
            compute["attachment"]["fe"]["distribution"] = Json::Null;
        }
        compute["quantity"] = json!(self.servers);
        compute["retired"] = json!(self.retired);
        compute["formerly"] = json!(self.server.1);
        classes.insert(self.server.0.to_owned(), compute);
        let mut more = |name: &str, quantity: u32, mut class: Json| {
            class["quantity"] = json!(quantity);
            classes.insert(name.to_owned(), class);
        };
        if self.storage > 0 {
            more(
                "storage",
                self.storage,
                self.attachment(1, None, &zone, speed),
            );
        }
        if self.mesh.is_some() {
            let speed = if self.pairs { 100 } else { 800 };
            more("edge", 2, self.attachment(1, None, "mesh/servers", speed));
        }
        if self.border && self.managed > 0 && self.pairs {
            let mut class = self.attachment(1, Some("same-switch"), "oob/bmc", 10);
            class["attachment"]["fe"]["port_type"] = json!("ipmi");
            more("managed", self.managed, class);
        }
        Json::Object(classes)
    }
}
