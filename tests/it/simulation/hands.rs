//! What other people do in `NetBox`: to objects of the plan, and to fields that are theirs.

use serde_json::{Map, Value as Json, json};

use crate::support::dice::Dice;
use crate::support::fake_tables::Tables;

/// A field that somebody set on an object of ours, and what it was before.
#[derive(Debug, Clone)]
pub struct Edit {
    table: &'static str,
    id: u64,
    body: Json,
    before: Json,
}

/// Fields of others by table, with an empty and a set value.
const THEIRS: [(&str, &str, &str); 7] = [
    ("dcim/devices", "comments", "seen"),
    ("dcim/devices", "serial", "X1"),
    ("dcim/interfaces", "description", "to the wall"),
    ("dcim/interfaces", "label", "1"),
    ("dcim/cables", "label", "C-1"),
    ("dcim/cables", "color", "ff0000"),
    ("dcim/modules", "serial", "X2"),
];

/// Objects of a table that carry the plan's marker.
fn ours(tables: &Tables, table: &str, plan_id: &str) -> Vec<u64> {
    let rows = tables.table(table);
    rows.filter(|(_, row)| row["custom_fields"]["hedgehog_plan_id"] == plan_id)
        .map(|(id, _)| id)
        .collect()
}

fn object(value: Json) -> Map<String, Json> {
    let Json::Object(map) = value else {
        panic!("not an object: {value}")
    };
    map
}

/// Sets a field of others on an object of ours.
pub fn annotate(tables: &mut Tables, plan_id: &str, dice: &mut Dice) -> Option<Edit> {
    let (table, field, value) = dice.pick(&THEIRS);
    let ids = ours(tables, table, plan_id);
    let id = (!ids.is_empty()).then(|| dice.pick(&ids))?;
    let before = tables.render(table, id)?[field].clone();
    if before == value {
        return None;
    }
    let before = json!({field: before.as_str().unwrap_or_default()});
    let body = json!({field: value});
    tables.update(table, id, object(body.clone())).unwrap();
    Some(Edit {
        table,
        id,
        body,
        before,
    })
}

impl Edit {
    /// False where the object is gone. What was set has to be there still; it is taken back in
    /// `tables`, so that they can be compared with those of an undisturbed run.
    pub fn take_back(&self, tables: &mut Tables) -> Result<bool, String> {
        let Some(row) = tables.render(self.table, self.id) else {
            return Ok(false);
        };
        for (field, value) in self.body.as_object().unwrap() {
            if row[field] != *value {
                return Err(format!("{self:?} is lost: {row}"));
            }
        }
        let before = object(self.before.clone());
        tables.update(self.table, self.id, before).unwrap();
        Ok(true)
    }
}

/// Takes the labels off all cables.
pub fn peel_labels(tables: &mut Tables) {
    let labelled = tables
        .table("dcim/cables")
        .filter(|(_, row)| row["label"] != "");
    let labelled: Vec<u64> = labelled.map(|(id, _)| id).collect();
    for cable in labelled {
        tables
            .update("dcim/cables", cable, object(json!({"label": ""})))
            .unwrap();
    }
}

