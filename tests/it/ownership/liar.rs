//! Answers that are not true, by a seed: whatever they say, no object is written that is not ours, and
//! nothing is put on one.
//!
//! `LIAR_SEED=7` tells what was said to that seed; `LIAR_SEEDS=5000` tries more. Whole tables, lost rows
//! and foreign rows come as often as they like. A foreign id in the place of one of ours comes once for
//! each object: who says the same twice is believed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::reconcile::{PlanId, PlanStatus, Target, destroy};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{crowded, of_others, remove_foreign_cable, retyped};
use crate::support::applied::{SMALL, apply_with};
use crate::support::blueprints::Small;
use crate::support::dice::Dice;
use crate::support::fake_netbox::{FakeNetbox, Liar, Reply, Sent};
use crate::support::fake_tables::Tables;
use crate::support::server::Server;

const SEEDS: u64 = 120;

/// Where ids are those of a plan's own objects.
const OWNED: [&str; 5] = [
    "dcim/devices",
    "dcim/interfaces",
    "dcim/module-bays",
    "dcim/modules",
    "dcim/cables",
];

#[derive(Debug)]
struct Said {
    dice: Dice,
    plan_id: PlanId,
    /// How many answers in a hundred are not true.
    chance: usize,
    /// Foreign objects whose id was told as that of one of ours.
    told: BTreeSet<(String, u64)>,
    /// Every lie.
    trace: Vec<String>,
    /// What was written that is not ours.
    wrongs: Vec<String>,
}

#[derive(Debug, Clone)]
struct Teller(Arc<Mutex<Said>>);

impl Liar for Teller {
    fn answer(&mut self, sent: &Sent, before: &Tables, after: &Tables, reply: &mut Reply) {
        let mut said = self.0.lock().unwrap();
        if reply.status >= 300 {
            return;
        }
        let wrongs = said.wrongs(sent, before);
        said.wrongs.extend(wrongs);
        if said.dice.below(100) >= said.chance {
            return;
        }
        let Ok(mut body) = serde_json::from_str::<Value>(&reply.body) else {
            return;
        };
        let table = table_of(&sent.path).to_owned();
        if let Some(lie) = said.twist(&table, after, &mut body) {
            said.trace
                .push(format!("{} {}: {lie}", sent.method, sent.path));
            reply.body = body.to_string();
        }
    }
}

/// The table of a path that may end on an id.
fn table_of(path: &str) -> &str {
    path.trim_start_matches("/api/")
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '/')
}

impl Said {
    fn is_ours(&self, tables: &Tables, table: &str, id: u64) -> bool {
        let Some(row) = tables.render(table, id) else {
            return false;
        };
        let marker = &row["custom_fields"]["hedgehog_plan_id"];
        let ours = *marker == json!(self.plan_id.as_str());
        match table {
            "dcim/devices" | "dcim/cables" => ours,
            "extras/tags" => {
                let journal = row["description"].as_str().unwrap_or_default();
                journal.contains(self.plan_id.as_str())
            }
            _ => {
                let device = row["device"]["id"].as_u64();
                ours || device.is_some_and(|id| self.is_ours(tables, "dcim/devices", id))
            }
        }
    }

    /// What a request that was carried out wrote that is not ours, or hung something on.
    fn wrongs(&self, sent: &Sent, before: &Tables) -> Vec<String> {
        let table = table_of(&sent.path);
        let in_path = sent.path.trim_end_matches('/').rsplit('/').next();
        let in_path = in_path.and_then(|id| id.parse::<u64>().ok());
        let items = sent.body.as_array().cloned();
        let items = items.unwrap_or_else(|| vec![sent.body.clone()]);
        let mut touched: Vec<(&str, Option<u64>)> = Vec::new();
        for item in &items {
            if sent.method == "PATCH" || sent.method == "DELETE" {
                touched.push((table, item["id"].as_u64().or(in_path)));
            }
            if sent.method != "POST" {
                continue;
            }
            let parents = [
                ("device", "dcim/devices"),
                ("module", "dcim/modules"),
                ("module_bay", "dcim/module-bays"),
            ];
            for (field, parent) in parents {
                if let Some(id) = item.get(field) {
                    touched.push((parent, id.as_u64()));
                }
            }
            for side in ["a_terminations", "b_terminations"] {
                for end in item[side].as_array().into_iter().flatten() {
                    touched.push(("dcim/interfaces", end["object_id"].as_u64()));
                }
            }
        }
        let foreign = touched
            .into_iter()
            .filter(|(table, id)| !id.is_some_and(|id| self.is_ours(before, table, id)));
        foreign
            .map(|(of, id)| format!("{} {}: {of} {id:?}", sent.method, sent.path))
            .collect()
    }

