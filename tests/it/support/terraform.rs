//! One run of Terraform over the real provider, with what goes wrong in it.

use hedgehog::tf::proto::tfplugin6 as pb;
use hedgehog::tf::value::Value;

use super::core::{Applied, Core, failed};
use super::dice::Dice;
use super::fake_faults::{ALL, Fault};
use super::fake_netbox::{FakeNetbox, Moment};
use super::world::words;

/// What is to go wrong during the next requests.
#[derive(Debug, Default)]
pub struct Trouble {
    /// After so many requests.
    faults: Vec<(usize, Fault)>,
    /// Ctrl-C after so many requests.
    interrupt: Option<usize>,
}

impl Trouble {
    /// Within the next `requests`.
    pub fn random(dice: &mut Dice, requests: usize) -> Self {
        let mut trouble = Self::default();
        for _ in 0..dice.below(4) {
            let fault = dice.pick(&ALL);
            let fatal = matches!(fault, Fault::Kill | Fault::KillAfter);
            // A client dies once.
            if !(fatal && trouble.is_fatal()) {
                trouble.faults.push((dice.below(requests), fault));
            }
        }
        if dice.percent(20) {
            trouble.interrupt = Some(dice.below(requests));
        }
        trouble
    }

    /// One fault after so many requests.
    pub fn at(after: usize, fault: Fault) -> Self {
        Self {
            faults: vec![(after, fault)],
            interrupt: None,
        }
    }

    /// Ctrl-C when so many requests were carried out and one more.
    pub fn interrupt(after: usize) -> Self {
        Self {
            faults: Vec::new(),
            interrupt: Some(after),
        }
    }

    pub fn is_none(&self) -> bool {
        self.faults.is_empty() && self.interrupt.is_none()
    }

    fn is_fatal(&self) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|(_, fault)| matches!(fault, Fault::Kill | Fault::KillAfter))
    }

    /// What a late request does comes after all that was seen.
    pub fn is_late(&self) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|(_, fault)| matches!(fault, Fault::Late(_)))
    }
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// There was nothing to do.
    Idle(Applied),
    Done(Applied),
    /// With errors: what Terraform keeps, what was said, and whether it takes what was made for broken.
    Failed {
        state: Applied,
        said: String,
        tainted: bool,
    },
    Killed,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Idle(_) => f.write_str("nothing to do"),
            Self::Done(_) => f.write_str("done"),
            Self::Killed => f.write_str("killed"),
            Self::Failed { said, tainted, .. } => write!(f, "failed (tainted: {tainted}): {said}"),
        }
    }
}

/// Refresh, plan, apply. `config`: `None` destroys.
pub async fn run(
    core: &mut Core,
    fake: &FakeNetbox,
    state: &Applied,
    config: Option<&Value>,
    trouble: &Trouble,
) -> Ended {
    let mut killed = None;
    for (after, fault) in &trouble.faults {
        let token = fake.strike(*after, *fault);
        if matches!(fault, Fault::Kill | Fault::KillAfter) {
            killed = Some(token);
        }
    }
    let ended = match trouble.interrupt {
        None => undisturbed(core, state, config).await,
        Some(after) => {
            let held = fake.gate(after, Moment::After);
            let mut stopper = core.client.clone();
            let work = undisturbed(core, state, config);
            tokio::pin!(work);
            tokio::select! {
                ended = &mut work => ended,
                () = held.reached.cancelled() => {
                    stopper.stop_provider(pb::stop_provider::Request {}).await.unwrap();
                    held.open.cancel();
                    work.await
                }
            }
        }
    };
    let is_dead = killed.is_some_and(|token| token.is_cancelled());
    fake.settle();
    if is_dead { Ended::Killed } else { ended }
}

async fn undisturbed(core: &mut Core, state: &Applied, config: Option<&Value>) -> Ended {
    let failure = |state: &Applied, diagnostics: &[pb::Diagnostic]| Ended::Failed {
        state: state.clone(),
        said: words(diagnostics),
        tainted: false,
    };
    let seen = match &state.state {
        Some(_) => core.read(state).await,
        None => Applied::default(),
    };
    if failed(&seen.diagnostics) {
        return failure(state, &seen.diagnostics);
    }
    let mut seen = Applied {
        diagnostics: Vec::new(),
        ..seen
    };
    if seen.state.is_none() {
        seen.private.clear();
    }
    let planned = core
        .plan(seen.state.as_ref(), &seen.private, config.cloned())
        .await;
    if failed(&planned.diagnostics) {
        return failure(state, &planned.diagnostics);
    }
    if planned.planned == seen.state {
        return Ended::Idle(seen);
    }
    let applied = core.apply(&planned, config.cloned()).await;
    if failed(&applied.diagnostics) {
        return Ended::Failed {
            tainted: seen.state.is_none() && applied.state.is_some(),
            said: words(&applied.diagnostics),
            state: Applied {
                diagnostics: Vec::new(),
                ..applied
            },
        };
    }
    Ended::Done(Applied {
        diagnostics: Vec::new(),
        ..applied
    })
}
