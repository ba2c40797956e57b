//! `import`: what it writes is formatted, valid, and plans to the same fabric with the real Terraform.
//! Skipped where there is none.

#![expect(
    clippy::disallowed_methods,
    reason = "these tests write configurations"
)]

use std::path::Path;
use std::process::Command;

use hedgehog::cli::{self, Configuration, Ending, Format};
use hedgehog::fabric::catalog::Catalog;
use serde_json::Value;

use crate::case_files::POD;

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-hedgehog");

fn has_terraform() -> bool {
    let found = Command::new("terraform").arg("version").output().is_ok();
    if !found {
        eprintln!("skipped: there is no terraform on PATH");
    }
    found
}

/// A folder with the case's configuration, and Terraform told where the provider is.
struct Workspace(tempfile::TempDir);

impl Workspace {
    fn of(case: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        std::fs::write(path.join("case.yaml"), case).expect("it is written");
        std::fs::create_dir(path.join("bin")).expect("it is made");
        let link = path.join("bin/terraform-provider-hedgehog");
        std::os::unix::fs::symlink(PROVIDER, link).expect("it is linked");
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"githedgehog/hedgehog\" = \
             \"{}\"\n  }}\n  direct {{}}\n}}\n",
            path.join("bin").display()
        );
        std::fs::write(path.join("cli.tfrc"), settings).expect("it is written");
        let workspace = Self(directory);
        let (code, _, errors) = workspace.import(&[]);
        assert_eq!(code, 0, "{errors}");
        workspace
    }

    fn fabric(&self) -> std::path::PathBuf {
        self.0.path().join("fabric")
    }

    fn run(&self, program: &str, directory: &Path, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(directory)
            .env("TF_CLI_CONFIG_FILE", self.0.path().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("NETBOX_SERVER_URL")
            .env_remove("NETBOX_API_TOKEN")
            .env_remove("TF_LOG")
            .output()
            .expect("it starts");
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().unwrap_or(-1);
        (code, text(&output.stdout), text(&output.stderr))
    }

    fn import(&self, more: &[&str]) -> (i32, String, String) {
        let arguments = [&["import", "case.yaml", "-o", "fabric"], more].concat();
        self.run(PROVIDER, self.0.path(), &arguments)
    }

    fn terraform(&self, arguments: &[&str]) -> String {
        let (code, text, errors) = self.run("terraform", &self.fabric(), arguments);
        assert_eq!(code, 0, "terraform {arguments:?}\n{text}{errors}");
        text
    }
}

/// What a fabric comes to: counts, totals and cables.
fn fabric(text: &str) -> [Value; 3] {
    let answer = cli::plan(text, Format::Json, Catalog::builtin());
    let document: Value = serde_json::from_str(&answer.stdout).expect("one document");
    ["switch_counts", "totals", "cables"].map(|member| document[member].clone())
}

/// The case, and the configuration made of it, come to the same.
pub fn check(case: &str) {
    let workspace = Workspace::of(case);
    workspace.terraform(&["fmt", "-check", "-diff"]);
    workspace.terraform(&["plan", "-input=false", "-no-color", "-out=saved"]);
    let shown = workspace.terraform(&["show", "-json", "saved"]);
    let [counts, totals, cables] = fabric(&shown);
    assert!(cables.as_array().is_some_and(|cables| !cables.is_empty()));
    assert_eq!([counts, totals, cables], fabric(case));
}

#[test]
fn an_imported_case_plans_to_the_same_fabric() {
    if has_terraform() {
        check(POD);
    }
}

#[test]
fn texts_and_names_survive() {
    if !has_terraform() {
        return;
    }
    // Names that are no identifiers, two that differ in one sign only, and texts that HCL would read.
    let odd = POD
        .replace("fe-leaf", "1-leaf")
        .replace("be-leaf", "1_leaf")
        .replace("name: pod", "name: 'a \"pod\" of ${four} %{nodes}'")
        .replace(
            "description: Four",
            "description: The ${first} of %{all}, four",
        )
        .replace("category: gpu", "category: '${gpu} \\ ä'");
    check(&odd);
}

/// What the file says of a switch that the catalogue lacks is in the configuration, or told.
#[test]
fn a_described_switch_keeps_its_abilities() {
    let case = POD.replace(
        "hedgehog_profile_name: celestica-ds5000}",
        "hedgehog_profile_name: moon-9, mclag_capable: true, hedgehog_roles: [server-leaf, spine], \
         supported_breakouts: [1x800g, ours-2x400g, odd]}",
    );
    let configuration = cli::import(&case, false, Catalog::builtin()).expect("a case");
    let texts = configuration.files.iter().map(|(_, text)| text.as_str());
    let text = texts.collect::<String>().replace(' ', "");
    for told in [
        "roles=[\"spine\",\"leaf\"]",
        "features=[\"mclag\"]",
        "Modesthatnozoneusesareleftout:2x400G.",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    if has_terraform() {
        check(&case);
    }
}

/// What the design is called and in which order its ports are used is in the configuration; what is wrong
/// with it stands there as comments, and the command ends as `plan` does.
#[test]
fn nothing_of_a_case_is_dropped_in_silence() {
    let import = |case: &str| cli::import(case, false, Catalog::builtin()).expect("a case");
    let text = |configuration: &Configuration| {
        let texts = configuration.files.iter().map(|(_, text)| text.as_str());
        texts.collect::<String>()
    };
    let custom = POD.replace(
        "zone_name: up, zone_type: uplink, port_spec: 5-8",
        "zone_name: up, zone_type: uplink, port_spec: 5-8, allocation_strategy: custom, \
         allocation_order: [8, 7, 6, 5]",
    );
    let configuration = import(&custom);
    let written = text(&configuration);
    assert_eq!(configuration.ending, Ending::Good, "{}", configuration.told);
    assert!(
        written.contains("= \"Four servers with two rails.\""),
        "{written}"
    );
    assert!(written.contains("= [8, 7, 6, 5]"), "{written}");

    let wrong = import(&POD.replace("speed: 200, t", "speed: 100, t"));
    assert_eq!(wrong.ending, Ending::DesignErrors, "{}", wrong.told);
    assert!(wrong.told.contains("[speed-mismatch]"), "{}", wrong.told);
    assert!(text(&wrong).contains("100G"), "{}", text(&wrong));
}

#[test]
fn import_overwrites_nothing_unasked() {
    let workspace = Workspace::of(POD);
    let (code, _, errors) = workspace.import(&[]);
    assert_eq!(code, 2);
    assert!(errors.contains("--force"), "{errors}");
    let main = workspace.fabric().join("main.tf");
    std::fs::write(&main, "").expect("it is written");
    assert_eq!(workspace.import(&["--force"]).0, 0);
    let text = std::fs::read_to_string(main).expect("it is there");
    // What is not carried over stands in the configuration.
    assert!(text.contains("come from the catalogue"), "{text}");
}

#[test]
fn a_configuration_as_written() {
    let configuration = cli::import(POD, true, Catalog::builtin()).expect("a case");
    let texts = configuration.files.iter();
    let texts: Vec<_> = texts
        .map(|(name, text)| format!("== {name}\n{text}"))
        .collect();
    insta::assert_snapshot!(texts.concat());
}

/// Every reference design through HCL and Terraform, if the environment names their folder.
#[test]
fn reference_designs_through_terraform() {
    if !has_terraform() {
        return;
    }
    for (name, case) in crate::reference_cases::files() {
        eprintln!("{name}");
        check(&case);
    }
}
