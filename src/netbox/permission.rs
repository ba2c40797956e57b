//! `NetBox`'s object permissions: which one a request needs, and which ones a token's user has.

use std::collections::BTreeSet;
use std::fmt;

use reqwest::Method;
use serde::Deserialize;

use super::kind::Kind;
use super::{Client, NetboxError};

/// What may be done to objects of one type: `dcim.add_device`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `dcim.device`
    pub object_type: String,
    pub action: &'static str,
}

impl Permission {
    pub fn new(kind: &Kind, action: &'static str) -> Self {
        Self {
            object_type: object_type(kind.path),
            action,
        }
    }

    /// The one that a request needs.
    pub(super) fn of_request(method: &str, path: &str) -> Self {
        let action = match method {
            "POST" => "add",
            "PATCH" => "change",
            "DELETE" => "delete",
            _ => "view",
        };
        let collection = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == '/');
        Self {
            object_type: object_type(collection),
            action,
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (app, model) = self.object_type.split_once('.').unwrap_or_default();
        write!(f, "{app}.{}_{model}", self.action)
    }
}

/// `NetBox` derives both from the model's name: `dcim/module-bays`, `dcim.modulebay`.
fn object_type(path: &str) -> String {
    let singular = path.strip_suffix('s').unwrap_or(path);
    singular.replace('/', ".").replace('-', "")
}

/// Who the token belongs to. Permissions of groups are not in it.
#[derive(Debug, Deserialize)]
struct User {
    #[serde(default)]
    groups: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    permissions: Vec<Grant>,
}

#[derive(Debug, Deserialize)]
struct Grant {
    enabled: bool,
    object_types: Vec<String>,
    actions: Vec<String>,
}

/// What an endpoint offers to whoever asks.
#[derive(Debug, Deserialize)]
struct Offer {
    #[serde(default)]
    actions: serde_json::Map<String, serde_json::Value>,
}

impl Client {
    /// Those of `needed` that the token's user certainly lacks. Empty where it does not show: for
    /// administrators, and for users who have permissions by groups.
    pub async fn lacking(
        &self,
        needed: &BTreeSet<Permission>,
    ) -> Result<Vec<Permission>, NetboxError> {
        let user = match self
            .read_one::<User>(Method::GET, "authentication-check")
            .await
        {
            Ok(user) => user,
            // Older releases do not have it.
            Err(NetboxError::NotFound { .. } | NetboxError::NotNetbox { .. }) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        if !user.groups.is_empty() || user.permissions.is_empty() {
            return Ok(Vec::new());
        }
        let granted = |permission: &Permission| {
            user.permissions.iter().any(|grant| {
                let covers = grant.object_types.contains(&permission.object_type);
                let allows = grant
                    .actions
                    .iter()
                    .any(|action| action == permission.action);
                grant.enabled && covers && allows
            })
        };
        let lacking: Vec<Permission> = needed.iter().filter(|p| !granted(p)).cloned().collect();
        if lacking.is_empty() || self.is_administrator().await? {
            return Ok(Vec::new());
        }
        Ok(lacking)
    }

    /// Whoever may grant permissions has them all, or can take them.
    async fn is_administrator(&self) -> Result<bool, NetboxError> {
        let offer = self.read_one::<Offer>(Method::OPTIONS, "users/permissions");
        Ok(offer.await?.actions.contains_key("POST"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netbox::kind::KINDS;

    #[test]
    fn a_request_names_its_permission() {
        let of = |method, path| Permission::of_request(method, path).to_string();
        assert_eq!(of("POST", "dcim/devices"), "dcim.add_device");
        assert_eq!(of("PATCH", "extras/tags/17"), "extras.change_tag");
        assert_eq!(of("DELETE", "dcim/module-bays"), "dcim.delete_modulebay");
        assert_eq!(of("GET", "extras/custom-fields"), "extras.view_customfield");
        for kind in KINDS {
            let object_type = Permission::new(kind, "view").object_type;
            assert!(!object_type.contains(['-', '/']) && !object_type.ends_with('s'));
        }
    }
}
