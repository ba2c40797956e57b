//! `rail-optimized`: a rail is on one leaf for a whole domain of servers.
//!
//! R rails, joined over all server classes of the zone and numbered from 0 in order. The leaves
//! form domains of `ceil(R/k)` leaves, k rails to a leaf: rail r of a server in domain d is on leaf
//! `d * ceil(R/k) + r/k`. If all servers fit into one domain, rails are evened out over the leaves that
//! there are, or where others find no room so, lie closer together. Otherwise k = 1, and a server joins the
//! first domain where all its rails have room; the last domain is whole too. Where servers of unlike size
//! fill fewer domains in another order, [`super::search`] finds it.
//!
//! Where intended links exist, their k is found again, so that growth past a full leaf opens a
//! domain of the same layout.

mod bounds;
mod domains;

use std::collections::BTreeMap;

pub(super) use bounds::{Bounds, Missing};
use domains::{Load, fill, newcomers, stay, wishes};

use super::search::Piece;
use super::{Board, Legal, TooLarge};
use crate::fabric::place::demand::{Demand, Item, Kept};
use crate::fabric::units::{count, position};

/// Rails to a leaf, and leaves to a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    rails_per_leaf: usize,
    leaves: usize,
}

impl Layout {
    fn new(rails: usize, rails_per_leaf: usize) -> Self {
        let rails_per_leaf = rails_per_leaf.max(1);
        Self {
            rails_per_leaf,
            leaves: rails.div_ceil(rails_per_leaf),
        }
    }

    fn offset(self, rail: usize) -> usize {
        rail / self.rails_per_leaf
    }
}

/// Rail attachments of one server.
struct Server {
    /// Positions in the demand with the normalised rail.
    items: Vec<(usize, usize)>,
}

fn servers(demand: &Demand) -> Vec<Server> {
    let mut servers: Vec<Server> = Vec::new();
    let mut last = None;
    for (index, item) in demand.items.iter().enumerate() {
        let Some(rail) = rail_of(demand, item) else {
            continue;
        };
        if last.replace(item.device()) == Some(item.device())
            && let Some(server) = servers.last_mut()
        {
            server.items.push((index, rail));
        } else {
            servers.push(Server {
                items: vec![(index, rail)],
            });
        }
    }
    servers
}

fn rail_of(demand: &Demand, item: &Item) -> Option<usize> {
    demand.rails.binary_search(&item.distribution.rail()?).ok()
}

/// The numbers of rails to a leaf with which all servers fit into one domain.
fn in_one_domain(demand: &Demand) -> Vec<usize> {
    let mut ports = vec![0_u32; demand.rails.len()];
    for item in &demand.items {
        if let Some(rail) = rail_of(demand, item) {
            ports[rail] = ports[rail].saturating_add(item.ports);
        }
    }
    let leaf = |rails: &[u32]| rails.iter().copied().fold(0, u32::saturating_add);
    let fits = |per_leaf: &usize| {
        let mut leaves = ports.chunks(*per_leaf).map(leaf);
        leaves.all(|ports| ports <= demand.capacity)
    };
    (1..=ports.len()).filter(fits).collect()
}

/// The layout of a zone without intended links that takes fewest leaves.
fn closest(demand: &Demand) -> Layout {
    let per_leaf = in_one_domain(demand).pop().unwrap_or(1);
    Layout::new(demand.rails.len(), per_leaf)
}

/// The layouts that rails may have on so many switches, that to try first in front: of kept rails the one that
/// they have. `None`: there are no rails.
pub(super) fn layouts(demand: &Demand, legal: &Legal, switches: u32) -> Vec<Option<Layout>> {
    let rails = demand.rails.len();
    if legal.layout.is_some() || rails == 0 {
        return vec![legal.layout];
    }
    // On more leaves than needed, rails spread.
    let even = rails.div_ceil(position(switches).max(1));
    let mut fitting = in_one_domain(demand);
    if fitting.is_empty() {
        fitting.push(1);
    } else {
        fitting.retain(|per_leaf| *per_leaf >= even);
    }
    let layouts = fitting
        .into_iter()
        .map(|per_leaf| Layout::new(rails, per_leaf));
    layouts.map(Some).collect()
}

