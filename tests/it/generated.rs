//! The checked-in bindings are what `proto/` says. `UPDATE=1` rewrites them.

#![expect(
    clippy::disallowed_methods,
    reason = "this test compares and rewrites files"
)]

use std::path::{Path, PathBuf};

const PROTO_FILES: [&str; 2] = ["plugin.proto", "tfplugin6.proto"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn generate(
    configure: impl FnOnce(tonic_prost_build::Builder) -> tonic_prost_build::Builder,
) -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a temporary directory");
    let descriptors =
        protox::compile(PROTO_FILES, [root().join("proto")]).expect("proto/ compiles");
    configure(tonic_prost_build::configure())
        .btree_map(".")
        .emit_rerun_if_changed(false)
        .out_dir(out.path())
        .compile_fds(descriptors)
        .expect("bindings are generated");
    out
}

/// Names of the files under `checked_in` that differ from the generated ones; rewrites them on request.
fn stale(generated: &Path, checked_in: &Path) -> Vec<String> {
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for name in ["plugin.rs", "tfplugin6.rs"] {
        let text = std::fs::read_to_string(generated.join(name)).unwrap_or_default();
        let text =
            format!("// Generated from proto/ by tests/it/generated.rs. Do not edit.\n{text}");
        let target = checked_in.join(name);
        if std::fs::read_to_string(&target).unwrap_or_default() != text {
            if update {
                std::fs::write(&target, text).expect("bindings are written");
            }
            stale.push(name.to_owned());
        }
    }
    if update { Vec::new() } else { stale }
}

#[test]
fn generated_server_bindings_are_current() {
    let out = generate(|builder| builder.build_client(false));
    let stale = stale(out.path(), &root().join("src/tf/proto"));
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run this test with UPDATE=1"
    );
}

#[test]
fn generated_client_bindings_are_current() {
    let out = generate(|builder| {
        builder
            .build_server(false)
            .extern_path(".plugin", "::hedgehog::tf::proto::plugin")
            .extern_path(".tfplugin6", "::hedgehog::tf::proto::tfplugin6")
    });
    let stale = stale(out.path(), &root().join("tests/it/support/proto"));
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run this test with UPDATE=1"
    );
}
