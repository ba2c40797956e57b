//! One class of switches: which cages its zones get, and how they are run.

use hedgehog::fabric::design::{CustomPipeline, Redundancy, SwitchClass, Zone};

use super::{Cages, Common, Group, Model, Order};
use crate::support::designs;

/// Cages that two zones of the large switch must not share, when one runs them in eight lanes.
const CAGES_APART: u32 = 4;

impl Model {
    pub(super) fn modes(self) -> &'static [&'static str] {
        match self {
            Self::Ds5000 => &["1x800G", "2x400G", "4x200G", "4x100G", "8x100G"],
            Self::Ds3000 => &["1x100G", "2x50G", "4x25G", "4x10G"],
            Self::Described => &["1x800G", "2x400G", "4x200G"],
        }
    }

    pub(super) fn mode(self, cages: &Cages) -> &'static str {
        let modes = self.modes();
        modes[cages.mode % modes.len()]
    }

    /// How cages of leaves and of spines are run so that they can be joined.
    pub(super) fn links(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Ds5000 => &[
                ("1x800G", "1x800G"),
                ("2x400G", "2x400G"),
                ("1x400G", "2x400G"),
                ("2x400G", "1x400G"),
            ],
            Self::Ds3000 => &[("1x100G", "1x100G"), ("2x50G", "2x50G"), ("4x25G", "4x25G")],
            Self::Described => &[("1x800G", "1x800G"), ("2x400G", "2x400G")],
        }
    }

    pub(super) fn class(self, fabric: &str, role: &str) -> SwitchClass {
        let profile = match self {
            Self::Ds5000 => "celestica-ds5000",
            Self::Ds3000 | Self::Described => "celestica-ds3000",
        };
        let mut class = designs::switch(fabric, role, profile, &[]);
        if self == Self::Described {
            designs::describe(&mut class);
            let described = class.custom_profile.as_mut().expect("it is described");
            for (port, cages) in [("data", "1-32"), ("management", "33-34")] {
                described.ports.get_mut(port).expect("known").ports = cages.to_owned();
            }
            described.ports_max = Some(130);
            let half = CustomPipeline {
                ports: "1-16".to_owned(),
                ports_max: 64,
            };
            described.pipelines.insert("left".to_owned(), half);
            described.features = Some(["mclag", "eslag"].map(str::to_owned).into());
        }
        class
    }
}

/// Gbit/s of one port of a cage that is run so.
pub(super) fn speed(mode: &str) -> u32 {
    let (_, speed) = mode.split_once('x').expect("lanes and speed");
    speed.trim_end_matches('G').parse().expect("a number")
}

/// One class of switches in the making.
pub(super) struct Switch {
    pub name: String,
    pub class: SwitchClass,
    /// The first cage that no zone has.
    pub next: u32,
    /// Cages that may be excluded.
    pub spare: Vec<u32>,
}

impl Switch {
    pub(super) fn zone(
        &mut self,
        name: &str,
        zone_type: &str,
        cages: &Cages,
        mode: &str,
    ) -> &mut Zone {
        let step = match (mode.starts_with("8x"), cages.gaps) {
            (true, _) => {
                self.next = (self.next - 1).next_multiple_of(CAGES_APART) + 1;
                CAGES_APART
            }
            (false, true) if ["server", "oob"].contains(&zone_type) => 2,
            (false, _) => 1,
        };
        let last = self.next + (cages.count - 1) * step;
        let ports: Vec<u32> = (self.next..=last)
            .step_by(usize::try_from(step).expect("small"))
            .collect();
        let text = format!("{}-{last}:{step}", self.next);
        self.next = last + step;
        if ["server", "uplink", "fabric"].contains(&zone_type) {
            self.spare.extend(&ports);
        }
        let mut zone = designs::zone(zone_type, &text, mode, 0);
        zone.priority = cages.priority;
        match cages.order {
            Order::Word(word) => zone.allocation = word.map(ToOwned::to_owned),
            Order::Custom(first) => {
                let mut order = ports.clone();
                order.reverse();
                order.rotate_left(usize::try_from(first).expect("small") % ports.len());
                zone.allocation = Some("custom".to_owned());
                zone.allocation_order = Some(order);
            }
        }
        let zones = &mut self.class.zones;
        zones.insert(name.to_owned(), zone);
        zones.get_mut(name).expect("it is there")
    }

    pub(super) fn common(&mut self, common: &Common) {
        let class = &mut self.class;
        class.min_quantity = common.min_quantity;
        class.override_quantity = common.override_quantity.map(|quantity| {
            match class
                .redundancy
                .as_ref()
                .map(|r| r.redundancy_type.as_str())
            {
                Some("mclag") => quantity.next_multiple_of(2),
                Some(_) if quantity % 4 == 1 => quantity + 1,
                _ => quantity,
            }
        });
        let excluded = common.excluded.filter(|_| !self.spare.is_empty());
        class.excluded_ports = excluded.map(|index| index.get(&self.spare).to_string());
    }

    /// The links of pairs are on cages of their own.
    pub(super) fn group(&mut self, group: Option<Group>, mode: &str) {
        let Some(group) = group else { return };
        let mut redundancy = Redundancy {
            redundancy_type: "eslag".to_owned(),
            ..Redundancy::default()
        };
        if let Group::Mclag { shared, peer_links } = group {
            redundancy.redundancy_type = "mclag".to_owned();
            redundancy.peer_links = peer_links;
            let zones: &[(&str, u32)] = if shared {
                &[("mclag", 4)]
            } else {
                &[("peer", 2), ("session", 1)]
            };
            for (zone_type, count) in zones {
                let cages = Cages::plain(*count);
                self.zone(zone_type, zone_type, &cages, mode);
            }
        }
        self.class.redundancy = Some(redundancy);
    }
}

impl Cages {
    pub(super) fn plain(count: u32) -> Self {
        Self {
            count,
            mode: 0,
            gaps: false,
            order: Order::Word(None),
            priority: None,
        }
    }
}
