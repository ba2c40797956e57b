//! The answer of `plan` for machines. `docs/guides/command-line.md` describes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::plan::Planned;
use super::told::Told;
use crate::fabric::blueprint::{Blueprint, Cable, SwitchCount};

/// A new member raises the second number; one that goes or changes its meaning the first.
pub const FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct Document<'p> {
    format_version: &'static str,
    name: &'p str,
    /// Of the resource; `null` for a case file.
    address: Option<&'p str>,
    /// `null`, with all that follow but `problems`, if something could not be placed.
    switch_counts: Option<BTreeMap<&'p str, Count>>,
    totals: Option<Totals>,
    oversubscription: Option<BTreeMap<&'p str, &'p str>>,
    report: Option<&'p [String]>,
    cables: Option<Vec<Row<'p>>>,
    problems: &'p [Told],
}

#[derive(Serialize)]
struct Count {
    calculated: Option<u32>,
    #[serde(rename = "override")]
    override_quantity: Option<u32>,
    effective: u32,
}

#[derive(Serialize)]
struct Totals {
    devices: u32,
    switches: u32,
    servers: u32,
    cables: u32,
    modules: u32,
    interfaces: u32,
}

#[derive(Serialize)]
struct Row<'p> {
    a_device: &'p str,
    a_interface: &'p str,
    b_device: &'p str,
    b_interface: &'p str,
    kind: &'static str,
}

/// One document, with a line break at its end.
pub(super) fn print(planned: &Planned) -> String {
    let blueprint = planned.blueprint.as_ref();
    let document = Document {
        format_version: FORMAT_VERSION,
        name: &planned.name,
        address: planned.address.as_deref(),
        switch_counts: blueprint.map(counts),
        totals: blueprint.map(totals),
        oversubscription: blueprint.map(oversubscription),
        report: blueprint.map(|blueprint| blueprint.report.as_slice()),
        cables: blueprint.map(|blueprint| blueprint.cables.iter().map(row).collect()),
        problems: &planned.told,
    };
    // Numbers, texts and maps with texts as keys: nothing in it that JSON lacks.
    serde_json::to_string_pretty(&document).map_or_else(|_| String::new(), |text| text + "\n")
}

fn counts(blueprint: &Blueprint) -> BTreeMap<&str, Count> {
    let count = |count: &SwitchCount| Count {
        calculated: count.calculated,
        override_quantity: count.override_quantity,
        effective: count.effective,
    };
    let counts = blueprint.switch_counts.iter();
    counts
        .map(|(class, it)| (class.as_str(), count(it)))
        .collect()
}

fn totals(blueprint: &Blueprint) -> Totals {
    let totals = &blueprint.totals;
    Totals {
        devices: totals.devices,
        switches: totals.switches,
        servers: totals.servers,
        cables: totals.cables,
        modules: totals.modules,
        interfaces: totals.interfaces,
    }
}

fn oversubscription(blueprint: &Blueprint) -> BTreeMap<&str, &str> {
    let ratio = blueprint.oversubscription.iter();
    ratio
        .filter_map(|(class, leaf)| Some((class.as_str(), leaf.ratio.as_deref()?)))
        .collect()
}

fn row(cable: &Cable) -> Row<'_> {
    Row {
        a_device: &cable.a.device,
        a_interface: &cable.a.interface,
        b_device: &cable.b.device,
        b_interface: &cable.b.interface,
        kind: cable.kind.word(),
    }
}
