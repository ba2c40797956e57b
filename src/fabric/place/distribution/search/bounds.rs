//! What shows early that there is no way on. All of it is certain; what it allows is not.

use super::super::rail;
use super::{Piece, Task};
use crate::fabric::units::count;

#[derive(Debug)]
pub(super) struct Bounds {
    /// Ports of the pieces from each one on, and of all that is apart.
    ports: Vec<u64>,
    rails: rail::Bounds,
    /// The first piece that is for one switch.
    first_whole: usize,
    /// Sizes of such pieces, with the end of those that are no smaller.
    sizes: Vec<(u32, usize)>,
    /// Devices that are apart, where their number of ports changes: how many, and all their ports.
    apart: Vec<(u32, u64)>,
}

impl Bounds {
    pub(super) fn new(task: &Task<'_>) -> Self {
        let apart: u64 = task.apart.iter().copied().map(u64::from).sum();
        let mut ports = vec![apart];
        for piece in task.pieces.iter().rev() {
            ports.push(ports[ports.len() - 1] + u64::from(piece.ports()));
        }
        ports.reverse();
        let is_whole = |piece: &Piece| matches!(piece, Piece::Whole(_));
        let first_whole = task.pieces.partition_point(|piece| !is_whole(piece));
        let is_rails = |piece: &Piece| matches!(piece, Piece::Rails { .. });
        let rails = task.pieces.iter().take_while(|piece| is_rails(piece));
        let rails: Vec<&rail::Missing> = rails.map(Piece::by_leaf).collect();
        Self {
            ports,
            rails: rail::Bounds::new(&rails, task.domain),
            first_whole,
            sizes: sizes(&task.pieces[first_whole..], first_whole),
            apart: sums(task.apart),
        }
    }

    /// Whether the pieces from `depth` on may find room. Where none is left it is certain.
    pub(super) fn allow(&self, free: &[u32], depth: usize) -> bool {
        let sum = |ports: &dyn Fn(u32) -> u32| -> u64 {
            free.iter().map(|free| u64::from(ports(*free))).sum()
        };
        let from = depth.max(self.first_whole);
        let mut sizes = self.sizes.iter();
        let mut apart = self.apart.iter();
        // On one switch at most one port of each device: the condition of Gale and Ryser.
        sum(&|free| free) >= self.ports[depth]
            && self.rails.allow(free, depth)
            && sizes.all(|(size, end)| {
                let pieces = count(end.saturating_sub(from));
                pieces == 0 || sum(&|free| free / (*size).max(1)) >= u64::from(pieces)
            })
            && apart.all(|(devices, ports)| sum(&|free| free.min(*devices)) >= *ports)
    }
}

/// The sizes of pieces that come one after the other, with the end of each.
fn sizes(wholes: &[Piece], first: usize) -> Vec<(u32, usize)> {
    let mut sizes: Vec<(u32, usize)> = Vec::new();
    for (end, piece) in (first + 1..).zip(wholes) {
        match sizes.last_mut() {
            Some((size, last)) if *size == piece.ports() => *last = end,
            _ => sizes.push((piece.ports(), end)),
        }
    }
    sizes
}

/// Where the number changes: how many there are until then, and their sum.
fn sums(apart: &[u32]) -> Vec<(u32, u64)> {
    let mut sums = Vec::new();
    let mut sum = 0;
    for (index, ports) in apart.iter().enumerate() {
        sum += u64::from(*ports);
        if apart.get(index + 1) != Some(ports) {
            sums.push((count(index + 1), sum));
        }
    }
    sums
}