type Deed = (&'static str, fn(&mut Tables, &str, &mut Dice) -> Option<()>);

/// What others do to what is ours. Some need something that may not be there.
const DEEDS: [Deed; 17] = [
    ("a cable is removed", |t, plan, dice| {
        t.delete("dcim/cables", one(t, "dcim/cables", plan, dice)?)
            .ok()
    }),
    ("a device is removed with its cables", |t, plan, dice| {
        let device = one(t, "dcim/devices", plan, dice)?;
        for cable in cables_of(t, device) {
            t.delete("dcim/cables", cable).ok()?;
        }
        t.delete("dcim/devices", device).ok()
    }),
    ("a device is removed under its cables", |t, plan, dice| {
        t.delete("dcim/devices", one(t, "dcim/devices", plan, dice)?)
            .ok()
    }),
    ("a device is renamed", |t, plan, dice| {
        let device = one(t, "dcim/devices", plan, dice)?;
        set(
            t,
            "dcim/devices",
            device,
            json!({"name": format!("renamed-{device}")}),
        )
    }),
    ("two devices swap names", |t, plan, dice| {
        let (a, b) = (
            one(t, "dcim/devices", plan, dice)?,
            one(t, "dcim/devices", plan, dice)?,
        );
        let name = |t: &Tables, id| t.render("dcim/devices", id).map(|row| row["name"].clone());
        let (of_a, of_b) = (name(t, a)?, name(t, b)?);
        set(t, "dcim/devices", a, json!({"name": "on the way"}))?;
        set(t, "dcim/devices", b, json!({"name": of_a}))?;
        set(t, "dcim/devices", a, json!({"name": of_b}))
    }),
    ("cables are exchanged", |t, plan, dice| {
        let mut cables = ours(t, "dcim/cables", plan);
        let count = dice.between(2, 4) as usize;
        while cables.len() > count {
            cables.remove(dice.below(cables.len()));
        }
        exchange(t, &cables)
    }),
    ("a cable goes to a free port", |t, plan, dice| {
        let cable = one(t, "dcim/cables", plan, dice)?;
        let free = free_port(t, plan, dice)?;
        let (a, _) = ends_of(t, cable)?;
        recable(t, cable, a, free)
    }),
    ("a device gets another role", |t, plan, dice| {
        let device = one(t, "dcim/devices", plan, dice)?;
        let role = dice.pick(&t.ids("dcim/device-roles"));
        set(t, "dcim/devices", device, json!({"role": role}))
    }),
    ("a device gets another type", |t, plan, dice| {
        let device = one(t, "dcim/devices", plan, dice)?;
        let other = dice.pick(&t.ids("dcim/device-types"));
        set(t, "dcim/devices", device, json!({"device_type": other}))
    }),
    ("a device's field is changed", |t, plan, dice| {
        let device = one(t, "dcim/devices", plan, dice)?;
        let field = dice.pick(&["hedgehog_role", "boot_mac", "hedgehog_class"]);
        set(
            t,
            "dcim/devices",
            device,
            json!({"custom_fields": {field: "wrong"}}),
        )
    }),
    ("a cable's field is changed", |t, plan, dice| {
        let cable = one(t, "dcim/cables", plan, dice)?;
        let field = dice.pick(&["hedgehog_key", "hedgehog_zone"]);
        set(
            t,
            "dcim/cables",
            cable,
            json!({"custom_fields": {field: "wrong"}}),
        )
    }),
    ("an interface's field is changed", |t, plan, dice| {
        let interface = one(t, "dcim/interfaces", plan, dice)?;
        let body = dice.pick(&[
            json!({"custom_fields": {"hedgehog_zone": "wrong"}}),
            json!({"type": "virtual"}),
        ]);
        set(t, "dcim/interfaces", interface, body)
    }),
    ("an interface is removed", |t, plan, dice| {
        t.delete("dcim/interfaces", one(t, "dcim/interfaces", plan, dice)?)
            .ok()
    }),
    ("a module is removed", |t, plan, dice| {
        t.delete("dcim/modules", one(t, "dcim/modules", plan, dice)?)
            .ok()
    }),
    ("a bay is removed", |t, plan, dice| {
        t.delete("dcim/module-bays", one(t, "dcim/module-bays", plan, dice)?)
            .ok()
    }),
    ("the plan's tag is taken from an object", |t, plan, dice| {
        let table = dice.pick(&["dcim/devices", "dcim/cables"]);
        let id = one(t, table, plan, dice)?;
        set(t, table, id, json!({"tags": []}))
    }),
    ("the plan's tag is removed", |t, plan, _| {
        let is_ours = |row: &Map<String, Json>| {
            let journal = row["description"].as_str();
            journal.is_some_and(|text| text.contains(plan))
        };
        let tag = t.table("extras/tags").find(|(_, row)| is_ours(row));
        let tag = tag.map(|(id, _)| id)?;
        t.delete("extras/tags", tag).ok()
    }),
];

/// Changes something of the plan, and says what.
pub fn meddle(tables: &mut Tables, plan_id: &str, dice: &mut Dice) -> Option<&'static str> {
    let (words, deed) = dice.pick(&DEEDS);
    deed(tables, plan_id, dice).map(|()| words)
}

