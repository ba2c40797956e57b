//! The arguments and results of a topology plan.

use crate::provider::class;
use crate::tf::schema::{Attribute, Block, Schema};
use crate::tf::types::Type;

pub fn schema() -> Schema {
    let mut attributes = inputs();
    attributes.extend(results());
    attributes.extend(standing());
    Schema {
        version: 0,
        description: "A fabric: how many switches of each class it needs, which port serves which, \
                      and the devices, modules, interfaces and cables in NetBox.",
        block: Block {
            attributes,
            blocks: vec![super::timeouts::block()],
        },
    }
}

const DESCRIPTION: &str =
    "Description of the devices, at most 200 characters. An empty one is none.";

fn inputs() -> Vec<Attribute> {
    vec![
        Attribute::required("name", Type::String, "Name of the plan."),
        Attribute::required(
            "site",
            Type::String,
            "Slug of the NetBox site of all devices.",
        ),
        Attribute::optional(
            "location",
            Type::String,
            "Slug of a NetBox location in the site.",
        ),
        Attribute::optional(
            "tenant",
            Type::String,
            "Slug of the NetBox tenant of all devices.",
        ),
        Attribute::optional(
            "status",
            Type::String,
            "Where the plan stands. `draft`: computed and checked, nothing is in NetBox, and the \
             provider needs no `server_url`. `approved` (default): devices and cables are `planned` \
             in NetBox. `deployed`: `active` and `connected`. `archived`: `decommissioning`. Written \
             at creation and when it changes; in between, the status in NetBox belongs to operations.",
        ),
        Attribute::optional("description", Type::String, DESCRIPTION),
        Attribute::optional(
            "tags",
            Type::set(Type::String),
            "Slugs of NetBox tags that devices and cables carry besides the plan's own.",
        ),
        Attribute::optional(
            "naming",
            Type::map(Type::String),
            "Templates of device names by category (`server`, `leaf`, `spine`, `border`, `oob`): \
             `{class}-{index:02}`. Variables: `plan`, `site`, `class`, `category`, `fabric`, `role`, \
             `index`.",
        ),
        Attribute::optional(
            "allocation",
            Type::String,
            "`stable` (default): cables stay where they are while that is legal. `repack`: plan from \
             nothing.",
        ),
        Attribute::optional(
            "pins",
            Type::map(Type::String),
            "Ports chosen by hand, of servers and of links between leaves and spines: \
             `\"compute-007/fe-p0\" = \"fe-leaf-03/E1/9/1\"`.",
        ),
        Attribute::optional(
            "fabric_release",
            Type::String,
            "Hedgehog release that the fabric will run, for example `26.03`, which decides what it \
             can do. Default: the newest that the provider knows.",
        ),
        class::map_of_classes(
            "switch_classes",
            "Switch classes by name: `hedgehog_switch_class` resources, or the same written inline. \
             A misspelt argument is an error in the resource, and dropped silently inline.",
            class::switch::arguments(),
            class::switch::members(),
        ),
        class::map_of_classes(
            "server_classes",
            "Server classes by name: `hedgehog_server_class` resources, or the same written inline.",
            class::server::arguments(),
            class::server::members(),
        ),
    ]
}

/// A computed object of numbers.
fn numbers(name: &'static str, members: &[&str], description: &'static str) -> Attribute {
    let members = members
        .iter()
        .map(|member| ((*member).to_owned(), Type::Number));
    Attribute::computed(name, Type::Object(members.collect()), description)
}

pub const TOTALS: [&str; 6] = [
    "devices",
    "switches",
    "servers",
    "modules",
    "cables",
    "interfaces",
];
pub const CHANGES: [&str; 5] = [
    "devices_added",
    "devices_removed",
    "cables_added",
    "cables_moved",
    "cables_removed",
];

/// What the engine computes, and what it is called in `NetBox`.
fn results() -> Vec<Attribute> {
    let count = Type::object([
        ("calculated", Type::Number),
        ("override", Type::Number),
        ("effective", Type::Number),
    ]);
    vec![
        Attribute::computed(
            "id",
            Type::String,
            "128 random bits in hexadecimal: the marker `hedgehog_plan_id` of all that the plan \
             owns in NetBox.",
        ),
        Attribute::computed(
            "switch_counts",
            Type::map(count),
            "By switch class: the smallest number that places everything, the override, and what is \
             built.",
        ),
        numbers(
            "totals",
            &TOTALS,
            "Sums over the plan. `interfaces` counts cable ends and NIC ports.",
        ),
        Attribute::computed(
            "cabling",
            Type::map(Type::String),
            "By device: its cables, one a line (`fe-p0 -- fe-leaf-01:E1/1/1`). Each cable appears \
             once, at its A end.",
        ),
        Attribute::computed(
            "device_ids",
            Type::map(Type::Number),
            "NetBox id of each device.",
        ),
        numbers(
            "last_change",
            &CHANGES,
            "What the last change of the design did. A device that gets another type is made anew: it is \
             added and removed.",
        ),
        Attribute::computed(
            "oversubscription",
            Type::map(Type::String),
            "By leaf class: downlink to uplink capacity of one switch in lowest terms.",
        ),
        Attribute::computed(
            "fabric_oversubscription",
            Type::map(Type::String),
            "By fabric: downlink to uplink capacity of all its leaves together in lowest terms.",
        ),
        Attribute::computed("report", Type::String, "Why each number is what it is."),
    ]
}

/// How the plan stands, in `NetBox` and in time.
fn standing() -> Vec<Attribute> {
    vec![
        Attribute::computed(
            "drift",
            Type::list(Type::String),
            "What differed in NetBox at the last refresh, and is put right by the next apply.",
        ),
        Attribute::computed(
            "adopts",
            Type::String,
            "After an import of DIET's inventory the number of its plan in DIET, until an apply has taken all \
             of it over.",
        ),
        Attribute::computed(
            "complete",
            Type::Bool,
            "False after an apply that did not finish.",
        ),
        Attribute::computed("digest", Type::String, "SHA-256 of the design."),
        Attribute::computed(
            "engine_version",
            Type::String,
            "Version of the provider that planned the design.",
        ),
    ]
}
