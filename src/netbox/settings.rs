//! Where the server is and how to speak to it.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::NetboxError;

/// Everything that a [`super::Client`] needs. `Debug` shows no secret: headers may carry some too.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For example `https://netbox.example.com/tools/netbox/`; trailing slashes do not matter.
    pub server_url: String,
    /// A token of either kind; its version shows in the `nbt_` prefix.
    pub token: SecretString,
    /// Sent with every request, for a proxy in front of the server.
    pub headers: Vec<(String, SecretString)>,
    /// PEM certificates to trust besides the system's.
    pub ca_certificates: Option<Vec<u8>>,
    /// Who we are, for servers that ask for a certificate.
    pub identity: Option<ClientIdentity>,
    pub accept_invalid_certificates: bool,
    pub connect_timeout: Duration,
    /// For one exchange. A bulk write takes a server about 0.2 s an object, more under load.
    pub request_timeout: Duration,
    /// How long one request is tried again before its last error counts.
    pub retry_deadline: Duration,
    /// First pause before a second try; doubled each time, up to 20 times itself.
    pub retry_pause: Duration,
    /// Requests in flight. As many as the server has cores is best; more is slower.
    pub parallelism: usize,
    /// At most so many objects in a write, whatever its kind allows.
    pub batch_size: Option<usize>,
    /// Rows to a page. `NetBox` caps it at 1,000.
    pub page_size: usize,
}

/// A certificate with its chain and its private key, as PEM text.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    pub certificate: String,
    pub key: SecretString,
}

/// Headers that are ours to set: another value would break the exchange, or send it elsewhere.
const OURS: [&str; 9] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "if-match",
    "transfer-encoding",
    "x-netbox-branch",
];

/// What is wrong with a header, if something is. The error never holds its value.
pub fn check_header(name: &str, value: &SecretString) -> Result<(), NetboxError> {
    header(name, value).map(drop)
}

fn header(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue), NetboxError> {
    let invalid = |reason: &'static str| NetboxError::InvalidHeader {
        name: name.to_owned(),
        reason,
    };
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| invalid("its name is not a word of ASCII letters, digits and hyphens"))?;
    if OURS.contains(&parsed.as_str()) {
        return Err(invalid("the provider sets it itself"));
    }
    let mut value = HeaderValue::from_str(value.expose_secret())
        .map_err(|_| invalid("its value has characters other than visible ASCII"))?;
    value.set_sensitive(true);
    Ok((parsed, value))
}

impl Settings {
    pub fn new(server_url: impl Into<String>, token: SecretString) -> Self {
        Self {
            server_url: server_url.into(),
            token,
            headers: Vec::new(),
            ca_certificates: None,
            identity: None,
            accept_invalid_certificates: false,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_mins(5),
            retry_deadline: Duration::from_mins(2),
            retry_pause: Duration::from_millis(500),
            parallelism: 2,
            batch_size: None,
            page_size: 1_000,
        }
    }

    /// The address below which `api/` lies, ending in a slash.
    pub fn base_url(&self) -> Result<Url, NetboxError> {
        // What may be a password or a token would end up in messages and logs.
        let may_be_secret = self.server_url.contains(['@', '?', '#']);
        let invalid = |reason: &str| NetboxError::InvalidUrl {
            url: if may_be_secret {
                "(not shown)".to_owned()
            } else {
                self.server_url.clone()
            },
            reason: reason.to_owned(),
        };
        let trimmed = self.server_url.trim().trim_end_matches('/');
        let trimmed = trimmed.strip_suffix("/api").unwrap_or(trimmed);
        let url =
            Url::parse(&format!("{trimmed}/")).map_err(|error| invalid(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("it has to start with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("it carries a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it has a query or a fragment"));
        }
        Ok(url)
    }

    /// With every request. The values are marked as secret.
    pub fn header_map(&self) -> Result<HeaderMap, NetboxError> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let (name, value) = header(name, value)?;
            map.insert(name, value);
        }
        let token = self.token.expose_secret().trim();
        let word = if token.starts_with("nbt_") {
            "Bearer"
        } else {
            "Token"
        };
        let mut value = HeaderValue::from_str(&format!("{word} {token}"))
            .map_err(|_| NetboxError::InvalidToken)?;
        value.set_sensitive(true);
        map.insert(reqwest::header::AUTHORIZATION, value);
        map.insert(
            reqwest::header::ACCEPT,
            HeaderValue::from_static("application/json"),
        );
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(url: &str) -> Result<String, String> {
        let settings = Settings::new(url, SecretString::from("t"));
        settings
            .base_url()
            .map(|url| url.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_path_is_kept_and_slashes_do_not_matter() {
        assert_eq!(
            base("https://nb.example.com"),
            Ok("https://nb.example.com/".to_owned())
        );
        assert_eq!(
            base("https://x/tools/netbox///"),
            Ok("https://x/tools/netbox/".to_owned())
        );
        assert_eq!(base("http://x:8000/api/"), Ok("http://x:8000/".to_owned()));
        assert!(base("netbox.example.com").is_err());
        assert!(base("ftp://x").is_err());
        assert!(!base("https://me:secret@x").unwrap_err().contains("secret"));
    }

    #[test]
    fn the_token_decides_the_word_and_is_never_shown() {
        for (token, word) in [
            ("nbt_abc.def", "Bearer nbt_abc.def"),
            ("0123", "Token 0123"),
        ] {
            let settings = Settings::new("https://x", SecretString::from(token));
            let headers = settings.header_map().unwrap();
            assert_eq!(headers["authorization"], word);
            assert!(!format!("{headers:?} {settings:?}").contains(token));
        }
    }
}
