//! From a sketch to a design.

use hedgehog::fabric::design::{
    Attachment, Design, Nic, Redundancy, Reference, ServerClass, SwitchClass, Zone,
};
use proptest::sample::Index;

use super::{
    Border, Cages, Cards, Clos, Common, Group, Leaf, Mesh, Model, Order, OutOfBand, Servers,
    Sketch, Spine, Wire,
};
use crate::support::designs;

/// A zone that servers and other switches can use.
struct Offer {
    /// `class/zone`.
    zone: String,
    /// Gbit/s.
    speed: u32,
    of_spine: bool,
    out_of_band: bool,
    /// The redundancy that its switches have and can do.
    group: Option<&'static str>,
}

/// Type and distribution of attachments to any zone.
const WAYS: [(&str, &str); 7] = [
    ("unbundled", "alternating"),
    ("unbundled", "same-switch"),
    ("unbundled", ""),
    ("unbundled", "rail-optimized"),
    ("bundled", ""),
    ("bundled", "same-switch"),
    ("bundled", "rail-optimized"),
];

/// Cages that two zones of the large switch must not share, when one runs them in eight lanes.
const CAGES_APART: u32 = 4;

impl Model {
    fn modes(self) -> &'static [&'static str] {
        match self {
            Self::Ds5000 => &["1x800G", "2x400G", "4x200G", "4x100G", "8x100G"],
            Self::Ds3000 => &["1x100G", "2x50G", "4x25G", "4x10G"],
            Self::Described => &["1x800G", "2x400G", "4x200G"],
        }
    }

    fn mode(self, cages: &Cages) -> &'static str {
        let modes = self.modes();
        modes[cages.mode % modes.len()]
    }

    /// How cages of leaves and of spines are run so that they can be joined.
    fn links(self) -> &'static [(&'static str, &'static str)] {
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

    fn class(self, fabric: &str, role: &str) -> SwitchClass {
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
            described.features = Some(["mclag", "eslag"].map(str::to_owned).into());
        }
        class
    }
}

/// Gbit/s of one port of a cage that is run so.
fn speed(mode: &str) -> u32 {
    let (_, speed) = mode.split_once('x').expect("lanes and speed");
    speed.trim_end_matches('G').parse().expect("a number")
}

fn optic() -> Reference {
    Reference::Known("acme/optic".to_owned())
}

/// One class of switches in the making.
struct Switch {
    name: String,
    class: SwitchClass,
    /// The first cage that no zone has.
    next: u32,
    /// Cages of the zones that have some to spare.
    spare: Vec<u32>,
}

