//! What plans cost: CPU time and peak memory, by size. Figures, no assertions of time: `make bench`.
//!
//! Each size runs in a process of its own, which has its own peak. With the name of one step of work
//! as its argument the program does that step once, for `tests/bench/gate` to count instructions.

#![expect(clippy::print_stdout, reason = "figures for a reader")]

// The reference designs speak of the provider's crate; here its engine is one of its own.
extern crate engine as hedgehog;

#[expect(dead_code, reason = "the tests use all of it")]
#[path = "../it/support/designs.rs"]
mod designs;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::Duration;

use hedgehog::cabling;
use hedgehog::fabric::blueprint::Blueprint;
use hedgehog::fabric::catalog::Catalog;
use hedgehog::fabric::design::Design;
use hedgehog::fabric::placement::Placement;
use hedgehog::fabric::{audit, plan};
use hedgehog::tf::msgpack;
use hedgehog::tf::types::Type;
use hedgehog::tf::value::Value;

/// A fabric that is measured.
struct Size {
    gpus: &'static str,
    /// By number of servers.
    design: fn(u32) -> Design,
    servers: u32,
    /// Switches and cables: the figures are of nothing else.
    counts: (u32, u32),
}

const SIZES: [Size; 3] = [
    Size {
        gpus: "64",
        design: designs::training,
        servers: 8,
        counts: (5, 176),
    },
    Size {
        gpus: "1,024",
        design: designs::training,
        servers: 128,
        counts: (27, 1_856),
    },
    // Eight rail fabrics and a front end.
    Size {
        gpus: "16,384",
        design: designs::rail_fabrics,
        servers: 2_048,
        counts: (432, 29_696),
    },
];

/// CPU time that is worth being told.
const MEASURED_MIN: Duration = Duration::from_millis(200);

/// A step of work whose instructions are counted.
type Step = fn();

const STEPS: [(&str, Step); 6] = [
    ("plan-64-gpus", || plan_of(&designs::training(8))),
    ("plan-1024-gpus", || plan_of(&designs::training(128))),
    ("plan-16384-gpus", || plan_of(&designs::rail_fabrics(2_048))),
    ("grow-1024-gpus", || grow(127)),
    ("grow-1024-gpus-beyond", || grow(128)),
    ("encode-1024-gpus", encode),
];

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let argument = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let Some(argument) = argument else {
        return all();
    };
    if argument == "steps" {
        STEPS.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    }
    let size = SIZES.iter().find(|size| size.gpus == argument);
    let step = STEPS.iter().find(|(name, _)| *name == argument);
    match (size, step) {
        (Some(size), _) => measure(size),
        (None, Some((_, step))) => step(),
        (None, None) => {
            println!("there is no measurement {argument}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn all() -> ExitCode {
    println!(
        "| GPUs | servers | switches | cables | plan | plan again | one more server | and no room \
         for it | audit | encode | peak memory |\n|{}",
        "--:|".repeat(11)
    );
    let this = std::env::current_exe().expect("the program has a path");
    for size in &SIZES {
        let status = Command::new(&this).arg(size.gpus).status();
        if !status.is_ok_and(|status| status.success()) {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// A line with the figures of one size.
fn measure(size: &Size) {
    let before = (size.design)(size.servers - 1);
    let design = (size.design)(size.servers);
    let beyond = (size.design)(size.servers + 1);
    let (kept, _) = good(&before, None);
    let ((placement, blueprint), fresh) = timed(|| good(&design, None));
    let (again, stable) = timed(|| good(&design, Some(&placement)));
    let (_, grown) = timed(|| good(&design, Some(&kept)));
    let (_, opened) = timed(|| good(&beyond, Some(&placement)));
    let (broken, audited) = timed(|| audit::audit(&design, Catalog::builtin(), &blueprint));
    let (bytes, encoded) = timed(|| encoded(&cabling_of(&blueprint)));
    assert_eq!(broken, Vec::<String>::new());
    assert!(again.0 == placement && !bytes.is_empty());
    let totals = blueprint.totals;
    assert_eq!((totals.switches, totals.cables), size.counts);
    println!(
        "| {} | {} | {} | {} | {fresh:.1?} | {stable:.1?} | {grown:.1?} | {opened:.1?} | \
         {audited:.1?} | {encoded:.1?} | {} |",
        size.gpus,
        totals.servers,
        totals.switches,
        totals.cables,
        kernel("status", "VmHWM:"),
    );
}

fn plan_of(design: &Design) {
    counted(|| good(design, None));
}

/// One server more than the intended placement has, which has room for 128.
fn grow(servers: u32) {
    let (kept, _) = good(&designs::training(servers), None);
    let design = designs::training(servers + 1);
    counted(|| good(&design, Some(&kept)));
}

/// The largest part of a plan on its way to Terraform.
fn encode() {
    let (_, blueprint) = good(&designs::training(128), None);
    let cabling = cabling_of(&blueprint);
    counted(|| encoded(&cabling));
}

fn good(design: &Design, intended: Option<&Placement>) -> (Placement, Blueprint) {
    let planned = plan(design, Catalog::builtin(), intended);
    let both = planned.placement.zip(planned.blueprint);
    both.expect("the design is valid")
}

fn cabling_of(blueprint: &Blueprint) -> Value {
    let cabling: BTreeMap<String, String> = cabling::of_blueprint(blueprint);
    cabling.into()
}

fn encoded(cabling: &Value) -> Vec<u8> {
    msgpack::encode(cabling, &Type::map(Type::String)).expect("a map of texts")
}

/// Instructions are counted while this function runs, which the gate knows by its name.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// CPU time of the work, on average: the kernel counts in steps of milliseconds.
fn timed<T>(work: impl Fn() -> T) -> (T, Duration) {
    let start = cpu();
    let mut runs = 0;
    loop {
        let done = black_box(work());
        runs += 1;
        let spent = cpu().saturating_sub(start);
        if spent >= MEASURED_MIN {
            return (done, spent / runs);
        }
    }
}

/// Time on a CPU so far, which other processes do not lengthen.
fn cpu() -> Duration {
    let line = kernel("schedstat", "");
    let nanoseconds = line.split(' ').next().map(str::parse);
    Duration::from_nanos(nanoseconds.and_then(Result::ok).unwrap_or_default())
}

/// A line of a file that the kernel keeps of this process.
fn kernel(file: &str, line: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "a measurement of this process")]
    let text = std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|found| found.strip_prefix(line));
    line.unwrap_or_default().trim().to_owned()
}
