//! One server class by itself: everything but the zones that its attachments name.

use std::collections::BTreeMap;

use super::link;
use super::way::{self, Way};
use crate::fabric::catalog::{Catalog, NicModel, OTHER_INTERFACE_TYPE};
use crate::fabric::design::{Attachment, Nic, Reference, ServerClass};
use crate::fabric::limits::{INTERFACE_NAME_LENGTH_MAX, SERVERS_PER_CLASS_MAX};
use crate::fabric::name;
use crate::fabric::natural::sorted;
use crate::fabric::near::near;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::spec::{Distribution, NicPort, NicSpec};
use crate::fabric::units::{Speed, count};

/// A server class whose zones are still words.
#[derive(Debug)]
pub(crate) struct Draft {
    pub name: String,
    pub numbers: Vec<u32>,
    pub nics: Vec<NicSpec>,
    pub attachments: Vec<AttachmentDraft>,
}

#[derive(Debug)]
pub(crate) struct AttachmentDraft {
    pub name: String,
    /// `None`: it has no such card, or not so many ports, which was told.
    pub nic: Option<usize>,
    pub first_port: u32,
    pub ports: u32,
    pub way: Way,
    pub speed: Speed,
    /// As written: `switch-class/zone`.
    pub zone: String,
}

pub(crate) fn resolve(name: &str, class: &ServerClass, catalog: &Catalog) -> (Draft, Vec<Problem>) {
    let mut problems = Vec::new();
    let subject = || Subject::ServerClass {
        class: name.to_owned(),
    };
    super::check_name(name, subject(), Some("name"), &mut problems);
    if class.quantity > SERVERS_PER_CLASS_MAX {
        let (count, limit) = (u64::from(class.quantity), u64::from(SERVERS_PER_CLASS_MAX));
        let fault = Fault::TooMany {
            what: "servers",
            count,
            limit,
        };
        problems.push(Problem::new(subject(), Some("quantity"), fault));
    }
    for number in class
        .retired
        .iter()
        .filter(|n| !(1..=class.quantity).contains(n))
    {
        let fault = Fault::RetiredBeyondQuantity {
            number: *number,
            quantity: class.quantity,
        };
        problems.push(Problem::new(subject(), Some("retired"), fault));
    }
    let quantity = class.quantity.min(SERVERS_PER_CLASS_MAX);
    let nics: Vec<Result<NicSpec, String>> = sorted(class.nics.keys())
        .into_iter()
        .map(|nic| resolve_nic(name, nic, &class.nics[nic], catalog, &mut problems))
        .collect();
    problems.extend(interfaces_of_two(name, &nics));
    let mut attachments = Vec::new();
    let mut taken = BTreeMap::new();
    for attachment in sorted(class.attachments.keys()) {
        let subject = || Subject::Attachment {
            class: name.to_owned(),
            attachment: attachment.clone(),
        };
        super::check_name(attachment, subject(), None, &mut problems);
        let mut tell = |field, fault| problems.push(Problem::new(subject(), Some(field), fault));
        let draft = &class.attachments[attachment];
        let draft = resolve_attachment(attachment, draft, &nics, class, &mut tell);
        take_ports(&draft, &nics, &mut taken, &mut tell);
        attachments.push(draft);
    }
    let draft = Draft {
        name: name.to_owned(),
        numbers: (1..=quantity)
            .filter(|number| !class.retired.contains(number))
            .collect(),
        nics: nics
            .into_iter()
            .map(|nic| nic.unwrap_or_else(unusable))
            .collect(),
        attachments,
    };
    (draft, problems)
}

/// Stands for a card about which something has been said already.
fn unusable(name: String) -> NicSpec {
    NicSpec {
        name,
        is_module: false,
        ports: Vec::new(),
        speed: None,
    }
}

