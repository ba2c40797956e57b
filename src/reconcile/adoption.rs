//! Taking over an inventory that the DIET plugin generated: its devices and cables become the plan's,
//! with their ids, by our marker in place of DIET's.
//!
//! DIET marks what it made with a tag and with its plan's number in `hedgehog_plan_id`. A device's
//! number in its class is only in its name. What the plan does not want is left as it is: unmarked,
//! so that nothing deletes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::diag::Diagnostic;
use crate::netbox::kind::CustomFields;
use crate::netbox::kind::cable::CableRow;
use crate::netbox::kind::device::DeviceRow;
use crate::netbox::kind::interface::InterfaceRow;
use crate::netbox::kind::tag::TagRow;
use crate::netbox::{Client, NetboxError};

use super::diff::{ChangeSet, Update};
use super::error::listed;
use super::fields;
use super::lower::Desired;
use super::observe::{assemble, query};
use super::observed::{Observed, device_name, key_of};
use super::scope::PlanId;

/// The tag of everything that DIET generates.
const TAG: &str = "hedgehog-generated";

/// What a plan takes over.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// As if it carried our marker already.
    pub observed: Observed,
    /// Modules and ports of which `NetBox` does not say so yet: a run before this one may have come so far.
    modules: BTreeSet<u64>,
    ports: BTreeSet<u64>,
}

/// Everything that DIET generated for its plan of that number.
pub async fn read(client: &Client, diet: &str, plan_id: &PlanId) -> Result<Theirs, NetboxError> {
    let mut theirs = Theirs {
        observed: Observed::new(plan_id.clone()),
        modules: BTreeSet::new(),
        ports: BTreeSet::new(),
    };
    // NetBox refuses a filter by a tag that it does not have.
    let tags = client.list::<TagRow>(&query(&[("slug", TAG)])).await?;
    if !tags.iter().any(|row| row.slug == TAG) {
        return Ok(theirs);
    }
    let by_tag = query(&[("tag", TAG)]);
    let mut devices = client.list::<DeviceRow>(&by_tag).await?;
    devices.retain(|row| is_diets(&row.custom_fields, diet));
    for row in &mut devices {
        if let Some(key) = key_from_name(row) {
            row.custom_fields.insert(fields::KEY.to_owned(), json!(key));
        }
        disguise(&mut row.custom_fields, plan_id);
    }
    let mut cables = client.list::<CableRow>(&by_tag).await?;
    cables.retain(|row| is_diets(&row.custom_fields, diet));
    for row in &mut cables {
        disguise(&mut row.custom_fields, plan_id);
    }
    theirs.observed = assemble(client, plan_id, devices, cables).await?;
    let children = children(&theirs.observed);
    for (id, row) in &mut theirs.observed.interfaces {
        if !is_diets(&row.custom_fields, diet) {
            continue;
        }
        theirs.ports.insert(*id);
        if children.contains(id) {
            disguise(&mut row.custom_fields, plan_id);
        } else {
            row.custom_fields
                .insert(fields::PLAN_ID.to_owned(), Value::Null);
        }
    }
    // DIET does not register its field on modules, so that none of them shows a marker.
    for (id, row) in &mut theirs.observed.modules {
        if is_diets(&row.custom_fields, diet) || !is_marked(&row.custom_fields) {
            theirs.modules.insert(*id);
            disguise(&mut row.custom_fields, plan_id);
        }
    }
    Ok(theirs)
}

/// Ports of cages that are broken out: made beside the cage's port. DIET puts its number on ports of
/// templates too, and what carries our marker is deleted when it is of no use any more.
fn children(observed: &Observed) -> BTreeSet<u64> {
    let rows = observed.interfaces.values();
    let names: BTreeSet<(u64, &str)> = rows.map(|row| (row.device.id, &*row.name)).collect();
    let is_child = |row: &&InterfaceRow| {
        let cage = row.name.rsplit_once('/').map(|(cage, _)| cage);
        cage.is_some_and(|cage| names.contains(&(row.device.id, cage)))
    };
    let rows = observed.interfaces.values();
    rows.filter(is_child).map(|row| row.id).collect()
}

fn is_diets(custom_fields: &CustomFields, diet: &str) -> bool {
    custom_fields.get(fields::PLAN_ID).and_then(Value::as_str) == Some(diet)
}

