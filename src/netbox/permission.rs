//! `NetBox`'s object permissions: which one a request needs, and which ones a token's user has.

use std::collections::BTreeSet;
use std::fmt;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::branch::BRANCH;
use super::kind::ip_address::IP_ADDRESS;
use super::kind::{Kind, Related, Row};
use super::{Client, NetboxError};

/// What may be done to objects of one type: `dcim.add_device`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `dcim/devices`
    collection: String,
    pub action: &'static str,
}

impl Permission {
    pub fn new(kind: &Kind, action: &'static str) -> Self {
        Self {
            collection: kind.path.to_owned(),
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
            collection: collection.to_owned(),
            action,
        }
    }

    /// `dcim.device`
    fn object_type(&self) -> String {
        object_type(&self.collection)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object_type = self.object_type();
        let (app, model) = object_type.split_once('.').unwrap_or_default();
        write!(f, "{app}.{}_{model}", self.action)
    }
}

/// Paths whose object type has another name.
static NAMED: [(&str, &str); 3] = [
    (BRANCH.path, "netbox_branching.branch"),
    (IP_ADDRESS.path, "ipam.ipaddress"),
    (OBJECT_PERMISSION.path, "users.objectpermission"),
];

/// `NetBox` derives both from the model's name: `dcim/module-bays`, `dcim.modulebay`.
fn object_type(path: &str) -> String {
    if let Some((_, name)) = NAMED.iter().find(|(named, _)| *named == path) {
        return (*name).to_owned();
    }
    let singular = path.strip_suffix('s').unwrap_or(path);
    singular.replace('/', ".").replace('-', "")
}

/// Who the token belongs to. Permissions of groups are not in it.
#[derive(Debug, Deserialize)]
struct User {
    #[serde(default)]
    groups: Vec<Related>,
    #[serde(default)]
    permissions: Vec<Grant>,
}

#[derive(Debug, Deserialize)]
struct Grant {
    enabled: bool,
    object_types: Vec<String>,
    actions: Vec<String>,
    /// For some objects only.
    #[serde(default)]
    constraints: Option<Value>,
}

impl Grant {
    fn allows(&self, permission: &Permission) -> bool {
        let covers = self.object_types.contains(&permission.object_type());
        let allows = self
            .actions
            .iter()
            .any(|action| action == permission.action);
        self.enabled && covers && allows
    }
}

/// Its own list: only those who may see permissions have it.
static OBJECT_PERMISSION: Kind = Kind {
    name: "object permission",
    plural: "object permissions",
    path: "users/permissions",
    natural_key: &["name"],
    write_max: 1,
    delete_max: 1,
};

/// A permission, and the groups that it is given to.
#[derive(Debug, Deserialize)]
struct GrantRow {
    id: u64,
    groups: Vec<Related>,
    #[serde(flatten)]
    grant: Grant,
}

impl Row for GrantRow {
    const KIND: &'static Kind = &OBJECT_PERMISSION;
    const FIELDS: &'static str = "id,enabled,object_types,actions,constraints,groups";
    fn id(&self) -> u64 {
        self.id
    }
}

/// What an endpoint offers to whoever asks.
#[derive(Debug, Deserialize)]
struct Offer {
    #[serde(default)]
    actions: Map<String, Value>,
}

impl Client {
    /// Those of `needed` that the token's user seems to lack, found by reading. `None`: it has permissions
    /// by groups and does not see all of those, so that only [`Self::refused`] can tell.
    pub async fn lacking(
        &self,
        needed: &BTreeSet<Permission>,
    ) -> Result<Option<BTreeSet<Permission>>, NetboxError> {
        let user = match self
            .read_one::<User>(Method::GET, "authentication-check")
            .await
        {
            Ok(user) => user,
            // Older releases do not have it.
            Err(NetboxError::NotFound { .. } | NetboxError::NotNetbox { .. }) => {
                return Ok(Some(BTreeSet::new()));
            }
            Err(error) => return Err(error),
        };
        let mut grants = user.permissions;
        if !user.groups.is_empty() {
            match self.grants_of(&user.groups).await {
                Ok(more) => grants.extend(more),
                Err(error) if error.is_forbidden() => return Ok(None),
                Err(error) => return Err(error),
            }
            let see = Permission::new(&OBJECT_PERMISSION, "view");
            let sees_all = |grant: &Grant| grant.allows(&see) && grant.constraints.is_none();
            if !grants.iter().any(sees_all) && !self.is_administrator().await? {
                return Ok(None);
            }
        } else if grants.is_empty() {
            // An administrator, or somebody whose first read is refused.
            return Ok(Some(BTreeSet::new()));
        }
        let granted = |permission: &Permission| grants.iter().any(|grant| grant.allows(permission));
        let lacking = needed.iter().filter(|needed| !granted(needed)).cloned();
        let lacking: BTreeSet<Permission> = lacking.collect();
        if lacking.is_empty() || self.is_administrator().await? {
            return Ok(Some(BTreeSet::new()));
        }
        // A server may let everybody read what no permission names.
        let (views, mut lacking): (BTreeSet<_>, BTreeSet<_>) = lacking
            .into_iter()
            .partition(|needed| needed.action == "view");
        lacking.extend(self.refused(&views).await?);
        Ok(Some(lacking))
    }

    /// Those of `needed` for which a request that names no object is refused: reading one row, and
    /// writing an empty list. Nothing is changed by it.
    pub async fn refused(
        &self,
        needed: &BTreeSet<Permission>,
    ) -> Result<Vec<Permission>, NetboxError> {
        let mut refused = Vec::new();
        for permission in needed {
            let nothing = || Some(Value::Array(Vec::new()));
            let one_row = [("limit", "1"), ("fields", "id")].map(|(n, v)| (n.into(), v.into()));
            let (method, query, body) = match permission.action {
                "add" => (Method::POST, Vec::new(), nothing()),
                "change" => (Method::PATCH, Vec::new(), nothing()),
                "delete" => (Method::DELETE, Vec::new(), nothing()),
                _ => (Method::GET, one_row.to_vec(), None),
            };
            let path = &permission.collection;
            match self.send(method, path, query, body, Vec::new()).await {
                Ok(_) => {}
                Err(error) if error.is_forbidden() => refused.push(permission.clone()),
                Err(error) => return Err(error),
            }
        }
        Ok(refused)
    }

    async fn grants_of(&self, groups: &[Related]) -> Result<Vec<Grant>, NetboxError> {
        let ids: Vec<u64> = groups.iter().map(|group| group.id).collect();
        let mut rows = self.list_by_ids::<GrantRow>("group_id", &ids).await?;
        rows.retain(|row| row.groups.iter().any(|group| ids.contains(&group.id)));
        Ok(rows.into_iter().map(|row| row.grant).collect())
    }

    /// Whoever may grant permissions has them all, or can take them.
    async fn is_administrator(&self) -> Result<bool, NetboxError> {
        let offer = self.read_one::<Offer>(Method::OPTIONS, OBJECT_PERMISSION.path);
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
        assert_eq!(of("GET", BRANCH.path), "netbox_branching.view_branch");
        assert_eq!(
            of("GET", "users/permissions"),
            "users.view_objectpermission"
        );
        for kind in KINDS {
            let object_type = Permission::new(kind, "view").object_type();
            let plural = object_type.ends_with('s') && !object_type.ends_with("ss");
            assert!(
                !object_type.contains(['-', '/']) && !plural,
                "{object_type}"
            );
        }
    }
}
