//! Log lines: of the form that Terraform reads, none too long, nothing secret.

use std::ffi::OsString;
use std::io::Write;
use std::sync::{Arc, Mutex};

use hedgehog::tf::log::{HostLog, level};
use hedgehog::tf::secrets::hide;
use serde_json::Value as Json;
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic holds it").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(level: Option<Level>, log: impl FnOnce()) -> Vec<Json> {
    let lines = Lines::default();
    let layer = HostLog::new(level, "it", lines.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
    let bytes = lines.0.lock().expect("no panic holds it").clone();
    let text = String::from_utf8(bytes).expect("it is text");
    assert!(
        text.lines().all(|line| line.len() < 60 << 10),
        "a line is too long"
    );
    text.lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

fn say_all() {
    let span = tracing::debug_span!("rpc", tf_rpc = "plan", tf_req_id = 7).entered();
    tracing::error!(count = 3, "one {}", "error");
    tracing::warn!("a warning");
    tracing::info!("an information");
    tracing::debug!("for developers");
    tracing::trace!("everything");
    drop(span);
}

#[test]
fn lines_are_of_the_form_that_terraform_reads() {
    let lines = logged(Some(Level::TRACE), say_all);
    let levels: Vec<_> = lines.iter().map(|line| line["@level"].as_str()).collect();
    assert_eq!(
        levels,
        ["error", "warn", "info", "debug", "trace"].map(Some)
    );
    let first = &lines[0];
    assert_eq!(first["@message"], "one error");
    assert_eq!(first["count"], 3);
    assert_eq!(
        (&first["tf_rpc"], &first["tf_req_id"]),
        (&"plan".into(), &7.into())
    );
    let timestamp = first["@timestamp"].as_str().expect("there is one");
    assert_eq!(timestamp.len(), "2026-01-02T03:04:05.678901Z".len());
    assert!(timestamp.ends_with('Z'));
}

#[test]
fn levels_are_filtered_here() {
    assert!(logged(None, say_all).is_empty());
    let lines = logged(Some(Level::WARN), say_all);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0]["tf_rpc"], "plan",
        "a span tells its call whatever its level"
    );
}

#[test]
fn long_lines_are_shortened_and_secrets_hidden() {
    let long = "\u{1}ü".repeat(100_000);
    hide("known \"s3cret\", quoted");
    let lines = logged(Some(Level::TRACE), || {
        tracing::info!(token = "s3cret", a = long, b = long, "{long}");
        tracing::info!(api_token = "s3cret", "short");
        tracing::info!(page = "known \"s3cret\", quoted", "short");
    });
    assert!(
        lines
            .iter()
            .all(|line| !line.to_string().contains("s3cret"))
    );
    assert!(
        lines[0]["@message"]
            .as_str()
            .is_some_and(|text| text.contains("bytes)"))
    );
}

#[test]
fn the_most_specific_variable_decides() {
    let level = |pairs: &[(&str, &str)]| {
        level(
            pairs
                .iter()
                .map(|(n, v)| (OsString::from(n), OsString::from(v))),
            "THING",
        )
    };
    assert_eq!(level(&[]), None);
    assert_eq!(level(&[("TF_LOG", "debug")]), Some(Level::DEBUG));
    assert_eq!(
        level(&[("TF_LOG_PROVIDER", "WARN"), ("TF_LOG", "TRACE")]),
        Some(Level::WARN)
    );
    assert_eq!(
        level(&[
            ("TF_LOG_PROVIDER_THING", "off"),
            ("TF_LOG_PROVIDER", "info")
        ]),
        None
    );
    assert_eq!(level(&[("TF_LOG_PROVIDER_OTHER", "trace")]), None);
    assert_eq!(level(&[("TF_LOG", "JSON")]), Some(Level::TRACE));
}
