//! What a resource author writes. The signatures are the fence: [`Resource::plan`] is not async and
//! gets no client, so it cannot depend on what a server answers; [`Resource::check`] may read, and
//! can yield diagnostics only.

use tokio_util::sync::CancellationToken;

use super::schema::Schema;
use super::value::Value;
use crate::diag::{Diagnostics, Path};

/// What goes with every call that may do I/O.
#[derive(Debug, Clone)]
pub struct Context {
    /// Fires when Terraform asks to stop, or has died.
    pub cancel: CancellationToken,
    /// Where an apply leaves the state that is true now, in case it panics later.
    pub checkpoint: Checkpoint,
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
}

/// The provider block and what it holds. One instance serves one connection of Terraform.
pub trait Provider: Send + Sync {
    fn schema(&self) -> Schema;
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Unknown values are no fault: what needs them says so when it is used.
    fn configure(&self, config: &Value, terraform_version: &str) -> Diagnostics;
    /// In alphabetical order.
    fn resources(&self) -> Vec<std::sync::Arc<dyn Resource>>;
}

/// Placeholder until tf::server defines it.
#[derive(Debug, Clone, Default)]
pub struct Checkpoint;
