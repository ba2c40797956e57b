//! From a sketch to a design.

use hedgehog::fabric::design::{Attachment, Design, Nic, Reference, ServerClass};
use proptest::sample::Index;

use super::switch::{Switch, speed};
use super::{
    Border, Cages, Cards, Clos, Leaf, Mesh, Model, OutOfBand, Servers, Sketch, Spine, Wire,
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

fn optic() -> Reference {
    Reference::Known("acme/optic".to_owned())
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