/// The card with its final interface names; its name alone if its ports are not known.
fn resolve_nic(
    class: &str,
    nic_name: &str,
    nic: &Nic,
    catalog: &Catalog,
    problems: &mut Vec<Problem>,
) -> Result<NicSpec, String> {
    let subject = || Subject::Nic {
        class: class.to_owned(),
        nic: nic_name.to_owned(),
    };
    super::check_name(nic_name, subject(), None, problems);
    let module_type = match &nic.module_type {
        Some(Reference::Known(name)) => Some(name.clone()),
        Some(Reference::Unknown) | None => None,
    };
    let model = module_type.as_deref().and_then(|name| catalog.nic(name));
    let ports = match (&nic.ports, model) {
        (Some(ports), _) => ports.clone(),
        (None, Some(model)) => model.ports.clone(),
        (None, None) => {
            let fault = Fault::NicPortsUnknown { module_type };
            problems.push(Problem::new(subject(), Some("ports"), fault));
            return Err(nic_name.to_owned());
        }
    };
    let mut unique = ports.clone();
    unique.sort();
    if let Some(pair) = unique.windows(2).find(|pair| pair[0] == pair[1]) {
        let fault = Fault::NicPortNamedTwice {
            port: pair[0].clone(),
        };
        problems.push(Problem::new(subject(), Some("ports"), fault));
    }
    let is_module = nic.module_type.is_some();
    let port = |port: &String| NicPort {
        interface: if is_module {
            name::module_interface(nic_name, port)
        } else {
            port.clone()
        },
        interface_type: interface_type(model, port),
    };
    let made: Vec<NicPort> = ports.iter().map(port).collect();
    let blank = ports.iter().position(|port| port.trim().is_empty());
    let odd = made.iter().position(|port| !is_interface(&port.interface));
    if let Some(position) = blank.or(odd) {
        let interface = made[position].interface.clone();
        let fault = Fault::NicPortName { interface };
        problems.push(Problem::new(subject(), Some("ports"), fault));
    }
    Ok(NicSpec {
        name: nic_name.to_owned(),
        is_module,
        ports: made,
        speed: model.and_then(|model| model.speed),
    })
}

/// Whether NetBox takes it, and a line of a list can hold it.
fn is_interface(name: &str) -> bool {
    let length = name.chars().count();
    (1..=INTERFACE_NAME_LENGTH_MAX).contains(&length) && !name.chars().any(char::is_control)
}

/// For each card, the first interface that a card before it has too: `a` with port `b-c` and `a-b` with `c`.
fn interfaces_of_two(class: &str, nics: &[Result<NicSpec, String>]) -> Vec<Problem> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for nic in nics.iter().flatten() {
        let taken = nic.ports.iter().find_map(|port| {
            let owner = owners.get(port.interface.as_str())?;
            Some((port.interface.clone(), (*owner).to_owned()))
        });
        if let Some((interface, other)) = taken {
            let subject = Subject::Nic {
                class: class.to_owned(),
                nic: nic.name.clone(),
            };
            let fault = Fault::NicPortOfTwo { interface, other };
            problems.push(Problem::new(subject, Some("ports"), fault));
        }
        let names = nic.ports.iter().map(|port| port.interface.as_str());
        owners.extend(names.map(|name| (name, nic.name.as_str())));
    }
    problems
}

/// The type of a port by its name, where the catalogue knows the card and the port.
fn interface_type(model: Option<&NicModel>, port: &String) -> String {
    match model.filter(|model| model.ports.contains(port)) {
        Some(model) => model.interface_type.clone(),
        None => OTHER_INTERFACE_TYPE.to_owned(),
    }
}

