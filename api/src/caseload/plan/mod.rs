//! Who gives which patients to whom, so that the load is even: an assignment problem, solved. Pure, and about numbers
//! only: members and patients are places in a list, and who they are is known outside.
//!
//! The order of what is wanted: the lowest possible load of the fullest member, then few moves, then cheap ones. Thousands
//! of patients are too many for one model, so it is solved in two steps. [`counts`] says how many patients of which weight
//! each member gives and takes (an integer program: no more than a weight and a member's room matter to that), then
//! [`choose`] says which patients these are and who gets which (an assignment, by what each costs).
mod choose;
mod counts;
mod greedy;
#[cfg(test)]
mod sample;

pub use greedy::greedy;

/// Loads and weights are whole hundredths, so that sums are exact.
pub const UNIT: f64 = 100.0;

#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub load: i64,
    /// What they can carry this week, above zero.
    pub capacity: f64,
}

impl Member {
    fn relative(&self, load: i64) -> f64 {
        load as f64 / UNIT / self.capacity
    }
}

/// A patient who may move. Nobody's patient, and one of somebody who is away, has no holder and has to move.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub holder: Option<usize>,
    pub weight: i64,
    /// Who may take them, as far as that is the same for many: a place in [`Problem::groups`].
    pub group: usize,
}

pub struct Problem<'a> {
    pub members: Vec<Member>,
    pub items: Vec<Item>,
    /// Of each group, whether each member may take somebody of it.
    pub groups: Vec<Vec<bool>>,
    /// What it costs to give this item to this member; none where they may not have it, by their group or by themselves.
    pub cost: &'a (dyn Fn(usize, usize) -> Option<i64> + Sync),
    /// How far above the least possible maximum it may stay, to spare moves.
    pub tolerance: f64,
}

impl Problem<'_> {
    /// Whom nobody may take stays out of it.
    fn has_taker(&self, group: usize) -> bool {
        self.groups[group].contains(&true)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub item: usize,
    pub from: Option<usize>,
    pub to: usize,
}

/// How far above the least possible maximum each attempt goes: the first may be too tight for whole patients.
const SLACK: [f64; 6] = [0.0, 0.001, 0.004, 0.02, 0.1, 0.3];

/// The moves. Items that have to move and that nobody may take stay out.
pub fn solve(problem: &Problem) -> Vec<Move> {
    let greedy = greedy(problem);
    if problem.members.is_empty() {
        return greedy;
    }
    let least = counts::least_even(problem).unwrap_or(0.0).max(least_whole(problem));
    let bar = least * (1.0 + problem.tolerance);
    let mut best = greedy::polish(problem, greedy, bar);
    for slack in SLACK {
        let limit = least * (1.0 + slack.max(problem.tolerance));
        let Some(counts) = counts::counts(problem, limit) else { continue };
        let found = greedy::polish(problem, choose::choose(problem, &counts), bar);
        let rank = |moves: &[Move]| (highest(problem, moves).max(bar), moves.len(), cost(problem, moves));
        let (ours, known) = (rank(&found), rank(&best));
        let is_better = ours.0 < known.0 - 1e-9 || (ours.0 < known.0 + 1e-9 && (ours.1, ours.2) < (known.1, known.2));
        if placed(problem, &found) >= placed(problem, &best) && is_better {
            best = found;
        }
        break;
    }
    best
}

/// What the moves cost together.
pub fn cost(problem: &Problem, moves: &[Move]) -> i64 {
    moves.iter().filter_map(|one| (problem.cost)(one.item, one.to)).sum()
}

fn placed(problem: &Problem, moves: &[Move]) -> usize {
    moves.iter().filter(|one| problem.items[one.item].holder.is_none()).count()
}

/// Each member's load after the moves.
pub fn loads(problem: &Problem, moves: &[Move]) -> Vec<i64> {
    let mut loads: Vec<i64> = problem.members.iter().map(|member| member.load).collect();
    for one in moves {
        let weight = problem.items[one.item].weight;
        if let Some(from) = one.from {
            loads[from] -= weight;
        }
        loads[one.to] += weight;
    }
    loads
}

/// The fullest member's load as a share of what they can carry.
pub fn highest(problem: &Problem, moves: &[Move]) -> f64 {
    let loads = loads(problem, moves);
    problem.members.iter().zip(loads).map(|(member, load)| member.relative(load)).fold(0.0, f64::max)
}

/// A maximum below which nobody can come, whatever is moved: what may not move stays, weights are whole, and together they
/// carry what there is.
fn least_whole(problem: &Problem) -> f64 {
    let unit = unit(problem);
    let mut fixed: Vec<i64> = problem.members.iter().map(|member| member.load).collect();
    let mut movable = 0;
    for item in problem.items.iter().filter(|item| problem.has_taker(item.group)) {
        movable += item.weight;
        if let Some(holder) = item.holder {
            fixed[holder] -= item.weight;
        }
    }
    let fits = |limit: f64| {
        let mut room = 0;
        for (member, fixed) in problem.members.iter().zip(&fixed) {
            let free = (limit * member.capacity * UNIT + 1e-6).floor() as i64 - fixed;
            if free < 0 {
                return false;
            }
            room += free / unit * unit;
        }
        room >= movable
    };
    let mut low = 0.0;
    let mut high = highest(problem, &[]).max(0.01);
    // Capacities are above zero, so that there is an end to this; if they are not, there is as well.
    for _ in 0..64 {
        if fits(high) {
            break;
        }
        high *= 2.0;
    }
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if fits(middle) { high = middle } else { low = middle }
    }
    high
}

