//! Optics: the two ends of each kind of link, and each optic against its cage.
//!
//! Told once for each pair of inputs, not for each cable.

use std::collections::BTreeSet;

use crate::fabric::catalog::{Cage, Catalog, TransceiverModel};
use crate::fabric::design::{Design, Reference};
use crate::fabric::optics::{self, End, Verdict};
use crate::fabric::problem::{Fault, OpticsFault, Problem, Subject};
use crate::fabric::spec::{AttachmentSpec, ServerSpec, Spec, SwitchSpec, ZoneSpec, ZoneType};
use crate::fabric::units::{Speed, position};

pub(super) fn check(
    design: &Design,
    spec: &Spec<'_>,
    catalog: &Catalog,
    problems: &mut Vec<Problem>,
) {
    let optics = Optics { design, catalog };
    problems.extend(optics.servers(spec));
    for switch in &spec.switches {
        for zone in &switch.zones {
            problems.extend(optics.cage(switch, zone));
        }
    }
    problems.extend(optics.switches(spec));
    problems.extend(optics.splits(spec));
}

struct Optics<'d> {
    design: &'d Design,
    catalog: &'d Catalog,
}

/// An end of a link: what has the optic, and the optic.
struct Port<'d> {
    subject: Subject,
    optic: Option<&'d Reference>,
}

impl Port<'_> {
    fn told(&self, fault: OpticsFault) -> Problem {
        let subject = self.subject.clone();
        Problem::new(subject, Some("transceiver"), Fault::Optics(fault))
    }
}

impl<'d> Optics<'d> {
    fn zone(&self, switch: &SwitchSpec<'_>, zone: &ZoneSpec) -> Port<'d> {
        let written = self.design.switch_classes.get(&switch.name);
        let written = written.and_then(|class| class.zones.get(&zone.name));
        Port {
            subject: Subject::Zone {
                class: switch.name.clone(),
                zone: zone.name.clone(),
            },
            optic: written.and_then(|zone| zone.transceiver.as_ref()),
        }
    }

    fn attachment(&self, class: &str, attachment: &str) -> Port<'d> {
        let written = self.design.server_classes.get(class);
        let written = written.and_then(|class| class.attachments.get(attachment));
        Port {
            subject: Subject::Attachment {
                class: class.to_owned(),
                attachment: attachment.to_owned(),
            },
            optic: written.and_then(|written| written.transceiver.as_ref()),
        }
    }

