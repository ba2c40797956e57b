//! How long large plans take. Figures, not assertions: `make bench`.

#![expect(clippy::print_stdout, reason = "figures for a reader")]

#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../it/support/designs.rs"]
mod designs;

use std::time::Instant;

use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::{audit, plan};

/// Peak resident memory of this process in KiB.
fn peak_kib() -> String {
    #[expect(clippy::disallowed_methods, reason = "a measurement of this process")]
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or("VmHWM unknown").to_owned()
}

fn measure(name: &str, design: &Design) {
    let catalog = Catalog::builtin();
    let start = Instant::now();
    let planned = plan(design, catalog, None);
    let fresh = start.elapsed();
    let start = Instant::now();
    let again = plan(design, catalog, planned.placement.as_ref());
    let stable = start.elapsed();
    let blueprint = planned.blueprint.expect("the design is valid");
    let start = Instant::now();
    assert_eq!(
        audit::audit(design, catalog, &blueprint),
        Vec::<String>::new()
    );
    let audited = start.elapsed();
    assert_eq!(again.placement, planned.placement);
    println!(
        "{name}: {} cables, plan {fresh:?}, again {stable:?}, audit {audited:?}, {}",
        blueprint.totals.cables,
        peak_kib()
    );
}

fn main() {
    measure("256 GPUs", &designs::training(32));
    measure("1,024 GPUs", &designs::training(128));
    measure("16,384 GPUs", &designs::rail_fabrics(2_048));
}
