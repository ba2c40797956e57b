//! Words of a design that stand for one of a few things. To add one: a line here, and the compiler
//! shows each place that has to know it.

use crate::fabric::words::words;

words! {
    /// What a switch is for, in Hedgehog's words.
    Role {
        Spine = "spine",
        ServerLeaf = "server-leaf",
        BorderLeaf = "border-leaf",
        /// Servers and external connections.
        MixedLeaf = "mixed-leaf",
    }
}

impl Role {
    /// Slug of the NetBox device role, unless the class names one.
    pub const fn device_role(self) -> &'static str {
        match self {
            Self::Spine => "spine",
            Self::ServerLeaf | Self::MixedLeaf => "leaf",
            Self::BorderLeaf => "border",
        }
    }

    pub fn is_leaf(self) -> bool {
        self != Self::Spine
    }
}

words! {
    /// How the switches of a fabric are joined.
    Topology {
        SpineLeaf = "spine-leaf",
        Mesh = "mesh",
    }
}

words! {
    /// What a zone is for.
    ZoneType {
        Server = "server",
        /// From a leaf to the spines of its fabric, or to the zone that it names.
        Uplink = "uplink",
        /// From a spine to the leaves of its fabric.
        Fabric = "fabric",
        /// Between the leaves of a mesh.
        Mesh = "mesh",
        /// Management ports of servers; with a peer, the uplinks of an out-of-band switch.
        Oob = "oob",
        /// Traffic between the switches of an MCLAG pair.
        Peer = "peer",
        /// Session between the switches of an MCLAG pair.
        Session = "session",
        /// Both.
        Mclag = "mclag",
    }
}

impl ZoneType {
    /// Ends of links that are there for servers. Where zones overlap the others go first, since a
    /// fabric that lacks an uplink is broken and a server finds another port.
    pub fn is_for_servers(self) -> bool {
        matches!(self, Self::Server | Self::Oob)
    }

    pub fn may_name_far_end(self) -> bool {
        matches!(self, Self::Uplink | Self::Oob)
    }
}

words! {
    /// Switches that serve a server together.
    RedundancyType {
        Mclag = "mclag",
        Eslag = "eslag",
    }
}

impl RedundancyType {
    /// Switches of a full group: a pair for MCLAG, four for ESLAG.
    ///
    /// Switches form groups in the order of their numbers and only the last group may be smaller,
    /// so that a switch that joins changes no other group.
    pub const fn group_size(self) -> u32 {
        match self {
            Self::Mclag => 2,
            Self::Eslag => 4,
        }
    }

    /// The group, from 0, of the switch with that number, from 1.
    pub const fn group_of(self, number: u32) -> u32 {
        (number - 1) / self.group_size()
    }

    /// Links that one switch may have of a bundle of so many: it is over two switches at least, and over no more
    /// of them than a full group has.
    pub fn most_on_one(self, links: u32) -> u32 {
        links.div_ceil(self.group_size().min(links.max(2)))
    }

    /// The smallest legal quantity that is at least this: no group of one.
    pub const fn round(self, quantity: u32) -> u32 {
        let alone = quantity % self.group_size() == 1;
        if alone { quantity + 1 } else { quantity }
    }
}

words! {
    /// What a server's port is for.
    PortType {
        Data = "data",
        Ipmi = "ipmi",
        Pxe = "pxe",
    }
}

/// What the links of an attachment are to Hedgehog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentType {
    /// Each a link of its own.
    Unbundled,
    /// LACP to one switch.
    Bundled,
    /// LACP to the switches of a group.
    Redundant(RedundancyType),
}

impl AttachmentType {
    pub const WORDS: &'static [&'static str] = &["unbundled", "bundled", "mclag", "eslag"];

    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "unbundled" => Some(Self::Unbundled),
            "bundled" => Some(Self::Bundled),
            _ => RedundancyType::parse(word).map(Self::Redundant),
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Unbundled => "unbundled",
            Self::Bundled => "bundled",
            Self::Redundant(kind) => kind.word(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_no_lone_switch() {
        let check = |kind: RedundancyType, expect: [u32; 8]| {
            let rounded: Vec<u32> = (0..8).map(|quantity| kind.round(quantity)).collect();
            assert_eq!(rounded, expect, "{kind:?}");
        };
        check(RedundancyType::Mclag, [0, 2, 2, 4, 4, 6, 6, 8]);
        check(RedundancyType::Eslag, [0, 2, 2, 3, 4, 6, 6, 7]);
    }
}