    fn facts(&self, optic: Option<&Reference>) -> End<'d> {
        match optic {
            None => End::Empty,
            Some(Reference::Unknown) => End::Unknown,
            Some(Reference::Known(name)) => self
                .catalog
                .transceiver(name)
                .map_or(End::Unknown, End::Known),
        }
    }

    fn model(&self, optic: Option<&Reference>) -> Option<&'d TransceiverModel> {
        match self.facts(optic) {
            End::Known(model) => Some(model),
            End::Empty | End::Unknown => None,
        }
    }

    /// Attachments against the zones that they go to, and against their own speed.
    fn servers(&self, spec: &Spec<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for server in &spec.servers {
            for attachment in &server.attachments {
                let switch = &spec.switches[attachment.switch];
                let zone = &switch.zones[attachment.zone];
                let near = self.attachment(&server.name, &attachment.name);
                problems.extend(self.speed(&near, zone.mode.speed));
                problems.extend(self.card(&near, server, attachment));
                problems.extend(self.pair(&near, &self.zone(switch, zone)));
            }
        }
        problems
    }

    /// Zones whose cages are split for servers, and of which neither end names what splits them. A design
    /// that names no optic at all leaves them to others.
    fn splits(&self, spec: &Spec<'_>) -> Vec<Problem> {
        let mut told = BTreeSet::new();
        let mut problems = Vec::new();
        if !self.names_any() {
            return problems;
        }
        for server in &spec.servers {
            for attachment in &server.attachments {
                let switch = &spec.switches[attachment.switch];
                let zone = &switch.zones[attachment.zone];
                let near = self.attachment(&server.name, &attachment.name);
                let far = self.zone(switch, zone);
                let unnamed = near.optic.is_none() && far.optic.is_none();
                let split = unnamed && zone.mode.ports > 1;
                if split && told.insert((attachment.switch, attachment.zone)) {
                    let (mode, other) = (zone.mode, near.subject.to_string());
                    problems.push(far.told(OpticsFault::Unnamed { mode, other }));
                }
            }
        }
        problems
    }

    fn names_any(&self) -> bool {
        let switches = self.design.switch_classes.values();
        let mut zones = switches.flat_map(|class| class.zones.values());
        let servers = self.design.server_classes.values();
        let mut attachments = servers.flat_map(|class| class.attachments.values());
        zones.any(|zone| zone.transceiver.is_some())
            || attachments.any(|attachment| attachment.transceiver.is_some())
    }

    /// Zones of switches that face each other.
    fn switches(&self, spec: &Spec<'_>) -> Vec<Problem> {
        let mut told = BTreeSet::new();
        let mut problems = Vec::new();
        for near in &spec.switches {
            for zone in &near.zones {
                for (far, far_zone) in far_ends(spec, near, zone) {
                    let pair = (self.zone(near, zone), self.zone(far, far_zone));
                    let mut key = [&pair.0.subject, &pair.1.subject];
                    key.sort();
                    if told.insert(key.map(Clone::clone)) {
                        problems.extend(self.pair(&pair.0, &pair.1));
                    }
                }
            }
        }
        problems
    }

    fn pair(&self, near: &Port<'d>, far: &Port<'d>) -> Option<Problem> {
        let verdict = optics::pair(self.facts(near.optic), self.facts(far.optic));
        let other = far.subject.to_string();
        let differ = |what: &'static str, near: String, far: String| OpticsFault::Differ {
            what,
            near,
            far,
            other: other.clone(),
        };
        let fault = match verdict {
            Verdict::NoOptics
            | Verdict::Match
            | Verdict::AssemblyMatch
            | Verdict::ApprovedAsymmetric => {
                return None;
            }
            Verdict::OneSided => OpticsFault::OneSided {
                missing_here: near.optic.is_none(),
                other,
            },
            Verdict::MediumMismatch { near, far } => OpticsFault::Medium {
                near: near.to_string(),
                far: far.to_string(),
                other,
            },
            Verdict::FarEndCageMismatch { near, far } | Verdict::CageMismatch { near, far } => {
                differ("cage", near.to_string(), far.to_string())
            }
            Verdict::ConnectorMismatch { near, far } => {
                differ("connector", near.to_string(), far.to_string())
            }
            Verdict::SpeedMismatch { near, far } => {
                differ("speed", near.to_string(), far.to_string())
            }
            Verdict::LanesMismatch { near, far } => {
                differ("number of lanes", near.to_string(), far.to_string())
            }
            Verdict::ReachMismatch { near, far } => {
                differ("reach", near.to_string(), far.to_string())
            }
        };
        Some(near.told(fault))
    }

    /// An optic in a server's port against the speed of the port.
    fn speed(&self, port: &Port<'d>, wanted: Speed) -> Option<Problem> {
        let optic = self
            .model(port.optic)?
            .speed()
            .filter(|speed| *speed < wanted)?;
        Some(port.told(OpticsFault::TooSlow { optic, wanted }))
    }

    /// An optic in a server's ports against their form, where the catalogue knows the card.
    fn card(
        &self,
        port: &Port<'d>,
        server: &ServerSpec,
        attachment: &AttachmentSpec,
    ) -> Option<Problem> {
        let optic = self.model(port.optic)?;
        // An assembly has a plug of another form at its far end.
        let plugs = [Some(optic.cage), optic.far_end.map(|end| end.cage)];
        let ports = &server.nics[attachment.nic].ports;
        let ports = ports.iter().skip(position(attachment.first_port));
        let mut cages = ports
            .take(position(attachment.ports))
            .filter_map(|port| Cage::of_interface_type(&port.interface_type));
        let goes_in = |cage: Cage| plugs.iter().flatten().any(|plug| cage.admits(*plug));
        let cage = cages.find(|cage| !goes_in(*cage))?;
        let (optic, cage) = (optic.cage.to_string(), cage.to_string());
        Some(port.told(OpticsFault::ForCage { optic, cage }))
    }

    /// A zone's optic against its cages, and against what they carry.
    fn cage(&self, switch: &SwitchSpec<'_>, zone: &ZoneSpec) -> Vec<Problem> {
        let port = self.zone(switch, zone);
        let Some(model) = self.model(port.optic) else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        let cages = zone
            .cages
            .iter()
            .filter_map(|cage| switch.profile.port(*cage));
        if let Some(other) = cages.map(|port| port.cage).find(|cage| *cage != model.cage) {
            faults.push(OpticsFault::ForCage {
                optic: model.cage.to_string(),
                cage: other.to_string(),
            });
        }
        let wanted = zone.mode.speed.times(zone.mode.ports);
        if let (Some(optic), Some(wanted)) = (model.speed(), wanted)
            && optic < wanted
        {
            faults.push(OpticsFault::TooSlow { optic, wanted });
        }
        let mode = zone.mode;
        if let Some(parts) = model.parts().filter(|parts| !parts.admits(mode.ports)) {
            faults.push(OpticsFault::Split { mode, parts });
        }
        faults.into_iter().map(|fault| port.told(fault)).collect()
    }
}

/// The zones where the ports of a zone end, as far as the design tells.
fn far_ends<'s, 'a>(
    spec: &'s Spec<'a>,
    near: &SwitchSpec<'_>,
    zone: &ZoneSpec,
) -> Vec<(&'s SwitchSpec<'a>, &'s ZoneSpec)> {
    if let Some((class, zone)) = zone.peer {
        let far = &spec.switches[class];
        return vec![(far, &far.zones[zone])];
    }
    let wanted = match zone.zone_type {
        ZoneType::Uplink if !zone.names_far_end => ZoneType::Fabric,
        ZoneType::Mesh => ZoneType::Mesh,
        ZoneType::Uplink
        | ZoneType::Server
        | ZoneType::Fabric
        | ZoneType::Oob
        | ZoneType::Peer
        | ZoneType::Session
        | ZoneType::Mclag => return Vec::new(),
    };
    let same_fabric = spec.switches.iter().filter(|far| far.fabric == near.fabric);
    same_fabric
        .flat_map(|far| {
            far.zones_of(wanted)
                .map(move |(_, far_zone)| (far, far_zone))
        })
        .filter(|(_, far_zone)| far_zone.mode.speed == zone.mode.speed)
        .collect()
}
