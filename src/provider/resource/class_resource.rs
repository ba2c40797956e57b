//! What the class resources share: they check their arguments and complete them at plan time, and
//! touch no server.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::fabric::catalog::Catalog;
use crate::provider::value;
use crate::tf::resource::{
    ApplyAnswer, ApplyRequest, Context, PlanAnswer, PlanRequest, ReadRequest, Resource,
};
use crate::tf::schema::Schema;
use crate::tf::value::Value;

/// What differs between the classes.
pub trait Specification: Send + Sync + 'static {
    const NAME: &'static str;
    fn schema() -> Schema;
    /// The computed attributes, `None` while arguments that decide them are unknown or wrong; and
    /// everything that is wrong.
    fn check(config: &Value, catalog: &Catalog) -> (Option<BTreeMap<String, Value>>, Diagnostics);
}

/// A class resource.
#[derive(Debug)]
pub struct ClassResource<S> {
    catalog: &'static Catalog,
    specification: PhantomData<S>,
}

impl<S: Specification> ClassResource<S> {
    pub fn new(catalog: &'static Catalog) -> Self {
        Self {
            catalog,
            specification: PhantomData,
        }
    }
}

#[tonic::async_trait]
impl<S: Specification> Resource for ClassResource<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn schema(&self) -> Schema {
        S::schema()
    }

    /// Errors only: warnings are said once, by the plan.
    fn validate(&self, config: &Value) -> Diagnostics {
        let (_, diagnostics) = S::check(config, self.catalog);
        let mut errors = Diagnostics::new();
        errors.extend(
            diagnostics
                .into_iter()
                .filter(|d| d.severity == Severity::Error),
        );
        errors
    }

    fn plan(&self, request: &PlanRequest) -> PlanAnswer {
        let (Some(config), Some(proposed)) = (&request.config, &request.proposed) else {
            return PlanAnswer::default();
        };
        let (computed, diagnostics) = S::check(config, self.catalog);
        let computed = computed.unwrap_or_else(|| value::computed_unknown(&S::schema()));
        let planned = value::with(proposed, computed);
        PlanAnswer {
            planned: Some(planned),
            diagnostics,
            ..PlanAnswer::default()
        }
    }

    async fn check(&self, _: &Context, _: &PlanRequest, _: &PlanAnswer) -> Diagnostics {
        Diagnostics::new()
    }

    async fn read(&self, _: &Context, request: ReadRequest) -> ApplyAnswer {
        ApplyAnswer {
            state: Some(request.state),
            private: request.private,
            diagnostics: Diagnostics::new(),
        }
    }

    async fn apply(&self, _: &Context, request: ApplyRequest) -> ApplyAnswer {
        ApplyAnswer {
            state: request.planned,
            ..ApplyAnswer::default()
        }
    }

    async fn import(&self, _: &Context, id: &str) -> ApplyAnswer {
        let fault = Diagnostic::error(
            "A class cannot be imported",
            format!(
                "{} \"{id}\" has no object in NetBox: it is part of the design. Write its block; \
                 the next plan creates it without touching NetBox.",
                S::NAME
            ),
        );
        ApplyAnswer {
            diagnostics: fault.into(),
            ..ApplyAnswer::default()
        }
    }
}
