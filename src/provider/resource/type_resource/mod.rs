//! What `hedgehog_device_type` and `hedgehog_module_type` share: a type in `NetBox` is created where
//! it is missing and adopted where it is there.
//!
//! | file | what it knows |
//! |---|---|
//! | `block` | the arguments and results that both have |
//! | `look` | what a type in `NetBox` means for its state |
//! | `import` | takes a type into a state that another one has lost |

mod block;
mod import;
mod look;

use std::sync::Arc;

pub use block::{fault, interfaces, interfaces_value, optic_bays_argument, with_bays};
use look::{disowned, drifted, half_gone, is_ours, owner, really_gone, shown};

use crate::diag::{Diagnostic, Diagnostics};
use crate::netbox::{Client, NetboxError};
use crate::provider::decode::{Findings, Object};
use crate::provider::session::{NoClient, Session};
use crate::provider::value;
use crate::reconcile::types::{
    Claim, Owner, TypeError, TypeKind, TypeSpec, delete_type, ensure_type, find_type, hand_over,
    leaves_maker,
};
use crate::tf::plan;
use crate::tf::resource::{
    ApplyAnswer, ApplyRequest, Context, PlanAnswer, PlanRequest, ReadRequest, Resource,
};
use crate::tf::schema::{Attribute, Block, Schema};
use crate::tf::value::Value;

/// What differs between the two.
pub trait TypeResource: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    fn description(&self) -> &'static str;
    fn arguments(&self) -> Vec<Attribute>;
    /// Arguments that name the object: another value means another object.
    fn identity(&self) -> &'static [&'static str];
    /// What `NetBox` calls by that slug or model.
    fn named(&self, name: &str) -> TypeKind;
    /// Arguments that write the type out, the shortest first; each names it, not all do so with its ports.
    fn written(&self, spec: &TypeSpec) -> Vec<Value>;
    /// `None`: something is unknown or wrong, and `findings` has it.
    fn decode(&self, arguments: &Object<'_>, findings: &mut Findings) -> Option<TypeSpec>;
}

/// A resource that manages a type.
#[derive(Debug)]
pub struct Managed<T> {
    kind: T,
    session: Arc<Session>,
}

impl<T: TypeResource> Managed<T> {
    pub fn of(kind: T, session: Arc<Session>) -> Self {
        Self { kind, session }
    }

    fn spec(&self, value: &Value, findings: &mut Findings) -> Option<TypeSpec> {
        let arguments = Object::root(value, findings)?;
        let spec = self.kind.decode(&arguments, findings)?;
        (!findings.unknown && !findings.diagnostics.has_errors()).then_some(spec)
    }

    /// The type as it is now; for a state that was read or applied before.
    async fn look(
        &self,
        client: &Client,
        state: &Value,
    ) -> Result<(Option<Value>, Diagnostics), Diagnostics> {
        let word = owner(Some(state));
        let mut findings = Findings::default();
        let Some(spec) = self.spec(state, &mut findings) else {
            return Ok((Some(state.clone()), Diagnostics::new()));
        };
        let told = |error: NetboxError| Diagnostics::from(error.explain());
        let found = find_type(client, &spec, word).await.map_err(told)?;
        let same = found.as_ref().map(|found| found.id) == state.get("id").as_u64();
        if !same && is_ours(state) {
            really_gone(client, state, &spec, word).await?;
        }
        let known = found.as_ref().filter(|_| same);
        let said = known.and_then(|found| disowned(state, found, &spec, word));
        let state = match found {
            Some(found) => Some(shown(&drifted(state, &found), &spec, &found)),
            None if is_ours(state) && leaves_maker(client, &spec).await.map_err(told)? => {
                Some(half_gone(state))
            }
            None => None,
        };
        Ok((state, said.into_iter().collect()))
    }

