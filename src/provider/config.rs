//! The provider block: where `NetBox` is and who we are there.

use secrecy::SecretString;

use super::decode::{Findings, Object};
use crate::diag::{Diagnostic, Diagnostics, Path};
use crate::tf::schema::{Attribute, Block, Schema};
use crate::tf::types::Type;
use crate::tf::value::Value;

/// What `main` read from the environment for us.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `NETBOX_SERVER_URL`
    pub server_url: Option<String>,
    /// `NETBOX_API_TOKEN`
    pub api_token: Option<SecretString>,
}

/// What the provider block and the environment say together.
#[derive(Debug, Clone)]
pub struct Settings {
    pub server_url: Source<String>,
    pub api_token: Source<SecretString>,
    /// Requests in flight at once.
    pub concurrency: Option<u32>,
}

/// A setting that may be missing, or unknown until another resource is applied.
#[derive(Debug, Clone)]
pub enum Source<T> {
    Given(T),
    Missing,
    Unknown,
}

pub fn schema() -> Schema {
    Schema {
        version: 0,
        description: "Plans Hedgehog data-center fabrics and makes NetBox hold them.",
        block: Block {
            attributes: vec![
                Attribute::optional(
                    "server_url",
                    Type::String,
                    "Address of NetBox, for example `https://netbox.example.com`. Default: the \
                     environment variable `NETBOX_SERVER_URL`.",
                ),
                Attribute::optional(
                    "api_token",
                    Type::String,
                    "NetBox API token, version 1 or 2. Default: the environment variable \
                     `NETBOX_API_TOKEN`.",
                )
                .sensitive(),
                Attribute::optional(
                    "concurrency",
                    Type::Number,
                    "Requests in flight at once, 1 to 16. Default: 2, which suits a NetBox with two \
                     cores; more than the server has cores makes it slower.",
                ),
            ],
            blocks: Vec::new(),
        },
    }
}

/// The settings, and what is wrong with them.
pub fn decode(config: &Value, environment: &Environment) -> (Settings, Diagnostics) {
    let mut findings = Findings::default();
    let mut settings = Settings {
        server_url: environment
            .server_url
            .clone()
            .map_or(Source::Missing, Source::Given),
        api_token: environment
            .api_token
            .clone()
            .map_or(Source::Missing, Source::Given),
        concurrency: None,
    };
    if let Some(block) = Object::root(config, &mut findings) {
        override_with(
            &mut settings.server_url,
            |f| block.text("server_url", f),
            &mut findings,
        );
        override_with(
            &mut settings.api_token,
            |f| block.text("api_token", f).map(SecretString::from),
            &mut findings,
        );
        settings.concurrency = block.count("concurrency", &mut findings);
    }
    if let Source::Given(address) = &settings.server_url {
        findings.diagnostics.extend(check_address(address));
    }
    if let Some(count) = settings
        .concurrency
        .filter(|count| !(1..=16).contains(count))
    {
        findings.diagnostics.push(
            Diagnostic::error(
                "Invalid concurrency",
                format!("concurrency is {count}; it must be from 1 to 16."),
            )
            .at(Path::root().attribute("concurrency")),
        );
    }
    (settings, findings.diagnostics)
}

/// What the block says wins over the environment.
fn override_with<T>(
    target: &mut Source<T>,
    read: impl FnOnce(&mut Findings) -> Option<T>,
    findings: &mut Findings,
) {
    let mut own = Findings::default();
    if let Some(value) = read(&mut own) {
        *target = Source::Given(value);
    } else if own.unknown {
        *target = Source::Unknown;
    }
    findings.diagnostics.extend(own.diagnostics);
}

fn check_address(address: &str) -> Option<Diagnostic> {
    let fault = match url::Url::parse(address) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("its scheme is \"{}\"", url.scheme())
        }
        Ok(url) if url.host().is_none() => "it names no host".to_owned(),
        Ok(_) => return None,
        Err(error) => error.to_string(),
    };
    Some(
        Diagnostic::error(
            "Invalid NetBox address",
            format!(
                "server_url is \"{address}\": {fault}. Write it like https://netbox.example.com."
            ),
        )
        .at(Path::root().attribute("server_url")),
    )
}
