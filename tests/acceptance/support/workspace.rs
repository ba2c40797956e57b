//! A Terraform configuration in a directory of its own, and the commands run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hedgehog::fabric::catalog::Catalog;
use serde_json::Value;
use tempfile::TempDir;

use super::NetBox;
use super::victim::Victim;

/// Terraform as a user has it, but with the provider that was just built and no outside contact.
pub struct Workspace {
    pub directory: TempDir,
    environment: Vec<(String, String)>,
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub text: String,
}

impl Run {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "terraform failed:\n{}", self.text);
        self
    }

    /// It fails, and says each of these. Line breaks and frames that Terraform adds do not count.
    #[track_caller]
    pub fn fails_saying(self, expected: &[&str]) -> Self {
        assert_ne!(
            self.code, 0,
            "terraform was expected to fail:\n{}",
            self.text
        );
        let flat = flatten(&self.text);
        for part in expected {
            assert!(
                flat.contains(&flatten(part)),
                "\"{part}\" is not in:\n{}",
                self.text
            );
        }
        self
    }
}

fn flatten(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if "│╷╵".contains(c) { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Workspace {
    /// With one configuration file.
    pub fn new(netbox: &NetBox, configuration: &str) -> Self {
        let workspace = Self::empty(netbox);
        workspace.write("main.tf", configuration);
        workspace
    }

    /// With the files of a folder of `examples/`.
    pub fn example(netbox: &NetBox, name: &str) -> Self {
        let workspace = Self::empty(netbox);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples")
            .join(name);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                let target = workspace.directory.path().join(path.file_name().unwrap());
                std::fs::copy(&path, target).unwrap();
            }
        }
        workspace
    }

    /// A case file as `import --types` writes it.
    pub fn imported(netbox: &NetBox, case: &str) -> Self {
        let workspace = Self::empty(netbox);
        let configuration = hedgehog::cli::import(case, true, Catalog::builtin()).unwrap();
        for (name, text) in configuration.files {
            workspace.write(name, &text);
        }
        workspace
    }

    /// The inference example with two servers and two uplinks a leaf: 5 devices, 8 cables.
    pub fn small(netbox: &NetBox) -> Self {
        let workspace = Self::example(netbox, "inference-128");
        workspace.edit("\"2-64:2\"", "\"2-4:2\"");
        workspace.edit("default     = 16", "default     = 2");
        workspace
    }

    /// Replaces a text in the configuration.
    pub fn edit(&self, from: &str, to: &str) {
        let text = self.read("main.tf");
        assert!(text.contains(from), "main.tf has no {from}");
        self.write("main.tf", &text.replacen(from, to, 1));
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(name)).unwrap()
    }

    fn empty(netbox: &NetBox) -> Self {
        let directory = TempDir::with_prefix("hedgehog-acceptance-").unwrap();
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_terraform-provider-hedgehog"));
        let overrides = directory.path().join("provider");
        std::fs::create_dir(&overrides).unwrap();
        std::os::unix::fs::symlink(&binary, overrides.join("terraform-provider-hedgehog")).unwrap();
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"githedgehog/hedgehog\" = \"{}\"\n  \
             }}\n  direct {{}}\n}}\n",
            overrides.display()
        );
        let settings_file = directory.path().join("cli.tfrc");
        std::fs::write(&settings_file, settings).unwrap();
        let environment = [
            ("TF_CLI_CONFIG_FILE", settings_file.display().to_string()),
            ("CHECKPOINT_DISABLE", "1".to_owned()),
            ("TF_IN_AUTOMATION", "1".to_owned()),
            ("NETBOX_SERVER_URL", netbox.url.clone()),
            ("NETBOX_API_TOKEN", netbox.token.clone()),
        ];
        let environment = environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            directory,
            environment,
        }
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.directory.path().join(name), text).unwrap();
    }

    /// Sets an environment variable of every command; the last one counts.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_watched(arguments, &Victim::default())
    }

    /// While it runs, `victim` says which processes may be killed.
    pub fn run_watched(&self, arguments: &[&str], victim: &Victim) -> Run {
        let program = std::env::var("TF_ACC_TERRAFORM_PATH").unwrap_or("terraform".to_owned());
        let child = Command::new(&program)
            .args(arguments)
            .current_dir(self.directory.path())
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        victim.is(child.id());
        let output: Output = child.wait_with_output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        Run {
            code: output.status.code().unwrap_or(-1),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }

    pub fn plan(&self, more: &[&str]) -> Run {
        self.run(&[&["plan", "-no-color", "-input=false"], more].concat())
    }

    /// Applies, and demands that nothing is left to do.
    #[track_caller]
    pub fn apply(&self, more: &[&str]) -> Run {
        let applied = self.apply_only(more).succeeds();
        self.assert_nothing_to_do(more);
        applied
    }

    pub fn apply_only(&self, more: &[&str]) -> Run {
        self.run(
            &[
                &["apply", "-auto-approve", "-no-color", "-input=false"],
                more,
            ]
            .concat(),
        )
    }

    /// As [`Self::apply_only`], with somebody who may kill it.
    pub fn apply_watched(&self, victim: &Victim) -> Run {
        self.run_watched(
            &["apply", "-auto-approve", "-no-color", "-input=false"],
            victim,
        )
    }

    pub fn destroy(&self, more: &[&str]) -> Run {
        self.run(
            &[
                &["destroy", "-auto-approve", "-no-color", "-input=false"],
                more,
            ]
            .concat(),
        )
    }

    #[track_caller]
    pub fn assert_nothing_to_do(&self, more: &[&str]) {
        let plan = self.plan(&[&["-detailed-exitcode"], more].concat());
        assert_eq!(
            plan.code, 0,
            "the plan after an apply is not empty:\n{}",
            plan.text
        );
    }

    /// The attributes of a resource in the state.
    pub fn resource(&self, address: &str) -> Value {
        let shown = self.run(&["show", "-json"]).succeeds();
        let json = shown
            .text
            .lines()
            .find(|line| line.starts_with('{'))
            .unwrap();
        let state: Value = serde_json::from_str(json).unwrap();
        let resources = state["values"]["root_module"]["resources"]
            .as_array()
            .unwrap();
        let resource = resources.iter().find(|r| r["address"] == address);
        resource.unwrap_or_else(|| panic!("{address} is not in the state"))["values"].clone()
    }

    /// The change that a plan makes to a resource: (before, after).
    pub fn planned_change(&self, address: &str, more: &[&str]) -> (Value, Value) {
        self.plan(&[&["-out=test.plan"], more].concat()).succeeds();
        let shown = self.run(&["show", "-json", "test.plan"]).succeeds();
        let json = shown
            .text
            .lines()
            .find(|line| line.starts_with('{'))
            .unwrap();
        let plan: Value = serde_json::from_str(json).unwrap();
        let changes = plan["resource_changes"].as_array().unwrap();
        let change = changes.iter().find(|c| c["address"] == address).unwrap();
        (
            change["change"]["before"].clone(),
            change["change"]["after"].clone(),
        )
    }
}
