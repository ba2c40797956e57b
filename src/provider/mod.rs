//! Our resources: glue, and the only place where all layers meet.
//!
//! To add a resource: one file in `resource/`, one line in [`HedgehogProvider::resources`].

mod class;
mod config;
mod decode;
mod duration;
mod record;
mod resource;
mod session;
pub mod shown;
mod translate;
mod tried;
mod value;

use std::sync::Arc;
use std::time::Duration;

pub use config::Environment;
pub use translate::path_of;

use crate::diag::Diagnostics;
use crate::fabric::catalog::Catalog;
use crate::tf::resource::{Provider, Resource};
use crate::tf::schema::Schema;
use crate::tf::value::Value;
use resource::device_type::DeviceTypeResource;
use resource::module_type::ModuleTypeResource;
use resource::server_class::ServerClassResource;
use resource::switch_class::SwitchClassResource;
use resource::topology_plan::TopologyPlanResource;
use session::Session;

/// Where the registries of Terraform and OpenTofu have the provider.
pub const ADDRESSES: [&str; 2] = [
    "registry.terraform.io/githedgehog/hedgehog",
    "registry.opentofu.org/githedgehog/hedgehog",
];

/// The provider: its block, and the resources that share its session.
#[derive(Debug)]
pub struct HedgehogProvider {
    environment: Environment,
    session: Arc<Session>,
    catalog: &'static Catalog,
    /// Instead of the usual first pause before a second try.
    retry_pause: Option<Duration>,
}

impl HedgehogProvider {
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            session: Arc::new(Session::default()),
            catalog: Catalog::builtin(),
            retry_pause: None,
        }
    }

    /// The same with this first pause before a request is tried again: tests do not wait.
    #[must_use]
    pub fn pausing(self, retry_pause: Duration) -> Self {
        Self {
            retry_pause: Some(retry_pause),
            ..self
        }
    }
}

impl Provider for HedgehogProvider {
    fn schema(&self) -> Schema {
        config::schema()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        config::decode(config, &self.environment).1
    }

    fn configure(&self, config: &Value, _terraform_version: &str) -> Diagnostics {
        let (mut settings, diagnostics) = config::decode(config, &self.environment);
        if let (Ok(connection), Some(pause)) = (&mut settings.connection, self.retry_pause) {
            connection.retry_pause = pause;
        }
        self.session.configure(settings);
        diagnostics
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        let (catalog, session) = (self.catalog, &self.session);
        vec![
            Arc::new(DeviceTypeResource::new(catalog, session.clone())),
            Arc::new(ModuleTypeResource::new(catalog, session.clone())),
            Arc::new(ServerClassResource::new(catalog)),
            Arc::new(SwitchClassResource::new(catalog)),
            Arc::new(TopologyPlanResource::new(catalog, session.clone())),
        ]
    }
}
