//! `hedgehog_topology_plan`: the fabric.
//!
//! | file | what it does |
//! |---|---|
//! | `schema` | arguments and results |
//! | `planned` | pure: configuration and intended record to planned values and the next record |
//! | `outputs` | pure: a blueprint as computed attributes |
//! | `status` | pure: the workflow, and its allowed steps |
//! | `target` | pure: what the plan lands in, read from its values |
//! | `timeouts` | how long an operation may take |
//! | `refresh` | reads `NetBox`: the state as it is now |
//! | `import` | reads `NetBox`: a plan whose state is lost |
//! | `check` | reads `NetBox`: what stands in a plan's way |
//! | `act` | writes `NetBox`: create, update, destroy; keeps a draft out of it |

mod act;
mod check;
mod import;
mod outputs;
mod planned;
mod refresh;
pub mod schema;
mod status;
mod target;
mod timeouts;

use std::sync::Arc;

use super::super::decode::Findings;
use super::super::session::Session;
use super::super::translate::{self, Home};
use crate::diag::{Diagnostics, Severity};
use crate::fabric;
use crate::fabric::catalog::Catalog;
use crate::reconcile::Scope;
use crate::tf::resource::{
    ApplyAnswer, ApplyRequest, Context, PlanAnswer, PlanRequest, ReadRequest, Resource,
};
use crate::tf::schema::Schema;
use crate::tf::value::Value;

/// The resource.
#[derive(Debug)]
pub struct TopologyPlanResource {
    catalog: &'static Catalog,
    session: Arc<Session>,
}

impl TopologyPlanResource {
    pub fn new(catalog: &'static Catalog, session: Arc<Session>) -> Self {
        Self { catalog, session }
    }
}

#[tonic::async_trait]
impl Resource for TopologyPlanResource {
    fn name(&self) -> &'static str {
        "hedgehog_topology_plan"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    /// Errors only: warnings are said once, by the plan.
    fn validate(&self, config: &Value) -> Diagnostics {
        let mut findings = Findings::default();
        let mut errors = Diagnostics::new();
        if let Some(design) = translate::read(config, &mut findings) {
            let problems = fabric::plan(&design, self.catalog, None).problems;
            let problems = problems.iter().filter(|p| p.severity == Severity::Error);
            errors.extend(problems.map(|p| translate::diagnostic(p, Home::Plan)));
        }
        errors.extend(translate::findable(findings));
        let mut findings = Findings::default();
        target::target(config, Scope::draft(""), &mut findings);
        timeouts::check(config, &mut findings);
        errors.extend(findings.diagnostics);
        errors
    }

    fn plan(&self, request: &PlanRequest) -> PlanAnswer {
        planned::plan(request, self.catalog)
    }

    async fn check(
        &self,
        context: &Context,
        request: &PlanRequest,
        answer: &PlanAnswer,
    ) -> Diagnostics {
        check::check(self, context, request, answer).await
    }

    async fn read(&self, context: &Context, request: ReadRequest) -> ApplyAnswer {
        refresh::read(self, context, request).await
    }

    async fn apply(&self, context: &Context, request: ApplyRequest) -> ApplyAnswer {
        act::apply(self, context, request).await
    }

    async fn import(&self, context: &Context, id: &str) -> ApplyAnswer {
        import::import(self, context, id).await
    }
}
