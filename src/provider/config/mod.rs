//! The provider block: where `NetBox` is, who we are there, and at what pace we work.

mod environment;
mod schema;

use std::ops::RangeInclusive;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use environment::{Environment, variable};
pub use schema::schema;

use super::decode::{Findings, Object};
use super::duration;
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::netbox::settings::{ClientIdentity, check_header};
use crate::netbox::{self, NetboxError, tls};
use crate::tf::secrets::hide;
use crate::tf::value::Value;

const PARALLELISM: RangeInclusive<u32> = 1..=16;
const BATCH_SIZE: RangeInclusive<u32> = 1..=200;
const REQUEST_TIMEOUT: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(1);
const RETRY_TIMEOUT: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_hours(1);
const LEASE: RangeInclusive<Duration> = Duration::from_secs(30)..=Duration::from_hours(1);

/// What the provider block and the environment say together.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How to reach `NetBox`, or what of it is not known.
    pub connection: Result<netbox::Settings, Gap>,
    /// Name or schema id.
    pub branch: Option<String>,
    pub policy: Policy,
}

/// How we write, wherever that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Create custom fields, roles and tags that are missing.
    pub register: bool,
    /// How long a run that was killed keeps others away.
    pub lease: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            register: true,
            lease: Duration::from_mins(2),
        }
    }
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    Missing {
        argument: &'static str,
    },
    /// It comes from a resource that is not applied yet.
    Unknown {
        argument: &'static str,
    },
    /// The block has an error, which was told.
    Wrong,
}

/// The settings, and what is wrong with them.
pub fn decode(config: &Value, environment: &Environment) -> (Settings, Diagnostics) {
    let (values, borrowed) = environment.fill(config);
    let mut findings = Findings::default();
    let settings = Object::root(&values, &mut findings).map_or_else(
        || Settings {
            connection: Err(Gap::Missing {
                argument: "server_url",
            }),
            branch: None,
            policy: Policy::default(),
        },
        |block| settings(&block, &values, &mut findings),
    );
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(
        findings
            .diagnostics
            .into_iter()
            .map(|found| from_where(found, &borrowed)),
    );
    (settings, diagnostics)
}

fn settings(block: &Object<'_>, values: &Value, findings: &mut Findings) -> Settings {
    let policy = policy(block, findings);
    let branch = block.text("branch", findings);
    let connection = connection(block, findings);
    let unknown = schema()
        .block
        .attributes
        .into_iter()
        .map(|attribute| attribute.name);
    let unknown = unknown
        .into_iter()
        .find(|name| !values.get(name).is_wholly_known());
    let connection = match unknown {
        _ if findings.diagnostics.has_errors() => Err(Gap::Wrong),
        Some(argument) => Err(Gap::Unknown { argument }),
        None => connection,
    };
    Settings {
        connection,
        branch,
        policy,
    }
}

fn policy(block: &Object<'_>, findings: &mut Findings) -> Policy {
    let default = Policy::default();
    Policy {
        register: block.flag("register", findings).unwrap_or(default.register),
        lease: duration::argument(block, "lease", &LEASE, findings).unwrap_or(default.lease),
    }
}

/// Reads and checks every argument, also when an earlier one is missing.
fn connection(block: &Object<'_>, findings: &mut Findings) -> Result<netbox::Settings, Gap> {
    let server_url = block.text("server_url", findings);
    let token = block.text("api_token", findings).map(SecretString::from);
    let missing = [
        ("server_url", server_url.is_none()),
        ("api_token", token.is_none()),
    ];
    let missing = missing.into_iter().find(|(_, missing)| *missing);
    let mut settings = netbox::Settings::new(
        server_url.unwrap_or_default(),
        token.unwrap_or_else(|| SecretString::from("")),
    );
    settings.headers = headers(block, findings);
    settings.ca_certificates = checked(block, "ca_certificate", findings, |pem| {
        tls::check_certificates(pem.as_bytes())
    })
    .map(String::into_bytes);
    settings.identity = identity(block, findings);
    settings.accept_invalid_certificates = block.flag("insecure", findings).unwrap_or(false);
    let whole = |name, range: &RangeInclusive<u32>, findings: &mut Findings| {
        let count = whole_number(block, name, range, findings)?;
        usize::try_from(count).ok()
    };
    if let Some(count) = whole("parallelism", &PARALLELISM, findings) {
        settings.parallelism = count;
    }
    settings.batch_size = whole("batch_size", &BATCH_SIZE, findings);
    if let Some(time) = duration::argument(block, "request_timeout", &REQUEST_TIMEOUT, findings) {
        settings.request_timeout = time;
    }
    if let Some(time) = duration::argument(block, "retry_timeout", &RETRY_TIMEOUT, findings) {
        settings.retry_deadline = time;
    }
    keep_secret(&settings);
    if let Some((argument, _)) = missing {
        return Err(Gap::Missing { argument });
    }
    if let Err(error) = settings.base_url() {
        tell(findings, block.path_to("server_url"), &error);
    }
    if let Err(error) = settings.header_map() {
        tell(findings, block.path_to("api_token"), &error);
    }
    Ok(settings)
}

