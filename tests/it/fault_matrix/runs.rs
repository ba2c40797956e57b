//! Terraform's whole runs, refresh and plan and apply through the real provider, killed or interrupted at
//! every request: run again until there is nothing to do, the inventory is that of an undisturbed run.
//! An interrupted creation goes on both ways, kept and replaced. Where the provider dies alone, Terraform
//! keeps the state as it was before, and drops its private part.

use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json};

use crate::support::core::{Applied, Core};
use crate::support::diet;
use crate::support::fake_faults::Fault;
use crate::support::fake_tables::Tables;
use crate::support::inventory::{differences, inventory};
use crate::support::terraform::{Ended, Trouble, run};
use crate::support::world::{World, fine, plan, value};

const PLAN: &str = "hedgehog_topology_plan";
const LEASE_SECONDS: u64 = 121;
/// Struck, found held, done, nothing to do; and as many to be replaced.
const RUNS_MAX: usize = 8;

/// What there is, and what a run makes of it.
#[derive(Default)]
struct Operation {
    before: Option<Json>,
    /// Somebody pulled a cable, renamed a switch and took a server away since.
    meddled: bool,
    /// What is there is DIET's.
    of_diet: bool,
    /// The state was lost, and imported under this id.
    imported: Option<&'static str>,
    after: Option<Json>,
}

fn create() -> Operation {
    Operation {
        after: Some(plan(1)),
        ..Operation::default()
    }
}

fn growth() -> Operation {
    Operation {
        before: Some(plan(1)),
        after: Some(plan(2)),
        ..Operation::default()
    }
}

/// Names, fields, tags, status, and servers of another type that are made anew.
fn update() -> Operation {
    let mut after = plan(2);
    after["status"] = json!("deployed");
    after["description"] = json!("Described");
    after["naming"] = json!({"leaf": "tor-{index}"});
    after["server_classes"]["compute"]["device_type"] = json!("acme/sw16");
    Operation {
        before: Some(plan(2)),
        after: Some(after),
        ..Operation::default()
    }
}

/// All cables of servers go to another cage.
fn moves() -> Operation {
    let mut after = plan(2);
    after["switch_classes"]["leaf"]["zone"]["servers"]["ports"] = json!("9");
    Operation {
        before: Some(plan(2)),
        after: Some(after),
        ..Operation::default()
    }
}

fn repair() -> Operation {
    Operation {
        before: Some(plan(2)),
        meddled: true,
        after: Some(plan(2)),
        ..Operation::default()
    }
}

fn import() -> Operation {
    Operation {
        imported: Some("small"),
        ..repair()
    }
}

fn take_over() -> Operation {
    Operation {
        before: Some(plan(1)),
        of_diet: true,
        imported: Some("diet:12:small"),
        after: Some(plan(1)),
        ..Operation::default()
    }
}

fn draft() -> Operation {
    let mut after = plan(1);
    after["status"] = json!("draft");
    Operation {
        before: Some(plan(1)),
        after: Some(after),
        ..Operation::default()
    }
}

fn destroy() -> Operation {
    Operation {
        before: Some(plan(2)),
        ..Operation::default()
    }
}

/// One operation's server and state, as they are before.
struct Bench {
    world: World,
    core: Core,
    config: Option<Value>,
    state: Applied,
    prepared: Tables,
    expected: Vec<String>,
    /// Whether each request of an undisturbed run is a read.
    reads: Vec<bool>,
}

impl Bench {
    async fn set_up(operation: Operation) -> Self {
        let world = World::start_with(&[("NETBOX_PARALLELISM", "1")]).await;
        let mut core = world.core(PLAN).await;
        let mut state = Applied::default();
        if let Some(before) = &operation.before {
            let config = value(&core, before);
            state = fine(core.run(&state, Some(config)).await);
        }
        if operation.meddled {
            meddle(&world, &state).await;
        }
        if operation.of_diet {
            diet::disguise(&world.server).await;
        }
        if let Some(id) = operation.imported {
            state = fine(core.import(id).await);
        }
        let config = operation.after.as_ref().map(|after| value(&core, after));
        let mut bench = Self {
            prepared: world.fake.tables(),
            world,
            core,
            config,
            state,
            expected: Vec::new(),
            reads: Vec::new(),
        };
        let before = bench.world.fake.count();
        let (state, calm) = (bench.state.clone(), Trouble::default());
        let done = bench.run(&state, &calm).await;
        assert!(matches!(done, Ended::Done(_)), "{done}");
        let requests = bench.world.fake.requests().split_off(before);
        bench.reads = requests.iter().map(|r| r.starts_with("GET")).collect();
        bench.expected = inventory(&bench.world.fake.tables());
        bench
    }

