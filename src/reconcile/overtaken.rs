//! Pure: what others changed since a plan looked, of what the plan is about to write or remove. What is
//! already as the plan wants it is nobody's loss, and neither is a field that the plan does not own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::diff::{ChangeSet, Difference, Field, Update};
use super::fields;
use super::identity;
use super::journal::{Phase, short};
use super::lower::{Desired, DesiredCable, DesiredInterface, DesiredModule};
use super::observed::Observed;
use super::owned::{Owned, TYPE, Values};
use super::scope::Target;
use super::seen::{Place, Seen};
use super::waves::parked_name;

/// One thing that is not as the plan saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaken {
    /// As people call it, with its id.
    pub object: String,
    pub how: How,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    Changed {
        field: Field,
        saw: Value,
        now: Value,
    },
    /// A cable's ends, in words.
    Moved {
        saw: String,
        now: String,
    },
    Gone,
    /// A device's id, which Terraform was promised.
    Remade {
        saw: u64,
        now: Option<u64>,
    },
    /// Another run wrote to the plan's objects.
    Applied {
        run: String,
    },
}

impl fmt::Display for Overtaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.object;
        match &self.how {
            How::Changed {
                field: Field::Tag(slug),
                now,
                ..
            } => {
                let verb = if *now == Value::Bool(true) {
                    "given"
                } else {
                    "taken away"
                };
                write!(f, "{object}: the tag {slug} was {verb}")
            }
            How::Changed { field, saw, now } => {
                write!(f, "{object}: {field} was {saw}, and is {now} now")
            }
            How::Moved { saw, now } => write!(f, "{object}: it was {saw}, and is {now} now"),
            How::Remade { saw, now: None } => write!(f, "{object} had the id {saw}, and is gone"),
            How::Remade {
                saw,
                now: Some(now),
            } => write!(f, "{object} had the id {saw}, and has {now}"),
            How::Gone => write!(f, "{object} was there, and is gone"),
            How::Applied { run } => write!(f, "{object} was applied by another run ({run})"),
        }
    }
}

/// What was seen, what is wanted, and what is there.
pub(super) struct Since<'a> {
    pub seen: &'a Seen,
    pub desired: &'a Desired,
    pub observed: &'a Observed,
}

/// Who wrote last.
enum Run {
    /// Who had written last when the plan was made.
    Same,
    /// An earlier run of this very plan, which did not finish.
    Ours,
    Other(Overtaken),
}