    fn foreign(&self, tables: &Tables, table: &str) -> Vec<u64> {
        let ids = tables.ids(table).into_iter();
        ids.filter(|id| !self.is_ours(tables, table, *id)).collect()
    }

    /// One lie about an answer; `None`: it stays as it is.
    fn twist(&mut self, table: &str, tables: &Tables, body: &mut Value) -> Option<String> {
        let is_list = body["results"].is_array();
        let list = if is_list { &body["results"] } else { &*body };
        let mut rows = match list.as_array() {
            Some(rows) => rows.clone(),
            None if body.is_object() => vec![body.clone()],
            None => return None,
        };
        let lie = self.twist_rows(table, tables, &mut rows);
        if is_list {
            body["results"] = json!(rows);
        } else if body.is_array() {
            *body = json!(rows);
        } else {
            *body = rows.pop()?;
        }
        lie
    }

    fn twist_rows(
        &mut self,
        table: &str,
        tables: &Tables,
        rows: &mut Vec<Value>,
    ) -> Option<String> {
        let kind = self.dice.below(9);
        if rows.is_empty() && kind != 3 {
            return None;
        }
        let at = if rows.is_empty() {
            0
        } else {
            self.dice.below(rows.len())
        };
        let was = rows.get(at).map_or(Value::Null, |row| row["id"].clone());
        Some(match kind {
            0 => {
                for last in (1..rows.len()).rev() {
                    rows.swap(last, self.dice.below(last + 1));
                }
                "shuffled".to_owned()
            }
            1 => {
                rows.remove(at);
                format!("{was} is not there")
            }
            2 => {
                rows.push(rows[at].clone());
                format!("{was} is there twice")
            }
            3 => {
                let row = self.foreign_row(tables, table)?;
                let words = format!("with {}", row["id"]);
                rows.push(row);
                words
            }
            4 => {
                rows[at] = self.foreign_row(tables, table)?;
                format!("{} instead of {was}", rows[at]["id"])
            }
            5 => {
                let id = self.foreign_id(tables, table)?;
                rows[at]["id"] = json!(id);
                format!("{was} has the id {id}")
            }
            6 => self.another_device(tables, &mut rows[at])?,
            7 => self.another_end(tables, table, &mut rows[at])?,
            _ => {
                let fields = rows[at].get_mut("custom_fields")?;
                let marker = [json!("42"), Value::Null];
                fields["hedgehog_plan_id"] = self.dice.pick(&marker);
                format!("{was} is marked {}", fields["hedgehog_plan_id"])
            }
        })
    }

    fn foreign_row(&mut self, tables: &Tables, table: &str) -> Option<Value> {
        let ids = self.foreign(tables, table);
        let id = (!ids.is_empty()).then(|| self.dice.pick(&ids))?;
        tables.render(table, id)
    }

    /// One that was not told yet.
    fn foreign_id(&mut self, tables: &Tables, table: &str) -> Option<u64> {
        if !OWNED.contains(&table) && table != "extras/tags" {
            return None;
        }
        let mut ids = self.foreign(tables, table);
        ids.retain(|id| !self.told.contains(&(table.to_owned(), *id)));
        let id = (!ids.is_empty()).then(|| self.dice.pick(&ids))?;
        self.told.insert((table.to_owned(), id));
        Some(id)
    }

    fn another_device(&mut self, tables: &Tables, row: &mut Value) -> Option<String> {
        row.get("device")?;
        let device = self.foreign_row(tables, "dcim/devices")?;
        row["device"] = json!({"id": device["id"], "name": device["name"]});
        Some(format!("{} is on device {}", row["id"], device["id"]))
    }

    /// A cable's end is elsewhere.
    fn another_end(&mut self, tables: &Tables, table: &str, row: &mut Value) -> Option<String> {
        let id = row["id"].clone();
        if table == "dcim/interfaces" {
            let cables = self.foreign(tables, "dcim/cables");
            let cables = cables.iter().map(|id| json!({"id": id}));
            let cables: Vec<Value> = cables.chain([Value::Null]).collect();
            row["cable"] = self.dice.pick(&cables);
            row["cable_end"] = self
                .dice
                .pick(&[json!({"value": "A"}), json!("A"), json!("B")]);
            return Some(format!("{id} has the cable {}", row["cable"]));
        }
        let port = self.foreign_row(tables, "dcim/interfaces")?["id"].clone();
        let name = ["termination_id", "a_terminations"];
        let name = name.into_iter().find(|name| row.get(name).is_some())?;
        row[name] = if name == "termination_id" {
            port.clone()
        } else {
            json!([{"object_id": port}])
        };
        Some(format!("{id} ends on {port}"))
    }
}

