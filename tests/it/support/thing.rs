//! A provider for tests, `thing`. What it "creates" lives in memory, shared by all of its instances
//! with the same [`World`]; faults are ordered by the attribute `fault`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use hedgehog::diag::{Diagnostic, Diagnostics, Path};
use hedgehog::tf::data_source::{DataAnswer, DataSource};
use hedgehog::tf::function::{Function, FunctionError, Parameter, Signature};
use hedgehog::tf::plan;
use hedgehog::tf::resource::{
    ApplyAnswer, ApplyRequest, Context, PlanAnswer, PlanRequest, Provider, ReadRequest, Resource,
};
use hedgehog::tf::schema::{Attribute, Block, Mode, NestedBlock, Nesting, Schema};
use hedgehog::tf::types::Type;
use hedgehog::tf::value::Value;

/// What exists "out there": state by id.
#[derive(Debug, Default)]
pub struct World {
    pub things: BTreeMap<String, Value>,
    pub next: u32,
    /// Endpoints that were configured, in order.
    pub endpoints: Vec<String>,
}

pub type Shared = Arc<Mutex<World>>;

pub fn world(shared: &Shared) -> std::sync::MutexGuard<'_, World> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
pub struct ThingProvider {
    world: Shared,
    endpoint: Arc<Mutex<Value>>,
}

impl ThingProvider {
    pub fn new(world: &Shared) -> Self {
        Self {
            world: world.clone(),
            endpoint: Arc::new(Mutex::new(Value::Null)),
        }
    }
}

pub fn factory(world: &Shared) -> hedgehog::tf::host::Factory {
    let world = world.clone();
    Box::new(move || Arc::new(ThingProvider::new(&world)))
}

impl Provider for ThingProvider {
    fn schema(&self) -> Schema {
        let endpoint = Attribute::optional("endpoint", Type::String, "Where things are.");
        let token = Attribute::optional("token", Type::String, "Who asks.").sensitive();
        let block = Block {
            attributes: vec![endpoint, token],
            blocks: Vec::new(),
        };
        Schema {
            version: 0,
            description: "Things, for tests.",
            block,
        }
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        assert!(
            config.get("endpoint").as_str() != Some("panic"),
            "validate was told to"
        );
        Diagnostics::new()
    }

    fn configure(&self, config: &Value, _: &str) -> Diagnostics {
        let endpoint = config.get("endpoint").clone();
        assert!(endpoint.as_str() != Some("panic"), "configure was told to");
        world(&self.world)
            .endpoints
            .extend(endpoint.as_str().map(str::to_owned));
        *self.endpoint.lock().expect("no panic holds it") = endpoint;
        Diagnostics::new()
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        vec![Arc::new(Thing {
            world: self.world.clone(),
            endpoint: self.endpoint.clone(),
        })]
    }

    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        vec![Arc::new(Lookup)]
    }

    fn functions(&self) -> Vec<Arc<dyn Function>> {
        vec![Arc::new(Join)]
    }
}

/// `name` forces replacement; `id` is made at creation, `shout` follows from `text` and is known when
/// that is; `size` keeps what it was when nobody sets it.
struct Thing {
    world: Shared,
    endpoint: Arc<Mutex<Value>>,
}

fn shout(text: &Value) -> Value {
    if text.is_unknown() {
        return Value::unknown();
    }
    text.as_str().map(str::to_uppercase).into()
}

fn fault(value: Option<&Value>) -> &str {
    value
        .and_then(|value| value.get("fault").as_str())
        .unwrap_or_default()
}

impl Thing {
    fn finished(&self, planned: &Value, prior: Option<&Value>) -> Value {
        let id = if let Some(prior) = prior {
            prior.get("id").clone()
        } else {
            let mut world = world(&self.world);
            world.next += 1;
            format!("thing-{}", world.next).into()
        };
        let mut state = planned
            .clone()
            .with("id", id)
            .with("shout", shout(planned.get("text")));
        if state.get("size").is_unknown() {
            state.set("size", 7.into());
        }
        state
    }
}