    /// Removes the type if it is this state's, and no resource that was applied since has it.
    async fn remove(
        &self,
        client: &Client,
        spec: &TypeSpec,
        prior: Option<&Value>,
        successor: Option<String>,
    ) -> Result<ApplyAnswer, Diagnostics> {
        let own = owner(prior);
        let told = |error: TypeError| error.explain().into_iter().collect::<Diagnostics>();
        if let Some(state) = prior.filter(|state| is_ours(state)) {
            // What is hidden, or called otherwise, would be left behind.
            let (found, _) = self.look(client, state).await?;
            if found.is_some_and(|found| !is_ours(&found)) {
                return Ok(kept(spec));
            }
        }
        if let Some(successor) = successor {
            hand_over(client, spec, own, &successor)
                .await
                .map_err(told)?;
            return Ok(kept(spec));
        }
        delete_type(client, spec, own).await.map_err(|error| {
            let in_use = error.is_in_use().then(|| in_use(spec));
            in_use
                .into_iter()
                .chain(told(error))
                .collect::<Diagnostics>()
        })?;
        Ok(ApplyAnswer::default())
    }
}

/// Between plan and apply the mark of the type became another one.
fn changed_hands(spec: &TypeSpec) -> Diagnostic {
    Diagnostic::error(
        "The type changed hands",
        format!(
            "When the change was planned, the {called} was owned otherwise (`hedgehog_owner` in NetBox) than it \
             is now. Nothing more was written. Plan again.",
            called = called(spec)
        ),
    )
}

/// Terraform removes what is in the configuration no more before it changes what used it.
fn in_use(spec: &TypeSpec) -> Diagnostic {
    Diagnostic::error(
        "The type is still in use",
        format!(
            "Devices or modules are still of the {called}, so that NetBox does not remove it. Terraform removes a type \
             that is not in the configuration any more before it changes the plan that used it.\n\nPut the block of \
             the type back for this apply, and take it out afterwards. To replace a type in one apply, give its \
             block lifecycle {{ create_before_destroy = true }} first. If another configuration uses it, leave it to \
             that one: terraform state rm here, and terraform import ADDRESS '{reference}' there.",
            called = called(spec),
            reference = spec.reference()
        ),
    )
}

/// Device and module types may have one name.
fn called(spec: &TypeSpec) -> String {
    format!("{} {}", spec.kind.word(), spec.reference())
}

/// With `create_before_destroy` the successor of a type that is to be replaced is the same type; and
/// what another state has made is not removed by this one.
fn kept(spec: &TypeSpec) -> ApplyAnswer {
    let told = Diagnostic::warning(
        "The type stays in NetBox",
        format!(
            "Another resource, another state, or the successor of this one has the {}. It was not removed.",
            called(spec)
        ),
    );
    ApplyAnswer {
        diagnostics: told.into(),
        ..ApplyAnswer::default()
    }
}

#[tonic::async_trait]
impl<T: TypeResource> Resource for Managed<T> {
    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn schema(&self) -> Schema {
        let mut attributes = self.kind.arguments();
        attributes.extend(block::results());
        let blocks = vec![block::interfaces_block()];
        Schema {
            version: 0,
            description: self.kind.description(),
            block: Block { attributes, blocks },
        }
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut findings = Findings::default();
        self.spec(config, &mut findings);
        findings.diagnostics
    }

    fn plan(&self, request: &PlanRequest) -> PlanAnswer {
        let schema = self.schema();
        let mut planned = plan::start(&schema, request);
        if request.config.is_none() {
            return PlanAnswer::default();
        }
        planned.set("in_sync", true.into());
        for made in ["id", "owner"] {
            if planned.get(made).is_null() {
                planned.set(made, Value::unknown());
            }
        }
        let mut replaced =
            plan::replaced_by(request.prior.as_ref(), &planned, self.kind.identity());
        let wish = |value: &Value| self.spec(value, &mut Findings::default());
        let (before, after) = (request.prior.as_ref().and_then(wish), wish(&planned));
        let reference = |wish: &Option<TypeSpec>| wish.as_ref().map(TypeSpec::reference);
        if after.is_some() && reference(&before) == reference(&after) {
            // In other words, as with a profile or without.
            replaced.clear();
        }
        if !replaced.is_empty() {
            planned = value::with(&planned, value::computed_unknown(&schema));
        }
        // Plans that refer to it look at its ports in NetBox: those that come with this apply are there after it.
        let ports = |wish: &Option<TypeSpec>| wish.as_ref().map(|wish| wish.interfaces.clone());
        let changed = request.prior.as_ref().is_some_and(|prior| {
            let repaired = prior.get("in_sync").as_bool() == Some(false);
            repaired || after.is_none() || ports(&before) != ports(&after)
        });
        if changed {
            planned.set("ref", Value::unknown());
        }
        PlanAnswer {
            planned: Some(planned),
            requires_replace: replaced,
            ..PlanAnswer::default()
        }
    }

