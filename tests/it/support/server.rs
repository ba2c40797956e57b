//! The `NetBox` that a test talks to: the fake one always, a real one where its address is given.

use std::collections::BTreeMap;
use std::time::Duration;

use hedgehog::netbox::kind::{KINDS, Kind};
use hedgehog::netbox::{Client, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::blueprints::CAGES;

/// A server with a seeded catalogue, and a site of the test's own.
#[derive(Debug)]
pub struct Server {
    pub url: String,
    pub token: String,
    pub site: String,
    http: reqwest::Client,
}

impl Server {
    /// The real one, which `make acceptance` starts.
    pub async fn real(site: &str) -> Self {
        let read = |name: &str| {
            std::env::var(name)
                .unwrap_or_else(|_| panic!("{name} is not set: run `make acceptance`"))
        };
        Self::at(read("NETBOX_SERVER_URL"), read("NETBOX_API_TOKEN"), site).await
    }

    pub async fn at(url: String, token: String, site: &str) -> Self {
        let server = Self {
            url,
            token,
            site: site.to_owned(),
            http: reqwest::Client::new(),
        };
        server.seed().await;
        server
    }

    /// The same server, as another user sees it.
    pub fn with_token(&self, token: String) -> Self {
        Self {
            url: self.url.clone(),
            token,
            site: self.site.clone(),
            http: self.http.clone(),
        }
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings::new(self.url.clone(), SecretString::from(self.token.clone()));
        settings.retry_pause = Duration::from_millis(1);
        settings
    }

    pub fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    /// One request, as a person with curl would send it.
    pub async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/api/{path}", self.url.trim_end_matches('/'));
        let mut request = self.http.request(method.parse().unwrap(), url);
        request = request.header("Authorization", format!("Bearer {}", self.token));
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    /// Creates an object, or finds the one that is there by this filter.
    pub async fn ensure(&self, path: &str, filter: &str, body: Value) -> u64 {
        let (_, found) = self
            .send("GET", &format!("{path}/?{filter}"), &Value::Null)
            .await;
        if let Some(id) = found["results"][0]["id"].as_u64() {
            return id;
        }
        let (status, made) = self.send("POST", &format!("{path}/"), &body).await;
        assert_eq!(status, 201, "{path}: {made}");
        made["id"].as_u64().unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, value) = self.send("GET", path, &Value::Null).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    /// Objects in each table, but for custom fields and roles, which stay.
    pub async fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        let stay = ["extras/custom-fields", "dcim/device-roles"];
        for kind in KINDS
            .iter()
            .filter(|kind: &&&Kind| !stay.contains(&kind.path))
        {
            let page = self.get(&format!("{}/?limit=1", kind.path)).await;
            counts.insert(kind.path, page["count"].as_u64().unwrap());
        }
        counts
    }

    async fn seed(&self) {
        self.ensure(
            "dcim/sites",
            &format!("slug={}", self.site),
            json!({"name": self.site, "slug": self.site}),
        )
        .await;
        let acme = self
            .ensure(
                "dcim/manufacturers",
                "slug=acme",
                json!({"name": "Acme", "slug": "acme"}),
            )
            .await;
        let switch = json!({"manufacturer": acme, "model": "SW16", "slug": "sw16"});
        let switch = self.ensure("dcim/device-types", "slug=sw16", switch).await;
        for cage in 1..=CAGES {
            let body = json!({"device_type": switch, "name": format!("E1/{cage}"), "type": "800gbase-x-osfp"});
            let filter = format!("device_type_id={switch}&name=E1/{cage}");
            self.ensure("dcim/interface-templates", &filter, body).await;
        }
        let bay = json!({"device_type": switch, "name": format!("E1/{CAGES}")});
        let filter = format!("device_type_id={switch}&name=E1/{CAGES}");
        self.ensure("dcim/module-bay-templates", &filter, bay).await;
        let server = json!({"manufacturer": acme, "model": "Server 1", "slug": "server1"});
        self.ensure("dcim/device-types", "slug=server1", server)
            .await;
        let nic = json!({"manufacturer": acme, "model": "NIC 2x200/a"});
        let nic = self
            .ensure("dcim/module-types", "model=NIC%202x200/a", nic)
            .await;
        let optic = json!({"manufacturer": acme, "model": "Optic 200G"});
        self.ensure("dcim/module-types", "model=Optic%20200G", optic)
            .await;
        for port in 0..2 {
            let body = json!({"module_type": nic, "name": format!("p{port}"), "type": "200gbase-x-qsfp56"});
            let filter = format!("module_type_id={nic}&name=p{port}");
            self.ensure("dcim/interface-templates", &filter, body).await;
        }
    }
}
