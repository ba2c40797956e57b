//! What the provider spends until it says where it listens, and what it holds then.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const STARTS: u32 = 50;

/// Averages of some starts: processor time in all threads, and resident memory in kB.
pub fn start() -> (Duration, u64) {
    let (mut time, mut memory) = (Duration::ZERO, 0);
    for _ in 0..STARTS {
        let mut provider = Command::new(env!("CARGO_BIN_EXE_terraform-provider-hedgehog"))
            .env(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .env("PLUGIN_PROTOCOL_VERSIONS", "6")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let process = Path::new("/proc").join(provider.id().to_string());
        let mut line = String::new();
        let stdout = provider.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert!(line.starts_with("1|6|"), "{line}");
        time += on_processors(&process);
        memory += resident(&process);
        provider.kill().unwrap();
        provider.wait().unwrap();
    }
    (time / STARTS, memory / u64::from(STARTS))
}

/// In nanoseconds by the scheduler, which counts finer than `stat`.
fn on_processors(process: &Path) -> Duration {
    let threads = std::fs::read_dir(process.join("task")).unwrap().flatten();
    let nanoseconds = threads.map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).unwrap();
        let first = text.split(' ').next().unwrap();
        first.parse::<u64>().unwrap()
    });
    Duration::from_nanos(nanoseconds.sum())
}

fn resident(process: &Path) -> u64 {
    let status = std::fs::read_to_string(process.join("status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse().unwrap()
}
