//! Core's side of plan and apply, with its judgement of every answer.

use hedgehog::tf::msgpack;
use hedgehog::tf::proto::tfplugin6 as pb;
use hedgehog::tf::schema::Schema;
use hedgehog::tf::value::Value;
use tonic::transport::Channel;

use super::core_contract::{plan_faults, proposed, result_faults};
use super::proto::tfplugin6::provider_client::ProviderClient;

/// Drives one resource type.
pub struct Core {
    pub client: ProviderClient<Channel>,
    pub type_name: &'static str,
    pub schema: Schema,
}

#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_field_names, reason = "the words of the protocol")]
pub struct Planned {
    pub prior: Option<Value>,
    pub prior_private: Vec<u8>,
    pub planned: Option<Value>,
    pub private: Vec<u8>,
    pub requires_replace: Vec<pb::AttributePath>,
    pub diagnostics: Vec<pb::Diagnostic>,
}

#[derive(Debug, Clone, Default)]
pub struct Applied {
    pub state: Option<Value>,
    pub private: Vec<u8>,
    pub diagnostics: Vec<pb::Diagnostic>,
}

pub fn failed(diagnostics: &[pb::Diagnostic]) -> bool {
    let error = i32::from(pb::diagnostic::Severity::Error);
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == error)
}

impl Core {
    pub fn new(client: ProviderClient<Channel>, type_name: &'static str, schema: Schema) -> Self {
        Self {
            client,
            type_name,
            schema,
        }
    }

    /// Attributes that are left out are null.
    pub fn complete(&self, mut value: Value) -> Value {
        self.schema.block.complete(&mut value);
        value
    }

    #[expect(clippy::unnecessary_wraps, reason = "fields of messages are optional")]
    pub fn encode(&self, value: Option<&Value>) -> Option<pb::DynamicValue> {
        let value = value.cloned().unwrap_or(Value::Null);
        let msgpack = msgpack::encode(&value, &self.schema.ty()).expect("it fits the schema");
        Some(pb::DynamicValue {
            msgpack,
            json: Vec::new(),
        })
    }

    pub fn decode(&self, value: Option<&pb::DynamicValue>) -> Option<Value> {
        let bytes = &value?.msgpack;
        let value = msgpack::decode(bytes, &self.schema.ty()).expect("it fits the schema");
        Some(value).filter(|value| !value.is_null())
    }

    /// What is said of a configuration alone.
    pub async fn validate(&mut self, config: &Value) -> Vec<pb::Diagnostic> {
        let config = self.complete(config.clone());
        let request = pb::validate_resource_config::Request {
            type_name: self.type_name.to_owned(),
            config: self.encode(Some(&config)),
            ..pb::validate_resource_config::Request::default()
        };
        let answer = self.client.validate_resource_config(request).await;
        answer.unwrap().into_inner().diagnostics
    }

    /// `config` is completed; `None` destroys.
    pub async fn plan(
        &mut self,
        prior: Option<&Value>,
        private: &[u8],
        config: Option<Value>,
    ) -> Planned {
        let config = config.map(|config| self.complete(config));
        let proposed = config
            .as_ref()
            .map(|config| proposed(&self.schema, prior, config));
        let request = pb::plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: self.encode(prior),
            proposed_new_state: self.encode(proposed.as_ref()),
            config: self.encode(config.as_ref()),
            prior_private: private.to_vec(),
            ..pb::plan_resource_change::Request::default()
        };
        let answer = self
            .client
            .plan_resource_change(request)
            .await
            .expect("it answers");
        let answer = answer.into_inner();
        let planned = self.decode(answer.planned_state.as_ref());
        if !failed(&answer.diagnostics) {
            let faults = plan_faults(&self.schema, prior, config.as_ref(), planned.as_ref());
            assert!(faults.is_empty(), "invalid plan: {faults:#?}");
        }
        Planned {
            prior: prior.cloned(),
            prior_private: private.to_vec(),
            planned,
            private: answer.planned_private,
            requires_replace: answer.requires_replace,
            diagnostics: answer.diagnostics,
        }
    }

    /// Plans again, as core does, with what is known by now; then applies.
    pub async fn apply(&mut self, first: &Planned, config: Option<Value>) -> Applied {
        let raw = config.clone();
        self.apply_ignoring(first, config, raw).await
    }

    /// As [`Self::apply`], with `ignore_changes`: the plan is of `config`, and the apply is told what is written.
    pub async fn apply_ignoring(
        &mut self,
        first: &Planned,
        config: Option<Value>,
        raw: Option<Value>,
    ) -> Applied {
        let again = self
            .plan(first.prior.as_ref(), &first.prior_private, config)
            .await;
        let raw = raw.map(|raw| self.complete(raw));
        let (was, is) = (first.planned.as_ref(), again.planned.as_ref());
        let faults = result_faults(&self.schema, was, is, true);
        assert!(faults.is_empty(), "inconsistent final plan: {faults:#?}");
        let request = pb::apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: self.encode(again.prior.as_ref()),
            planned_state: self.encode(is),
            config: self.encode(raw.as_ref()),
            planned_private: again.private.clone(),
            ..pb::apply_resource_change::Request::default()
        };
        let answer = self
            .client
            .apply_resource_change(request)
            .await
            .expect("it answers");
        let answer = answer.into_inner();
        let state = self.decode(answer.new_state.as_ref());
        if let Some(state) = &state {
            assert!(
                state.is_wholly_known(),
                "the result holds something unknown"
            );
        }
        if !failed(&answer.diagnostics) {
            let faults = result_faults(&self.schema, is, state.as_ref(), false);
            assert!(faults.is_empty(), "inconsistent result: {faults:#?}");
        }
        Applied {
            state,
            private: answer.private,
            diagnostics: answer.diagnostics,
        }
    }

    /// Plan and apply of a configuration that is known from the start.
    pub async fn run(&mut self, prior: &Applied, config: Option<Value>) -> Applied {
        let planned = self
            .plan(prior.state.as_ref(), &prior.private, config.clone())
            .await;
        self.apply(&planned, config).await
    }

    pub async fn read(&mut self, state: &Applied) -> Applied {
        let request = pb::read_resource::Request {
            type_name: self.type_name.to_owned(),
            current_state: self.encode(state.state.as_ref()),
            private: state.private.clone(),
            ..pb::read_resource::Request::default()
        };
        let answer = self
            .client
            .read_resource(request)
            .await
            .expect("it answers")
            .into_inner();
        let state = self.decode(answer.new_state.as_ref());
        assert!(
            state.as_ref().is_none_or(Value::is_wholly_known),
            "read something unknown"
        );
        Applied {
            state,
            private: answer.private,
            diagnostics: answer.diagnostics,
        }
    }

    /// Import, without the refresh that core does next.
    pub async fn import(&mut self, id: &str) -> Applied {
        let request = pb::import_resource_state::Request {
            type_name: self.type_name.to_owned(),
            id: id.to_owned(),
            ..pb::import_resource_state::Request::default()
        };
        let answer = self
            .client
            .import_resource_state(request)
            .await
            .expect("it answers")
            .into_inner();
        let imported = answer.imported_resources.into_iter().next();
        let (state, private) = imported.map(|i| (i.state, i.private)).unwrap_or_default();
        Applied {
            state: self.decode(state.as_ref()),
            private,
            diagnostics: answer.diagnostics,
        }
    }
}
