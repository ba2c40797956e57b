//! How the ports of an attachment choose their switches: one file for each way.
//!
//! A way says which intended ports are legal (`keep`), how many switches it needs at least
//! (`least`), and places what is not kept (`place`). The bound must be certain; that a quantity
//! does suffice is shown by placing. Ways with less choice go first, because they share the ports
//! of a zone: rails, then servers that stay together, then bundles over a group, then one port at a
//! time. Each in turn gives what people expect, and where that finds no room [`mixed`] looks for any.

mod alternating;
mod group;
mod mixed;
mod rail;
mod round_robin;
mod same_switch;
mod search;
mod spread;
mod wholes;

use super::demand::{Demand, Kept};
use crate::fabric::units::position;

/// What one zone of a class gives, switch by switch.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    /// Ports of one switch.
    pub capacity: u32,
    /// Ports in use, by switch.
    pub load: Vec<u32>,
}

impl Board {
    pub(crate) fn free(&self, switch: usize) -> u32 {
        self.load
            .get(switch)
            .map_or(0, |load| self.capacity.saturating_sub(*load))
    }
}

/// Something that must be on one switch, and is more than a switch has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooLarge {
    /// Position of the item in the demand.
    pub item: usize,
    pub needed: u32,
}

/// Why a demand has no place on so many switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// There is no way to place it.
    Certain,
    /// None was found, with as much effort as is made.
    Unknown,
}

/// Intended ports that the distributions allow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Legal {
    /// By port of the demand.
    pub kept: Vec<Option<Kept>>,
    /// How rails lie on the leaves: as those that are kept, or as it is tried.
    layout: Option<rail::Layout>,
}

impl Legal {
    /// Nothing stays.
    pub(crate) fn nothing(demand: &Demand) -> Self {
        Self {
            kept: vec![None; demand.ports],
            layout: None,
        }
    }
}

/// Which intended ports of a demand may stay.
pub(crate) fn legal(demand: &Demand) -> Legal {
    let mut kept = demand.kept.clone();
    same_switch::keep(demand, &mut kept);
    round_robin::keep(demand, &mut kept);
    group::keep(demand, &mut kept);
    alternating::keep(demand, &mut kept);
    // Last, since a rail cannot go elsewhere than to its leaf: it has to know what else stays there.
    let layout = rail::keep(demand, &mut kept);
    Legal { kept, layout }
}

/// A number of switches below which the demand cannot be placed.
pub(crate) fn least(demand: &Demand, legal: &Legal) -> Result<u32, TooLarge> {
    same_switch::check(demand)?;
    round_robin::check(demand)?;
    let total = u64::try_from(demand.ports).unwrap_or(u64::MAX);
    let by_ports = total.div_ceil(u64::from(demand.capacity.max(1)));
    let by_kept = legal
        .kept
        .iter()
        .flatten()
        .map(|kept| kept.switch + 1)
        .max()
        .unwrap_or(0);
    Ok(u32::try_from(by_ports)
        .unwrap_or(u32::MAX)
        .max(by_kept)
        .max(rail::least(demand, legal)?)
        .max(wholes::least(demand))
        .max(group::least(demand)?)
        .max(spread::least(demand))
        .max(alternating::least(demand)))
}

/// The switch of each port.
///
/// # Errors
/// The demand does not fit on that many, as far as was tried.
pub(crate) fn place(demand: &Demand, legal: &Legal, switches: u32) -> Result<Vec<u32>, NoRoom> {
    let mut no_room = NoRoom::Certain;
    for layout in rail::layouts(demand, legal, switches) {
        let tried = (layout != legal.layout).then(|| Legal {
            layout,
            ..legal.clone()
        });
        let legal = tried.as_ref().unwrap_or(legal);
        let placed = in_turn(demand, legal, switches);
        match placed.map_or_else(|| mixed::place(demand, legal, switches), Ok) {
            Ok(placed) => return Ok(placed),
            Err(NoRoom::Unknown) => no_room = NoRoom::Unknown,
            Err(NoRoom::Certain) => {}
        }
    }
    Err(no_room)
}

/// What stays, on so many switches. `None`: it is on more.
fn begin(demand: &Demand, legal: &Legal, switches: u32) -> Option<(Board, Vec<Option<u32>>)> {
    let mut board = Board {
        capacity: demand.capacity,
        load: vec![0; position(switches)],
    };
    let mut assigned: Vec<Option<u32>> = vec![None; demand.ports];
    for (place, kept) in assigned.iter_mut().zip(&legal.kept) {
        if let Some(kept) = kept {
            *place = Some(kept.switch);
            *board.load.get_mut(position(kept.switch))? += 1;
        }
    }
    Some((board, assigned))
}

/// One way after the other, each in its usual order.
fn in_turn(demand: &Demand, legal: &Legal, switches: u32) -> Option<Vec<u32>> {
    let (mut board, mut assigned) = begin(demand, legal, switches)?;
    let placed = rail::place(demand, legal, &mut board, &mut assigned)
        && same_switch::place(demand, &mut board, &mut assigned)
        && round_robin::place(demand, &mut board, &mut assigned)
        && group::place(demand, &mut board, &mut assigned)
        && spread::place(demand, &mut board, &mut assigned)
        && alternating::place(demand, &mut board, &mut assigned);
    placed.then(|| finish(&board, assigned)).flatten()
}

/// All ports have a switch, and no switch has more than it can.
fn finish(board: &Board, assigned: Vec<Option<u32>>) -> Option<Vec<u32>> {
    let mut load = board.load.iter();
    let fits = load.all(|load| *load <= board.capacity);
    fits.then(|| assigned.into_iter().collect()).flatten()
}
