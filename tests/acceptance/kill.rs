//! The provider, Terraform and `NetBox` killed in the middle of their work: applied again, the
//! inventory is that of a run that nobody disturbed.

use sha2::{Digest as _, Sha256};

use crate::support::proxy::Proxy;
use crate::support::tiny::{PLAN, TINY, seeded};
use crate::support::victim::Victim;
use crate::support::{NetBox, Workspace};

const APPLY: [&str; 4] = ["apply", "-auto-approve", "-no-color", "-input=false"];
const DESTROY: [&str; 4] = ["destroy", "-auto-approve", "-no-color", "-input=false"];

/// A server with the types that the plan refers to, and a way to it.
struct World {
    netbox: NetBox,
    proxy: Proxy,
}

impl World {
    fn fresh() -> Self {
        let netbox = seeded();
        let proxy = Proxy::before(&netbox);
        Self { netbox, proxy }
    }

    fn empty_again(&mut self) {
        self.netbox = seeded();
    }

    fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::new(&self.netbox, TINY);
        workspace.set("NETBOX_SERVER_URL", &self.proxy.url);
        workspace
    }

    /// Runs a command, and kills the provider when so many writes were carried out. `false`: there were
    /// not so many.
    fn killed(&self, workspace: &Workspace, command: &[&str], after: usize) -> bool {
        let victim = Victim::default();
        let provider = victim.clone();
        self.proxy
            .strike(after, true, move || provider.kill_provider());
        let run = workspace.run_watched(command, &victim);
        let killed = !self.proxy.calm();
        assert_eq!(killed, run.code != 0, "{}", run.text);
        killed
    }

    /// The next apply finishes, once the dead run's hold is over; nothing is left to do then.
    fn finish(&self, workspace: &Workspace, expected: &[String], point: &str) {
        self.proxy.outlast_lease();
        let run = workspace.apply_only(&[]);
        assert_eq!(run.code, 0, "{point}: {}", run.text);
        let found = self.netbox.inventory();
        let extra: Vec<_> = found.iter().filter(|l| !expected.contains(l)).collect();
        let lost: Vec<_> = expected.iter().filter(|l| !found.contains(l)).collect();
        assert!(
            found == expected,
            "{point}: more {extra:#?}, less {lost:#?}"
        );
        workspace.assert_nothing_to_do(&[]);
    }
}

#[test]
fn the_provider_is_killed_at_every_write_of_a_create() {
    let mut world = World::fresh();
    let undisturbed = world.workspace();
    undisturbed.apply(&[]);
    let (expected, writes) = (world.netbox.inventory(), world.proxy.writes());
    // After the last write the plan is complete, and Terraform does not know it.
    for write in 0..writes - 1 {
        world.empty_again();
        let workspace = world.workspace();
        assert!(world.killed(&workspace, &APPLY, write));
        world.finish(&workspace, &expected, &format!("write {write} of {writes}"));
    }
    eprintln!("{} points", writes - 1);
}

#[test]
fn the_provider_is_killed_at_every_write_of_a_move() {
    let world = World::fresh();
    let workspace = world.workspace();
    workspace.apply(&[]);
    let here = world.netbox.inventory();
    // Servers and their breakout go to another cage, and back.
    let places = [
        "servers = { type = \"server\", ports = \"1\"",
        "servers = { type = \"server\", ports = \"4\"",
    ];
    let before = world.proxy.writes();
    workspace.edit(places[0], places[1]);
    workspace.apply(&[]);
    let (there, writes) = (world.netbox.inventory(), world.proxy.writes() - before);
    assert_ne!(here, there);
    for write in 0..writes {
        let back = write % 2 == 0;
        let (from, to) = if back { (1, 0) } else { (0, 1) };
        workspace.edit(places[from], places[to]);
        let killed = world.killed(&workspace, &APPLY, write);
        assert!(killed, "a move has {write} writes");
        let expected = if back { &here } else { &there };
        world.finish(&workspace, expected, &format!("write {write} of {writes}"));
    }
    eprintln!("{writes} points");
}

/// Growing, shrinking and destroying, each killed at two of its writes. `HEDGEHOG_SEED` chooses others,
/// `HEDGEHOG_KILLS=all` all of them.
#[test]
fn the_provider_is_killed_at_some_writes_of_the_rest() {
    let seed = std::env::var("HEDGEHOG_SEED").unwrap_or("1".to_owned());
    eprintln!("HEDGEHOG_SEED={seed}");
    let world = World::fresh();
    let before = world.netbox.census();
    let workspace = world.workspace();
    let sizes = ["quantity    = 1", "quantity    = 2"];
    workspace.apply(&[]);
    let mut inventories = vec![world.netbox.inventory()];
    let mut writes = Vec::new();
    for (from, to) in [(0, 1), (1, 0)] {
        let so_far = world.proxy.writes();
        workspace.edit(sizes[from], sizes[to]);
        workspace.apply(&[]);
        writes.push(world.proxy.writes() - so_far);
        inventories.push(world.netbox.inventory());
    }
    assert_eq!(inventories[2], inventories[0], "shrinking undoes growing");
    let [growth, shrink] = [("growth", writes[0]), ("shrink", writes[1])]
        .map(|(what, writes)| chosen(&format!("{seed} {what}"), writes));
    for round in 0..growth.len().max(shrink.len()) {
        let growth = growth[round % growth.len()];
        let shrink = shrink[round % shrink.len()];
        for (write, from, to) in [(growth, 0, 1), (shrink, 1, 0)] {
            workspace.edit(sizes[from], sizes[to]);
            assert!(world.killed(&workspace, &APPLY, write));
            world.finish(
                &workspace,
                &inventories[to],
                &format!("to {}, write {write}", sizes[to]),
            );
        }
    }
    // A destroy has at least these: the mark, the cables, the devices.
    for write in chosen(&format!("{seed} destroy"), 3) {
        workspace.apply(&[]);
        assert!(world.killed(&workspace, &DESTROY, write));
        world.proxy.outlast_lease();
        workspace.destroy(&[]).succeeds();
        assert_eq!(world.netbox.census(), before, "destroy, write {write}");
    }
}

