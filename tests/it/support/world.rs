//! Our provider over its socket, before a fake `NetBox` or none, and a small plan to drive it with.

use std::sync::Arc;
use std::time::Duration;

use hedgehog::provider::{Environment, HedgehogProvider};
use hedgehog::tf::host::Mode;
use hedgehog::tf::json;
use hedgehog::tf::proto::tfplugin6 as pb;
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::value::Value;
use serde_json::{Value as Json, json as json_value};

use super::client::Hosted;
use super::core::{Applied, Core, failed};
use super::fake_netbox::{FakeNetbox, TOKEN};
use super::server::Server;
use super::thing::Shared;

/// A provider over its socket, and the server that it is configured for.
pub struct World {
    pub hosted: Hosted,
    pub fake: FakeNetbox,
    pub server: Server,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With further variables in the provider's environment.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let fake = FakeNetbox::start().await;
        let server = Server::at(fake.url.clone(), TOKEN.to_owned(), "dc1").await;
        let url = fake.url.clone();
        let environment = Environment::read(|variable| match variable {
            "NETBOX_SERVER_URL" => Some(url.clone()),
            "NETBOX_API_TOKEN" => Some(TOKEN.to_owned()),
            _ => {
                let mut given = variables.iter().filter(|(name, _)| *name == variable);
                given.next().map(|(_, value)| (*value).to_owned())
            }
        });
        Self {
            hosted: hosted(environment),
            fake,
            server,
        }
    }

    pub async fn core(&self, type_name: &'static str) -> Core {
        core(&self.hosted, type_name).await
    }

    /// Another provider before the same `NetBox`, as another Terraform state has it.
    pub fn another(&self) -> Hosted {
        let url = self.fake.url.clone();
        hosted(Environment::read(|variable| match variable {
            "NETBOX_SERVER_URL" => Some(url.clone()),
            "NETBOX_API_TOKEN" => Some(TOKEN.to_owned()),
            _ => None,
        }))
    }

    pub async fn census(&self) -> Vec<(&'static str, u64)> {
        let mut census = Vec::new();
        for path in [
            "dcim/devices",
            "dcim/interfaces",
            "dcim/cables",
            "dcim/modules",
            "extras/tags",
        ] {
            let (_, page) = self
                .server
                .send("GET", &format!("{path}/?limit=1"), &Json::Null)
                .await;
            census.push((path, page["count"].as_u64().unwrap()));
        }
        census
    }
}

/// The provider, started in this environment.
pub fn hosted(environment: Environment) -> Hosted {
    hosted_as(Mode::Hosted, environment)
}

/// The same for a Terraform that attaches to it, under the name of the things' provider.
pub fn attachable() -> Hosted {
    hosted_as(Mode::Reattach, Environment::default())
}

fn hosted_as(mode: Mode, environment: Environment) -> Hosted {
    let factory = Box::new(move || -> Arc<dyn hedgehog::tf::resource::Provider> {
        let provider = HedgehogProvider::new(environment.clone());
        Arc::new(provider.pausing(Duration::from_micros(100)))
    });
    Hosted::start_with(mode, factory, Shared::default())
}

/// A configured connection that drives one resource.
pub async fn core(hosted: &Hosted, type_name: &'static str) -> Core {
    let provider = HedgehogProvider::new(Environment::default());
    let resources = provider.resources();
    let resource = resources.iter().find(|r| r.name() == type_name).unwrap();
    let mut client = hosted.client().await;
    let empty = Value::object([]);
    let mut block = empty;
    provider.schema().block.complete(&mut block);
    let config = hedgehog::tf::msgpack::encode(&block, &provider.schema().ty()).unwrap();
    let request = pb::configure_provider::Request {
        config: Some(pb::DynamicValue {
            msgpack: config,
            json: Vec::new(),
        }),
        ..pb::configure_provider::Request::default()
    };
    let answer = client
        .configure_provider(request)
        .await
        .unwrap()
        .into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    Core::new(client, type_name, resource.schema())
}

pub fn value(core: &Core, json: &Json) -> Value {
    json::from_json(json, &core.schema.ty()).unwrap()
}

pub fn words(diagnostics: &[pb::Diagnostic]) -> String {
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|d| format!("{}: {}", d.summary, d.detail))
        .collect();
    lines.join("\n")
}

#[track_caller]
pub fn fine(applied: Applied) -> Applied {
    assert!(
        !failed(&applied.diagnostics),
        "{}",
        words(&applied.diagnostics)
    );
    applied
}

pub fn leaf() -> Json {
    json_value!({
        "name": "leaf", "fabric": "f", "role": "server-leaf", "profile": "celestica-ds5000",
        "device_type": "acme/sw16",
        "zone": {
            "servers": {"type": "server", "ports": "1", "breakout": "2x400G"},
            "uplinks": {"type": "uplink", "ports": "2-3"},
        }
    })
}

/// The small plan with so many servers, applied; its state.
pub async fn applied(quantity: u32) -> (World, Core, Applied) {
    let world = World::start().await;
    let mut core = world.core("hedgehog_topology_plan").await;
    let config = value(&core, &plan(quantity));
    let state = fine(core.run(&Applied::default(), Some(config)).await);
    (world, core, state)
}

/// The same with something in it that is not known yet.
pub fn unknown_at(config: &Value, path: &[&str]) -> Value {
    let Some((name, rest)) = path.split_first() else {
        return Value::unknown();
    };
    config
        .clone()
        .with(name, unknown_at(config.get(name), rest))
}

pub fn plan(quantity: u32) -> Json {
    json_value!({
        "name": "small", "site": "dc1",
        "switch_classes": {
            "leaf": leaf(),
            "spine": {
                "fabric": "f", "role": "spine", "profile": "celestica-ds5000",
                "device_type": "acme/sw16",
                "zone": {"down": {"type": "fabric", "ports": "1-4"}}
            }
        },
        "server_classes": {"compute": {
            "quantity": quantity, "device_type": "acme/server1",
            "nic": {"fe": {"module_type": "acme/NIC 2x200/a", "ports": ["p0", "p1"]}},
            "attachment": {"fe": {
                "nic": "fe", "ports": 2, "distribution": "alternating",
                "zone": "leaf/servers", "speed": 400
            }}
        }}
    })
}
