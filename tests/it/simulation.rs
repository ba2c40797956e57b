//! Random fabrics, random changes, random faults and what other people do, step by step, through the
//! real provider before the fake `NetBox`. A step is one operation with its faults, and then the same
//! again until it is done; after each, what is there is what an undisturbed run of the same design
//! makes from nothing.
//!
//! A failure prints its seed and step: `SIMULATION_SEED` runs the chain of that seed alone, and tells
//! each step. `SIMULATION_STEPS` sets the length of a chain, `SIMULATION_CHAINS` how many each part has.

mod fabrics;
mod hands;
mod terraform;

use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json};

use crate::support::core::{Applied, Core, failed};
use crate::support::dice::Dice;
use crate::support::fake_tables::Tables;
use crate::support::inventory::{differences, inventory};
use crate::support::world::{World, fine, value, words};
use fabrics::Fabric;
use hands::Edit;
use terraform::{Ended, Trouble, run};

const PLAN: &str = "hedgehog_topology_plan";
/// Steps of a chain, and chains of each of the four parts.
const STEPS: u64 = 20;
const CHAINS: u64 = 3;
/// Apply ends by then, also after the last fault.
const RUNS_MAX: usize = 12;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// What goes on in one chain.
struct Chain {
    world: World,
    core: Core,
    /// Where designs are applied undisturbed.
    calm: World,
    calm_core: Core,
    /// What is there without the plan.
    base: Tables,
    dice: Dice,
    fabric: Fabric,
    /// What Terraform keeps.
    state: Applied,
    edits: Vec<Edit>,
    /// Of the last run.
    requests: usize,
    trace: Vec<String>,
}

impl Chain {
    async fn start(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let batch = dice.pick(&["2", "4", "200"]);
        let variables = [("NETBOX_PARALLELISM", "1"), ("NETBOX_BATCH_SIZE", batch)];
        let world = World::start_with(&variables).await;
        let calm = World::start_with(&variables[..1]).await;
        furnish(&world).await;
        let mut core = world.core(PLAN).await;
        let calm_core = calm.core(PLAN).await;
        // Fields, roles and tags stay when a plan goes: all that are ever needed are there.
        let whole = value(&core, &Fabric::whole().config());
        let made = fine(core.run(&Applied::default(), Some(whole)).await);
        fine(core.run(&made, None).await);
        let base = world.fake.tables();
        let fabric = Fabric::random(&mut dice);
        Self {
            world,
            core,
            calm,
            calm_core,
            base,
            dice,
            fabric,
            state: Applied::default(),
            edits: Vec::new(),
            requests: 40,
            trace: Vec::new(),
        }
    }

    fn say(&mut self, words: String) {
        self.trace.push(words);
    }

    fn plan_id(&self) -> Option<String> {
        let state = self.state.state.as_ref()?;
        state.get("id").as_str().map(str::to_owned)
    }

    fn config(&self, fabric: &Fabric) -> Value {
        value(&self.core, &fabric.config())
    }

    /// A design that can be built.
    async fn can_be_built(&mut self, fabric: &Fabric) -> bool {
        let config = self.config(fabric);
        let state = self.state.state.clone();
        let planned = self
            .core
            .plan(state.as_ref(), &self.state.private, Some(config))
            .await;
        if failed(&planned.diagnostics) {
            self.trace
                .push(format!("no: {}", words(&planned.diagnostics)));
        }
        !failed(&planned.diagnostics)
    }

    /// One operation, done in the end.
    async fn step(&mut self) -> Result<(), String> {
        if self.state.state.is_none() {
            return self.create().await;
        }
        match self.dice.below(100) {
            0..40 => self.change().await,
            40..52 => self.work_flow().await,
            52..82 => self.drift().await,
            82..88 => self.forget_record().await,
            88..94 => self.forget_state().await,
            _ => self.destroy().await,
        }
    }

    async fn create(&mut self) -> Result<(), String> {
        while !self.can_be_built(&self.fabric.clone()).await {
            self.fabric = Fabric::random(&mut self.dice);
        }
        self.say("create".to_owned());
        self.until_done().await
    }

    async fn change(&mut self) -> Result<(), String> {
        loop {
            let (next, words) = self.fabric.changed(&mut self.dice);
            if self.can_be_built(&next).await {
                self.say(format!("change {words}"));
                self.fabric = next;
                break;
            }
        }
        self.annotate();
        self.until_done().await
    }

    async fn work_flow(&mut self) -> Result<(), String> {
        self.fabric = self.fabric.stepped(&mut self.dice);
        self.say(format!("status {}", self.fabric.status));
        self.until_done().await
    }

    async fn drift(&mut self) -> Result<(), String> {
        let Some(plan_id) = self.plan_id() else {
            return Ok(());
        };
        for _ in 0..self.dice.between(1, 3) {
            let mut tables = self.world.fake.tables();
            if let Some(words) = hands::meddle(&mut tables, &plan_id, &mut self.dice) {
                self.world.fake.put_back(&tables);
                self.say(words.to_owned());
            }
        }
        self.annotate();
        self.until_done().await
    }

