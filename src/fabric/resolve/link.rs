//! What only the whole plan can tell: references between classes, and device names.

use std::collections::BTreeMap;

use super::claim;
use super::server::{AttachmentDraft, Draft};
use crate::fabric::design::Design;
use crate::fabric::natural::Natural;
use crate::fabric::near::near;
use crate::fabric::problem::{Fault, Problem, Subject};
use crate::fabric::release::Release;
use crate::fabric::spec::{AttachmentSpec, Gaps, PortType, ServerSpec, Spec, SwitchSpec, ZoneType};
use crate::fabric::units::Mode;

/// Joins the classes. Attachments that name nothing usable are left out, and said.
pub(super) fn link<'a>(
    design: &Design,
    switches: BTreeMap<&str, SwitchSpec<'a>>,
    drafts: Vec<Draft>,
    release: Option<Release>,
    problems: &mut Vec<Problem>,
) -> Spec<'a> {
    let mut switches: Vec<SwitchSpec<'a>> = switches.into_values().collect();
    switches.sort_by(|a, b| Natural(&a.name).cmp(&Natural(&b.name)));
    let position: BTreeMap<&str, usize> = switches
        .iter()
        .map(|switch| switch.name.as_str())
        .zip(0..)
        .collect();
    let mut servers = Vec::new();
    for draft in drafts {
        let mut attachments = Vec::new();
        for attachment in &draft.attachments {
            let target = target(design, attachment, |class| {
                position
                    .get(class)
                    .map(|position| (*position, &switches[*position]))
            });
            match target {
                Ok(Some((switch, zone))) => attachments.extend(specify(attachment, switch, zone)),
                Ok(None) => {}
                Err((field, fault)) => {
                    let (class, attachment) = (draft.name.clone(), attachment.name.clone());
                    let subject = Subject::Attachment { class, attachment };
                    problems.push(Problem::new(subject, Some(field), fault));
                }
            }
        }
        let Draft {
            name,
            numbers,
            nics,
            ..
        } = draft;
        servers.push(ServerSpec {
            name,
            numbers,
            nics,
            attachments,
        });
    }
    Spec {
        sizing_order: Vec::new(),
        switches,
        servers,
        release,
        gaps: Gaps::default(),
    }
}

/// `None`: something of it was told to be wrong.
fn specify(attachment: &AttachmentDraft, switch: usize, zone: usize) -> Option<AttachmentSpec> {
    attachment.way.port_type?;
    Some(AttachmentSpec {
        name: attachment.name.clone(),
        nic: attachment.nic?,
        first_port: attachment.first_port,
        ports: attachment.ports,
        kind: attachment.way.kind?,
        distribution: attachment.way.distribution?,
        switch,
        zone,
    })
}

/// Class and zone, as a reference is written.
pub(super) fn parts(text: &str) -> Result<(&str, &str), Fault> {
    let parts = text.split_once('/').filter(|(class, zone)| {
        let whole = !class.is_empty() && !zone.is_empty();
        whole && !zone.contains('/')
    });
    parts.ok_or_else(|| Fault::ZoneReference {
        text: text.to_owned(),
    })
}

/// Class and zone of a reference, which the design has; `None` if it cannot be read, which its class told.
pub(super) fn reference<'t>(
    design: &Design,
    text: &'t str,
) -> Result<Option<(&'t str, &'t str)>, Fault> {
    let Ok((class, zone)) = parts(text) else {
        return Ok(None);
    };
    let Some(switch_class) = design.switch_classes.get(class) else {
        let near = near(class, design.switch_classes.keys());
        let class = class.to_owned();
        return Err(Fault::UnknownClass { class, near });
    };
    let subject = Subject::SwitchClass {
        class: class.to_owned(),
    };
    if !switch_class.zones.contains_key(zone) && !design.unread.contains(&subject) {
        let near = near(zone, switch_class.zones.keys());
        let (class, zone) = (class.to_owned(), zone.to_owned());
        return Err(Fault::UnknownZone { class, zone, near });
    }
    Ok(Some((class, zone)))
}

/// Positions of the switch class and the zone; `None` if something has been said about them.
fn target<'s, 'a: 's>(
    design: &Design,
    attachment: &AttachmentDraft,
    find: impl Fn(&str) -> Option<(usize, &'s SwitchSpec<'a>)>,
) -> Result<Option<(usize, usize)>, (&'static str, Fault)> {
    let named = reference(design, &attachment.zone).map_err(|fault| ("zone", fault))?;
    let Some((class, zone)) = named else {
        return Ok(None);
    };
    let Some((switch, spec)) = find(class) else {
        return Ok(None);
    };
    let Some((index, target)) = spec.zones.iter().enumerate().find(|(_, z)| z.name == zone) else {
        return Ok(None);
    };
    if !target.zone_type.is_for_servers() || target.names_far_end {
        let fault = Fault::ZoneNotForServers {
            zone: attachment.zone.clone(),
            zone_type: target.zone_type.word(),
            has_peer: target.zone_type.is_for_servers(),
        };
        return Err(("zone", fault));
    }
    let port_type = attachment.way.port_type;
    let oob = target.zone_type == ZoneType::Oob;
    if let Some(port_type) = port_type.filter(|port_type| (*port_type == PortType::Ipmi) != oob) {
        let (zone, zone_type) = (attachment.zone.clone(), target.zone_type.word());
        let fault = Fault::PortTypeForZone {
            port_type: port_type.word(),
            zone,
            zone_type,
        };
        return Err(("port_type", fault));
    }
    if attachment.speed.mbps() == 0 {
        // Which was told.
        return Ok(None);
    }
    if target.mode.speed != attachment.speed {
        let fitting = fitting_modes(spec, index, attachment);
        let (speed, zone, mode) = (attachment.speed, attachment.zone.clone(), target.mode);
        return Err((
            "speed",
            Fault::SpeedMismatch {
                speed,
                zone,
                mode,
                fitting,
            },
        ));
    }
    Ok(Some((switch, index)))
}

/// Modes of all the zone's cages that have the attachment's speed, and that the switch allows there.
fn fitting_modes(spec: &SwitchSpec<'_>, zone: usize, attachment: &AttachmentDraft) -> Vec<Mode> {
    let cages = spec.zones[zone].cages.iter();
    let mut cages = cages.filter_map(|cage| spec.profile.port(*cage));
    let Some(first) = cages.next() else {
        return Vec::new();
    };
    let mut modes = first.modes();
    modes.retain(|mode| mode.speed == attachment.speed);
    for port in cages {
        modes.retain(|mode| port.allows(*mode));
    }
    modes.retain(|mode| claim::may_run(spec, zone, *mode));
    modes
}
