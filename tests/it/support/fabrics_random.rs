//! Random designs of everything that a design can have: fabrics of leaves and spines, meshes,
//! redundancy groups, border leaves, out-of-band switches, servers in all ways on all of them.
//!
//! What is generated is a sketch, whose choices are numbers that shrink; `design` draws it. References
//! are positions in a list of what is there, so that a sketch that lost a part still is one.

pub mod changes;
mod design;
mod switch;

use proptest::prelude::*;
use proptest::sample::Index;

/// Classes that a sketch can have at most, of switches and servers together.
const CLASSES_MAX: usize = 24;

/// What a zone is, but for its purpose.
#[derive(Debug, Clone)]
pub struct Cages {
    pub count: u32,
    /// One of the model's modes, counted round and round.
    pub mode: usize,
    /// A cage is left out between any two.
    pub gaps: bool,
    pub order: Order,
    pub priority: Option<u32>,
}

/// How a zone gives out its ports.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    Word(Option<&'static str>),
    /// Backwards, beginning after that many.
    Custom(u32),
}

/// Where one of the switches' links for servers is, and where leaves lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    Ds5000,
    Ds3000,
    /// Not of the catalogue, with all kinds of redundancy.
    Described,
}

/// What the switches of a class have, whatever they are for.
#[derive(Debug, Clone)]
pub struct Common {
    pub min_quantity: Option<u32>,
    pub override_quantity: Option<u32>,
    /// A cage of a zone that is not for pairs or a mesh, perhaps its only one.
    pub excluded: Option<Index>,
    /// A cage of the uplinks is named by the servers' zone, too.
    pub overlap: bool,
}

/// Leaves that serve a server together, where the model can.
#[derive(Debug, Clone, Copy)]
pub enum Group {
    Eslag,
    /// Links for traffic and for the session in a zone for both, or in one for each.
    Mclag {
        shared: bool,
        peer_links: Option<u32>,
    },
}

#[derive(Debug, Clone)]
pub struct Leaf {
    pub zones: Vec<Cages>,
    pub uplinks: Cages,
    pub group: Option<Group>,
    pub common: Common,
}

#[derive(Debug, Clone)]
pub struct Spine {
    pub downlinks: Cages,
    /// For servers and border leaves.
    pub zone: Option<Cages>,
    pub common: Common,
}

#[derive(Debug, Clone)]
pub struct Border {
    pub zone: Cages,
    pub uplinks: Cages,
    /// The spines' zone that the uplinks name, if there is one of a fitting speed.
    pub peer: Option<Index>,
    pub common: Common,
}

/// One fabric of leaves and spines.
#[derive(Debug, Clone)]
pub struct Clos {
    pub model: Model,
    pub managed: bool,
    /// How the cages between leaves and spines are run.
    pub link: Index,
    /// Leaves of the first class have uplinks of another speed beside.
    pub second_speed: bool,
    pub leaves: Vec<Leaf>,
    /// At most one has a quantity that is found; the second has a fixed one.
    pub spines: Vec<Spine>,
    pub borders: Vec<Border>,
}

#[derive(Debug, Clone)]
pub struct Mesh {
    pub model: Model,
    /// Switches by class.
    pub classes: Vec<u32>,
    pub zone: Cages,
    pub links: Cages,
    /// For pairs, where a class has two.
    pub group: Option<Group>,
}

/// Out-of-band switches, under no control plane.
#[derive(Debug, Clone)]
pub struct OutOfBand {
    pub ports: u32,
    pub uplinks: u32,
    /// Of the zone type `oob` and not `uplink`.
    pub oob_uplinks: bool,
    /// The zone that serves its uplinks, if there is one of a fitting speed.
    pub peer: Index,
}

/// The ports of one attachment.
#[derive(Debug, Clone)]
pub struct Wire {
    pub zone: Index,
    pub ports: u32,
    /// One of those that the zone allows.
    pub way: Index,
    pub rail: u32,
    pub pxe: bool,
}

/// The cards of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cards {
    /// One for each attachment, with a port to spare before those in use.
    Each,
    /// One for all.
    One,
    /// None: the device type has the interfaces.
    Onboard,
}

#[derive(Debug, Clone)]
pub struct Servers {
    pub quantity: u32,
    pub retired: Vec<Index>,
    pub cards: Cards,
    pub wires: Vec<Wire>,
}

/// A whole design.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub fabrics: Vec<Clos>,
    pub mesh: Option<Mesh>,
    pub out_of_band: Option<OutOfBand>,
    pub servers: Vec<Servers>,
    /// The optics are named, the same at both ends.
    pub optics: bool,
    /// In what order the names of the classes are.
    pub names: Vec<usize>,
}

/// `Some` in that many of a hundred cases.
fn percent<S: Strategy + 'static>(
    chance: u32,
    strategy: S,
) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Clone,
{
    prop_oneof![
        100 - chance => Just(None),
        chance => strategy.prop_map(Some),
    ]
}

