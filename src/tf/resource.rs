//! What a resource author writes. The signatures are the fence: [`Resource::plan`] is not async and
//! gets no client, so it cannot depend on what a server answers; [`Resource::check`] may read, and
//! can yield diagnostics only.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::data_source::DataSource;
use super::function::Function;
use super::json;
use super::schema::Schema;
use super::value::Value;
use crate::diag::{Diagnostic, Diagnostics, Path};

/// What goes with every call that may do I/O.
#[derive(Debug, Clone)]
pub struct Context {
    /// Fires when Terraform asks to stop, or has died.
    pub cancel: CancellationToken,
    /// Where an apply leaves the state that is true now, in case it panics later.
    pub checkpoint: Checkpoint,
}

impl Context {
    pub fn new(cancel: CancellationToken) -> Self {
        Self {
            cancel,
            checkpoint: Checkpoint::default(),
        }
    }
}

/// What an apply has reached so far. If the apply panics, the last one saved is what Terraform keeps;
/// without one it keeps the prior state, or nothing if there was none.
#[derive(Debug, Clone, Default)]
pub struct Checkpoint(Arc<Mutex<Option<Saved>>>);

/// A state and the private data beside it.
type Saved = (Value, Vec<u8>);

impl Checkpoint {
    /// The state has to be wholly known.
    pub fn save(&self, state: Value, private: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, private));
    }

    /// What was saved last.
    pub fn take(&self) -> Option<(Value, Vec<u8>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[derive(Debug)]
pub struct PlanRequest {
    /// `None`: nothing exists yet.
    pub prior: Option<Value>,
    /// `None`: to be destroyed.
    pub config: Option<Value>,
    /// Configuration, with prior values in computed attributes; `None` on destroy.
    pub proposed: Option<Value>,
    pub private: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct PlanAnswer {
    /// `None` on destroy.
    pub planned: Option<Value>,
    pub requires_replace: Vec<Path>,
    pub private: Vec<u8>,
    pub diagnostics: Diagnostics,
}

#[derive(Debug)]
pub struct ApplyRequest {
    pub prior: Option<Value>,
    /// `None`: destroy.
    pub planned: Option<Value>,
    pub config: Option<Value>,
    pub private: Vec<u8>,
}

/// What is true afterwards, also when it failed half-way.
#[derive(Debug, Default)]
pub struct ApplyAnswer {
    /// `None`: it does not exist.
    pub state: Option<Value>,
    pub private: Vec<u8>,
    pub diagnostics: Diagnostics,
}

#[derive(Debug)]
pub struct ReadRequest {
    pub state: Value,
    pub private: Vec<u8>,
}

#[tonic::async_trait]
pub trait Resource: Send + Sync {
    /// With the provider's prefix: `hedgehog_switch_class`.
    fn name(&self) -> &'static str;

    fn schema(&self) -> Schema;

    /// Checks what can be said of the configuration alone; unknowns are no fault.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Decides. Pure.
    fn plan(&self, request: &PlanRequest) -> PlanAnswer;

    /// Looks at the server before a plan is shown: reads only, and says only.
    async fn check(
        &self,
        context: &Context,
        request: &PlanRequest,
        answer: &PlanAnswer,
    ) -> Diagnostics;

    /// The state that is true now; `None`: gone.
    async fn read(&self, context: &Context, request: ReadRequest) -> ApplyAnswer;

    /// Acts.
    async fn apply(&self, context: &Context, request: ApplyRequest) -> ApplyAnswer;

    /// State enough for [`Resource::read`] to fill.
    async fn import(&self, context: &Context, id: &str) -> ApplyAnswer;

    /// The state that an older version of the schema wrote. As it stands it takes the older shape for
    /// the present one: attributes that were added are null, those that are gone are dropped.
    fn upgrade(&self, version: i64, state: &serde_json::Value) -> Result<Value, Diagnostics> {
        json::from_json(state, &self.schema().ty()).map_err(|error| {
            let detail = format!(
                "Version {version} of its schema wrote a value that this one cannot take: {error}."
            );
            Diagnostic::error(format!("A saved {} cannot be read", self.name()), detail).into()
        })
    }
}

/// The provider block and what it holds. One instance serves one connection of Terraform.
pub trait Provider: Send + Sync {
    fn schema(&self) -> Schema;
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Unknown values are no fault: what needs them says so when it is used.
    fn configure(&self, config: &Value, terraform_version: &str) -> Diagnostics;
    /// In alphabetical order.
    fn resources(&self) -> Vec<Arc<dyn Resource>>;
    /// In alphabetical order.
    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        Vec::new()
    }
    /// In alphabetical order. They are called without [`Provider::configure`].
    fn functions(&self) -> Vec<Arc<dyn Function>> {
        Vec::new()
    }
}
