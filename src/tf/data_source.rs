//! What is read and never written.

use super::resource::Context;
use super::schema::Schema;
use super::value::Value;
use crate::diag::Diagnostics;

#[derive(Debug, Default)]
pub struct DataAnswer {
    /// The configuration with its computed attributes filled, wholly known. `None` beside an error.
    pub state: Option<Value>,
    pub diagnostics: Diagnostics,
}

#[tonic::async_trait]
pub trait DataSource: Send + Sync {
    /// With the provider's prefix.
    fn name(&self) -> &'static str;

    fn schema(&self) -> Schema;

    /// Checks what can be said of the configuration alone; unknowns are no fault.
    fn validate(&self, config: &Value) -> Diagnostics;

    /// Whether [`DataSource::read`] works without a configured provider.
    fn needs_provider(&self) -> bool {
        true
    }

    /// Called with a wholly known configuration.
    async fn read(&self, context: &Context, config: &Value) -> DataAnswer;
}