/// Whatever is told later does not have them.
fn keep_secret(settings: &netbox::Settings) {
    let headers = settings.headers.iter().map(|(_, value)| value);
    let keys = settings.identity.iter().map(|identity| &identity.key);
    for secret in headers.chain(keys).chain([&settings.token]) {
        hide(secret.expose_secret());
    }
}

fn headers(block: &Object<'_>, findings: &mut Findings) -> Vec<(String, SecretString)> {
    let given = block.text_map("headers", findings).unwrap_or_default();
    let given = given
        .into_iter()
        .map(|(name, value)| (name, SecretString::from(value)));
    let (good, bad): (Vec<_>, Vec<_>) = given
        .map(|(name, value)| (check_header(&name, &value), name, value))
        .partition(|(verdict, _, _)| verdict.is_ok());
    for (verdict, name, _) in bad {
        if let Err(error) = verdict {
            tell(findings, block.path_to("headers").key(&name), &error);
        }
    }
    good.into_iter()
        .map(|(_, name, value)| (name, value))
        .collect()
}

fn identity(block: &Object<'_>, findings: &mut Findings) -> Option<ClientIdentity> {
    let certificate = checked(block, "client_certificate", findings, |pem| {
        tls::check_certificates(pem.as_bytes())
    });
    let key = checked(block, "client_key", findings, tls::check_key);
    let given = |name: &str| block.is_given(name);
    let alone = match (given("client_certificate"), given("client_key")) {
        (true, false) => Some(("client_certificate", "client_key")),
        (false, true) => Some(("client_key", "client_certificate")),
        (true, true) | (false, false) => None,
    };
    if let Some((argument, other)) = alone {
        let detail = format!("{argument} is set and {other} is not. Set both or neither.");
        let fault = Diagnostic::error("Half a client certificate", detail);
        findings.diagnostics.push(fault.at(block.path_to(argument)));
    }
    Some(ClientIdentity {
        certificate: certificate?,
        key: SecretString::from(key?),
    })
}

/// A text that has to pass a check, whose error never holds the text.
fn checked(
    block: &Object<'_>,
    name: &str,
    findings: &mut Findings,
    check: impl Fn(&str) -> Result<(), NetboxError>,
) -> Option<String> {
    let text = block.text(name, findings)?;
    match check(&text) {
        Ok(()) => Some(text),
        Err(error) => {
            tell(findings, block.path_to(name), &error);
            None
        }
    }
}

fn whole_number(
    block: &Object<'_>,
    name: &str,
    range: &RangeInclusive<u32>,
    findings: &mut Findings,
) -> Option<u32> {
    let count = block.count(name, findings)?;
    if range.contains(&count) {
        return Some(count);
    }
    let (least, most) = (range.start(), range.end());
    let detail = format!("{name} is {count}; it must be from {least} to {most}.");
    let fault = Diagnostic::error("Number out of range", detail);
    findings.diagnostics.push(fault.at(block.path_to(name)));
    None
}

fn tell(findings: &mut Findings, path: Path, error: &NetboxError) {
    findings.diagnostics.push(error.explain().at(path));
}

/// A value that the block does not show needs to be found.
fn from_where(mut found: Diagnostic, borrowed: &[&str]) -> Diagnostic {
    let of = |name: &&&str| found.path.as_ref() == Some(&Path::root().attribute(name));
    if let Some(name) = borrowed.iter().find(of) {
        found.detail = format!(
            "{} The value comes from the environment variable {}.",
            found.detail,
            variable(name)
        );
    }
    found
}