/// What a plan goes through, from where.
#[derive(Debug, Clone, Copy)]
enum Step {
    Create,
    Grow,
    /// A device of another type, so that it and its cables are made anew.
    Retype,
    /// Two servers change places.
    Move,
    Status,
    Shrink,
    Destroy,
}

const STEPS: [Step; 7] = [
    Step::Create,
    Step::Grow,
    Step::Retype,
    Step::Move,
    Step::Status,
    Step::Shrink,
    Step::Destroy,
];

impl Step {
    fn blueprint(self) -> Blueprint {
        let small = |servers| Small { servers, ..SMALL }.build();
        match self {
            Self::Grow => small(SMALL.servers + 2),
            Self::Shrink => small(SMALL.servers - 1),
            Self::Retype => retyped(),
            Self::Move => moved(),
            Self::Create | Self::Status | Self::Destroy => SMALL.build(),
        }
    }
}

/// The first two servers with each other's cables.
fn moved() -> Blueprint {
    let mut blueprint = SMALL.build();
    for cable in &mut blueprint.cables {
        cable.a.device = match cable.a.device.as_str() {
            "compute-001" => "compute-002".to_owned(),
            "compute-002" => "compute-001".to_owned(),
            other => other.to_owned(),
        };
    }
    blueprint
}

struct World {
    fake: FakeNetbox,
    server: Server,
    target: Target,
    /// Without our plan, and with it.
    without: Tables,
    with: Tables,
}

async fn world() -> World {
    let fake = FakeNetbox::start().await;
    let (server, target, _) = crowded(&fake).await;
    let others = of_others(&fake.tables(), &target.scope.plan_id);
    remove_foreign_cable(&fake, &server, &others).await;
    let with = fake.tables();
    let cancel = CancellationToken::new();
    let gone = destroy(&server.client(), &target.scope, target.lease, &cancel).await;
    assert!(gone.complete, "{:?}", gone.errors);
    let without = fake.tables();
    World {
        fake,
        server,
        target,
        without,
        with,
    }
}

impl World {
    /// True where the step came to its end.
    async fn run(&self, seed: u64) -> Result<(bool, usize), String> {
        let mut dice = Dice::new(seed);
        let step = dice.pick(&STEPS);
        let start = if matches!(step, Step::Create) {
            &self.without
        } else {
            &self.with
        };
        self.fake.put_back(start);
        self.fake.ignore_filters(dice.percent(25));
        let mut target = self.target.clone();
        if matches!(step, Step::Status) {
            (target.status, target.write_status) = (PlanStatus::Deployed, true);
        }
        let said = Arc::new(Mutex::new(Said {
            chance: dice.pick(&[3, 10, 30]),
            dice,
            plan_id: target.scope.plan_id.clone(),
            told: BTreeSet::new(),
            trace: Vec::new(),
            wrongs: Vec::new(),
        }));
        self.fake.answer_by(Teller(Arc::clone(&said)));
        let client = self.server.client();
        let outcome = if matches!(step, Step::Destroy) {
            destroy(
                &client,
                &target.scope,
                target.lease,
                &CancellationToken::new(),
            )
            .await
        } else {
            apply_with(&client, &target, &step.blueprint()).await
        };
        let said = said.lock().unwrap();
        if outcome.complete != outcome.errors.is_empty() {
            return Err(format!("{step:?}: {outcome:?}"));
        }
        if said.wrongs.is_empty() {
            return Ok((outcome.complete, said.trace.len()));
        }
        let (wrongs, trace) = (&said.wrongs, &said.trace);
        Err(format!("{step:?} wrote {wrongs:#?}\nafter {trace:#?}"))
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[tokio::test]
async fn whatever_is_said_only_what_is_ours_is_written() {
    let seeds = match number("LIAR_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("LIAR_SEEDS").unwrap_or(SEEDS),
    };
    let world = world().await;
    let (mut complete, mut lies, mut wrong) = (0, 0, Vec::new());
    for seed in seeds {
        // Shown where one fails, or panics.
        println!("seed {seed}");
        match world.run(seed).await {
            Ok((done, told)) => {
                complete += usize::from(done);
                lies += told;
            }
            Err(words) => wrong.push(format!("LIAR_SEED={seed}: {words}")),
        }
    }
    println!("{complete} complete, {lies} lies");
    assert!(
        wrong.is_empty(),
        "{} of them: {}",
        wrong.len(),
        wrong[..wrong.len().min(4)].join("\n")
    );
    assert!(lies > 0);
}