impl Since<'_> {
    /// Compares what is there with what was seen, where `changes` would overwrite, remove or make it.
    pub(super) fn overtaken(&self, changes: &ChangeSet) -> Vec<Overtaken> {
        let other = match self.run() {
            // What is half done is ours to finish: it was seen as it was before.
            Run::Ours => return self.overwritten(changes),
            Run::Same => None,
            Run::Other(overtaken) => Some(overtaken),
        };
        other
            .into_iter()
            .chain(self.overwritten(changes))
            .chain(self.deletes(changes))
            .chain(self.creates(changes))
            .collect()
    }

    fn run(&self) -> Run {
        let journal = self.observed.journal();
        let Some(journal) = journal.filter(|journal| !self.seen.is_of(journal)) else {
            return Run::Same;
        };
        let target = &self.desired.target;
        let removing = self.desired.devices.is_empty() && journal.phase == Phase::Destroying;
        if removing || journal.digest == short(&target.digest) {
            if journal.phase == Phase::Complete {
                Run::Same
            } else {
                Run::Ours
            }
        } else {
            Run::Other(Overtaken {
                object: format!("plan {}", target.scope.plan_name),
                how: How::Applied { run: journal.run },
            })
        }
    }

    /// What somebody changed since, of what `changes` would overwrite.
    pub(super) fn overwritten(&self, changes: &ChangeSet) -> Vec<Overtaken> {
        let devices = changed(&changes.devices.update, |id, field| {
            self.seen.of_device(id, field)
        });
        let ports = changed(&changes.interfaces.update, |id, field| {
            self.seen.of_port(self.port(id)?, field)
        });
        let moved = changes.moves.iter().map(|cable| &cable.update);
        let cables = changed(changes.cables.update.iter().chain(moved), |id, field| {
            self.seen.of_cable(id, field)
        });
        let labelled = |kind: &str, found: Vec<(u64, Overtaken)>| {
            let found = found.into_iter().map(|(id, mut overtaken)| {
                overtaken.object = labelled(kind, &overtaken.object, id);
                overtaken
            });
            found.collect::<Vec<_>>()
        };
        [
            labelled("device", devices),
            labelled("interface", ports),
            labelled("cable", cables),
        ]
        .concat()
    }

    fn deletes(&self, changes: &ChangeSet) -> Vec<Overtaken> {
        let mut found = Vec::new();
        for delete in &changes.devices.delete {
            let Some(row) = self.observed.devices.get(&delete.id) else {
                continue;
            };
            let object = labelled("device", &delete.label, delete.id);
            let saw = |field: &Field| self.seen.of_device(delete.id, field);
            let fields = ["name", TYPE, "role", "site", fields::CLASS, fields::KEY];
            found.extend(differing(&object, row, &fields, saw));
        }
        for delete in &changes.interfaces.delete {
            let Some(row) = self.observed.interfaces.get(&delete.id) else {
                continue;
            };
            let object = labelled("interface", &delete.label, delete.id);
            let saw = |field: &Field| self.seen.of_port((row.device.id, &row.name), field);
            let fields = [TYPE, fields::ZONE, fields::PHYSICAL_PORT];
            found.extend(differing(&object, row, &fields, saw));
        }
        for delete in &changes.modules.delete {
            let Some(row) = self.observed.modules.get(&delete.id) else {
                continue;
            };
            let Some(place) = self.observed.place_of(row.module_bay.id) else {
                continue;
            };
            let (object, place) = (
                labelled("module", &delete.label, delete.id),
                place.to_string(),
            );
            let saw = |field: &Field| self.seen.of_module((row.device.id, &place), field);
            found.extend(differing(&object, row, &[TYPE], saw));
        }
        found.extend(self.moved(changes));
        found
    }

    /// Cables that are not where they were.
    fn moved(&self, changes: &ChangeSet) -> Vec<Overtaken> {
        let ends = self.observed.ends();
        let gone = changes.cables.delete.iter();
        let gone = gone.map(|delete| (delete.id, &delete.label));
        let moved = changes.moves.iter().map(|cable| &cable.update);
        let moved = gone.chain(moved.map(|update| (update.id, &update.label)));
        let moved = moved.filter_map(|(id, label)| {
            let saw = self.seen.ends(id)?;
            let (a, b) = ends.get(&id).copied().unwrap_or_default();
            let now = [a, b].map(|end| self.port(end?));
            (saw != now).then(|| Overtaken {
                object: label.clone(),
                how: How::Moved {
                    saw: self.words(saw),
                    now: self.words(now),
                },
            })
        });
        moved.collect()
    }

    /// Cables, ports and modules that have to be made although they were there.
    fn creates(&self, changes: &ChangeSet) -> Vec<Overtaken> {
        let devices = identity::ids(self.desired, self.observed);
        let cables = self.gone_cables(&changes.cables.create, &devices);
        let ports = self.gone_ports(&changes.interfaces.create, &devices);
        let modules = self.gone_modules(&changes.modules.create, &devices);
        let gone = [cables, ports, modules].concat().into_iter();
        gone.map(|object| Overtaken {
            object,
            how: How::Gone,
        })
        .collect()
    }

    fn gone_cables(&self, wishes: &[DesiredCable], devices: &BTreeMap<&str, u64>) -> Vec<String> {
        let cables = self.seen.cables_by_ends();
        let place = |(device, port): &'_ (String, String)| {
            let id = devices.get(device.as_str())?;
            Some((*id, port.clone()))
        };
        let gone = wishes.iter().filter_map(|wish| {
            let (a, b) = (place(&wish.a)?, place(&wish.b)?);
            let ends = [(a.0, a.1.as_str()), (b.0, b.1.as_str())];
            let id = cables.get(&ends)?;
            let ends = self.words(ends.map(Some));
            let is_there = self.observed.cables.contains_key(id);
            (!is_there).then(|| format!("cable {id} ({}), {ends},", wish.key))
        });
        gone.collect()
    }

    fn gone_ports(
        &self,
        wishes: &[DesiredInterface],
        devices: &BTreeMap<&str, u64>,
    ) -> Vec<String> {
        let rows = self.observed.interfaces.values();
        let there: BTreeSet<Place<'_>> = rows.map(|row| (row.device.id, &*row.name)).collect();
        let gone = wishes.iter().filter_map(|wish| {
            let place = (*devices.get(wish.device.as_str())?, wish.name.as_str());
            self.seen.of_port(place, &Field::named(TYPE))?;
            (!there.contains(&place)).then(|| format!("interface {}", self.word(place)))
        });
        gone.collect()
    }

    fn gone_modules(&self, wishes: &[DesiredModule], devices: &BTreeMap<&str, u64>) -> Vec<String> {
        let there = self.observed.modules_by_place();
        let gone = wishes.iter().filter_map(|wish| {
            let device = *devices.get(wish.device.as_str())?;
            let name = wish.bay.to_string();
            self.seen.of_module((device, &name), &Field::named(TYPE))?;
            let is_there = there.contains_key(&(device, wish.bay.clone()));
            let label = self.observed.device_label(device);
            (!is_there).then(|| format!("module {name} of {label}"))
        });
        gone.collect()
    }

    fn port(&self, interface: u64) -> Option<Place<'_>> {
        let row = self.observed.interfaces.get(&interface)?;
        Some((row.device.id, &row.name))
    }

    fn word(&self, (device, port): Place<'_>) -> String {
        format!("{}:{port}", self.observed.device_label(device))
    }

    fn words(&self, ends: [Option<Place<'_>>; 2]) -> String {
        let word = |end: Option<Place<'_>>| {
            end.map_or_else(
                || "no port of the plan".to_owned(),
                |place| self.word(place),
            )
        };
        let [a, b] = ends.map(word);
        format!("{a} -- {b}")
    }
}

