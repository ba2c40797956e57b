//! What `NetBox` and the provider spend on a training fabric, step by step, and what clients that
//! only send the same payloads make it spend. Figures, not assertions: `make bench-netbox`.
//!
//! `HEDGEHOG_BENCH_SERVERS` names the sizes, in servers with 8 GPUs; the default is `32`, and it may be
//! empty. `HEDGEHOG_BENCH_PARTS` are `steps` and `clients`; both by default. With `HEDGEHOG_CASES`, the
//! folder of the reference designs, [`CASE`] is imported, applied and destroyed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::wildcard_enum_match_arm,
    reason = "figures for a reader"
)]

mod bare;
mod meter;
mod recorder;
mod start;
#[expect(dead_code, reason = "the acceptance tests use all of it")]
#[path = "../../acceptance/support/mod.rs"]
mod support;

use bare::Style;
use meter::{Cost, Meter};
use recorder::{Recorder, Written};
use support::{NetBox, Workspace};

const PLAN: &str = "hedgehog_topology_plan.training";
const CASE: &str = "ux_case_128gpu_odd_ports";
/// No client does with less: the longest lists that are allowed.
const BEST: Style = Style::Batches(200);
/// A resource for each object, with Terraform's own parallelism.
const EACH: Style = Style::OneByOne(10);
/// Up to [`SMALL`] servers: what other lists and parallelism cost.
const OTHERS: [Style; 3] = [Style::Batches(50), Style::Batches(100), Style::OneByOne(1)];
const SMALL: u32 = 32;

/// A resource that asks for nothing.
const TRIVIAL: &str = r#"
terraform {
  required_providers {
    hedgehog = { source = "githedgehog/hedgehog" }
  }
}

resource "hedgehog_server_class" "alone" {
  name        = "alone"
  quantity    = 1
  device_type = "acme/server"
}
"#;

fn main() {
    let (time, memory) = start::start();
    println!(
        "start to handshake: {} microseconds, {memory} kB resident",
        time.as_micros()
    );
    trivial();
    let parts = std::env::var("HEDGEHOG_BENCH_PARTS").unwrap_or("steps clients".to_owned());
    let sizes = std::env::var("HEDGEHOG_BENCH_SERVERS").unwrap_or("32".to_owned());
    for servers in sizes.split_whitespace() {
        let servers: u32 = servers.parse().unwrap();
        if parts.contains("steps") {
            steps(servers);
        }
        if parts.contains("clients") {
            compared(servers);
        }
    }
    if let Ok(cases) = std::env::var("HEDGEHOG_CASES") {
        imported(&cases);
    }
}

/// What Terraform and the provider spend on a plan at least.
fn trivial() {
    let workspace = Workspace::new(&NetBox::fresh(), TRIVIAL);
    let meter = Meter::of(&workspace);
    let plan = || workspace.plan(&[]).succeeds();
    say("plan of one trivial resource", &meter.measure(plan).1);
}

/// A case file on an empty `NetBox`, and taken away.
fn imported(cases: &str) {
    let text = std::fs::read_to_string(format!("{cases}/{CASE}.yaml")).unwrap();
    let netbox = NetBox::fresh();
    let before = netbox.census();
    let workspace = Workspace::imported(&netbox, &text);
    workspace.edit("\"draft\"", "\"approved\"");
    let meter = Meter::of(&workspace);
    let site = "-var=site=dc1";
    say(
        CASE,
        &meter.measure(|| workspace.apply_only(&[site]).succeeds()).1,
    );
    let plan = workspace.resource("hedgehog_topology_plan.this");
    println!("  {} {}", plan["totals"], plan["switch_counts"]);
    say(
        "plan, nothing to do",
        &meter.measure(|| workspace.assert_nothing_to_do(&[site])).1,
    );
    say(
        "destroy",
        &meter.measure(|| workspace.destroy(&[site]).succeeds()).1,
    );
    assert_eq!(netbox.census(), before, "nothing is left");
}

/// The life of a plan. The server that goes and comes back needs no switch of its own.
fn steps(servers: u32) {
    let netbox = NetBox::fresh();
    let (workspace, meter) = metered(&netbox);
    let apply = |step: &str, servers: u32| {
        let size = variable(servers);
        let run = || workspace.apply_only(&[&size]).succeeds();
        say(step, &meter.measure(run).1);
    };
    println!("{servers} servers");
    apply("create", servers);
    let size = variable(servers);
    let idle = || workspace.assert_nothing_to_do(&[&size]);
    say("plan, nothing to do", &meter.measure(idle).1);
    apply("one server less", servers - 1);
    apply("one more server", servers);
    one_more_spine(&workspace);
    apply("one more spine", servers);
    println!("  {}", workspace.resource(PLAN)["totals"]);
    let destroy = || workspace.destroy(&[&size]).succeeds();
    say("destroy", &meter.measure(destroy).1);
}

fn one_more_spine(workspace: &Workspace) {
    let now = &workspace.resource(PLAN)["switch_counts"]["be-spine"]["effective"];
    let switches = workspace.read("switches.tf");
    let name = "\"be-spine\"\n";
    let least = format!("{name}  min_quantity = {}\n", now.as_u64().unwrap() + 1);
    workspace.write("switches.tf", &switches.replacen(name, &least, 1));
}

/// The provider and clients that only send. What a machine does besides changes its processor time by more
/// than what is compared, so the provider goes before the best client and after it.
fn compared(servers: u32) {
    let written = recorded(servers);
    clients(&written, &[BEST]);
    create_with_parallelism(&NetBox::fresh(), servers, 1, None);
    if servers <= SMALL {
        clients(&written, &[BEST]);
    }
    clients(&written, &[EACH]);
    if servers <= SMALL {
        create_with_parallelism(&NetBox::fresh(), servers, 4, None);
        clients(&written, &OTHERS);
    }
}

/// The writes of a create, one request after the other so that ids come in their order.
fn recorded(servers: u32) -> Vec<Written> {
    let netbox = NetBox::fresh();
    let recorder = Recorder::before(&netbox);
    create_with_parallelism(&netbox, servers, 1, Some(&recorder.url));
    recorder.written()
}

/// How many requests are on their way at a time.
fn create_with_parallelism(netbox: &NetBox, servers: u32, parallelism: u32, url: Option<&str>) {
    let (mut workspace, meter) = metered(netbox);
    let text = parallelism.to_string();
    workspace.set("NETBOX_PARALLELISM", &text);
    if let Some(url) = url {
        workspace.set("NETBOX_SERVER_URL", url);
    }
    let size = variable(servers);
    // Terraform makes the types side by side otherwise.
    let of_terraform = format!("-parallelism={parallelism}");
    let run = || workspace.apply_only(&[&of_terraform, &size]).succeeds();
    let step = format!("create, parallelism {parallelism}");
    say(&step, &meter.measure(run).1);
}

fn clients(written: &[Written], styles: &[Style]) {
    for &style in styles {
        let netbox = NetBox::fresh();
        let (_, meter) = metered(&netbox);
        let ((), cost) = meter.measure(|| bare::send(&netbox, written, style));
        say(&format!("a client that only sends, {style:?}"), &cost);
    }
}

/// The example, with the provider's own processor time counted.
fn metered(netbox: &NetBox) -> (Workspace, Meter) {
    let workspace = Workspace::example(netbox, "training-256");
    let meter = Meter::of(&workspace);
    (workspace, meter)
}

fn variable(servers: u32) -> String {
    format!("-var=servers={servers}")
}

fn say(step: &str, cost: &Cost) {
    println!("{step}: {cost}");
}