fn is_marked(custom_fields: &CustomFields) -> bool {
    custom_fields
        .get(fields::PLAN_ID)
        .is_some_and(|value| !value.is_null())
}

fn disguise(custom_fields: &mut CustomFields, plan_id: &PlanId) {
    custom_fields.insert(fields::PLAN_ID.to_owned(), json!(plan_id.as_str()));
}

/// `class/index`, the index being the digits at the end of the name.
fn key_from_name(row: &DeviceRow) -> Option<String> {
    let class = row.custom_fields.get(fields::CLASS)?.as_str()?;
    let name = row.name.as_deref()?;
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let index: u32 = name[digits..].parse().ok()?;
    Some(format!("{class}/{index}"))
}

/// What of it the plan takes over, and the devices that it does not want, with the reason.
pub(super) fn select(mut theirs: Theirs, desired: &Desired) -> (Theirs, Vec<String>) {
    let left = wanted_of(&mut theirs.observed, desired);
    (theirs, left)
}

/// Leaves only what the plan wants; the devices that it does not, and why.
fn wanted_of(theirs: &mut Observed, desired: &Desired) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let unwanted = theirs.devices.values().filter(|row| {
        let key = key_of(&row.custom_fields);
        let wanted = key.filter(|key| desired.devices.contains_key(*key));
        !wanted.is_some_and(|key| seen.insert(key.to_owned()))
    });
    let left = unwanted.map(|row| {
        (
            row.id,
            format!("{} ({})", device_name(row), why(row, desired)),
        )
    });
    let left: Vec<(u64, String)> = left.collect();
    for (id, _) in &left {
        theirs.forget_device(*id);
    }
    leave_foreign_modules(theirs, desired);
    // A cable to a device that stays behind is not ours: where it is in the way, that is said.
    let ends = theirs.ends();
    theirs
        .cables
        .retain(|id, _| matches!(ends.get(id), Some((Some(_), Some(_)))));
    theirs.far_ends.clear();
    let cables = &theirs.cables;
    let keys: BTreeMap<u64, String> = theirs
        .devices
        .values()
        .filter_map(|row| Some((row.id, key_of(&row.custom_fields)?.to_owned())))
        .collect();
    theirs.interfaces.retain(|_, row| {
        let foreign = row
            .cable
            .as_ref()
            .filter(|cable| !cables.contains_key(&cable.id));
        let is_wanted = || {
            let key = keys.get(&row.device.id).cloned();
            key.is_some_and(|key| desired.interfaces.contains_key(&(key, row.name.clone())))
        };
        foreign.is_none() || is_wanted()
    });
    left.into_iter().map(|(_, told)| told).collect()
}

/// Why a device is none that the plan wants.
fn why(row: &DeviceRow, desired: &Desired) -> String {
    let class = row.custom_fields.get(fields::CLASS).and_then(Value::as_str);
    match (class, key_of(&row.custom_fields)) {
        (None | Some(""), _) => "its hedgehog_class is empty".to_owned(),
        (Some(_), None) => "its name has no number at the end".to_owned(),
        (Some(_), Some(key)) if desired.devices.contains_key(key) => {
            format!("another one is {key}, too")
        }
        (Some(_), Some(key)) => format!("the plan has no {key}"),
    }
}

/// Nothing tells DIET's modules from those that somebody put beside them. What sits where the plan has none
/// is left alone: it would be deleted otherwise.
fn leave_foreign_modules(theirs: &mut Observed, desired: &Desired) {
    let places = theirs.modules_by_place().into_iter();
    let unwanted = places.filter(|((device, place), _)| {
        let key = theirs.devices.get(device);
        let key = key.and_then(|row| key_of(&row.custom_fields));
        !key.is_some_and(|key| {
            let part = (key.to_owned(), place.clone());
            desired.modules.contains_key(&part)
        })
    });
    let unwanted: BTreeSet<u64> = unwanted.map(|(_, module)| module).collect();
    for id in unwanted {
        if let Some(row) = theirs.modules.get_mut(&id) {
            row.custom_fields
                .insert(fields::PLAN_ID.to_owned(), Value::Null);
        }
    }
}

/// What has to be written so that everything of theirs is the plan's.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) devices: Vec<Update>,
    pub(super) modules: Vec<Update>,
    pub(super) interfaces: Vec<Update>,
    pub(super) cables: Vec<Update>,
}

