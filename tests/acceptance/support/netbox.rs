//! What a test sees of `NetBox`, through its own API and not through the provider's client.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

/// The server that `make test` started, with an empty database.
pub struct NetBox {
    pub url: String,
    pub token: String,
    /// Schema id of the branch that is looked at; main otherwise.
    branch: Option<String>,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
}

/// The collections that a plan may add to; used to see that destroy leaves nothing behind.
pub const INVENTORY: [&str; 11] = [
    "dcim/devices",
    "dcim/interfaces",
    "dcim/cables",
    "dcim/modules",
    "dcim/module-bays",
    "dcim/device-types",
    "dcim/module-types",
    "dcim/interface-templates",
    "dcim/manufacturers",
    "dcim/sites",
    "extras/tags",
];

impl NetBox {
    /// A database with nothing in it but the site `dc1`.
    pub fn fresh() -> Self {
        let netbox = Self::connect();
        reset();
        netbox.post("dcim/sites", &json!({"name": "DC 1", "slug": "dc1"}));
        netbox
    }

    /// The same server, as it is on a branch.
    pub fn on_branch(&self, schema_id: &str) -> Self {
        let branch = Some(schema_id.to_owned());
        Self::at(self.url.clone(), self.token.clone(), branch)
    }

    fn connect() -> Self {
        let variable = |name: &str| {
            std::env::var(name).unwrap_or_else(|_| {
                panic!("{name} is not set: run `make test`, or see tests/acceptance/main.rs")
            })
        };
        Self::at(
            variable("NETBOX_SERVER_URL"),
            variable("NETBOX_API_TOKEN"),
            None,
        )
    }

    fn at(url: String, token: String, branch: Option<String>) -> Self {
        Self {
            url,
            token,
            branch,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            http: reqwest::Client::builder()
                // A kept connection may be closed by the server while a test waits for Terraform.
                .pool_max_idle_per_host(0)
                .no_proxy()
                .build()
                .unwrap(),
        }
    }

    pub fn post(&self, collection: &str, body: &Value) -> Value {
        self.send(
            &reqwest::Method::POST,
            &format!("{collection}/"),
            Some(body),
        )
    }

    pub fn patch(&self, collection: &str, id: u64, body: &Value) -> Value {
        self.send(
            &reqwest::Method::PATCH,
            &format!("{collection}/{id}/"),
            Some(body),
        )
    }

    pub fn delete(&self, collection: &str, id: u64) {
        self.send(
            &reqwest::Method::DELETE,
            &format!("{collection}/{id}/"),
            None,
        );
    }

    pub fn count(&self, collection: &str, query: &str) -> u64 {
        let page = self.get(&format!("{collection}/?limit=1&fields=id&{query}"));
        page["count"].as_u64().unwrap()
    }

    /// How many objects each collection of [`INVENTORY`] has.
    pub fn census(&self) -> BTreeMap<&'static str, u64> {
        INVENTORY
            .into_iter()
            .map(|collection| (collection, self.count(collection, "")))
            .collect()
    }

    /// What a plan made, object by object and without what differs from run to run; sorted.
    pub fn inventory(&self) -> Vec<String> {
        let collections = [
            (
                "dcim/devices",
                "name,status,role,device_type,site,tags,description,custom_fields",
            ),
            (
                "dcim/interfaces",
                "name,device,module,type,enabled,custom_fields,cable_end,link_peers",
            ),
            ("dcim/cables", "status,tags,custom_fields"),
            (
                "dcim/modules",
                "device,module_bay,module_type,status,custom_fields",
            ),
            ("dcim/module-bays", "name,device,label,custom_fields"),
            ("extras/tags", "name,slug"),
        ];
        let mut lines = Vec::new();
        for (collection, fields) in collections {
            for mut object in self.all(collection, &format!("fields={fields}")) {
                plain(&mut object);
                lines.push(format!("{collection} {object}"));
            }
        }
        lines.sort();
        lines
    }

    /// All objects of a collection.
    pub fn all(&self, collection: &str, query: &str) -> Vec<Value> {
        let mut objects = Vec::new();
        loop {
            let offset = objects.len();
            let page = self.get(&format!(
                "{collection}/?limit=1000&offset={offset}&ordering=id&{query}"
            ));
            let rows = page["results"].as_array().unwrap();
            objects.extend(rows.iter().cloned());
            if page["next"].is_null() {
                return objects;
            }
        }
    }

    /// The one object that a query finds.
    pub fn one(&self, collection: &str, query: &str) -> Value {
        let mut found = self.all(collection, query);
        assert_eq!(found.len(), 1, "{collection}?{query} finds {found:?}");
        found.remove(0)
    }

    /// The newest entry of the change log.
    pub fn last_change(&self) -> u64 {
        let newest = self.get("core/object-changes/?limit=1&ordering=-id");
        newest["results"][0]["id"].as_u64().unwrap()
    }

    /// Kinds of the objects that were written after this entry of the change log.
    pub fn written(&self, since: u64) -> Vec<String> {
        let changes = self.all("core/object-changes", &format!("id__gt={since}"));
        let kinds = changes.iter();
        kinds
            .map(|change| change["changed_object_type"].to_string())
            .collect()
    }

    pub fn get(&self, path: &str) -> Value {
        self.send(&reqwest::Method::GET, path, None)
    }

    pub fn send(&self, method: &reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let address = format!("{}/api/{path}", self.url.trim_end_matches('/'));
        self.runtime.block_on(async {
            let mut request = self
                .http
                .request(method.clone(), &address)
                .header("Authorization", format!("Bearer {}", self.token));
            if let Some(branch) = &self.branch {
                request = request.header("X-NetBox-Branch", branch);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let text = answer.text().await.unwrap();
            assert!(status.is_success(), "{method} {address}: {status}: {text}");
            if text.is_empty() {
                Value::Null
            } else {
                serde_json::from_str(&text).unwrap()
            }
        })
    }
}

/// Takes away what differs from run to run.
fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let passing = [
                "id",
                "url",
                "display",
                "display_url",
                "created",
                "last_updated",
                "cable",
            ];
            map.retain(|name, _| !passing.contains(&name.as_str()));
            if let Some(marker) = map.get_mut("hedgehog_plan_id") {
                *marker = json!(marker.is_string());
            }
            map.values_mut().for_each(plain);
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An empty database again, at the same address with the same token.
fn reset() {
    control("reset");
}

/// Has the background jobs done that wait, and returns when none is left.
pub fn work() {
    control("work");
}

/// Kills the web server in the middle of what it does, and starts it again.
pub fn restart_web() {
    control("restart-web");
}

fn control(command: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/netbox/netbox");
    let instance = std::env::var("HEDGEHOG_NETBOX_INSTANCE")
        .expect("HEDGEHOG_NETBOX_INSTANCE says what may be emptied");
    let output = Command::new(script)
        .args([command, &instance])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{script} {command} {instance} failed: {said}"
    );
}