    async fn check(
        &self,
        context: &Context,
        request: &PlanRequest,
        answer: &PlanAnswer,
    ) -> Diagnostics {
        let unchanged = request.prior.is_some() && request.prior == answer.planned;
        let Some(config) = request.config.as_ref().filter(|_| !unchanged) else {
            return Diagnostics::new();
        };
        let Some(spec) = self.spec(config, &mut Findings::default()) else {
            return Diagnostics::new();
        };
        let client = match self.session.client().await {
            Ok(client) => client.until(context.cancel.clone()),
            Err(NoClient::Unknown { .. }) => return Diagnostics::new(),
            Err(fault) => return fault.into_diagnostics(),
        };
        let register = self.session.policy().register;
        look::check(&client, &spec, request.prior.as_ref(), register).await
    }

    async fn read(&self, context: &Context, request: ReadRequest) -> ApplyAnswer {
        let ReadRequest { state, private } = request;
        let client = match self.session.client().await {
            Ok(client) => client.until(context.cancel.clone()),
            Err(fault) => {
                let diagnostics = fault.into_diagnostics();
                return ApplyAnswer {
                    state: Some(state),
                    private,
                    diagnostics,
                };
            }
        };
        match self.look(&client, &state).await {
            Ok((state, diagnostics)) => ApplyAnswer {
                state,
                private,
                diagnostics,
            },
            Err(diagnostics) => ApplyAnswer {
                state: Some(state),
                private,
                diagnostics,
            },
        }
    }

    async fn apply(&self, context: &Context, request: ApplyRequest) -> ApplyAnswer {
        let ApplyRequest { prior, planned, .. } = request;
        let failed = |diagnostics| ApplyAnswer {
            state: prior.clone(),
            diagnostics,
            ..ApplyAnswer::default()
        };
        let word = owner(prior.as_ref());
        let whole = match self.session.client().await {
            Ok(client) => client,
            Err(fault) => return failed(fault.into_diagnostics()),
        };
        let client = whole.until(context.cancel.clone());
        // Not by the configuration, which has what `ignore_changes` keeps out of the plan.
        let wish = planned.as_ref().or(prior.as_ref());
        let mut findings = Findings::default();
        let Some(spec) = wish.and_then(|wish| self.spec(wish, &mut findings)) else {
            return failed(findings.diagnostics);
        };
        // One at a time: types share manufacturers and the field that marks them.
        let mut turn = self.session.turn().await;
        let Some(planned) = planned else {
            let successor = turn.successor(&called(&spec), word);
            return match self.remove(&client, &spec, prior.as_ref(), successor).await {
                Ok(answer) => answer,
                Err(diagnostics) => failed(diagnostics),
            };
        };
        let new = prior.is_none() && !turn.knows(&called(&spec));
        let own = turn.take(&called(&spec), word);
        let planned = planned.with("owner", own.as_str());
        let register = self.session.policy().register;
        let claim = Claim {
            word: &own,
            new,
            register,
        };
        let found = ensure_type(&client, &spec, claim, &mut turn.permits).await;
        match found {
            // What Terraform was promised to own, another state took meanwhile.
            Ok(found) if planned.get("adopted").as_bool() == Some(found.owner.is_ours()) => {
                failed(changed_hands(&spec).into())
            }
            Ok(found) => ApplyAnswer {
                state: Some(shown(&planned, &spec, &found)),
                ..ApplyAnswer::default()
            },
            Err(error) => {
                let mut answer = failed(error.explain().into_iter().collect());
                // What has our word is ours, and nobody would remove it if Terraform did not know.
                if prior.is_none()
                    && let Ok(Some(found)) = find_type(&whole, &spec, &own).await
                    && matches!(found.owner, Owner::Ours | Owner::Unfinished { begun: true })
                {
                    answer.state = Some(shown(&planned, &spec, &found));
                }
                answer
            }
        }
    }

    async fn import(&self, context: &Context, id: &str) -> ApplyAnswer {
        match import::import(self, context, id).await {
            Ok(state) => ApplyAnswer {
                state: Some(state),
                ..ApplyAnswer::default()
            },
            Err(diagnostics) => ApplyAnswer {
                diagnostics,
                ..ApplyAnswer::default()
            },
        }
    }
}
