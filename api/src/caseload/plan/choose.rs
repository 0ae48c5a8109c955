//! Which patients go, and who gets which: an assignment of the least cost, for each weight and group by itself.
use super::{Move, Problem, counts::Counts};
use pathfinding::{kuhn_munkres::kuhn_munkres_min, matrix::Matrix};

/// Dearer than all that can be wanted.
const NEVER: i64 = 1_000_000_000;
/// So many patients are weighed against each other for one place, and so many in all: the work grows with the third power.
const CHOICE: usize = 3;
const MOST: usize = 240;

pub fn choose(problem: &Problem, counts: &[Counts]) -> Vec<Move> {
    counts.iter().flat_map(|of| of_class(problem, of)).collect()
}

fn of_class(problem: &Problem, counts: &Counts) -> Vec<Move> {
    let places: Vec<usize> =
        counts.takes.iter().enumerate().flat_map(|(member, count)| std::iter::repeat_n(member, *count)).collect();
    if places.is_empty() {
        return Vec::new();
    }
    let choice = (MOST / places.len()).clamp(1, CHOICE);
    // Columns: who may go. Rows: the places, then for each giver who of theirs stays.
    let (mut candidates, mut stays) = (Vec::new(), Vec::new());
    for giver in (0..counts.gives.len()).map(Some).chain([None]) {
        let mut theirs: Vec<usize> = (0..problem.items.len())
            .filter(|item| problem.items[*item].holder == giver)
            .filter(|item| (problem.items[*item].weight, problem.items[*item].group) == (counts.weight, counts.group))
            .collect();
        let goes = giver.map_or(theirs.len(), |giver| counts.gives[giver]);
        if goes == 0 {
            continue;
        }
        let cheapest = |item: &usize| {
            let to = places.iter().filter_map(|to| (problem.cost)(*item, *to)).min();
            (to.unwrap_or(NEVER), *item)
        };
        theirs.sort_by_cached_key(cheapest);
        theirs.truncate((goes * choice).max(goes));
        stays.extend(std::iter::repeat_n(giver, theirs.len().saturating_sub(goes)));
        candidates.extend(theirs);
    }
    let rows = places.len() + stays.len();
    if rows > candidates.len() {
        return Vec::new();
    }
    let weights = Matrix::from_fn(rows, candidates.len(), |(row, column)| {
        let item = candidates[column];
        match places.get(row) {
            // To oneself is no move.
            Some(to) if problem.items[item].holder == Some(*to) => NEVER,
            Some(to) => (problem.cost)(item, *to).unwrap_or(NEVER),
            None if problem.items[item].holder == stays[row - places.len()] => 0,
            None => NEVER,
        }
    });
    let (_, assigned) = kuhn_munkres_min(&weights);
    let moves = places.iter().zip(&assigned).map(|(to, column)| (candidates[*column], *to));
    moves
        .filter(|(item, to)| (problem.cost)(*item, *to).is_some() && problem.items[*item].holder != Some(*to))
        .map(|(item, to)| Move { item, from: problem.items[item].holder, to })
        .collect()
}