/// Two different numbers below the given one, or all.
fn chosen(seed: &str, below: usize) -> Vec<usize> {
    if std::env::var("HEDGEHOG_KILLS").is_ok_and(|which| which == "all") {
        return (0..below).collect();
    }
    let digest = Sha256::digest(seed.as_bytes());
    let first = usize::from(digest[0]) % below;
    let step = 1 + usize::from(digest[1]) % (below - 1);
    vec![first, (first + step) % below]
}

#[test]
fn terraform_is_killed_and_the_web_server_is_killed() {
    let mut world = World::fresh();
    world.workspace().apply(&[]);
    let expected = world.netbox.inventory();

    world.empty_again();
    let workspace = world.workspace();
    let victim = Victim::default();
    let terraform = victim.clone();
    world.proxy.strike(6, true, move || terraform.kill("KILL"));
    assert_ne!(workspace.apply_watched(&victim).code, 0);
    victim.wait_for_provider();
    world.finish(&workspace, &expected, "terraform killed");

    world.empty_again();
    let workspace = world.workspace();
    world
        .proxy
        .strike(6, false, crate::support::netbox::restart_web);
    let run = workspace.apply_only(&[]);
    assert!(!world.proxy.calm());
    assert!(run.code == 0, "an apply outlives the server: {}", run.text);
    world.finish(&workspace, &expected, "web server killed");
}

/// Ctrl-C: the true partial state at once, and both ways on.
#[test]
fn an_interrupted_create_goes_on_or_is_built_anew() {
    let mut world = World::fresh();
    world.workspace().apply(&[]);
    let expected = world.netbox.inventory();
    for untaint in [true, false] {
        world.empty_again();
        let workspace = world.workspace();
        let victim = Victim::default();
        let terraform = victim.clone();
        world.proxy.strike(7, true, move || terraform.kill("INT"));
        assert_ne!(workspace.apply_watched(&victim).code, 0);
        let partial = workspace.resource(PLAN);
        assert_eq!(partial["complete"], false);
        let ids = partial["device_ids"].as_object().unwrap();
        assert_eq!(ids.len(), 4, "{ids:?}");
        for (name, id) in ids {
            let device = world.netbox.one("dcim/devices", &format!("name={name}"));
            assert_eq!(device["id"], *id);
        }
        if untaint {
            workspace.run(&["untaint", PLAN]).succeeds();
        }
        world.finish(&workspace, &expected, "interrupted");
        let kept = workspace.resource(PLAN)["device_ids"] == partial["device_ids"];
        assert_eq!(kept, untaint);
    }
}

/// Types come without a plan, so that the last one ends with the run.
const TYPES: &str = r#"
terraform {
  required_providers {
    hedgehog = { source = "githedgehog/hedgehog" }
  }
}

resource "hedgehog_device_type" "switch" {
  manufacturer = "Lone"
  model        = "SW 1"
  slug         = "sw-1"

  interface "E1/1" {
    type = "800gbase-x-osfp"
  }
}

resource "hedgehog_module_type" "nic" {
  manufacturer = "Lone"
  model        = "NIC 1"
  optic_bays   = true

  interface "p0" {
    type = "other"
  }
}
"#;

/// Killed after its last write too, which the state does not know of: what the next apply owns goes with a
/// destroy.
#[test]
fn the_provider_is_killed_at_every_write_of_types() {
    let world = World::fresh();
    let before = world.netbox.census();
    let workspace = || {
        let mut workspace = Workspace::new(&world.netbox, TYPES);
        workspace.set("NETBOX_SERVER_URL", &world.proxy.url);
        workspace
    };
    // The field that marks types stays.
    let undisturbed = workspace();
    undisturbed.apply(&[]);
    undisturbed.destroy(&[]).succeeds();
    let so_far = world.proxy.writes();
    undisturbed.apply(&[]);
    let writes = world.proxy.writes() - so_far;
    let made = world.netbox.census();
    undisturbed.destroy(&[]).succeeds();
    for write in 0..writes {
        let workspace = workspace();
        let killed = world.killed(&workspace, &APPLY, write);
        assert!(killed, "{write} of {writes}");
        workspace.apply(&[]);
        assert_eq!(world.netbox.census(), made, "{write} of {writes}");
        workspace.assert_nothing_to_do(&[]);
        for resource in ["hedgehog_device_type.switch", "hedgehog_module_type.nic"] {
            let owned = workspace.resource(resource)["adopted"] == false;
            assert!(owned, "{resource}, {write} of {writes}");
        }
        assert!(world.killed(&workspace, &DESTROY, 0));
        workspace.destroy(&[]).succeeds();
        assert_eq!(world.netbox.census(), before, "{write} of {writes}");
    }
    eprintln!("{writes} points");
}
