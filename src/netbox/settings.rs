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
    pub ca_bundle: Option<Vec<u8>>,
    pub accept_invalid_certificates: bool,
    /// Schema id of a branch of the branching plugin.
    pub branch: Option<String>,
    pub connect_timeout: Duration,
    /// For one exchange. A bulk write takes a server about 0.2 s an object, more under load.
    pub request_timeout: Duration,
    /// How long one request is tried again before its last error counts.
    pub retry_deadline: Duration,
    /// First pause before a second try; doubled each time, up to 20 times itself.
    pub retry_pause: Duration,
    /// Requests in flight. As many as the server has cores is best; more is slower.
    pub concurrency: usize,
    /// Rows to a page. `NetBox` caps it at 1,000.
    pub page_size: usize,
}

impl Settings {
    pub fn new(server_url: impl Into<String>, token: SecretString) -> Self {
        Self {
            server_url: server_url.into(),
            token,
            headers: Vec::new(),
            ca_bundle: None,
            accept_invalid_certificates: false,
            branch: None,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_mins(5),
            retry_deadline: Duration::from_mins(2),
            retry_pause: Duration::from_millis(500),
            concurrency: 2,
            page_size: 1_000,
        }
    }

    /// The address below which `api/` lies, ending in a slash.
    pub(super) fn base_url(&self) -> Result<Url, NetboxError> {
        let invalid = |reason: &str| NetboxError::InvalidUrl {
            url: self.server_url.clone(),
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
            // Such an address would end up in messages and logs.
            return Err(NetboxError::InvalidUrl {
                url: "(not shown)".to_owned(),
                reason: "it carries a user name or password".to_owned(),
            });
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it has a query or a fragment"));
        }
        Ok(url)
    }

    pub(super) fn header_map(&self) -> Result<HeaderMap, NetboxError> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let invalid = || NetboxError::InvalidHeader { name: name.clone() };
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
            let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| invalid())?;
            value.set_sensitive(true);
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