/// The layout that keeps most intended links; `None` without any. Linear in links and rails.
fn inferred(demand: &Demand, kept: &[Option<Kept>]) -> Option<Layout> {
    kept_places(demand, kept).next()?;
    let servers = servers(demand);
    let score = |layout: Layout| {
        let stays = servers
            .iter()
            .map(|server| staying(demand, kept, server, layout).len());
        stays.sum::<usize>()
    };
    let closest = closest(demand);
    let rails = demand.rails.len();
    let all = (1..=rails).map(|per_leaf| Layout::new(rails, per_leaf));
    let best = all.fold((score(closest), closest), |best, layout| {
        let score = score(layout);
        if score > best.0 {
            (score, layout)
        } else {
            best
        }
    });
    Some(best.1)
}

/// Intended ports of a server that are on the leaf of their rail, in the domain of the first.
fn staying(demand: &Demand, kept: &[Option<Kept>], server: &Server, layout: Layout) -> Vec<usize> {
    let mut domain = None;
    let mut staying = Vec::new();
    for (index, rail) in &server.items {
        for place in demand.items[*index].range() {
            let Some(port) = kept[place] else { continue };
            let leaf = position(port.switch);
            let here = leaf / layout.leaves;
            let right = leaf % layout.leaves == layout.offset(*rail);
            if right && *domain.get_or_insert(here) == here {
                staying.push(place);
            }
        }
    }
    staying
}

/// Stays: what is on the leaf of its rail, in the domain where the server's first rail is.
/// Answers with the layout that all of it has.
pub(super) fn keep(demand: &Demand, kept: &mut [Option<Kept>]) -> Option<Layout> {
    let layout = inferred(demand, kept)?;
    for server in servers(demand) {
        let staying = staying(demand, kept, &server, layout);
        for (index, _) in &server.items {
            for place in demand.items[*index].range() {
                if !staying.contains(&place) {
                    kept[place] = None;
                }
            }
        }
    }
    move_cramped(demand, layout, kept);
    kept_places(demand, kept).next().map(|_| layout)
}

/// A server that needs more ports in its domain than are free there, beside all that stay in any way, moves
/// as a whole: no number of switches would give it room.
fn move_cramped(demand: &Demand, layout: Layout, kept: &mut [Option<Kept>]) {
    let mut load = BTreeMap::<usize, u32>::new();
    for port in kept.iter().flatten() {
        *load.entry(position(port.switch)).or_default() += 1;
    }
    for server in servers(demand) {
        let places: Vec<(usize, usize)> = server
            .items
            .iter()
            .flat_map(|(index, rail)| demand.items[*index].range().map(|place| (place, *rail)))
            .collect();
        let Some(port) = places.iter().find_map(|(place, _)| kept[*place]) else {
            continue;
        };
        let first = position(port.switch) / layout.leaves * layout.leaves;
        let mut wanted = load.clone();
        let missing = || places.iter().filter(|(place, _)| kept[*place].is_none());
        if missing().next().is_none() {
            continue;
        }
        for (_, rail) in missing() {
            *wanted.entry(first + layout.offset(*rail)).or_default() += 1;
        }
        if wanted.values().all(|ports| *ports <= demand.capacity) {
            load = wanted;
        } else {
            for (place, _) in places {
                if let Some(port) = kept[place].take() {
                    *load.entry(position(port.switch)).or_default() -= 1;
                }
            }
        }
    }
}

pub(super) fn least(demand: &Demand, legal: &Legal) -> Result<u32, TooLarge> {
    let kept = &legal.kept;
    if demand.rails.is_empty() {
        return Ok(0);
    }
    let layout = layout(demand, legal);
    for server in servers(demand) {
        let leaf_ports = leaf_ports(demand, &server, layout);
        for (leaf, needed) in leaf_ports {
            if needed > demand.capacity {
                let on_leaf = |(_, rail): &&(usize, usize)| layout.offset(*rail) == leaf;
                let item = server
                    .items
                    .iter()
                    .find(on_leaf)
                    .map_or(0, |(index, _)| *index);
                return Err(TooLarge { item, needed });
            }
        }
    }
    let mut load = Vec::new();
    for kept in kept_places(demand, kept) {
        let leaf = position(kept.switch);
        load.resize(load.len().max(leaf + 1), 0);
        load[leaf] += 1;
    }
    let wishes = wishes(demand, kept, layout);
    let mut load = Load::new(&mut load, demand, layout);
    stay(&wishes, &mut load);
    let new: Vec<&Missing> = newcomers(&wishes).map(|(_, missing)| missing).collect();
    let bounds = Bounds::new(&new, layout.leaves);
    // A domain more at a time: at most one for each server.
    let mut room = load.room_in(load.domains());
    while !bounds.allow(&room, 0) {
        room.resize(room.len() + layout.leaves, demand.capacity);
    }
    Ok(count(room.len()))
}

