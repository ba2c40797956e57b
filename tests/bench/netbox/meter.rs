//! What a step costs: requests, the processor time of the server, of Terraform and of the provider.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::Workspace;

/// The kernel counts processor time in these.
const TICK: Duration = Duration::from_millis(10);

/// What a step took.
#[derive(Debug, Default)]
pub struct Cost {
    /// By method.
    pub requests: BTreeMap<String, u64>,
    /// How long answers took that a client which only sends does not ask for: reads, and the plan's tag.
    pub looking: Duration,
    /// How long all other answers took.
    pub writing: Duration,
    /// Of `NetBox`, its database and its cache.
    pub server: Duration,
    /// Of Terraform and what it started, the provider among it.
    pub terraform: Duration,
    /// Of the provider alone.
    pub provider: Duration,
    pub wall: Duration,
}

impl Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: u64 = self.requests.values().sum();
        let kinds: Vec<_> = self
            .requests
            .iter()
            .map(|(method, count)| format!("{count} {method}"))
            .collect();
        write!(
            f,
            "{all} requests ({}; answers to reads and the plan's tag {:.1} s, to writes {:.1} s), server {:.1} s, \
             terraform {:.2} s, provider {:.2} s, wall {:.0} s",
            kinds.join(", "),
            self.looking.as_secs_f64(),
            self.writing.as_secs_f64(),
            self.server.as_secs_f64(),
            self.terraform.as_secs_f64(),
            self.provider.as_secs_f64(),
            self.wall.as_secs_f64()
        )
    }
}

/// Looks at one instance of `NetBox`, and at the children of this process.
pub struct Meter {
    instance: PathBuf,
    /// Where the script writes.
    used: PathBuf,
}

impl Meter {
    /// Puts a script before the workspace's provider that says in a file what the provider used.
    pub fn of(workspace: &Workspace) -> Self {
        let instance = std::env::var("NETBOX_INSTANCE_DIR").expect("`make bench-netbox` sets it");
        let directory = workspace.directory.path();
        let used = directory.join("used");
        let script = format!(
            "#!/bin/sh\n'{0}' \"$@\"\nstatus=$?\ntimes >'{1}.new'\ntail -n 1 '{1}.new' >>'{1}'\nexit $status\n",
            env!("CARGO_BIN_EXE_terraform-provider-hedgehog"),
            used.display()
        );
        let provider = directory.join("provider/terraform-provider-hedgehog");
        std::fs::remove_file(&provider).unwrap();
        std::fs::write(&provider, script).unwrap();
        std::fs::set_permissions(&provider, Permissions::from_mode(0o755)).unwrap();
        Self {
            instance: PathBuf::from(instance),
            used,
        }
    }

    pub fn measure<T>(&self, step: impl FnOnce() -> T) -> (T, Cost) {
        let log = self.log();
        let (server, terraform, provider) = (self.server(), children(), self.provider());
        let start = Instant::now();
        let result = step();
        let wall = start.elapsed();
        let new = self.log();
        let new = new.get(log.len()..).unwrap_or_default();
        let cost = Cost {
            wall,
            requests: requests(new),
            looking: answering(new, is_look),
            writing: answering(new, |method, path| !is_look(method, path)),
            server: self.server().saturating_sub(server),
            terraform: children().saturating_sub(terraform),
            provider: self.provider().saturating_sub(provider),
        };
        (result, cost)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.instance.join("log/access.log")).unwrap_or_default()
    }

    /// All processes that sit in the instance's directories, and those that they have outlived.
    fn server(&self) -> Duration {
        let homes = [self.instance.clone(), self.instance.join("cluster")];
        let homes = homes.map(|home| home.canonicalize().unwrap());
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let ticks = processes.filter_map(|process| {
            let cwd = std::fs::read_link(process.path().join("cwd")).ok()?;
            let ours = homes.contains(&cwd);
            ours.then(|| ticks(&process.path(), 11..15)).flatten()
        });
        TICK * ticks.sum()
    }

    fn provider(&self) -> Duration {
        let used = std::fs::read_to_string(&self.used).unwrap_or_default();
        used.split_whitespace().map(minutes).sum()
    }
}

/// Children of this process that have ended, and theirs.
fn children() -> Duration {
    TICK * ticks(Path::new("/proc/self"), 13..15).unwrap()
}

/// Sum of some columns of a process's `stat`, counted after its name.
fn ticks(process: &Path, columns: std::ops::Range<usize>) -> Option<u32> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<_> = rest.split_whitespace().collect();
    let counted = fields.get(columns)?.iter();
    counted.map(|field| field.parse::<u32>().ok()).sum()
}

/// `0m1.25s`, as a shell says it.
fn minutes(text: &str) -> Duration {
    let (minutes, seconds) = text.trim_end_matches('s').split_once('m').unwrap();
    let minutes: u64 = minutes.parse().unwrap();
    Duration::from_secs(60 * minutes) + Duration::from_secs_f64(seconds.parse().unwrap())
}

/// Requests of a piece of the server's log, by method.
fn requests(log: &str) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for (method, ..) in log.lines().filter_map(line) {
        *counted.entry(method.to_owned()).or_default() += 1;
    }
    counted
}

/// How long the answers to some of the requests took together.
fn answering(log: &str, counts: impl Fn(&str, &str) -> bool) -> Duration {
    let lines = log.lines().filter_map(line);
    let counted = lines.filter(|(method, path, _)| counts(method, path));
    counted.map(|(.., time)| time).sum()
}

fn is_look(method: &str, path: &str) -> bool {
    method == "GET" || method == "PATCH" && path.contains("/extras/tags/")
}

/// Method, path and time of a line: `[30/Nov/2026:20:47:33 +0000] POST /api/dcim/cables/? 201 17859ms`.
fn line(line: &str) -> Option<(&str, &str, Duration)> {
    let (_, rest) = line.split_once("] ")?;
    let (method, rest) = rest.split_once(' ')?;
    let (path, rest) = rest.split_once(' ')?;
    let time = rest.rsplit(' ').next()?.strip_suffix("ms")?;
    Some((method, path, Duration::from_millis(time.parse().ok()?)))
}
