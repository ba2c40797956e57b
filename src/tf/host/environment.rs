//! What the host says in environment variables. Only `main.rs` reads them; here they are pairs.

use std::ffi::OsString;
use std::path::PathBuf;

/// Set by every host, for every plugin: no secret, only a guard against starting one by hand.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostEnvironment {
    /// Whether a host started us, as opposed to a person.
    pub started_by_host: bool,
    /// In random order.
    pub protocol_versions: Vec<u32>,
    /// PEM; without it the connection is not encrypted.
    pub client_certificate: Option<String>,
    pub socket_directory: Option<PathBuf>,
    /// Name or number of the group that may connect.
    pub socket_group: Option<String>,
    pub temporary_directory: Option<PathBuf>,
    /// The host expects a seventh field in the handshake line.
    pub asks_for_multiplexing: bool,
}

impl HostEnvironment {
    pub fn from_pairs(pairs: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in pairs {
            let text =
                || Some(value.to_string_lossy().into_owned()).filter(|text| !text.is_empty());
            let path = || Some(PathBuf::from(&value)).filter(|path| !path.as_os_str().is_empty());
            match name.to_str().unwrap_or_default() {
                name if name == COOKIE.0 => environment.started_by_host = value == COOKIE.1,
                "PLUGIN_PROTOCOL_VERSIONS" => {
                    let versions = value.to_string_lossy();
                    let versions = versions.split(',').filter_map(|v| v.trim().parse().ok());
                    environment.protocol_versions = versions.collect();
                }
                "PLUGIN_CLIENT_CERT" => environment.client_certificate = text(),
                "PLUGIN_UNIX_SOCKET_DIR" => environment.socket_directory = path(),
                "PLUGIN_UNIX_SOCKET_GROUP" => environment.socket_group = text(),
                "TMPDIR" => environment.temporary_directory = path(),
                "PLUGIN_MULTIPLEX_GRPC" => environment.asks_for_multiplexing = true,
                _ => {}
            }
        }
        environment
    }
}