fn resolve_attachment(
    name: &str,
    attachment: &Attachment,
    nics: &[Result<NicSpec, String>],
    class: &ServerClass,
    tell: &mut dyn FnMut(&'static str, Fault),
) -> AttachmentDraft {
    if let Err(fault) = link::parts(&attachment.zone) {
        tell("zone", fault);
    }
    if attachment.speed.mbps() == 0 {
        tell("speed", Fault::NoSpeed);
    }
    let ports = attachment.ports.unwrap_or(1);
    if ports == 0 {
        tell("ports", Fault::NoPorts);
    }
    let distribution = distribution(attachment, tell);
    let way = way::way(attachment, distribution, ports, tell);
    AttachmentDraft {
        name: name.to_owned(),
        nic: card(attachment, ports, nics, class, tell),
        first_port: attachment.port_index.unwrap_or(0),
        ports,
        way,
        speed: attachment.speed,
        zone: attachment.zone.clone(),
    }
}

/// The card that has the ports.
fn card(
    attachment: &Attachment,
    ports: u32,
    nics: &[Result<NicSpec, String>],
    class: &ServerClass,
    tell: &mut dyn FnMut(&'static str, Fault),
) -> Option<usize> {
    let of_name = |nic: &Result<NicSpec, String>| match nic {
        Ok(nic) => nic.name == attachment.nic,
        Err(name) => *name == attachment.nic,
    };
    let Some(nic) = nics.iter().position(of_name) else {
        let near = near(&attachment.nic, class.nics.keys());
        tell(
            "nic",
            Fault::UnknownNic {
                nic: attachment.nic.clone(),
                near,
            },
        );
        return None;
    };
    let first_port = attachment.port_index.unwrap_or(0);
    if let Ok(nic) = &nics[nic] {
        if let Some(fault) = card_speed(nic, attachment.speed) {
            tell("speed", fault);
        }
        let available = count(nic.ports.len());
        if u64::from(first_port) + u64::from(ports) > u64::from(available) {
            let nic = nic.name.clone();
            tell(
                "ports",
                Fault::NicPortRange {
                    nic,
                    first: first_port,
                    ports,
                    available,
                },
            );
            return None;
        }
    }
    Some(nic)
}

/// A card that is slower than what it is attached at, or faster.
fn card_speed(nic: &NicSpec, wanted: Speed) -> Option<Fault> {
    let card = nic
        .speed
        .filter(|card| *card != wanted && wanted.mbps() > 0)?;
    let nic = nic.name.clone();
    Some(if card < wanted {
        Fault::CardTooSlow { nic, card, wanted }
    } else {
        Fault::CardFaster { nic, card, wanted }
    })
}

fn distribution(
    attachment: &Attachment,
    tell: &mut dyn FnMut(&'static str, Fault),
) -> Option<Distribution> {
    let distribution = match attachment.distribution.as_deref() {
        None | Some("") => Distribution::RoundRobin,
        Some("alternating") => Distribution::Alternating,
        Some("same-switch") => Distribution::SameSwitch,
        Some("rail-optimized") => {
            let Some(rail) = attachment.rail else {
                tell("rail", Fault::RailMissing);
                return None;
            };
            return Some(Distribution::Rail(rail));
        }
        Some(word) => {
            let word = word.to_owned();
            tell(
                "distribution",
                Fault::UnknownWord {
                    word,
                    allowed: Distribution::WORDS,
                },
            );
            return None;
        }
    };
    if let Some(rail) = attachment.rail {
        tell("rail", Fault::RailIgnored { rail });
    }
    Some(distribution)
}

/// Notes the card's ports as taken; tells the first that is taken already.
fn take_ports(
    draft: &AttachmentDraft,
    nics: &[Result<NicSpec, String>],
    taken: &mut BTreeMap<(usize, u32), String>,
    tell: &mut dyn FnMut(&'static str, Fault),
) {
    let Some(at) = draft.nic else { return };
    let Ok(nic) = &nics[at] else { return };
    let mut told = false;
    for port in (draft.first_port..).take(crate::fabric::units::position(draft.ports)) {
        let other = taken.insert((at, port), draft.name.clone());
        let name = nic.ports.get(crate::fabric::units::position(port));
        if let (Some(other), Some(name), false) = (other, name, told) {
            let (nic, port) = (nic.name.clone(), name.interface.clone());
            tell("port_index", Fault::NicPortTaken { nic, port, other });
            told = true;
        }
    }
}