fn cages(count: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = Cages> {
    let order = prop_oneof![
        4 => Just(Order::Word(None)),
        1 => Just(Order::Word(Some("sequential"))),
        1 => Just(Order::Word(Some("interleaved"))),
        1 => Just(Order::Word(Some("spaced"))),
        1 => (0..4_u32).prop_map(Order::Custom),
    ];
    let priority = percent(50, 1..4_u32);
    (count, 0..8_usize, any::<bool>(), order, priority).prop_map(
        |(count, mode, gaps, order, priority)| Cages {
            count,
            mode,
            gaps,
            order,
            priority,
        },
    )
}

fn common() -> impl Strategy<Value = Common> {
    (
        percent(15, 1..=3_u32),
        percent(6, 2..=6_u32),
        percent(20, any::<Index>()),
        prop::bool::weighted(0.1),
    )
        .prop_map(
            |(min_quantity, override_quantity, excluded, overlap)| Common {
                min_quantity,
                // Less than the minimum is an error.
                override_quantity: override_quantity.map(|n| n.max(min_quantity.unwrap_or(0))),
                excluded,
                overlap,
            },
        )
}

fn group() -> impl Strategy<Value = Group> {
    prop_oneof![
        Just(Group::Eslag),
        (any::<bool>(), percent(50, 1..=2_u32))
            .prop_map(|(shared, peer_links)| Group::Mclag { shared, peer_links }),
    ]
}

fn model() -> impl Strategy<Value = Model> {
    prop_oneof![
        Just(Model::Ds5000),
        Just(Model::Ds3000),
        Just(Model::Described)
    ]
}

fn leaf() -> impl Strategy<Value = Leaf> {
    let zones = prop::collection::vec(cages(2..=4), 1..=2);
    (zones, cages(4..=6), percent(50, group()), common()).prop_map(
        |(zones, uplinks, group, common)| Leaf {
            zones,
            uplinks,
            group,
            common,
        },
    )
}

fn spine() -> impl Strategy<Value = Spine> {
    (cages(8..=14), percent(50, cages(1..=4)), common()).prop_map(|(downlinks, zone, common)| {
        Spine {
            downlinks,
            zone,
            common,
        }
    })
}

fn border() -> impl Strategy<Value = Border> {
    (
        cages(2..=4),
        cages(1..=4),
        percent(60, any::<Index>()),
        common(),
    )
        .prop_map(|(zone, uplinks, peer, common)| Border {
            zone,
            uplinks,
            peer,
            common,
        })
}

fn clos() -> impl Strategy<Value = Clos> {
    (
        (model(), prop::bool::weighted(0.9), any::<Index>()),
        prop::bool::weighted(0.15),
        prop::collection::vec(leaf(), 1..=2),
        prop::collection::vec(spine(), 1..=2),
        prop::collection::vec(border(), 0..=1),
    )
        .prop_map(
            |((model, managed, link), second_speed, leaves, spines, borders)| Clos {
                model,
                managed,
                link,
                second_speed,
                leaves,
                spines,
                borders,
            },
        )
}

fn mesh() -> impl Strategy<Value = Mesh> {
    let classes = prop_oneof![
        Just(vec![2]),
        Just(vec![3]),
        Just(vec![1, 1]),
        Just(vec![2, 1])
    ];
    (
        model(),
        classes,
        cages(6..=10),
        cages(2..=5),
        percent(60, group()),
    )
        .prop_map(|(model, classes, zone, links, group)| Mesh {
            model,
            classes,
            zone,
            links,
            group,
        })
}

fn out_of_band() -> impl Strategy<Value = OutOfBand> {
    (4..=12_u32, 2..=3_u32, any::<bool>(), any::<Index>()).prop_map(
        |(ports, uplinks, oob_uplinks, peer)| OutOfBand {
            ports,
            uplinks,
            oob_uplinks,
            peer,
        },
    )
}

fn servers() -> impl Strategy<Value = Servers> {
    let wire = (
        any::<Index>(),
        1..=4_u32,
        any::<Index>(),
        0..5_u32,
        prop::bool::weighted(0.1),
    )
        .prop_map(|(zone, ports, way, rail, pxe)| Wire {
            zone,
            ports,
            way,
            rail,
            pxe,
        });
    let cards = prop_oneof![Just(Cards::Each), Just(Cards::One), Just(Cards::Onboard)];
    (
        0..12_u32,
        prop::collection::vec(any::<Index>(), 0..3),
        cards,
        prop::collection::vec(wire, 1..4),
    )
        .prop_map(|(quantity, retired, cards, wires)| Servers {
            quantity,
            retired,
            cards,
            wires,
        })
}

pub fn sketches() -> impl Strategy<Value = Sketch> {
    let names = Just((0..CLASSES_MAX).collect::<Vec<_>>()).prop_shuffle();
    (
        prop_oneof![
            3 => prop::collection::vec(clos(), 1),
            1 => prop::collection::vec(clos(), 2),
        ],
        percent(30, mesh()),
        percent(40, out_of_band()),
        prop::collection::vec(servers(), 1..=4),
        prop::bool::weighted(0.2),
        names,
    )
        .prop_map(
            |(fabrics, mesh, out_of_band, servers, optics, names)| Sketch {
                fabrics,
                mesh,
                out_of_band,
                servers,
                optics,
                names,
            },
        )
}
