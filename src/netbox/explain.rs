//! Errors as words: the one place where a [`NetboxError`] is written for a user.

use super::NetboxError;
use super::error::ItemError;
use super::permission::Permission;
use super::version::{OLDEST, TESTED};
use crate::diag::Diagnostic;

/// More than this many rejected objects of one request do not help a reader.
const ITEMS_SHOWN: usize = 8;

impl NetboxError {
    /// Cause and next step.
    pub fn explain(&self) -> Diagnostic {
        let mut detail = self.to_string();
        // NetBox's own words may end with one.
        if !detail.ends_with('.') {
            detail.push('.');
        }
        for line in item_lines(self.items()) {
            detail.push_str("\n  ");
            detail.push_str(&line);
        }
        if let Self::NotNetbox { beginning, .. } = self
            && !beginning.is_empty()
        {
            detail.push_str("\n  It begins: ");
            detail.push_str(beginning);
        }
        Diagnostic::error(self.summary(), format!("{detail}\n\n{}", self.next_step()))
    }

    fn next_step(&self) -> String {
        let text = match self {
            Self::InvalidUrl { .. } => {
                "Give the address of NetBox as in a browser, for example https://netbox.example.com, in server_url or NETBOX_SERVER_URL."
            }
            Self::InvalidHeader { .. } => "Correct it in headers, or leave it out.",
            Self::InvalidPem { .. } => {
                "Give the content of the file and not its name: file(\"name.pem\")."
            }
            Self::InvalidToken => {
                "Copy the token again, without line breaks, into api_token or NETBOX_API_TOKEN."
            }
            Self::Setup { .. } => {
                "Check ca_certificate, that client_key belongs to client_certificate, and the proxy variables HTTPS_PROXY and NO_PROXY."
            }
            Self::Unreachable { .. } => {
                "Check server_url, the network, the proxy variables and whether NetBox runs."
            }
            Self::AnswerLost { .. } => {
                "NetBox may have carried the request out. Run terraform apply again: it looks at what is there and does only what is missing."
            }
            Self::Redirected { .. } => {
                "Set server_url to the address that it redirects to: a redirected write would be lost."
            }
            Self::NotNetbox { .. } => {
                "Check that server_url is NetBox's own address with its path, and not a login page or a proxy in front of it."
            }
            Self::BadToken { .. } => {
                "Check api_token or NETBOX_API_TOKEN: the token may be expired, disabled, restricted to other addresses, or of another NetBox."
            }
            Self::Forbidden { method, path, .. } => {
                let needed = Permission::of_request(method, path);
                return format!(
                    "Give the token's user the object permission {needed}, and look that its \
                     constraints include these objects and that the token may write. The guide \
                     \"Permissions in NetBox\" lists all that are needed."
                );
            }
            Self::TooLarge { .. } => {
                "Lower batch_size in the provider block, or raise the limit of the proxy in front of NetBox."
            }
            Self::NotFound { .. } => {
                "It may have been deleted in the meantime. Run terraform plan again."
            }
            Self::Protected { .. } => "Remove what still refers to it first.",
            Self::Changed { .. } => "Run terraform plan again and look at what changed.",
            Self::Rejected { .. } => {
                "Correct the input that the message names and run terraform apply again."
            }
            Self::Server { .. } => {
                "Look into NetBox's log; then run terraform apply again: it does only what is missing."
            }
            Self::Unreadable { .. } => {
                "This looks like a NetBox release or plugin that changes the API. Please report it with NetBox's version."
            }
            Self::UnsupportedVersion { .. } => {
                return format!(
                    "NetBox {TESTED} is supported and tested, {OLDEST} is let through untested. Upgrade NetBox."
                );
            }
            Self::Branch { fault, .. } => return fault.next_step(),
            Self::Cancelled { .. } => "Run terraform apply again to go on.",
            Self::RetriesExhausted { last, .. } => return last.next_step(),
        };
        text.to_owned()
    }

    fn summary(&self) -> &'static str {
        match self {
            Self::InvalidUrl { .. } => "Invalid server_url",
            Self::InvalidHeader { .. } => "Invalid header",
            Self::InvalidPem { .. } => "Invalid certificate or key",
            Self::InvalidToken => "Invalid API token",
            Self::Setup { .. } => "HTTP client could not be set up",
            Self::Unreachable { .. } => "NetBox cannot be reached",
            Self::AnswerLost { .. } => "NetBox's answer was lost",
            Self::Redirected { .. } => "NetBox redirects to another address",
            Self::NotNetbox { .. } => "The server is not NetBox",
            Self::BadToken { .. } => "NetBox refused the API token",
            Self::Forbidden { .. } => "The API token lacks a permission",
            Self::TooLarge { .. } => "A request is too large",
            Self::NotFound { .. } => "Object not found in NetBox",
            Self::Protected { .. } => "Object still in use in NetBox",
            Self::Changed { .. } => "Object changed in the meantime",
            Self::Rejected { .. } => "NetBox rejected a change",
            Self::Server { .. } => "NetBox failed",
            Self::Unreadable { .. } => "NetBox's answer could not be read",
            Self::Branch { .. } => "Invalid branch",
            Self::UnsupportedVersion { .. } => "NetBox is too old",
            Self::Cancelled { .. } => "Stopped",
            Self::RetriesExhausted { last, .. } => last.summary(),
        }
    }
}

fn item_lines(items: &[ItemError]) -> Vec<String> {
    let mut lines: Vec<String> = items.iter().take(ITEMS_SHOWN).map(item_line).collect();
    if items.len() > ITEMS_SHOWN {
        lines.push(format!("and {} more", items.len() - ITEMS_SHOWN));
    }
    lines
}

fn item_line(item: &ItemError) -> String {
    let messages = item.messages.join("; ");
    match (&item.object, item.id, item.index) {
        (Some(object), _, _) => format!("{object}: {messages}"),
        (None, Some(id), _) => format!("object {id}: {messages}"),
        (None, None, Some(index)) => format!("item {index}: {messages}"),
        (None, None, None) => messages,
    }
}
