//! Real Terraform against the server in this process, by reattaching. Skipped where there is none.

#![expect(
    clippy::disallowed_methods,
    reason = "these tests write configurations"
)]

use std::path::Path;
use std::process::{Command, Output};

use hedgehog::tf::host::Mode;

use crate::support::client::Hosted;
use crate::support::thing::world;

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

fn terraform() -> Option<&'static str> {
    let found = Command::new("terraform").arg("version").output().is_ok();
    if !found {
        eprintln!("skipped: there is no terraform on PATH");
    }
    found.then_some("terraform")
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

    /// Exit code and all output.
    async fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new("terraform");
        command
            .args(arguments)
            .current_dir(self.path())
            .env("TF_REATTACH_PROVIDERS", &self.reattach)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_CLI_ARGS", "-no-color")
            .env_remove("TF_LOG");
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
    if terraform().is_none() {
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