#[tonic::async_trait]
impl Resource for Thing {
    fn name(&self) -> &'static str {
        "thing_thing"
    }

    fn schema(&self) -> Schema {
        let part = Block {
            attributes: vec![Attribute::required("weight", Type::Number, "In grams.")],
            blocks: Vec::new(),
        };
        let option = vec![Attribute::optional(
            "value",
            Type::String,
            "Its value; null is the default.",
        )];
        Schema {
            version: 2,
            description: "A thing.",
            block: Block {
                attributes: vec![
                    Attribute::required("name", Type::String, "Its name."),
                    Attribute::optional("text", Type::String, "What it says."),
                    Attribute::optional("any", Type::Dynamic, "Anything."),
                    Attribute::optional("fault", Type::String, "What should fail."),
                    Attribute::optional_computed("size", Type::Number, "How big it is."),
                    Attribute::nested("options", Mode::Optional, Nesting::Map, option, "By key."),
                    Attribute::computed("id", Type::String, "Made at creation."),
                    Attribute::computed("shout", Type::String, "The text, loud."),
                ],
                blocks: vec![NestedBlock {
                    name: "part",
                    nesting: Nesting::Map,
                    description: "A part.",
                    block: part,
                }],
            },
        }
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        assert!(
            fault(Some(config)) != "validate panics",
            "validate was told to"
        );
        if config.get("text").as_str() == Some("bad") {
            let path = Path::root().attribute("text");
            found.push(Diagnostic::error("The text is bad", "Say something else.").at(path));
        }
        for (key, part) in config.get("part").as_map().into_iter().flatten() {
            if part
                .get("weight")
                .as_number()
                .is_some_and(|number| number.as_u32().is_none())
            {
                let path = Path::root().attribute("part").key(key).attribute("weight");
                let detail = "It must be a whole number of grams.";
                found.push(Diagnostic::error("The weight is impossible", detail).at(path));
            }
        }
        found
    }

    fn plan(&self, request: &PlanRequest) -> PlanAnswer {
        let fault = fault(request.config.as_ref());
        assert!(!fault.starts_with("plan panics"), "{fault}: it was told to");
        let private = request.private.clone();
        if request.proposed.is_none() {
            return PlanAnswer {
                private,
                ..PlanAnswer::default()
            };
        }
        let mut planned = plan::start(&self.schema(), request);
        let text = planned.get("text").clone();
        planned.set("shout", shout(&text));
        let requires_replace = plan::replaced_by(request.prior.as_ref(), &planned, &["name"]);
        PlanAnswer {
            planned: Some(planned),
            requires_replace,
            private: b"planned".to_vec(),
            diagnostics: Diagnostics::new(),
        }
    }

    async fn check(&self, _: &Context, request: &PlanRequest, _: &PlanAnswer) -> Diagnostics {
        let fault = fault(request.config.as_ref());
        assert!(fault != "check panics", "check was told to");
        if fault == "check warns" {
            return Diagnostic::warning("The check warns", "As it was told.").into();
        }
        Diagnostics::new()
    }

    async fn read(&self, _: &Context, request: ReadRequest) -> ApplyAnswer {
        let ReadRequest { state, private } = request;
        assert!(fault(Some(&state)) != "read panics", "read was told to");
        let endpoint = self.endpoint.lock().expect("no panic holds it").clone();
        if endpoint.is_unknown() {
            let detail = "The endpoint is not known yet.";
            let diagnostics = Diagnostic::error("Things cannot be read", detail).into();
            return ApplyAnswer {
                state: Some(state),
                private,
                diagnostics,
            };
        }
        let id = state.get("id").as_str().unwrap_or_default();
        let state = world(&self.world).things.get(id).cloned();
        ApplyAnswer {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }

    async fn apply(&self, context: &Context, request: ApplyRequest) -> ApplyAnswer {
        let ApplyRequest {
            prior,
            planned,
            config: _,
            private: _,
        } = request;
        let fault = fault(planned.as_ref().or(prior.as_ref())).to_owned();
        let mut answer = ApplyAnswer {
            private: b"applied".to_vec(),
            ..ApplyAnswer::default()
        };
        let Some(planned) = planned else {
            let id = prior
                .as_ref()
                .map_or(Value::Null, |prior| prior.get("id").clone());
            if fault == "delete fails" {
                answer.diagnostics = Diagnostic::error("It cannot be deleted", "As told.").into();
                answer.state = prior;
                return answer;
            }
            world(&self.world)
                .things
                .remove(id.as_str().unwrap_or_default());
            return answer;
        };
        assert!(fault != "apply panics", "apply was told to");
        let state = self.finished(&planned, prior.as_ref());
        let id = state
            .get("id")
            .as_str()
            .expect("things have ids")
            .to_owned();
        world(&self.world).things.insert(id, state.clone());
        context.checkpoint.save(state.clone(), b"saved".to_vec());
        assert!(fault != "apply panics late", "apply was told to, late");
        match fault.as_str() {
            "apply fails" => {
                answer.diagnostics = Diagnostic::error("It is half done", "As told.").into();
            }
            "apply misfits" => {
                answer.state = Some(state.with("size", "big"));
                return answer;
            }
            "apply waits" => {
                context.cancel.cancelled().await;
                answer.diagnostics = Diagnostic::error("It was stopped", "As told.").into();
            }
            "apply ignores the stop" => std::future::pending().await,
            _ => {}
        }
        answer.state = Some(state);
        answer
    }

    async fn import(&self, _: &Context, id: &str) -> ApplyAnswer {
        assert!(id != "panic", "import was told to");
        let known = world(&self.world).things.contains_key(id);
        let state = known.then(|| Value::object([("id", id.into())]));
        ApplyAnswer {
            state,
            ..ApplyAnswer::default()
        }
    }

    fn upgrade(&self, version: i64, state: &serde_json::Value) -> Result<Value, Diagnostics> {
        if version == 0 {
            let detail = "Version 0 was never released.";
            return Err(Diagnostic::error("Too old", detail).into());
        }
        // Version 1 called the text "words".
        let mut state = state.clone();
        if let Some(entries) = state.as_object_mut()
            && let Some(words) = entries.remove("words")
        {
            entries.insert("text".to_owned(), words);
        }
        hedgehog::tf::json::from_json(&state, &self.schema().ty())
            .map_err(|error| Diagnostic::error("It cannot be upgraded", error.to_string()).into())
    }
}

