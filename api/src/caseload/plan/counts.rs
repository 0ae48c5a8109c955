//! How many patients of which weight each member gives and takes: a linear program, in whole numbers where it is small.
use super::{Problem, UNIT, unit};
use microlp::{
    ComparisonOp, OptimizationDirection, Problem as Program, SolutionStatus, SolveOptions, SolveOutcome, Variable,
};
use std::{collections::BTreeMap, time::Duration};

/// Of one weight and one group.
#[derive(Clone, Debug)]
pub struct Counts {
    pub weight: i64,
    pub group: usize,
    pub gives: Vec<usize>,
    pub takes: Vec<usize>,
}

/// A plan that is good enough must not keep anybody waiting. Counted in steps, so that the same team gets the same plan
/// however busy the machine is; the clock is for what nobody thought of.
const NODES: u64 = 400;
const LIMIT: Duration = Duration::from_secs(2);
/// So many moves more than the least are close enough.
const GAP: f64 = 0.01;
/// Up to so many variables it is solved in whole numbers; above it the rest that rounding leaves is mended afterwards.
const SMALL: usize = 240;

/// The lowest maximum if patients could be divided. None where nobody may take what has to move.
pub fn least_even(problem: &Problem) -> Option<f64> {
    let members = problem.members.len();
    let mut loads = vec![vec![0_i64; members + 1]; problem.groups.len()];
    for item in problem.items.iter().filter(|item| problem.has_taker(item.group)) {
        loads[item.group][item.holder.unwrap_or(members)] += item.weight;
    }
    let mut program = Program::new(OptimizationDirection::Minimize);
    let even = program.add_var(1.0, (0.0, f64::INFINITY));
    let mut rows: Vec<Vec<(Variable, f64)>> =
        problem.members.iter().map(|member| vec![(even, -member.capacity)]).collect();
    for (group, loads) in problem.groups.iter().zip(&loads) {
        let mut balance = Vec::new();
        for member in 0..members {
            if loads[member] > 0 {
                let give = program.add_var(0.0, (0.0, loads[member] as f64 / UNIT));
                rows[member].push((give, -1.0));
                balance.push((give, -1.0));
            }
            if group[member] {
                let take = program.add_var(0.0, (0.0, f64::INFINITY));
                rows[member].push((take, 1.0));
                balance.push((take, 1.0));
            }
        }
        if !balance.is_empty() {
            program.add_constraint(balance, ComparisonOp::Eq, loads[members] as f64 / UNIT);
        }
    }
    for (row, member) in rows.into_iter().zip(&problem.members) {
        program.add_constraint(row, ComparisonOp::Le, -member.load as f64 / UNIT);
    }
    // Without a limit: what is feasible and not the least would let everybody keep everything.
    match program.solve_with(SolveOptions::default()) {
        Ok(SolveOutcome::Solution(solution)) if solution.status() == SolutionStatus::Optimal => {
            Some(solution.var_value(even))
        }
        Ok(_) | Err(_) => None,
    }
}

fn options() -> SolveOptions {
    let mut options = SolveOptions::default();
    options.time_limit = Some(LIMIT);
    options.node_limit = Some(NODES);
    options.mip_gap = GAP;
    options
}

/// The fewest moves that keep everybody within the limit. None where there are none, or none were found in time.
pub fn counts(problem: &Problem, limit: f64) -> Option<Vec<Counts>> {
    let (unit, members) = (unit(problem), problem.members.len());
    // How many each has of a weight and a group, and the last: nobody.
    let mut classes: BTreeMap<(i64, usize), Vec<usize>> = BTreeMap::new();
    for item in problem.items.iter().filter(|item| item.weight > 0 && problem.has_taker(item.group)) {
        let has = classes.entry((item.weight, item.group)).or_insert_with(|| vec![0; members + 1]);
        has[item.holder.unwrap_or(members)] += 1;
    }
    let whole = 2 * members * classes.len() <= SMALL;
    let mut program = Program::new(OptimizationDirection::Minimize);
    let mut add = |cost: f64, most: usize| match (whole, i32::try_from(most)) {
        (true, Ok(most)) => program.add_integer_var(cost, (0, most)),
        _ => program.add_var(cost, (0.0, most as f64)),
    };
    let mut variables = Vec::new();
    for ((weight, group), has) in &classes {
        let gives: Vec<Option<Variable>> =
            has[..members].iter().map(|has| (*has > 0).then(|| add(0.0, *has))).collect();
        let all = has.iter().sum();
        let takes: Vec<Option<Variable>> =
            problem.groups[*group].iter().map(|may| may.then(|| add(1.0, all))).collect();
        variables.push((*weight, *group, gives, takes));
    }
    for ((_, _, gives, takes), has) in variables.iter().zip(classes.values()) {
        let taken = takes.iter().flatten().map(|take| (*take, 1.0));
        let given = gives.iter().flatten().map(|give| (*give, -1.0));
        program.add_constraint(taken.chain(given).collect::<Vec<_>>(), ComparisonOp::Eq, has[members] as f64);
    }
    for (at, member) in problem.members.iter().enumerate() {
        let mut row = Vec::new();
        for (weight, _, gives, takes) in &variables {
            let size = (weight / unit) as f64;
            row.extend(takes[at].map(|take| (take, size)));
            row.extend(gives[at].map(|give| (give, -size)));
        }
        let cap = (limit * member.capacity * UNIT + 1e-6).floor();
        let room = ((cap - member.load as f64) / unit as f64).floor();
        match row.is_empty() {
            true if room < 0.0 => return None,
            true => {}
            false => program.add_constraint(row, ComparisonOp::Le, room),
        }
    }
    let solution = match program.solve_with(options()) {
        Ok(SolveOutcome::Solution(solution)) => solution,
        Ok(SolveOutcome::Interrupted(_)) | Err(_) => return None,
    };
    let read = |of: &[Option<Variable>]| of.iter().map(|one| one.map_or(0.0, |one| solution.var_value(one))).collect();
    let counts = variables.iter().map(|(weight, group, gives, takes)| {
        let (gives, takes): (Vec<f64>, Vec<f64>) = (read(gives), read(takes));
        let free = classes.get(&(*weight, *group)).map_or(0, |has| has[members]);
        rounded(*weight, *group, gives, takes, free)
    });
    Some(counts.collect())
}

/// Whole numbers near these, with as many taken as given.
fn rounded(weight: i64, group: usize, gives: Vec<f64>, takes: Vec<f64>, free: usize) -> Counts {
    let round = |of: &[f64]| of.iter().map(|one| (one + 1e-6).floor() as usize).collect::<Vec<_>>();
    let (mut gives, mut takes, exact) = (round(&gives), round(&takes), (gives, takes));
    let largest_rest = |exact: &[f64], whole: &[usize]| {
        let rest = |at: &usize| exact[*at] - whole[*at] as f64;
        (0..exact.len()).filter(|at| rest(at) > 1e-6).max_by(|a, b| rest(a).total_cmp(&rest(b)))
    };
    loop {
        let (given, taken) = (gives.iter().sum::<usize>() + free, takes.iter().sum::<usize>());
        let more = match given.cmp(&taken) {
            std::cmp::Ordering::Equal => break,
            std::cmp::Ordering::Less => largest_rest(&exact.0, &gives).map(|at| &mut gives[at]),
            std::cmp::Ordering::Greater => largest_rest(&exact.1, &takes).map(|at| &mut takes[at]),
        };
        match more {
            Some(count) => *count += 1,
            None => break,
        }
    }
    Counts { weight, group, gives, takes }
}