/// What all weights are multiples of.
fn unit(problem: &Problem) -> i64 {
    let divisor = |a: i64, b: i64| {
        let (mut a, mut b) = (a, b);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    problem.items.iter().map(|item| item.weight).fold(0, divisor).max(1)
}

#[cfg(test)]
mod tests {
    use super::{sample::Sample, *};

    fn with<T>(sample: &Sample, tolerance: f64, ask: impl FnOnce(&Problem) -> T) -> T {
        let cost = |item: usize, to: usize| sample.cost(item, to);
        ask(&Problem {
            members: sample.members.clone(),
            items: sample.items.clone(),
            groups: sample.groups.clone(),
            cost: &cost,
            tolerance,
        })
    }

    #[test]
    fn every_plan_keeps_the_rules_and_is_as_even_as_a_greedy_one() {
        let mut better = 0;
        for seed in 0..60 {
            let (members, patients) = [(3, 12), (6, 60), (8, 200), (15, 600)][seed as usize % 4];
            let sample = Sample::new(members, patients, seed);
            with(&sample, 0.0, |problem| {
                let (moves, greedy) = (solve(problem), greedy(problem));
                let mut seen = std::collections::HashSet::new();
                for one in &moves {
                    assert!(seen.insert(one.item), "seed {seed}: a patient moves once");
                    assert_eq!(one.from, sample.items[one.item].holder, "seed {seed}");
                    assert_ne!(one.from, Some(one.to), "seed {seed}");
                    assert!(sample.cost(one.item, one.to).is_some(), "seed {seed}: may have them");
                }
                let total = |loads: Vec<i64>| loads.iter().sum::<i64>();
                assert_eq!(total(loads(problem, &moves)), total(loads(problem, &[])), "seed {seed}");
                let (ours, theirs) = (highest(problem, &moves), highest(problem, &greedy));
                assert!(ours <= theirs + 1e-9, "seed {seed}: {ours} against {theirs}");
                assert!(ours <= highest(problem, &[]) + 1e-9, "seed {seed}");
                better += u32::from(ours < theirs - 1e-9);
            });
        }
        assert!(better >= 20, "more even than greedy in {better} of 60");
    }

    #[test]
    fn tolerance_spares_moves_and_is_kept() {
        for seed in 0..10 {
            let sample = Sample::new(8, 300, seed);
            let (best, exact) = with(&sample, 0.0, |problem| (highest(problem, &solve(problem)), solve(problem).len()));
            with(&sample, 0.1, |problem| {
                let moves = solve(problem);
                assert!(highest(problem, &moves) <= best * 1.1 + 1e-9, "seed {seed}");
                assert!(moves.len() <= exact, "seed {seed}: {} against {exact}", moves.len());
            });
        }
    }

    #[test]
    fn who_is_left_without_a_coordinator_gets_one() {
        for seed in 0..10 {
            let mut sample = Sample::new(6, 90, seed);
            // The first is away.
            for item in sample.items.iter_mut().filter(|item| item.holder == Some(0)) {
                item.holder = None;
            }
            sample.groups.iter_mut().for_each(|group| group[0] = false);
            let left = sample.items.iter().filter(|item| item.holder.is_none()).count();
            with(&sample, 0.05, |problem| {
                let moves = solve(problem);
                assert_eq!(moves.iter().filter(|one| one.from.is_none()).count(), left, "seed {seed}");
                assert!(moves.iter().all(|one| one.to != 0), "seed {seed}");
            });
        }
    }

    #[test]
    fn two_who_are_even_stay_and_one_patient_is_enough_for_two_who_are_not() {
        let members = vec![Member { load: 800, capacity: 10.0 }, Member { load: 400, capacity: 10.0 }];
        let item = |weight| Item { holder: Some(0), weight, group: 0 };
        let cost = |_: usize, _: usize| Some(1);
        let items = vec![item(100), item(100), item(200), item(400)];
        let (groups, tolerance) = (vec![vec![true; 2]], 0.0);
        let problem = Problem { members, items, groups, cost: &cost, tolerance };
        assert_eq!(solve(&problem), [Move { item: 2, from: Some(0), to: 1 }]);
        let even = vec![Member { load: 600, capacity: 10.0 }, Member { load: 600, capacity: 10.0 }];
        assert_eq!(solve(&Problem { members: even, ..problem }), []);
    }

    #[test]
    fn nobody_to_share_among_is_no_plan() {
        let cost = |_: usize, _: usize| None;
        let items = vec![Item { holder: None, weight: 100, group: 0 }];
        let problem = Problem { members: Vec::new(), items, groups: vec![Vec::new()], cost: &cost, tolerance: 0.0 };
        assert_eq!(solve(&problem), []);
    }
}
