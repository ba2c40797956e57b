//! One chain: what there is, and the steps that change it.

use hedgehog::tf::value::Value;

use super::PLAN;
use super::fabrics::Fabric;
use super::hands::{self, Edit};
use super::stage::Stage;
use crate::support::core::{Applied, Core, failed};
use crate::support::dice::Dice;
use crate::support::inventory::unlike;
use crate::support::terraform::{Ended, Trouble, run};
use crate::support::world::{World, value, words};

/// Apply ends by then, also after the last fault.
const RUNS_MAX: usize = 12;

/// What goes on in one chain.
pub struct Chain<'s> {
    stage: &'s mut Stage,
    world: World,
    core: Core,
    dice: Dice,
    pub fabric: Fabric,
    /// What Terraform keeps.
    state: Applied,
    edits: Vec<Edit>,
    /// Of the last run that did something.
    requests: usize,
    /// An undisturbed plan was empty, and nothing has changed since.
    settled: bool,
    /// What was done in this step.
    pub trace: Vec<String>,
}

impl<'s> Chain<'s> {
    pub async fn start(stage: &'s mut Stage, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let batch = dice.pick(&["2", "4", "200"]);
        let variables = [("NETBOX_PARALLELISM", "1"), ("NETBOX_BATCH_SIZE", batch)];
        let world = World::start_with(&variables).await;
        world.fake.put_back(&stage.base);
        let core = world.core(PLAN).await;
        let fabric = Fabric::random(&mut dice);
        Self {
            stage,
            world,
            core,
            dice,
            fabric,
            state: Applied::default(),
            edits: Vec::new(),
            requests: 40,
            settled: false,
            trace: Vec::new(),
        }
    }

    fn say(&mut self, words: String) {
        self.trace.push(words);
    }

    fn plan_id(&self) -> Option<String> {
        let state = self.state.state.as_ref()?;
        state.get("id").as_str().map(str::to_owned)
    }

    fn config(&self, fabric: &Fabric) -> Value {
        value(&self.core, &fabric.config())
    }

    /// A design that can be built.
    async fn can_be_built(&mut self, fabric: &Fabric) -> bool {
        let config = self.config(fabric);
        let state = self.state.state.clone();
        let planned = self
            .core
            .plan(state.as_ref(), &self.state.private, Some(config))
            .await;
        if failed(&planned.diagnostics) {
            self.trace
                .push(format!("no: {}", words(&planned.diagnostics)));
        }
        !failed(&planned.diagnostics)
    }

    /// One operation, done in the end.
    pub async fn step(&mut self) -> Result<(), String> {
        self.trace.clear();
        self.settled = false;
        if self.state.state.is_none() {
            return self.create().await;
        }
        match self.dice.below(100) {
            0..40 => self.change().await,
            40..52 => self.work_flow().await,
            52..82 => self.drift().await,
            82..88 => self.forget_record().await,
            88..94 => self.forget_state().await,
            _ => self.destroy().await,
        }
    }

    async fn create(&mut self) -> Result<(), String> {
        while !self.can_be_built(&self.fabric.clone()).await {
            self.fabric = Fabric::random(&mut self.dice);
        }
        self.say("create".to_owned());
        self.until_done().await
    }

    async fn change(&mut self) -> Result<(), String> {
        loop {
            let (next, words) = self.fabric.changed(&mut self.dice);
            if self.can_be_built(&next).await {
                self.say(format!("change {words}"));
                self.fabric = next;
                break;
            }
        }
        self.annotate();
        self.until_done().await
    }

    async fn work_flow(&mut self) -> Result<(), String> {
        self.fabric = self.fabric.stepped(&mut self.dice);
        self.say(format!("status {}", self.fabric.status));
        self.until_done().await
    }

    async fn drift(&mut self) -> Result<(), String> {
        let Some(plan_id) = self.plan_id() else {
            return Ok(());
        };
        for _ in 0..self.dice.between(1, 3) {
            let mut tables = self.world.fake.tables();
            if let Some(words) = hands::meddle(&mut tables, &plan_id, &mut self.dice) {
                self.world.fake.put_back(&tables);
                self.say(words.to_owned());
            }
        }
        self.annotate();
        self.until_done().await
    }

    async fn forget_record(&mut self) -> Result<(), String> {
        self.say("the record is lost".to_owned());
        self.state.private = self.dice.pick(&[Vec::new(), b"nonsense".to_vec()]);
        self.until_done().await
    }

    async fn forget_state(&mut self) -> Result<(), String> {
        if self.fabric.status == "draft" {
            return Ok(());
        }
        self.say("the state is lost".to_owned());
        self.import().await?;
        self.until_done().await
    }

    async fn import(&mut self) -> Result<(), String> {
        let imported = self.core.import(self.fabric.name).await;
        if failed(&imported.diagnostics) {
            return Err(words(&imported.diagnostics));
        }
        self.state = Applied {
            diagnostics: Vec::new(),
            ..imported
        };
        Ok(())
    }