pub(super) fn marks(of: &Theirs, tag_slug: &str) -> Marks {
    let theirs = &of.observed;
    let marker = json!({fields::PLAN_ID: theirs.plan_id.as_str()});
    let tagged = json!([{"slug": tag_slug}]);
    let devices = theirs.devices.values().map(|row| {
        let mut own = marker.clone();
        if let Some(key) = key_of(&row.custom_fields) {
            own[fields::KEY] = json!(key);
        }
        mark(row.id, device_name(row), own, Some(&tagged))
    });
    let modules = theirs.modules.values();
    let modules = modules.filter(|row| of.modules.contains(&row.id));
    let modules = modules.filter(|row| theirs.plan_id.marks(&row.custom_fields));
    let modules =
        modules.map(|row| mark(row.id, format!("module {}", row.id), marker.clone(), None));
    let ports = theirs.interfaces.values();
    let interfaces = ports.filter(|row| of.ports.contains(&row.id)).map(|row| {
        // A port of a template that DIET uses loses DIET's number.
        let own = if theirs.made_interface(row) {
            marker.clone()
        } else {
            json!({fields::PLAN_ID: Value::Null})
        };
        mark(row.id, theirs.interface_label(row.id), own, None)
    });
    let cables = theirs.cables.keys();
    let cables = cables.map(|id| mark(*id, format!("cable {id}"), marker.clone(), Some(&tagged)));
    Marks {
        devices: devices.collect(),
        modules: modules.collect(),
        interfaces: interfaces.collect(),
        cables: cables.collect(),
    }
}

fn mark(id: u64, label: String, custom_fields: Value, tags: Option<&Value>) -> Update {
    let mut fields = Map::from_iter([("custom_fields".to_owned(), custom_fields)]);
    if let Some(tags) = tags {
        fields.insert("add_tags".to_owned(), tags.clone());
    }
    Update {
        id,
        label,
        fields,
        differences: Vec::new(),
    }
}

/// What an adoption will do, said before anything is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    pub devices: usize,
    pub modules: usize,
    pub cables: usize,
    /// Devices that the plan does not want: they stay as they are.
    pub left: Vec<String>,
    /// What is created and deleted besides.
    pub differs: Vec<String>,
}

pub(super) fn dry_run(of: &Theirs, left: Vec<String>, changes: &ChangeSet) -> DryRun {
    let ChangeSet {
        devices,
        bays,
        modules,
        interfaces: _,
        cables,
        moves,
        conflicts: _,
    } = changes;
    let missing = devices
        .create
        .iter()
        .map(|wish| format!("device {} is created", wish.name));
    let gone = devices
        .delete
        .iter()
        .chain(&bays.delete)
        .chain(&modules.delete)
        .chain(&cables.delete);
    let gone = gone.map(|delete| format!("{} is deleted", delete.label));
    let cabled = cables.create.iter();
    let cabled = cabled.map(|wish| format!("cable {} is created", wish.key));
    let moved = moves.iter();
    let moved = moved.map(|cable| format!("cable {} is moved", cable.wish.key));
    let theirs = &of.observed;
    let ours = theirs.modules.values();
    let ours = ours.filter(|row| theirs.plan_id.marks(&row.custom_fields));
    DryRun {
        devices: theirs.devices.len(),
        modules: ours.count(),
        cables: theirs.cables.len(),
        left,
        differs: missing.chain(gone).chain(cabled).chain(moved).collect(),
    }
}

impl DryRun {
    pub fn explain(&self) -> Diagnostic {
        let Self {
            devices,
            modules,
            cables,
            left,
            differs,
        } = self;
        let mut text = format!(
            "{devices} devices, {modules} modules and {cables} cables become this plan's: they keep their ids, and \
             get the plan's marker and tag."
        );
        for (title, lines) in [
            ("Besides", differs),
            ("Not wanted by the plan, and left as they are", left),
        ] {
            if !lines.is_empty() {
                let _ = write!(text, "\n\n{title} ({}):\n{}", lines.len(), listed(lines));
            }
        }
        text.push_str("\n\nNothing is written before the apply.");
        Diagnostic::warning("An inventory of DIET is taken over", text)
    }
}
