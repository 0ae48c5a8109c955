//! What somebody with a list would do: the fullest gives to the emptiest, as long as that helps.
use super::{Move, Problem, highest, loads};

const STEPS: usize = 5_000;

/// The plan that is made one move at a time: what the solver is measured against, and what stands where it finds nothing.
pub fn greedy(problem: &Problem) -> Vec<Move> {
    let mut moves = place(problem, Vec::new());
    improve(problem, &mut moves, 0.0);
    moves
}

/// Mends what a plan of counts left over: who has no holder yet gets one, the fullest gives while that helps and they are
/// above `bar`, and moves that the bar does not need are taken back.
pub fn polish(problem: &Problem, moves: Vec<Move>, bar: f64) -> Vec<Move> {
    let mut moves = place(problem, moves);
    improve(problem, &mut moves, bar);
    take_back(problem, &mut moves, bar);
    moves
}

/// Whom nobody holds, the heaviest first, to whoever is emptiest then.
fn place(problem: &Problem, mut moves: Vec<Move>) -> Vec<Move> {
    let mut placed = vec![false; problem.items.len()];
    moves.iter().for_each(|one| placed[one.item] = true);
    let mut left: Vec<usize> =
        (0..problem.items.len()).filter(|item| problem.items[*item].holder.is_none() && !placed[*item]).collect();
    left.sort_by_key(|item| (-problem.items[*item].weight, *item));
    let mut loads = loads(problem, &moves);
    for item in left {
        let weight = problem.items[item].weight;
        let after = |to: usize| problem.members[to].relative(loads[to] + weight);
        let may = (0..problem.members.len()).filter(|to| (problem.cost)(item, *to).is_some());
        let Some(to) = may.min_by(|a, b| after(*a).total_cmp(&after(*b))) else { continue };
        loads[to] += weight;
        moves.push(Move { item, from: None, to });
    }
    moves
}

fn improve(problem: &Problem, moves: &mut Vec<Move>, bar: f64) {
    let mut loads = loads(problem, moves);
    // Where each item is now; and the items of each.
    let mut at: Vec<Option<usize>> = problem.items.iter().map(|item| item.holder).collect();
    let mut made: Vec<Option<usize>> = vec![None; problem.items.len()];
    for (index, one) in moves.iter().enumerate() {
        at[one.item] = Some(one.to);
        made[one.item] = Some(index);
    }
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); problem.members.len()];
    at.iter().enumerate().for_each(|(item, at)| at.iter().for_each(|at| held[*at].push(item)));
    for _ in 0..STEPS {
        let relative = |of: usize, load: i64| problem.members[of].relative(load);
        let mut order: Vec<usize> = (0..problem.members.len()).collect();
        order.sort_by(|a, b| relative(*a, loads[*a]).total_cmp(&relative(*b, loads[*b])).then(a.cmp(b)));
        let Some(from) = order.pop() else { return };
        let now = relative(from, loads[from]);
        if now <= bar {
            break;
        }
        let after = |item: usize, to: usize| {
            let weight = problem.items[item].weight;
            relative(from, loads[from] - weight).max(relative(to, loads[to] + weight))
        };
        // To the emptiest to whom anything may go.
        let best = order.iter().find_map(|to| {
            let may = held[from].iter().copied().filter(|item| (problem.cost)(*item, *to).is_some());
            let best = may.min_by(|a, b| after(*a, *to).total_cmp(&after(*b, *to)).then(a.cmp(b)));
            best.filter(|item| after(*item, *to) < now - 1e-9).map(|item| (item, *to))
        });
        let Some((item, to)) = best else { break };
        loads[from] -= problem.items[item].weight;
        loads[to] += problem.items[item].weight;
        held[from].retain(|one| *one != item);
        held[to].push(item);
        match made[item] {
            Some(index) => moves[index].to = to,
            None => {
                made[item] = Some(moves.len());
                moves.push(Move { item, from: problem.items[item].holder, to });
            }
        }
    }
    // Who went round and came back did not move.
    moves.retain(|one| one.from != Some(one.to));
}

/// The dearest first: what goes back leaves everybody under the bar, or no higher than they are.
fn take_back(problem: &Problem, moves: &mut Vec<Move>, bar: f64) {
    moves.retain(|one| one.from != Some(one.to));
    let bar = bar.max(highest(problem, moves)) + 1e-9;
    let mut loads = loads(problem, moves);
    let mut order: Vec<usize> = (0..moves.len()).collect();
    let dear = |at: &usize| (problem.cost)(moves[*at].item, moves[*at].to).unwrap_or(0);
    order.sort_by_key(|at| (-dear(at), *at));
    let mut keep = vec![true; moves.len()];
    for at in order {
        let (one, weight) = (moves[at], problem.items[moves[at].item].weight);
        let Some(from) = one.from else { continue };
        if problem.members[from].relative(loads[from] + weight) <= bar {
            loads[from] += weight;
            loads[one.to] -= weight;
            keep[at] = false;
        }
    }
    let mut keep = keep.into_iter();
    moves.retain(|_| keep.next().unwrap_or(true));
}