/// Fields of updates that were seen with another value than they have.
fn changed<'a>(
    updates: impl IntoIterator<Item = &'a Update>,
    saw: impl Fn(u64, &Field) -> Option<Value>,
) -> Vec<(u64, Overtaken)> {
    let mut found = Vec::new();
    for update in updates {
        for differs in &update.differences {
            let Some(saw) = saw(update.id, &differs.field) else {
                continue;
            };
            let now = differs.found.clone();
            // A run that was killed may have left a name out of the way.
            let parked = saw
                .as_str()
                .is_some_and(|saw| now == parked_name(saw, update.id));
            if same(&saw, &now) || parked {
                continue;
            }
            let overtaken = Overtaken {
                object: update.label.clone(),
                how: How::Changed {
                    field: differs.field.clone(),
                    saw,
                    now,
                },
            };
            found.push((update.id, overtaken));
        }
    }
    found
}

/// Of these fields those whose value is not the one that was seen.
fn differing(
    object: &str,
    row: &impl Owned,
    fields: &[&str],
    saw: impl Fn(&Field) -> Option<Value>,
) -> Vec<Overtaken> {
    let now = row.values();
    let found = fields.iter().filter_map(|name| {
        let field = Field::named(name);
        let saw = saw(&field)?;
        let now = now.get(*name).cloned().unwrap_or_default();
        (!same(&saw, &now)).then(|| Overtaken {
            object: object.to_owned(),
            how: How::Changed { field, saw, now },
        })
    });
    found.collect()
}

/// What somebody changed of one row since it was read, of what is about to be written or removed.
pub(super) fn changed_row<R: Owned>(
    label: &str,
    was: &R,
    now: &R,
    differences: &[Difference],
    target: &Target,
) -> Vec<Overtaken> {
    let (saw, found) = (was.values(), now.values());
    let names: BTreeSet<&String> = saw.keys().chain(found.keys()).collect();
    let value = |values: &Values, name: &str| values.get(name).cloned().unwrap_or_default();
    let marker = |row: &R| value(row.custom_fields(), fields::PLAN_ID);
    let marked = [(fields::PLAN_ID, marker(was), marker(now))];
    let compared = names.into_iter().map(|name| {
        let (saw, found) = (value(&saw, name), value(&found, name));
        (name.as_str(), saw, found)
    });
    let changed = compared.chain(marked).filter_map(|(name, saw, now)| {
        let field = Field::named(name);
        let written = differences.iter().find(|differs| differs.field == field);
        let lost = match written {
            Some(differs) => differs.wish != now,
            None => R::owns(name, target),
        };
        (lost && !same(&saw, &now)).then(|| Overtaken {
            object: labelled(R::KIND.name, label, was.id()),
            how: How::Changed { field, saw, now },
        })
    });
    changed.collect()
}

/// An empty text is as good as none.
fn same(one: &Value, other: &Value) -> bool {
    let empty = |value: &Value| value.is_null() || value == "";
    one == other || empty(one) && empty(other)
}

/// Labels of some kinds begin with the kind, and with the id.
fn labelled(kind: &str, label: &str, id: u64) -> String {
    if label.starts_with(&format!("{kind} {id}")) {
        label.to_owned()
    } else if label.starts_with(kind) {
        format!("{label} (id {id})")
    } else {
        format!("{kind} {label} (id {id})")
    }
}
