//! What one connection of Terraform talks to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::diag::Diagnostic;
use crate::tf::data_source::DataSource;
use crate::tf::function::Function;
use crate::tf::resource::{Provider, Resource};
use crate::tf::schema::Schema;
use crate::tf::types::Type;

/// A resource or data source with its schema, which is asked for once.
pub(super) struct Entry<T: ?Sized> {
    pub(super) item: Arc<T>,
    schema: OnceLock<(Schema, Type)>,
}

impl<T: ?Sized> Entry<T> {
    fn new(item: Arc<T>) -> Self {
        Self {
            item,
            schema: OnceLock::new(),
        }
    }
}

fn typed(schema: Schema) -> (Schema, Type) {
    let ty = schema.ty();
    (schema, ty)
}

impl Entry<dyn Resource> {
    pub(super) fn schema(&self) -> &(Schema, Type) {
        self.schema.get_or_init(|| typed(self.item.schema()))
    }
}

impl Entry<dyn DataSource> {
    pub(super) fn schema(&self) -> &(Schema, Type) {
        self.schema.get_or_init(|| typed(self.item.schema()))
    }
}

/// A provider, whether it is configured, and what stops its calls.
pub struct Session {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) resources: BTreeMap<&'static str, Entry<dyn Resource>>,
    pub(super) data_sources: BTreeMap<&'static str, Entry<dyn DataSource>>,
    pub(super) functions: BTreeMap<&'static str, Arc<dyn Function>>,
    configured: AtomicBool,
    /// Child of `shutdown`; replaced when it has fired.
    stop: Mutex<CancellationToken>,
    shutdown: CancellationToken,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("configured", &self.configured)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Its calls end when `shutdown` fires.
    pub fn new(provider: Arc<dyn Provider>, shutdown: &CancellationToken) -> Self {
        let resources = provider.resources().into_iter();
        let data_sources = provider.data_sources().into_iter();
        let functions = provider.functions().into_iter();
        Self {
            resources: resources.map(|r| (r.name(), Entry::new(r))).collect(),
            data_sources: data_sources.map(|d| (d.name(), Entry::new(d))).collect(),
            functions: functions.map(|f| (f.name(), f)).collect(),
            provider,
            configured: AtomicBool::new(false),
            stop: Mutex::new(shutdown.child_token()),
            shutdown: shutdown.clone(),
        }
    }

    /// For a call that starts now.
    pub(super) fn token(&self) -> CancellationToken {
        self.stop
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .child_token()
    }

    /// Cancels the calls in flight, not those to come.
    pub(super) fn stop(&self) {
        let fresh = self.shutdown.child_token();
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *stop, fresh).cancel();
    }

    pub(super) fn mark_configured(&self) {
        self.configured.store(true, Ordering::Release);
    }

    pub(super) fn require_configured(&self) -> Result<(), Diagnostic> {
        if self.configured.load(Ordering::Acquire) {
            return Ok(());
        }
        let detail = "Terraform asked for something that needs the provider's configuration before it \
                      sent that configuration. If you see this in normal use, please report it.";
        Err(Diagnostic::error(
            "The provider is not configured yet",
            detail,
        ))
    }

    pub(super) fn resource(&self, name: &str) -> Result<&Entry<dyn Resource>, Status> {
        self.resources
            .get(name)
            .ok_or_else(|| unknown("resource type", name))
    }

    pub(super) fn data_source(&self, name: &str) -> Result<&Entry<dyn DataSource>, Status> {
        self.data_sources
            .get(name)
            .ok_or_else(|| unknown("data source", name))
    }
}

fn unknown(kind: &str, name: &str) -> Status {
    Status::invalid_argument(format!("this provider has no {kind} {name:?}"))
}