    async fn run(&mut self, state: &Applied, trouble: &Trouble) -> Ended {
        let config = self.config.as_ref();
        run(&mut self.core, &self.world.fake, state, config, trouble).await
    }

    /// All points; those that do not end as they should are told together.
    async fn check_all(&mut self) {
        let (mut points, mut wrong) = (0, Vec::new());
        for (request, is_read) in self.reads.clone().into_iter().enumerate() {
            let creating = self.state.state.is_none();
            for (trouble, then) in points_at(request, is_read, creating) {
                points += 1;
                if let Err(how) = self.check(&trouble, then).await {
                    wrong.push(format!("{trouble:?}, {then:?}: {how}"));
                }
            }
        }
        eprintln!("{points} points");
        assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    }

    async fn check(&mut self, trouble: &Trouble, then: Then) -> Result<(), String> {
        self.world.fake.put_back(&self.prepared);
        let mut state = self.state.clone();
        let mut trace = Vec::new();
        let (mut trouble, calm) = (Some(trouble), Trouble::default());
        for _ in 0..RUNS_MAX {
            let is_struck = trouble.is_some();
            let with = trouble.take().unwrap_or(&calm);
            let ended = self.run(&state, with).await;
            trace.push(ended.to_string());
            match ended {
                Ended::Idle(_) => {
                    let found = inventory(&self.world.fake.tables());
                    let different = differences(&found, &self.expected);
                    return if different.is_empty() {
                        Ok(())
                    } else {
                        Err(format!("{different:#?}, after {trace:#?}"))
                    };
                }
                Ended::Done(made) => state = made,
                Ended::Killed => {
                    self.world.fake.advance(LEASE_SECONDS);
                    if then == Then::RecordLost {
                        state.private.clear();
                    }
                }
                Ended::Failed {
                    state: kept,
                    said,
                    tainted,
                } => {
                    if said.contains("is held by") || said.contains("is at work") {
                        self.world.fake.advance(LEASE_SECONDS);
                    } else if said.contains("terraform import") && state.state.is_none() {
                        // It was complete before it could say so.
                        state = fine(self.core.import("small").await);
                        continue;
                    } else if !is_struck {
                        return Err(format!("{trace:#?}"));
                    }
                    state = kept;
                    if tainted && then == Then::Replaced {
                        state = fine(self.core.run(&state, None).await);
                    }
                }
            }
        }
        Err(format!("it does not end: {trace:#?}"))
    }
}

/// What Terraform makes of a run that did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Kept,
    RecordLost,
    Replaced,
}

/// What goes wrong at one request, and what comes of it.
fn points_at(request: usize, is_read: bool, creating: bool) -> Vec<(Trouble, Then)> {
    let interrupt = || Trouble::interrupt(request);
    let mut points = vec![(interrupt(), Then::Kept)];
    if creating {
        points.push((interrupt(), Then::Replaced));
    }
    // Before and after are the same for a read.
    let after = Some(Fault::KillAfter).filter(|_| !is_read);
    for kill in [Fault::Kill].into_iter().chain(after) {
        points.push((Trouble::at(request, kill), Then::Kept));
        if !creating {
            points.push((Trouble::at(request, kill), Then::RecordLost));
        }
    }
    points
}

/// What somebody does by hand.
async fn meddle(world: &World, state: &Applied) {
    let ids = state.state.as_ref().unwrap().get("device_ids");
    let device = |name: &str| format!("dcim/devices/{}/", ids.get(name).as_u64().unwrap());
    let of_server = format!(
        "dcim/interfaces/?device_id={}",
        ids.get("compute-002").as_u64().unwrap()
    );
    let ports = world.server.get(&of_server).await;
    let cables = ports["results"].as_array().unwrap().iter();
    for cable in cables.filter_map(|port| port["cable"]["id"].as_u64()) {
        let path = format!("dcim/cables/{cable}/");
        assert_eq!(world.server.send("DELETE", &path, &Json::Null).await.0, 204);
    }
    let (gone, renamed) = (device("compute-002"), device("leaf-02"));
    let gone = world.server.send("DELETE", &gone, &Json::Null).await;
    assert_eq!(gone.0, 204);
    let name = json!({"name": "parked"});
    assert_eq!(world.server.send("PATCH", &renamed, &name).await.0, 200);
}

/// Each operation is a test, so that they use all cores.
macro_rules! runs {
    ($($operation:ident),+) => {$(
        mod $operation {
            #[tokio::test]
            async fn every_request_may_be_the_last_of_its_run() {
                super::Bench::set_up(super::$operation()).await.check_all().await;
            }
        }
    )+};
}

runs!(
    create, destroy, draft, growth, import, moves, repair, take_over, update
);
