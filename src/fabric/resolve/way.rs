//! What the type of an attachment makes of its ports: which distributions it allows, and how many
//! links it takes.

use crate::fabric::design::Attachment;
use crate::fabric::problem::Fault;
use crate::fabric::spec::{AttachmentType, Distribution, PortType, RedundancyType};

/// How the ports of an attachment are attached. `None`: what is written was told to be wrong.
#[derive(Debug, Clone, Copy)]
pub(in crate::fabric) struct Way {
    pub kind: Option<AttachmentType>,
    pub distribution: Option<Distribution>,
    pub port_type: Option<PortType>,
}

pub(super) fn way(
    attachment: &Attachment,
    distribution: Option<Distribution>,
    ports: u32,
    tell: &mut dyn FnMut(&'static str, Fault),
) -> Way {
    let kind = word(attachment.attachment_type.as_deref(), "unbundled", |word| {
        AttachmentType::parse(word).ok_or(AttachmentType::WORDS)
    });
    let kind = kind.map_err(|fault| tell("type", fault)).ok();
    let port_type = word(attachment.port_type.as_deref(), "data", |word| {
        PortType::parse(word).ok_or(PortType::WORDS)
    });
    let port_type = port_type.map_err(|fault| tell("port_type", fault)).ok();
    if let Some(fault) = kind.and_then(|kind| links(kind, ports)) {
        tell("ports", fault);
    }
    let distribution = kind.zip(distribution).and_then(|(kind, distribution)| {
        bundle(kind, distribution)
            .map_err(|fault| tell("distribution", fault))
            .ok()
    });
    Way {
        kind,
        distribution,
        port_type,
    }
}

fn word<T>(
    word: Option<&str>,
    default: &str,
    parse: impl Fn(&str) -> Result<T, &'static [&'static str]>,
) -> Result<T, Fault> {
    let word = word.unwrap_or(default);
    parse(word).map_err(|allowed| Fault::UnknownWord {
        word: word.to_owned(),
        allowed,
    })
}

/// What is wrong or odd with that many links of one bundle.
fn links(kind: AttachmentType, ports: u32) -> Option<Fault> {
    match (kind, ports) {
        (AttachmentType::Unbundled, _) | (_, 0) => None,
        (AttachmentType::Bundled, 1) => Some(Fault::BundleOfOne),
        (AttachmentType::Redundant(kind), 1) => Some(Fault::BundleTooSmall { kind: kind.word() }),
        (AttachmentType::Redundant(RedundancyType::Mclag), odd) if odd % 2 == 1 => {
            Some(Fault::BundleUneven { ports })
        }
        (AttachmentType::Bundled | AttachmentType::Redundant(_), _) => None,
    }
}

/// The links of a bundle end on one switch; those of a redundant bundle on those of one group,
/// which is what `alternating` says in other words.
fn bundle(kind: AttachmentType, distribution: Distribution) -> Result<Distribution, Fault> {
    let contradiction = || Fault::DistributionForType {
        kind: kind.word(),
        distribution: distribution.word(),
    };
    match (kind, distribution) {
        (AttachmentType::Bundled, Distribution::Alternating) => Err(contradiction()),
        (AttachmentType::Unbundled | AttachmentType::Bundled, other) => Ok(other),
        (AttachmentType::Redundant(kind), Distribution::RoundRobin | Distribution::Alternating) => {
            Ok(Distribution::Group(kind))
        }
        (AttachmentType::Redundant(_), _) => Err(contradiction()),
    }
}