impl Switch {
    fn zone(&mut self, name: &str, zone_type: &str, cages: &Cages, mode: &str) -> &mut Zone {
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
        if ports.len() > 2 && ["server", "uplink", "fabric"].contains(&zone_type) {
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

    fn common(&mut self, common: &Common) {
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
    fn group(&mut self, group: Option<Group>, mode: &str) {
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
    fn plain(count: u32) -> Self {
        Self {
            count,
            mode: 0,
            gaps: false,
            order: Order::Word(None),
            priority: None,
        }
    }
}

struct Drawing<'s> {
    sketch: &'s Sketch,
    design: Design,
    offers: Vec<Offer>,
    named: usize,
}

impl Sketch {
    pub fn design(&self) -> Design {
        let mut drawing = Drawing {
            sketch: self,
            design: Design::default(),
            offers: Vec::new(),
            named: 0,
        };
        for (index, fabric) in self.fabrics.iter().enumerate() {
            drawing.clos(&format!("fabric-{index}"), fabric);
        }
        if let Some(mesh) = &self.mesh {
            drawing.mesh(mesh);
        }
        if let Some(switches) = &self.out_of_band {
            drawing.out_of_band(switches);
        }
        for servers in &self.servers {
            drawing.servers(servers);
        }
        drawing.design
    }
}

impl Drawing<'_> {
    /// The number decides the natural order, which is not the one in which classes are drawn.
    fn name(&mut self, what: &str) -> String {
        let number = self.sketch.names[self.named];
        self.named += 1;
        format!("c{number}-{what}")
    }

    fn switch(&mut self, model: Model, fabric: &str, role: &str) -> Switch {
        Switch {
            name: self.name(role.split('-').next().expect("a word")),
            class: model.class(fabric, role),
            next: 1,
            spare: Vec::new(),
        }
    }

    fn add(&mut self, mut switch: Switch) {
        if self.sketch.optics {
            for zone in switch.class.zones.values_mut() {
                zone.transceiver = Some(optic());
            }
        }
        let pairs = switch.class.redundancy.as_ref();
        if pairs.is_some_and(|pairs| pairs.redundancy_type == "mclag") {
            self.design.fabric_release = Some("25.05".to_owned());
        }
        self.design.switch_classes.insert(switch.name, switch.class);
    }

    /// A zone for servers.
    fn offer(&mut self, switch: &mut Switch, name: &str, model: Model, cages: &Cages) {
        let mode = model.mode(cages);
        switch.zone(name, "server", cages, mode);
        let class = &switch.class;
        let in_mesh = class.topology.is_some();
        let kind = class
            .redundancy
            .as_ref()
            .map(|r| r.redundancy_type.as_str());
        let group = match kind {
            _ if model == Model::Ds5000 => None,
            Some("mclag") => Some("mclag"),
            Some(_) if !in_mesh => Some("eslag"),
            _ => None,
        };
        self.offers.push(Offer {
            zone: format!("{}/{name}", switch.name),
            speed: speed(mode),
            of_spine: class.role == "spine",
            out_of_band: false,
            group,
        });
    }

    fn clos(&mut self, name: &str, fabric: &Clos) {
        let links = fabric.model.links();
        let first = *fabric.link.get(links);
        let other = |link: &&(&str, &str)| speed(link.0) != speed(first.0);
        let second = links.iter().find(other).filter(|_| fabric.second_speed);
        let managed = |mut switch: Switch| {
            let unmanaged = (!fabric.managed).then(|| "unmanaged".to_owned());
            switch.class.fabric_class = unmanaged;
            switch
        };
        for (index, spine) in fabric.spines.iter().enumerate() {
            let switch = managed(self.switch(fabric.model, name, "spine"));
            self.spine(
                switch,
                fabric.model,
                spine,
                index > 0,
                (first.1, second.map(|l| l.1)),
            );
        }
        for (index, leaf) in fabric.leaves.iter().enumerate() {
            let switch = managed(self.switch(fabric.model, name, "server-leaf"));
            let second = second.filter(|_| index == 0);
            self.leaf(switch, fabric.model, leaf, (first.0, second.map(|l| l.0)));
        }
        for border in &fabric.borders {
            let switch = managed(self.switch(fabric.model, name, "border-leaf"));
            self.border(switch, fabric.model, border, first.0);
        }
    }

    fn spine(
        &mut self,
        mut switch: Switch,
        model: Model,
        spine: &Spine,
        fixed: bool,
        (mode, second): (&str, Option<&str>),
    ) {
        switch.zone("down", "fabric", &spine.downlinks, mode);
        if let Some(mode) = second {
            switch.zone("down-2", "fabric", &Cages::plain(6), mode);
        }
        if let Some(cages) = &spine.zone {
            self.offer(&mut switch, "servers", model, cages);
        }
        switch.common(&spine.common);
        if fixed {
            let (quantity, least) = (switch.class.override_quantity, switch.class.min_quantity);
            switch.class.override_quantity = Some(quantity.or(least).unwrap_or(1));
        }
        self.add(switch);
    }

    fn leaf(
        &mut self,
        mut switch: Switch,
        model: Model,
        leaf: &Leaf,
        (mode, second): (&str, Option<&str>),
    ) {
        switch.group(leaf.group, model.modes()[0]);
        for (index, cages) in leaf.zones.iter().enumerate() {
            self.offer(&mut switch, &format!("servers-{index}"), model, cages);
        }
        let first_uplink = switch.next;
        switch.zone("up", "uplink", &leaf.uplinks, mode);
        if let Some(mode) = second {
            switch.zone("up-2", "uplink", &Cages::plain(4), mode);
        }
        switch.common(&leaf.common);
        if leaf.common.overlap {
            let zone = switch
                .class
                .zones
                .get_mut("servers-0")
                .expect("one is there");
            zone.ports = format!("{},{first_uplink}", zone.ports);
            if let Some(order) = &mut zone.allocation_order {
                order.insert(0, first_uplink);
            }
        }
        self.add(switch);
    }

    fn border(&mut self, mut switch: Switch, model: Model, border: &Border, mode: &str) {
        let fits = |offer: &&Offer| {
            let mut modes = model.modes().iter();
            offer.of_spine && modes.any(|mode| speed(mode) == offer.speed)
        };
        let fitting: Vec<&Offer> = self.offers.iter().filter(fits).collect();
        let peer = border.peer.filter(|_| !fitting.is_empty());
        let peer = peer.map(|index| (index.get(&fitting).zone.clone(), index.get(&fitting).speed));
        if let Some((peer, wanted)) = peer {
            let mut modes = model.modes().iter();
            let mode = modes.find(|mode| speed(mode) == wanted).expect("it fits");
            switch.zone("up", "uplink", &border.uplinks, mode).peer = Some(peer);
        } else {
            switch.zone("up", "uplink", &border.uplinks, mode);
        }
        self.offer(&mut switch, "servers", model, &border.zone);
        switch.common(&border.common);
        self.add(switch);
    }

    fn mesh(&mut self, mesh: &Mesh) {
        // Three switches are more than the silicon of the large one can do.
        let three = mesh.classes.iter().sum::<u32>() > 2;
        let model = if three && mesh.model == Model::Ds5000 {
            Model::Ds3000
        } else {
            mesh.model
        };
        for quantity in &mesh.classes {
            let mut switch = self.switch(model, "mesh", "server-leaf");
            switch.class.topology = Some("mesh".to_owned());
            switch.class.override_quantity = Some(*quantity);
            switch.group(mesh.group.filter(|_| *quantity == 2), model.modes()[0]);
            let links = model.mode(&mesh.links);
            self.offer(&mut switch, "servers", model, &mesh.zone);
            switch.zone("mesh", "mesh", &mesh.links, links);
            self.add(switch);
        }
    }

    fn out_of_band(&mut self, switches: &OutOfBand) {
        let fits = |offer: &&Offer| [25, 100].contains(&offer.speed);
        let fitting: Vec<&Offer> = self.offers.iter().filter(fits).collect();
        let peer = (!fitting.is_empty()).then(|| switches.peer.get(&fitting));
        let peer = peer.map(|offer| (offer.zone.clone(), offer.speed));
        let mut switch = self.switch(Model::Ds3000, "management", "server-leaf");
        switch.class.profile = Some("dell-s5248f-on".to_owned());
        switch.class.fabric_class = Some("unmanaged".to_owned());
        switch.zone("bmc", "oob", &Cages::plain(switches.ports), "1x10G");
        if let Some((peer, speed)) = peer {
            // The cages that can do either, none of which shares a group with the others.
            switch.next = if speed == 100 { 49 } else { 45 };
            let zone_type = if switches.oob_uplinks {
                "oob"
            } else {
                "uplink"
            };
            let mode = format!("1x{speed}G");
            let cages = Cages::plain(switches.uplinks);
            switch.zone("up", zone_type, &cages, &mode).peer = Some(peer);
        }
        self.offers.push(Offer {
            zone: format!("{}/bmc", switch.name),
            speed: 10,
            of_spine: false,
            out_of_band: true,
            group: None,
        });
        self.add(switch);
    }

    fn servers(&mut self, servers: &Servers) {
        let mut class = designs::servers(servers.quantity);
        let number = |index: &Index| index.index(servers.quantity as usize) + 1;
        let retired = servers.retired.iter().filter(|_| servers.quantity > 0);
        class.retired = retired
            .map(|index| u32::try_from(number(index)).expect("small"))
            .collect();
        let mut used = 0;
        for (index, wire) in servers.wires.iter().enumerate() {
            let mut attachment = self.attachment(wire);
            let ports = attachment.ports.expect("it is given");
            if servers.cards == Cards::Each {
                attachment.nic = format!("n{index}");
                attachment.port_index = Some(1);
                let nic = designs::nic_of(ports + 1);
                class.nics.insert(attachment.nic.clone(), nic);
            } else {
                attachment.nic = "n".to_owned();
                attachment.port_index = Some(used);
            }
            used += ports;
            class.attachments.insert(format!("a{index}"), attachment);
        }
        if let Some(nic) = shared_card(servers.cards, used) {
            class.nics.insert("n".to_owned(), nic);
        }
        self.add_servers(class);
    }

    fn add_servers(&mut self, class: ServerClass) {
        let name = self.name("servers");
        self.design.server_classes.insert(name, class);
    }

    fn attachment(&self, wire: &Wire) -> Attachment {
        let offer = wire.zone.get(&self.offers);
        let mut ways = WAYS.to_vec();
        if offer.out_of_band {
            ways.truncate(3);
        }
        ways.extend(offer.group.map(|kind| (kind, "")));
        ways.extend(offer.group.map(|kind| (kind, "alternating")));
        let (kind, distribution) = *wire.way.get(&ways);
        let ports = match (kind, distribution) {
            ("mclag" | "eslag", _) => wire.ports.max(2),
            // What must be on one switch has to find room there.
            (_, "alternating") => wire.ports.min(3),
            (_, "") => wire.ports.min(2),
            _ => 1,
        };
        let zone = offer.zone.as_str();
        let mut attachment = designs::attachment("", ports, distribution, zone, offer.speed);
        attachment.attachment_type = Some(kind.to_owned());
        attachment.rail = (distribution == "rail-optimized").then_some(wire.rail);
        let port_type = match (offer.out_of_band, wire.pxe) {
            (true, _) => Some("ipmi"),
            (false, true) => Some("pxe"),
            (false, false) => None,
        };
        attachment.port_type = port_type.map(ToOwned::to_owned);
        attachment.transceiver = self.sketch.optics.then(optic);
        attachment
    }
}

/// The one card with that many ports, or the interfaces of the server itself.
fn shared_card(cards: Cards, ports: u32) -> Option<Nic> {
    match cards {
        Cards::Each => None,
        Cards::One => Some(designs::nic_of(ports)),
        Cards::Onboard => Some(Nic {
            module_type: None,
            ports: Some((0..ports).map(|port| format!("eth{port}")).collect()),
        }),
    }
}