fn kept_places<'a>(demand: &'a Demand, kept: &'a [Option<Kept>]) -> impl Iterator<Item = &'a Kept> {
    let rails = demand
        .items
        .iter()
        .filter(|item| rail_of(demand, item).is_some());
    rails.flat_map(|item| kept[item.range()].iter().flatten())
}

/// Each server where it is, or in the first domain with room.
pub(super) fn place(
    demand: &Demand,
    legal: &Legal,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> bool {
    if demand.rails.is_empty() {
        return true;
    }
    let switches = board.load.len();
    let layout = layout(demand, legal);
    let wishes = wishes(demand, &legal.kept, layout);
    let mut load = Load::new(&mut board.load, demand, layout);
    let domains = fill(&wishes, &mut load, switches / layout.leaves.max(1));
    let mut servers = servers(demand).into_iter().zip(domains);
    servers.all(|(server, domain)| {
        domain.is_some_and(|domain| settle(demand, &server, (layout, domain), switches, assigned))
    })
}

/// Leaves of a domain. Without rails each switch is one.
pub(super) fn domain(demand: &Demand, legal: &Legal) -> usize {
    layout(demand, legal).leaves.max(1)
}

fn layout(demand: &Demand, legal: &Legal) -> Layout {
    legal.layout.unwrap_or_else(|| closest(demand))
}

/// Gives the ports of a server that have no place the leaves of their rails. False: there are not so many.
fn settle(
    demand: &Demand,
    server: &Server,
    (layout, domain): (Layout, usize),
    switches: usize,
    assigned: &mut [Option<u32>],
) -> bool {
    let mut items = server.items.iter();
    items.all(|(index, rail)| {
        let leaf = domain * layout.leaves + layout.offset(*rail);
        for place in demand.items[*index].range() {
            assigned[place].get_or_insert(count(leaf));
        }
        leaf < switches
    })
}

/// Settles servers that are somewhere already, and tells which others have no place, each with its ports by
/// leaf. `None`: somebody finds no room where they have to be.
pub(super) fn open(
    demand: &Demand,
    legal: &Legal,
    board: &mut Board,
    assigned: &mut [Option<u32>],
) -> Option<Vec<(Piece, Vec<usize>)>> {
    if demand.rails.is_empty() {
        return Some(Vec::new());
    }
    let switches = board.load.len();
    let layout = layout(demand, legal);
    let wishes = wishes(demand, &legal.kept, layout);
    let mut load = Load::new(&mut board.load, demand, layout);
    let domains = stay(&wishes, &mut load);
    let mut open = Vec::new();
    for ((server, wish), domain) in servers(demand).iter().zip(&wishes).zip(domains) {
        if let Some(domain) = domain {
            if !settle(demand, server, (layout, domain), switches, assigned) {
                return None;
            }
        } else if wish.is_new() {
            open.push(piece(demand, server, layout));
        } else {
            return None;
        }
    }
    Some(open)
}

/// A server that is nowhere: its positions in the lists of the demand, leaf by leaf.
fn piece(demand: &Demand, server: &Server, layout: Layout) -> (Piece, Vec<usize>) {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (index, rail) in &server.items {
        let leaf = layout.offset(*rail);
        places.extend(demand.items[*index].range().map(|place| (leaf, place)));
    }
    places.sort_unstable();
    let leaves = places.chunk_by(|(one, _), (other, _)| one == other);
    let by_leaf = leaves.map(|ports| (ports[0].0, count(ports.len())));
    let piece = Piece::Rails {
        ports: count(places.len()),
        by_leaf: by_leaf.collect(),
    };
    (piece, places.into_iter().map(|(_, place)| place).collect())
}

/// New ports of one server by leaf of its domain.
fn leaf_ports(demand: &Demand, server: &Server, layout: Layout) -> Vec<(usize, u32)> {
    let mut ports: Vec<(usize, u32)> = Vec::new();
    for (index, rail) in &server.items {
        let leaf = layout.offset(*rail);
        match ports.iter_mut().find(|(other, _)| *other == leaf) {
            Some((_, ports)) => *ports += demand.items[*index].ports,
            None => ports.push((leaf, demand.items[*index].ports)),
        }
    }
    ports
}