    async fn destroy(&mut self) -> Result<(), String> {
        self.say("destroy".to_owned());
        self.until_gone().await?;
        let different = unlike(&self.world.fake.tables(), &self.stage.base);
        if different.is_empty() {
            return Ok(());
        }
        Err(format!("destroyed, and left {different:#?}"))
    }

    async fn until_gone(&mut self) -> Result<(), String> {
        for attempt in 0..RUNS_MAX {
            if self.state.state.is_none() {
                return Ok(());
            }
            self.attempt(None, attempt).await?;
        }
        Err("it does not end".to_owned())
    }

    /// Others write into fields that are theirs.
    fn annotate(&mut self) {
        let Some(plan_id) = self.plan_id() else {
            return;
        };
        for _ in 0..self.dice.below(3) {
            let mut tables = self.world.fake.tables();
            if let Some(edit) = hands::annotate(&mut tables, &plan_id, &mut self.dice) {
                self.world.fake.put_back(&tables);
                self.edits.push(edit);
            }
        }
    }

    /// Runs Terraform until there is nothing to do.
    async fn until_done(&mut self) -> Result<(), String> {
        let fabric = self.fabric.clone();
        let config = self.config(&fabric);
        for attempt in 0..RUNS_MAX {
            if self.attempt(Some(&config), attempt).await? {
                return self.compare(&config).await;
            }
        }
        Err("it does not end".to_owned())
    }

    /// One run; true when there was nothing to do.
    async fn attempt(&mut self, config: Option<&Value>, attempt: usize) -> Result<bool, String> {
        // Most operations are disturbed once or twice, and none for ever.
        let disturbed = [70, 50, 30, 10]
            .get(attempt)
            .is_some_and(|chance| self.dice.percent(*chance));
        if self.settled && !disturbed {
            return Ok(true);
        }
        let trouble = if disturbed {
            Trouble::random(&mut self.dice, self.requests + 4)
        } else {
            Trouble::default()
        };
        let before = self.world.fake.count();
        let creating = self.state.state.is_none();
        let ended = run(
            &mut self.core,
            &self.world.fake,
            &self.state,
            config,
            &trouble,
        )
        .await;
        let requests = self.world.fake.count() - before;
        self.say(format!("{requests} requests, {trouble:?}: {ended}"));
        match ended {
            Ended::Idle(state) => {
                self.state = state;
                return Ok(true);
            }
            Ended::Done(state) => {
                self.requests = requests;
                self.state = state;
                if !trouble.is_late() && config.is_some() {
                    self.nothing_is_left(config).await?;
                }
            }
            Ended::Killed => {
                // The dead one's hold ends with its lease.
                self.world.fake.advance(120);
                // Terraform drops the private part of a state if the provider alone dies.
                if self.dice.percent(50) {
                    self.say("the record is lost".to_owned());
                    self.state.private.clear();
                    self.settled = false;
                }
            }
            Ended::Failed {
                state,
                said,
                tainted,
            } => {
                if said.contains("is held by") || said.contains("is at work") {
                    self.world.fake.advance(120);
                } else if creating && said.contains("terraform import") && state.state.is_none() {
                    // It was complete before it could say so.
                    return self.import().await.map(|()| false);
                } else if trouble.is_none() {
                    return Err(said);
                }
                self.state = state;
                if tainted && self.dice.percent(50) {
                    self.say("replaced".to_owned());
                    Box::pin(self.until_gone()).await?;
                }
            }
        }
        Ok(false)
    }

    /// After an apply that ended well, the next plan is empty.
    async fn nothing_is_left(&mut self, config: Option<&Value>) -> Result<(), String> {
        let state = self.state.clone();
        let calm = Trouble::default();
        let ended = run(&mut self.core, &self.world.fake, &state, config, &calm).await;
        let same = |seen: &Applied| seen.state == state.state && seen.private == state.private;
        if matches!(&ended, Ended::Idle(seen) if same(seen)) {
            self.settled = true;
            Ok(())
        } else {
            Err(format!("done, but then {ended}: {ended:?}"))
        }
    }

    /// What is there is what an undisturbed run makes from nothing.
    async fn compare(&mut self, config: &Value) -> Result<(), String> {
        let state = self.state.state.clone().unwrap();
        let mut expected = self.stage.base.clone();
        if self.fabric.status != "draft" {
            let calm = self.stage.made(config, &self.state).await;
            if calm.cabling != *state.get("cabling") {
                return Err("an undisturbed run plans other cables".to_owned());
            }
            expected = calm.tables;
        }
        let mut found = self.world.fake.tables();
        let mut kept = Vec::new();
        for edit in std::mem::take(&mut self.edits) {
            if edit.take_back(&mut found)? {
                kept.push(edit);
            }
        }
        self.edits = kept;
        // A label is set once, so that what was printed stays true.
        for tables in [&mut found, &mut expected] {
            hands::peel_labels(tables);
        }
        let different = unlike(&found, &expected);
        if !different.is_empty() {
            return Err(format!("{different:#?}"));
        }
        Ok(())
    }
}