    async fn forget_record(&mut self) -> Result<(), String> {
        self.say("the record is lost".to_owned());
        self.state.private = self.dice.pick(&[Vec::new(), b"nonsense".to_vec()]);
        self.until_done().await
    }

    async fn forget_state(&mut self) -> Result<(), String> {
        if self.fabric.status == "draft" {
            return Ok(());
        }
        self.say("the state is lost".to_owned());
        self.import().await?;
        self.until_done().await
    }

    async fn import(&mut self) -> Result<(), String> {
        let imported = self.core.import(self.fabric.name).await;
        if failed(&imported.diagnostics) {
            return Err(words(&imported.diagnostics));
        }
        self.state = Applied {
            diagnostics: Vec::new(),
            ..imported
        };
        Ok(())
    }

    async fn destroy(&mut self) -> Result<(), String> {
        self.say("destroy".to_owned());
        self.until_gone().await?;
        let different = differences(
            &inventory(&self.world.fake.tables()),
            &inventory(&self.base),
        );
        if different.is_empty() {
            return Ok(());
        }
        Err(format!("destroyed, and left {different:#?}"))
    }

    async fn until_gone(&mut self) -> Result<(), String> {
        for attempt in 0..RUNS_MAX {
            if self.state.state.is_none() {
                return Ok(());
            }
            self.attempt(None, attempt).await?;
        }
        Err("it does not end".to_owned())
    }

    /// Others write into fields that are theirs.
    fn annotate(&mut self) {
        let Some(plan_id) = self.plan_id() else {
            return;
        };
        for _ in 0..self.dice.below(3) {
            let mut tables = self.world.fake.tables();
            if let Some(edit) = hands::annotate(&mut tables, &plan_id, &mut self.dice) {
                self.world.fake.put_back(&tables);
                self.edits.push(edit);
            }
        }
    }

    /// Runs Terraform until there is nothing to do.
    async fn until_done(&mut self) -> Result<(), String> {
        let fabric = self.fabric.clone();
        let config = self.config(&fabric);
        for attempt in 0..RUNS_MAX {
            if self.attempt(Some(&config), attempt).await? {
                return self.compare(&config).await;
            }
        }
        Err("it does not end".to_owned())
    }

    /// One run; true when there was nothing to do.
    async fn attempt(&mut self, config: Option<&Value>, attempt: usize) -> Result<bool, String> {
        // Most operations are disturbed once or twice, and none for ever.
        let disturbed = [70, 50, 30, 10]
            .get(attempt)
            .is_some_and(|chance| self.dice.percent(*chance));
        let trouble = if disturbed {
            Trouble::random(&mut self.dice, self.requests + 4)
        } else {
            Trouble::default()
        };
        let before = self.world.fake.count();
        let creating = self.state.state.is_none();
        let ended = run(
            &mut self.core,
            &self.world.fake,
            &self.state,
            config,
            &trouble,
        )
        .await;
        let requests = self.world.fake.count() - before;
        self.say(format!("{requests} requests, {trouble:?}: {ended}"));
        match ended {
            Ended::Idle(state) => {
                self.state = state;
                return Ok(true);
            }
            Ended::Done(state) => {
                self.requests = requests;
                self.state = state;
                if !trouble.is_late() && config.is_some() {
                    self.nothing_is_left(config).await?;
                }
            }
            Ended::Killed => {
                // The dead one's hold ends with its lease.
                self.world.fake.advance(120);
            }
            Ended::Failed {
                state,
                said,
                tainted,
            } => {
                if said.contains("is held by") || said.contains("is at work") {
                    self.world.fake.advance(120);
                } else if creating && said.contains("terraform import") && state.state.is_none() {
                    // It was complete before it could say so.
                    return self.import().await.map(|()| false);
                } else if trouble.is_none() {
                    return Err(said);
                }
                self.state = state;
                if tainted && self.dice.percent(50) {
                    self.say("replaced".to_owned());
                    Box::pin(self.until_gone()).await?;
                }
            }
        }
        Ok(false)
    }

    /// After an apply that ended well, the next plan is empty.
    async fn nothing_is_left(&mut self, config: Option<&Value>) -> Result<(), String> {
        let state = self.state.clone();
        let calm = Trouble::default();
        let ended = run(&mut self.core, &self.world.fake, &state, config, &calm).await;
        let same = |seen: &Applied| seen.state == state.state && seen.private == state.private;
        if matches!(&ended, Ended::Idle(seen) if same(seen)) {
            Ok(())
        } else {
            Err(format!("done, but then {ended}: {ended:?}"))
        }
    }

