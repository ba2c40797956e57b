//! Random fabrics, random changes, random faults and what other people do, step by step, through the
//! real provider before the fake `NetBox`. A step is one operation with its faults, and then the same
//! again until it is done; after each, what is there is what an undisturbed run of the same design
//! makes from nothing.
//!
//! A failure prints its seed and step: `SIMULATION_SEED` runs the chain of that seed alone, and tells
//! each step. `SIMULATION_STEPS` sets the length of a chain, `SIMULATION_CHAINS` how many each part has.

mod chain;
mod fabrics;
mod hands;
mod stage;

use chain::Chain;
use stage::Stage;

const PLAN: &str = "hedgehog_topology_plan";
/// Steps of a chain, and chains of each of the four parts.
const STEPS: u64 = 36;
const CHAINS: u64 = 14;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Chains of steps, one from each seed.
async fn check(seeds: std::ops::Range<u64>) {
    let alone = number("SIMULATION_SEED");
    // Other parts would do the same.
    if alone.is_some() && seeds.start > 0 {
        return;
    }
    let seeds = alone.map_or(seeds, |seed| seed..seed + 1);
    let mut stage = Stage::set_up().await;
    for seed in seeds {
        let mut chain = Chain::start(&mut stage, seed).await;
        for step in 0..number("SIMULATION_STEPS").unwrap_or(STEPS) {
            let outcome = chain.step().await;
            if alone.is_some() {
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
