//! Users of a real `NetBox` with chosen permissions, made by its administrator.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::server::Server;

/// Object types and what may be done to them: `dcim.device`, `add`.
pub type Actions = BTreeMap<String, BTreeSet<String>>;

/// A user, and the permissions that it has itself or by a group of its own.
pub struct User<'a> {
    admin: &'a Server,
    pub server: Server,
    /// What it has by its table, by object type: id of the permission in `NetBox`.
    grants: BTreeMap<String, u64>,
    actions: Actions,
}

impl<'a> User<'a> {
    /// With all of these permissions; given to a group that the user is in, or to the user.
    pub async fn create(admin: &'a Server, name: &str, actions: &Actions, by_group: bool) -> Self {
        // The database may have seen this test before.
        let name = format!("{name}-{}", std::process::id());
        let body = json!({"username": name, "password": "Not-Used-4711"});
        let user = made(admin, "users/users", body).await;
        let holder = if by_group {
            let group = made(admin, "users/groups", json!({"name": name})).await;
            let joined = json!({"groups": [group["id"]]});
            changed(admin, "users/users", &user["id"], &joined).await;
            json!({"groups": [group["id"]]})
        } else {
            json!({"users": [user["id"]]})
        };
        let token = made(admin, "users/tokens", json!({"user": user["id"]})).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let token = format!("nbt_{}.{}", text(&token["key"]), text(&token["token"]));
        let mut grants = BTreeMap::new();
        for (object_type, allowed) in actions {
            let mut body = holder.clone();
            body["name"] = json!(format!("{name} {object_type}"));
            body["object_types"] = json!([object_type]);
            body["actions"] = json!(allowed);
            let made = made(admin, "users/permissions", body).await;
            grants.insert(object_type.clone(), made["id"].as_u64().unwrap());
        }
        Self {
            admin,
            server: admin.with_token(token),
            grants,
            actions: actions.clone(),
        }
    }

    /// Takes these permissions away; the others that it was made with are there.
    pub async fn lacks(&self, object_type: &str, actions: &[&str]) {
        let mut left = self.actions[object_type].clone();
        left.retain(|action| !actions.contains(&action.as_str()));
        // An empty list is refused.
        let body = if left.is_empty() {
            json!({"enabled": false})
        } else {
            json!({"enabled": true, "actions": left})
        };
        self.change(object_type, &body).await;
    }

    /// Has all of an object type again that it was made with.
    pub async fn regains(&self, object_type: &str) {
        let body = json!({
            "enabled": true, "actions": self.actions[object_type], "constraints": null
        });
        self.change(object_type, &body).await;
    }

    /// Has its permissions for those objects only that the filter finds.
    pub async fn only(&self, object_type: &str, filter: &Value) {
        self.change(object_type, &json!({"constraints": filter}))
            .await;
    }

    async fn change(&self, object_type: &str, body: &Value) {
        let id = json!(self.grants[object_type]);
        changed(self.admin, "users/permissions", &id, body).await;
    }
}

async fn made(admin: &Server, path: &str, body: Value) -> Value {
    let (status, made) = admin.send("POST", &format!("{path}/"), &body).await;
    assert_eq!(status, 201, "{path}: {made}");
    made
}

async fn changed(admin: &Server, path: &str, id: &Value, body: &Value) {
    let (status, answer) = admin.send("PATCH", &format!("{path}/{id}/"), body).await;
    assert_eq!(status, 200, "{path}: {answer}");
}
