//! Real Terraform against the server in this process, by reattaching. Skipped where there is none.

#![expect(
    clippy::disallowed_methods,
    reason = "these tests write configurations"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use hedgehog::tf::host::Mode;
use serde_json::Value as Json;

use crate::support::client::Hosted;
use crate::support::thing::world;
use crate::support::world::attachable;

struct Workspace {
    directory: tempfile::TempDir,
    reattach: String,
}

const HEADER: &str = r#"
terraform {
  required_providers {
    thing = { source = "test/thing" }
  }
}
provider "thing" {
  endpoint = "http://here"
}
"#;

fn terraform() -> bool {
    let found = Command::new("terraform").arg("version").output().is_ok();
    if !found {
        writeln!(std::io::stderr(), "skipped: there is no terraform on PATH").ok();
    }
    found
}

impl Workspace {
    fn new(hosted: &Hosted) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let reattach = hosted.reattach.clone();
        Self {
            directory,
            reattach,
        }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, body: &str) {
        let text = format!("{HEADER}{body}");
        std::fs::write(self.path().join("main.tf"), text).expect("it is written");
    }

    /// One thing, with these lines in it.
    fn write_thing(&self, lines: &str) {
        self.write(&format!(
            "resource \"thing_thing\" \"a\" {{\n  name = \"a\"\n{lines}\n}}\n"
        ));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("terraform");
        command
            .args(arguments)
            .current_dir(self.path())
            .env("TF_REATTACH_PROVIDERS", &self.reattach)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_CLI_ARGS", "-no-color")
            .env_remove("TF_LOG");
        command
    }

    /// Exit code and all output.
    async fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let Output {
            status,
            stdout,
            stderr,
        } = output.expect("it ran").expect("it started");
        let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (status.code().unwrap_or(-1), text.concat())
    }

    async fn ok(&self, arguments: &[&str]) -> String {
        let (code, text) = self.run(arguments).await;
        assert_eq!(code, 0, "terraform {arguments:?}\n{text}");
        text
    }

    async fn apply(&self) -> String {
        self.ok(&["apply", "-auto-approve"]).await
    }

    /// A plan that finds nothing to do.
    async fn settled(&self) {
        let (code, text) = self.run(&["plan", "-detailed-exitcode"]).await;
        assert_eq!(code, 0, "the plan is not empty\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_lives_from_create_to_destroy() {
    if !terraform() {
        return;
    }
    let hosted = Hosted::start(Mode::Reattach);
    let work = Workspace::new(&hosted);
    work.write(
        r#"
resource "thing_thing" "a" {
  name    = "a"
  text    = "hello"
  any     = ["x", 1, true]
  options = { one = {}, two = { value = "2" } }
  part "front" {
    weight = 12
  }
}
data "thing_lookup" "b" {
  key = thing_thing.a.shout
}
output "answer" {
  value = data.thing_lookup.b.answer
}
output "joined" {
  value = provider::thing::join("-", "a", thing_thing.a.id)
}
"#,
    );
    work.ok(&["init"]).await;
    work.ok(&["validate"]).await;
    let text = work.apply().await;
    assert!(text.contains("HELLO!"), "{text}");
    assert!(text.contains("a-thing-1"), "{text}");
    work.settled().await;

    let changed = std::fs::read_to_string(work.path().join("main.tf")).expect("it is there");
    std::fs::write(work.path().join("main.tf"), changed.replace("hello", "bye")).expect("written");
    let text = work.apply().await;
    assert!(text.contains("0 added, 1 changed, 0 destroyed"), "{text}");
    work.settled().await;

    std::fs::write(
        work.path().join("main.tf"),
        changed.replace("\"a\"\n", "\"b\"\n"),
    )
    .expect("written");
    let text = work.apply().await;
    assert!(text.contains("1 added, 0 changed, 1 destroyed"), "{text}");
    work.settled().await;

    world(&hosted.world).things.clear();
    let (code, text) = work.run(&["plan", "-detailed-exitcode"]).await;
    assert_eq!(code, 2, "what is gone is created again\n{text}");
    work.apply().await;
    work.ok(&["destroy", "-auto-approve"]).await;
    assert!(world(&hosted.world).things.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_value_is_shown_at_its_line() {
    if !terraform() {
        return;
    }
    let hosted = Hosted::start(Mode::Reattach);
    let work = Workspace::new(&hosted);
    work.write_thing("  part \"front\" {\n    weight = -1\n  }");
    work.ok(&["init"]).await;
    let (code, text) = work.run(&["validate"]).await;
    assert_eq!(code, 1);
    assert!(
        text.contains("main.tf line 13") && text.contains("weight = -1"),
        "{text}"
    );
    work.write_thing("  wieght = 1");
    let (code, text) = work.run(&["validate"]).await;
    assert!(code == 1 && text.contains("Unsupported argument"), "{text}");
    // Nothing is known: nothing is wrong.
    work.write(
        "variable \"v\" {}\nresource \"thing_thing\" \"a\" {\n  name = var.v\n  text = var.v\n}\n",
    );
    work.ok(&["validate"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_fails_half_way_is_tainted_and_kept() {
    if !terraform() {
        return;
    }
    let hosted = Hosted::start(Mode::Reattach);
    let work = Workspace::new(&hosted);
    for fault in ["apply fails", "apply panics late", "apply misfits"] {
        work.write_thing(&format!("  fault = \"{fault}\""));
        if fault == "apply fails" {
            work.ok(&["init"]).await;
        }
        let (code, text) = work.run(&["apply", "-auto-approve"]).await;
        assert_eq!(code, 1, "{text}");
        let state = work.ok(&["show"]).await;
        assert!(state.contains("(tainted)"), "{fault}: {state}");
        work.write_thing("");
        work.ok(&["untaint", "thing_thing.a"]).await;
        let text = work.apply().await;
        assert!(
            text.contains("0 added, 1 changed, 0 destroyed"),
            "{fault}: {text}"
        );
        work.settled().await;
        work.ok(&["destroy", "-auto-approve"]).await;
    }
    assert!(
        world(&hosted.world).things.is_empty(),
        "nothing is orphaned"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_block_adopts_and_a_plan_finds_nothing() {
    if !terraform() {
        return;
    }
    let hosted = Hosted::start(Mode::Reattach);
    let work = Workspace::new(&hosted);
    work.write_thing("  text = \"t\"");
    work.ok(&["init"]).await;
    work.apply().await;
    work.ok(&["state", "rm", "thing_thing.a"]).await;
    work.write("import {\n  to = thing_thing.b\n  id = \"thing-1\"\n}\n");
    work.ok(&["plan", "-generate-config-out=generated.tf"])
        .await;
    let text = work.apply().await;
    assert!(
        text.contains("1 imported, 0 added, 0 changed, 0 destroyed"),
        "{text}"
    );
    work.settled().await;
    let (code, text) = work.run(&["import", "thing_thing.b", "thing-9"]).await;
    assert!(code == 1, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_saves_what_was_done() {
    if !terraform() {
        return;
    }
    let hosted = Hosted::start(Mode::Reattach);
    let work = Workspace::new(&hosted);
    work.write_thing("  fault = \"apply waits\"");
    work.ok(&["init"]).await;
    let mut apply = work.command(&["apply", "-auto-approve"]);
    let apply = apply
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let id = apply.id().to_string();
    while world(&hosted.world).things.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .expect("there is kill")
            .success()
    );
    let ended = tokio::task::spawn_blocking(move || apply.wait_with_output()).await;
    let ended = ended.expect("it ran").expect("it ended");
    assert_eq!(ended.status.code(), Some(1));
    let state = work.ok(&["show"]).await;
    assert!(
        state.contains("thing-1") && state.contains("(tainted)"),
        "{state}"
    );
    work.write_thing("");
    work.apply().await;
    work.settled().await;
}

/// All of our schema, as core understood it. `UPDATE=1` writes it anew (`make generate`).
#[tokio::test(flavor = "multi_thread")]
async fn our_schema_is_the_one_on_record() {
    if !terraform() {
        return;
    }
    let hosted = attachable();
    let work = Workspace::new(&hosted);
    work.write("");
    work.ok(&["init"]).await;
    let shown = work.ok(&["providers", "schema", "-json"]).await;
    // Behind it Terraform may warn of its own settings.
    let json = shown.lines().next().unwrap_or_default();
    let schemas: Json = serde_json::from_str(json).expect("it is JSON");
    let ours = &schemas["provider_schemas"]["registry.terraform.io/test/thing"];
    let text = format!("{ours:#}\n");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/schema.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &text).expect("it is written");
    }
    let recorded = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        recorded == text,
        "the schema changed: run `make generate`, and read the difference"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_starts_encrypts_and_ends_the_program() {
    if !terraform() {
        return;
    }
    let hosted = Hosted::start(Mode::Reattach);
    let work = Workspace::new(&hosted);
    let temporary = work.path().join("tmp");
    #[expect(clippy::create_dir, reason = "its parent is there")]
    std::fs::create_dir(&temporary).expect("it is made");
    let program = crate::protocol_process::program();
    let directory = program.parent().expect("it has one").display();
    let config = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"test/thing\" = \"{directory}\"\n  }}\n  direct {{}}\n}}\n"
    );
    let path = work.path().join("terraformrc");
    std::fs::write(&path, config).expect("it is written");
    work.write_thing("  text = \"encrypted\"\n  part \"p\" {\n    weight = 1\n  }");
    let mut apply = work.command(&["apply", "-auto-approve"]);
    apply
        .env_remove("TF_REATTACH_PROVIDERS")
        .env("TF_CLI_CONFIG_FILE", path);
    apply
        .env("TMPDIR", &temporary)
        .env("TF_LOG_PROVIDER", "DEBUG");
    let output = tokio::task::spawn_blocking(move || apply.output())
        .await
        .expect("it ran");
    let output = output.expect("it started");
    let text = String::from_utf8_lossy(&output.stdout);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 added"),
        "{text}\n{log}"
    );
    assert!(log.contains("tf_rpc=apply_resource_change"), "{log}");
    assert!(
        work.ok(&["state", "show", "thing_thing.a"])
            .await
            .contains("ENCRYPTED")
    );
    let left: Vec<_> = temporary
        .read_dir()
        .expect("it is there")
        .flatten()
        .map(|e| e.path())
        .collect();
    assert!(left.is_empty(), "the sockets are gone: {left:?}");
}
