//! A running Terraform and the provider that it started, for tests that kill one of them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// Clones are the same processes.
#[derive(Debug, Clone, Default)]
pub struct Victim {
    terraform: Arc<Mutex<Option<u32>>>,
    orphans: Arc<Mutex<Vec<u32>>>,
}

impl Victim {
    pub fn is(&self, terraform: u32) {
        *self.terraform.lock().unwrap() = Some(terraform);
    }

    /// Sends a signal to Terraform; the provider is in the middle of a request then.
    pub fn kill(&self, signal: &str) {
        let terraform = self.terraform.lock().unwrap().unwrap();
        *self.orphans.lock().unwrap() = providers_of(terraform);
        send(signal, terraform);
    }

    /// Until the provider of a Terraform that was killed has ended by itself.
    pub fn wait_for_provider(&self) {
        for orphan in self.orphans.lock().unwrap().drain(..) {
            let status = Command::new("tail")
                .args(["--pid", &orphan.to_string(), "-f", "/dev/null"])
                .status()
                .unwrap();
            assert!(status.success());
        }
    }

    /// Kills the provider as the kernel does when memory is short.
    pub fn kill_provider(&self) {
        let terraform = self.terraform.lock().unwrap().unwrap();
        let providers = providers_of(terraform);
        assert!(!providers.is_empty(), "no provider is at work");
        for provider in providers {
            send("KILL", provider);
        }
    }
}

fn send(signal: &str, process: u32) {
    let status = Command::new("kill")
        .args([&format!("-{signal}"), &process.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "process {process} is not there");
}

/// Children of this process that run our binary.
fn providers_of(parent: u32) -> Vec<u32> {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_terraform-provider-hedgehog"));
    let binary = binary.canonicalize().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap() {
        let entry = entry.unwrap();
        let Ok(process) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        // Processes come and go while we look.
        let (Ok(stat), Ok(image)) = (
            std::fs::read_to_string(entry.path().join("stat")),
            std::fs::read_link(entry.path().join("exe")),
        ) else {
            continue;
        };
        let after_name = stat.rsplit(')').next().unwrap();
        let is_child = after_name.split_whitespace().nth(1) == Some(&parent.to_string());
        if is_child && image == binary {
            found.push(process);
        }
    }
    found
}
