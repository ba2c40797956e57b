//! The one line on standard output by which the host finds us.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::environment::HostEnvironment;

/// The only one we speak: every Terraform from 1.0 and every `OpenTofu` offers it.
const PROTOCOL: u32 = 6;

/// Printed also for a host that does not offer our protocol: it then says so to its user.
pub(super) fn line(socket: &Path, certificate: Option<&[u8]>, host: &HostEnvironment) -> String {
    let certificate = certificate
        .map(|der| STANDARD_NO_PAD.encode(der))
        .unwrap_or_default();
    // Old hosts refuse a line with more fields than they know.
    let multiplexing = if host.asks_for_multiplexing {
        "|false"
    } else {
        ""
    };
    format!(
        "1|{PROTOCOL}|unix|{}|grpc|{certificate}{multiplexing}\n",
        socket.display()
    )
}

pub(super) fn is_offered(host: &HostEnvironment) -> bool {
    host.protocol_versions.is_empty() || host.protocol_versions.contains(&PROTOCOL)
}

/// The value of `TF_REATTACH_PROVIDERS` for a provider that was started by hand.
pub(super) fn reattach(socket: &Path, addresses: &[&str]) -> String {
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL,
        "Pid": std::process::id(),
        // Core then neither stops nor kills it.
        "Test": true,
        "Addr": { "Network": "unix", "String": socket.to_string_lossy() },
    });
    let entries: BTreeMap<_, _> = addresses.iter().map(|address| (*address, &entry)).collect();
    json!(entries).to_string()
}
