//! The cheapest choice of extra links, by exchanges.
//!
//! A choice is the cheapest exactly if no exchange makes it cheaper: leaves that move an extra link
//! from one spine to another, in a ring, so that every spine has as many as before; or in a chain
//! that ends at a spine with room. That is the theorem of negative cycles of flows, on a graph of
//! the spines alone: between two of them the leaf whose move costs least.

/// What an extra link costs.
pub(super) type Cost = i64;

/// By leaf and spine: whether the leaf has one link more than its floor.
pub(super) type Extras = Vec<Vec<bool>>;

/// The move of an extra link of a leaf from one spine to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    cost: Cost,
    /// `None`: room of a spine is used or freed, which moves no link.
    leaf: Option<usize>,
}

/// By spine that gives and spine that takes. The last position is the room of all spines.
type Moves = Vec<Vec<Option<Move>>>;

/// Exchanges until nothing gets cheaper. `room`: extra links that each spine can have.
pub(super) fn improve(extras: &mut Extras, costs: &[Vec<Cost>], room: &[u32]) {
    if cheapest_by_leaf(extras, costs) {
        return;
    }
    while let Some(ring) = gain(&moves(extras, costs, room)) {
        for (from, to, step) in ring {
            if let Some(leaf) = step.leaf {
                extras[leaf][from] = false;
                extras[leaf][to] = true;
            }
        }
    }
}

/// Whether each leaf has its own cheapest choice: then no exchange can help.
fn cheapest_by_leaf(extras: &Extras, costs: &[Vec<Cost>]) -> bool {
    extras.iter().zip(costs).all(|(row, costs)| {
        let mut sorted = costs.clone();
        sorted.sort_unstable();
        let chosen = row.iter().zip(costs).filter(|(extra, _)| **extra);
        let rest = row.iter().filter(|extra| **extra).count();
        chosen.map(|(_, cost)| cost).sum::<Cost>() == sorted[..rest].iter().sum::<Cost>()
    })
}

fn moves(extras: &Extras, costs: &[Vec<Cost>], room: &[u32]) -> Moves {
    let spines = room.len();
    let mut moves: Moves = vec![vec![None; spines + 1]; spines + 1];
    let mut used = vec![0; spines];
    for (leaf, row) in extras.iter().enumerate() {
        for from in (0..spines).filter(|spine| row[*spine]) {
            used[from] += 1;
            for to in (0..spines).filter(|spine| !row[*spine]) {
                let step = Move {
                    cost: costs[leaf][to] - costs[leaf][from],
                    leaf: Some(leaf),
                };
                let best = &mut moves[from][to];
                if best.is_none_or(|best| step < best) {
                    *best = Some(step);
                }
            }
        }
    }
    let free = Move {
        cost: 0,
        leaf: None,
    };
    for spine in 0..spines {
        moves[spine][spines] = (used[spine] < room[spine]).then_some(free);
        moves[spines][spine] = Some(free);
    }
    moves
}

/// A ring of moves that together cost less than nothing, by Bellman and Ford.
fn gain(moves: &Moves) -> Option<Vec<(usize, usize, Move)>> {
    let nodes = moves.len();
    let mut distance: Vec<Cost> = vec![0; nodes];
    let mut before: Vec<Option<usize>> = vec![None; nodes];
    for _ in 0..nodes {
        let mut changed = false;
        for from in 0..nodes {
            for to in 0..nodes {
                if let Some(step) = moves[from][to]
                    && distance[from] + step.cost < distance[to]
                {
                    distance[to] = distance[from] + step.cost;
                    before[to] = Some(from);
                    changed = true;
                }
            }
        }
        if !changed {
            return None;
        }
        if let Some(ring) = ring(&before) {
            let steps = ring
                .iter()
                .map(|(from, to)| Some((*from, *to, moves[*from][*to]?)));
            return steps.collect();
        }
    }
    None
}

/// A ring in the steps that led to each node. While distances still fall, one costs less than
/// nothing.
fn ring(before: &[Option<usize>]) -> Option<Vec<(usize, usize)>> {
    let mut seen = vec![None; before.len()];
    for start in 0..before.len() {
        let mut node = start;
        while seen[node].is_none() {
            seen[node] = Some(start);
            let Some(next) = before[node] else { break };
            node = next;
        }
        if seen[node] != Some(start) || before[node].is_none() {
            continue;
        }
        let mut ring = Vec::new();
        let mut to = node;
        loop {
            let from = before[to]?;
            ring.push((from, to));
            to = from;
            if to == node {
                return Some(ring);
            }
        }
    }
    None
}
