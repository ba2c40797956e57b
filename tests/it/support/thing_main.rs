//! The provider of things as a program, for tests that need a process.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use hedgehog::tf::host::{HostEnvironment, Mode, Options, serve};
use hedgehog::tf::log::{HostLog, level};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[path = "thing.rs"]
mod thing;

fn main() -> ExitCode {
    let log = HostLog::new(
        level(std::env::vars_os(), "THING"),
        "hedgehog",
        std::io::stderr(),
    );
    tracing_subscriber::registry().with(log).init();
    let reattach = std::env::args()
        .nth(1)
        .is_some_and(|argument| argument == "--reattach");
    let mode = if reattach {
        Mode::Reattach
    } else {
        Mode::Hosted
    };
    let options = Options {
        mode,
        addresses: &["registry.terraform.io/test/thing"],
    };
    let host = HostEnvironment::from_pairs(std::env::vars_os());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.expect("the system gives us threads");
    let served = runtime.block_on(serve(
        options,
        host,
        thing::factory(&thing::Shared::default()),
    ));
    runtime.shutdown_timeout(Duration::ZERO);
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "{error}").ok();
            ExitCode::FAILURE
        }
    }
}
