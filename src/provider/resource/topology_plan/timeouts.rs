//! The `timeouts` block: how long an operation may take before it stops, as if it were interrupted.

use std::ops::RangeInclusive;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::diag::Diagnostic;
use crate::fabric::blueprint::Blueprint;
use crate::provider::decode::{Findings, Object};
use crate::provider::duration;
use crate::reconcile::Observed;
use crate::tf::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::tf::types::Type;
use crate::tf::value::Value;

const RANGE: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(240);

/// What may be limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Create => "For the first apply.",
            Self::Read => "For a refresh.",
            Self::Update => "For a later apply.",
            Self::Delete => "For removing the plan from NetBox.",
        }
    }
}

pub fn block() -> NestedBlock {
    let limit = |operation: Operation| {
        Attribute::optional(operation.word(), Type::String, operation.description())
    };
    NestedBlock {
        name: "timeouts",
        nesting: Nesting::Single,
        description: "How long an operation may take, from `1s` to `240h`, written like `90m`. When \
                      the time is over, reads are cut off, a write that was sent is waited for, \
                      nothing more is sent, and the state tells what is in NetBox then. Default: no limit.",
        block: Block {
            attributes: Operation::ALL.map(limit).to_vec(),
            blocks: Vec::new(),
        },
    }
}

/// What is wrong with the block.
pub fn check(config: &Value, findings: &mut Findings) {
    for operation in Operation::ALL {
        limit(config, operation, findings);
    }
}

fn limit(values: &Value, operation: Operation, findings: &mut Findings) -> Option<Duration> {
    let block = Object::root(values, findings)?.object("timeouts", findings)?;
    duration::argument(&block, operation.word(), &RANGE, findings)
}

/// One operation's time, which runs until this is dropped.
#[derive(Debug)]
pub struct Watch {
    /// Fires when the time is over, or when Terraform asks to stop.
    pub cancel: CancellationToken,
    outer: CancellationToken,
    operation: Operation,
    limit: Option<Duration>,
    _timer: DropGuard,
}

impl Watch {
    /// Starts it. `values` hold the block, `outer` is Terraform's own wish to stop.
    pub fn start(values: &Value, operation: Operation, outer: &CancellationToken) -> Self {
        let limit = limit(values, operation, &mut Findings::default());
        let (cancel, ended) = (outer.child_token(), CancellationToken::new());
        if let Some(limit) = limit {
            let (cancel, ended) = (cancel.clone(), ended.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = tokio::time::sleep(limit) => cancel.cancel(),
                    () = ended.cancelled() => {}
                }
            });
        }
        Self {
            cancel,
            outer: outer.clone(),
            operation,
            limit,
            _timer: ended.drop_guard(),
        }
    }

    /// What to tell in place of "stopped", if it was the time that stopped it.
    pub fn explain(&self, truth: Option<(&Observed, Option<&Blueprint>)>) -> Option<Diagnostic> {
        let limit = self
            .limit
            .filter(|_| self.cancel.is_cancelled() && !self.outer.is_cancelled())?;
        let operation = self.operation.word();
        let mut detail = format!(
            "timeouts.{operation} is {}, and the operation was not finished then.",
            duration::words(limit)
        );
        if let Some((observed, wish)) = truth {
            detail.push(' ');
            detail.push_str(&in_netbox(observed, wish));
        }
        detail.push_str("\n\n");
        detail.push_str(match self.operation {
            Operation::Create => {
                "Nothing is lost. Allow more time in timeouts, run terraform untaint on the plan and \
                 then terraform apply: it goes on where this one stopped. Without untaint, Terraform \
                 removes all of it and begins anew. With create_before_destroy, only apply again."
            }
            Operation::Read => "Nothing was changed. Allow more time in timeouts.",
            Operation::Update | Operation::Delete => {
                "Nothing is lost. Allow more time in timeouts, and run the same command again: it goes \
                 on where this one stopped."
            }
        });
        let summary = format!("The time for {operation} is over");
        let path = crate::diag::Path::root()
            .attribute("timeouts")
            .attribute(operation);
        Some(Diagnostic::error(summary, detail).at(path))
    }
}

fn in_netbox(observed: &Observed, wish: Option<&Blueprint>) -> String {
    let (devices, cables) = (observed.devices.len(), observed.cables.len());
    match wish {
        Some(wish) => format!(
            "NetBox has {devices} of {} devices and {cables} of {} cables of the plan.",
            wish.devices.len(),
            wish.cables.len()
        ),
        None => format!("NetBox still has {devices} devices and {cables} cables of the plan."),
    }
}