    /// What is there is what an undisturbed run makes from nothing.
    async fn compare(&mut self, config: &Value) -> Result<(), String> {
        let state = self.state.state.clone().unwrap();
        let mut expected = self.base.clone();
        if self.fabric.status != "draft" {
            self.calm.fake.put_back(&self.base);
            let planned = self
                .calm_core
                .plan(None, &self.state.private, Some(config.clone()))
                .await;
            let made = fine(self.calm_core.apply(&planned, Some(config.clone())).await);
            let made = made.state.unwrap();
            if made.get("cabling") != state.get("cabling") {
                return Err("an undisturbed run plans other cables".to_owned());
            }
            expected = self.calm.fake.tables();
        }
        let mut found = self.world.fake.tables();
        let mut kept = Vec::new();
        for edit in std::mem::take(&mut self.edits) {
            if edit.take_back(&mut found)? {
                kept.push(edit);
            }
        }
        self.edits = kept;
        // A label is set once, so that what was printed stays true.
        for tables in [&mut found, &mut expected] {
            hands::peel_labels(tables);
        }
        let different = differences(&inventory(&found), &inventory(&expected));
        if !different.is_empty() {
            return Err(format!("{different:#?}"));
        }
        Ok(())
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Idle(_) => f.write_str("nothing to do"),
            Self::Done(_) => f.write_str("done"),
            Self::Killed => f.write_str("killed"),
            Self::Failed { said, tainted, .. } => write!(f, "failed (tainted: {tainted}): {said}"),
        }
    }
}

/// Types, places and people's things that every chain finds.
async fn furnish(world: &World) {
    let server = &world.server;
    let acme = server.get("dcim/manufacturers/?slug=acme").await["results"][0]["id"].clone();
    let body = json!({"manufacturer": acme, "model": "SW16 b", "slug": "sw16b"});
    let other = server.ensure("dcim/device-types", "slug=sw16b", body).await;
    for cage in 1..=16 {
        let body = json!({"device_type": other, "name": format!("E1/{cage}"), "type": "100gbase-x-qsfp28"});
        let (status, made) = server
            .send("POST", "dcim/interface-templates/", &body)
            .await;
        assert_eq!(status, 201, "{made}");
    }
    for card in fabrics::CARDS {
        let body = json!({"manufacturer": acme, "model": card});
        let filter = format!("model={}", card.replace(' ', "%20"));
        server.ensure("dcim/module-types", &filter, body).await;
    }
    let site = server.get("dcim/sites/?slug=dc1").await["results"][0]["id"].clone();
    for slug in fabrics::LOCATIONS {
        let body = json!({"name": slug, "slug": slug, "site": site});
        server
            .ensure("dcim/locations", &format!("slug={slug}"), body)
            .await;
    }
    for slug in fabrics::TENANTS {
        let body = json!({"name": slug, "slug": slug});
        server
            .ensure("tenancy/tenants", &format!("slug={slug}"), body)
            .await;
    }
    neighbours(world, &site).await;
}

/// Another plan in the same site, and devices of nobody's.
async fn neighbours(world: &World, site: &Json) {
    let server = &world.server;
    let mut core = world.core(PLAN).await;
    let mut config = Fabric::first("neighbour").config();
    config["tenant"] = json!(null);
    config["naming"] = json!({"server": "n-{class}-{index}", "leaf": "n-{class}-{index}", "spine": "n-{class}-{index}"});
    let config = value(&core, &config);
    fine(core.run(&Applied::default(), Some(config)).await);
    let row = server.get("dcim/devices/?name=n-leaf-1").await["results"][0].clone();
    let mut ends = Vec::new();
    for name in ["mine-1", "mine-2"] {
        let body = json!({
            "name": name, "site": site, "role": row["role"]["id"], "device_type": row["device_type"]["id"],
            "comments": "not of a plan",
        });
        let (status, made) = server.send("POST", "dcim/devices/", &body).await;
        assert_eq!(status, 201, "{made}");
        let ports = server
            .get(&format!("dcim/interfaces/?device_id={}", made["id"]))
            .await;
        ends.push(ports["results"][0]["id"].as_u64().unwrap());
    }
    crate::support::applied::cable(server, ends[0], ends[1]).await;
}

/// Chains of steps, one from each seed.
async fn check(seeds: std::ops::Range<u64>) {
    if let Some(seed) = number("SIMULATION_SEED") {
        // Other parts would do the same.
        if seeds.start == 0 {
            chain(seed).await;
        }
        return;
    }
    for seed in seeds {
        chain(seed).await;
    }
}

async fn chain(seed: u64) {
    let alone = number("SIMULATION_SEED").is_some();
    let mut chain = Chain::start(seed).await;
    for step in 0..number("SIMULATION_STEPS").unwrap_or(STEPS) {
        chain.trace.clear();
        let outcome = chain.step().await;
        if alone {
            eprintln!("step {step}: {:#?}", chain.trace);
        }
        if let Err(how) = outcome {
            panic!(
                "SIMULATION_SEED={seed} fails at step {step}: {how}\nafter {:#?}\nof {:#}",
                chain.trace,
                chain.fabric.config()
            );
        }
    }
}

/// Parts that run side by side: each has seeds of its own.
macro_rules! parts {
    ($($part:ident: $number:literal),+) => {$(
        #[tokio::test]
        async fn $part() {
            let chains = number("SIMULATION_CHAINS").unwrap_or(CHAINS);
            check($number * chains..($number + 1) * chains).await;
        }
    )+};
}

parts!(part_1: 0, part_2: 1, part_3: 2, part_4: 3);