fn one(tables: &Tables, table: &str, plan_id: &str, dice: &mut Dice) -> Option<u64> {
    let ids = ours(tables, table, plan_id);
    (!ids.is_empty()).then(|| dice.pick(&ids))
}

fn set(tables: &mut Tables, table: &str, id: u64, body: Json) -> Option<()> {
    tables.update(table, id, object(body)).ok().map(drop)
}

fn cables_of(tables: &Tables, device: u64) -> Vec<u64> {
    let rows = tables.table("dcim/interfaces");
    let of_device = rows.filter(|(_, row)| row["device"] == device);
    let mut cables: Vec<u64> = of_device
        .filter_map(|(_, row)| row["cable"].as_u64())
        .collect();
    cables.sort_unstable();
    cables.dedup();
    cables
}

/// Interfaces at the ends of a cable.
fn ends_of(tables: &Tables, cable: u64) -> Option<(u64, u64)> {
    let end = |name: &str| {
        let mut rows = tables.table("dcim/interfaces");
        let row = rows.find(|(_, row)| row["cable"] == cable && row["cable_end"] == name);
        row.map(|(id, _)| id)
    };
    Some((end("A")?, end("B")?))
}

/// An enabled port of the plan's switches without a cable.
fn free_port(tables: &Tables, plan_id: &str, dice: &mut Dice) -> Option<u64> {
    let devices = ours(tables, "dcim/devices", plan_id);
    let is_ours = |row: &Map<String, Json>| devices.contains(&row["device"].as_u64().unwrap());
    let free: Vec<u64> = tables
        .table("dcim/interfaces")
        .filter(|(_, row)| row.get("cable").is_none_or(Json::is_null) && is_ours(row))
        .map(|(id, _)| id)
        .collect();
    (!free.is_empty()).then(|| dice.pick(&free))
}

/// The same cable between other interfaces, which in `NetBox`'s tables is another one.
fn recable(tables: &mut Tables, cable: u64, a: u64, b: u64) -> Option<()> {
    let row = tables.render("dcim/cables", cable)?;
    tables.delete("dcim/cables", cable).ok()?;
    lay(tables, &row, a, b)
}

fn lay(tables: &mut Tables, like: &Json, a: u64, b: u64) -> Option<()> {
    let end = |id: u64| json!([{"object_type": "dcim.interface", "object_id": id}]);
    let tags = like["tags"].as_array()?;
    let tags: Vec<Json> = tags.iter().map(|tag| tag["id"].clone()).collect();
    let body = json!({
        "a_terminations": end(a), "b_terminations": end(b), "tags": tags,
        "custom_fields": like["custom_fields"], "status": like["status"]["value"],
    });
    tables.create("dcim/cables", object(body)).ok().map(drop)
}

/// The far ends of these cables go round.
fn exchange(tables: &mut Tables, cables: &[u64]) -> Option<()> {
    let ends: Vec<(u64, u64)> = cables
        .iter()
        .map(|cable| ends_of(tables, *cable))
        .collect::<Option<_>>()?;
    let rows: Vec<Json> = cables
        .iter()
        .filter_map(|id| tables.render("dcim/cables", *id))
        .collect();
    for cable in cables {
        tables.delete("dcim/cables", *cable).ok()?;
    }
    for (at, row) in rows.iter().enumerate() {
        let (_, b) = ends[(at + 1) % ends.len()];
        lay(tables, row, ends[at].0, b)?;
    }
    Some(())
}
