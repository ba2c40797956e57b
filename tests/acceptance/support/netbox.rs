//! What a test sees of `NetBox`, through its own API and not through the provider's client.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

/// The server that `make test` started, with an empty database.
pub struct NetBox {
    pub url: String,
    pub token: String,
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

    fn connect() -> Self {
        let variable = |name: &str| {
            std::env::var(name).unwrap_or_else(|_| {
                panic!("{name} is not set: run `make test`, or see tests/acceptance/main.rs")
            })
        };
        Self {
            url: variable("NETBOX_SERVER_URL"),
            token: variable("NETBOX_API_TOKEN"),
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

    pub fn get(&self, path: &str) -> Value {
        self.send(&reqwest::Method::GET, path, None)
    }

    fn send(&self, method: &reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let address = format!("{}/api/{path}", self.url.trim_end_matches('/'));
        self.runtime.block_on(async {
            let mut request = self
                .http
                .request(method.clone(), &address)
                .header("Authorization", format!("Bearer {}", self.token));
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

/// An empty database again, at the same address with the same token.
fn reset() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/netbox/netbox");
    let instance = std::env::var("HEDGEHOG_NETBOX_INSTANCE")
        .expect("HEDGEHOG_NETBOX_INSTANCE says what may be emptied");
    let output = Command::new(script)
        .args(["reset", &instance])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{script} reset {instance} failed: {said}"
    );
}