/// Says its key again.
struct Lookup;

#[tonic::async_trait]
impl DataSource for Lookup {
    fn name(&self) -> &'static str {
        "thing_lookup"
    }

    fn schema(&self) -> Schema {
        let attributes = vec![
            Attribute::required("key", Type::String, "What to look up."),
            Attribute::computed("answer", Type::String, "What was found."),
        ];
        let block = Block {
            attributes,
            blocks: Vec::new(),
        };
        Schema {
            version: 0,
            description: "Looks something up.",
            block,
        }
    }

    fn validate(&self, _: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    async fn read(&self, _: &Context, config: &Value) -> DataAnswer {
        let key = config.get("key").as_str().unwrap_or_default().to_owned();
        assert!(key != "panic", "the lookup was told to panic");
        let state = config.clone().with("answer", format!("{key}!"));
        DataAnswer {
            state: Some(state),
            diagnostics: Diagnostics::new(),
        }
    }
}

/// `join(separator, parts...)`.
struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Joins",
            description: "Joins texts.",
            parameters: vec![Parameter::new("separator", Type::String, "Between parts.")],
            variadic: Some(Parameter::new("part", Type::String, "A part.")),
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let texts: Vec<_> = arguments.iter().filter_map(Value::as_str).collect();
        let (separator, parts) = texts.split_first().expect("one parameter");
        assert!(*separator != "panic", "join was told to panic");
        if let Some(empty) = parts.iter().position(|part| part.is_empty()) {
            return Err(FunctionError::of_argument(empty + 1, "a part is empty"));
        }
        Ok(parts.join(separator).into())
    }
}
