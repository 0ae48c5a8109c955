//! A team as chance made it: members who speak Spanish have most of the patients who need that, some carry far more than
//! others, and some work half time.
use super::{Item, Member};
use rand::{Rng, SeedableRng, rngs::StdRng};

pub struct Sample {
    pub members: Vec<Member>,
    pub items: Vec<Item>,
    pub groups: Vec<Vec<bool>>,
    /// Of each patient: what it costs that they go, whether they speak Spanish, and who may never have them.
    patients: Vec<(i64, bool, Option<usize>)>,
}

impl Sample {
    pub fn new(members: usize, patients: usize, seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let each = patients as f64 / members as f64;
        let full = |random: &mut StdRng| each * 2.2 * [0.5, 0.8, 1.0, 1.0][random.random_range(0..4)];
        let mut all: Vec<Member> = (0..members).map(|_| Member { load: 0, capacity: full(&mut random) }).collect();
        let speaks: Vec<bool> = (0..members).map(|_| random.random_bool(0.35)).collect();
        let share: Vec<f64> =
            speaks.iter().map(|s| random.random_range(0.3..1.7) + if *s { 0.6 } else { 0.0 }).collect();
        let (mut items, mut costs) = (Vec::new(), Vec::new());
        let together: f64 = share.iter().sum();
        for _ in 0..patients {
            let mut at = random.random_range(0.0..together);
            let holder = share.iter().position(|share| {
                at -= share;
                at < 0.0
            });
            let holder = holder.unwrap_or(members - 1);
            let tier = [100, 100, 100, 100, 100, 200, 200, 200, 400, 600][random.random_range(0..10)];
            let weight = tier + 50 * [0, 0, 0, 0, 1, 1, 2][random.random_range(0..7)];
            all[holder].load += weight;
            // One of ten is pinned.
            if random.random_bool(0.1) {
                continue;
            }
            let spanish = random.random_bool(if speaks[holder] { 0.7 } else { 0.02 });
            let kept_from = random.random_bool(0.02).then(|| random.random_range(0..members));
            items.push(Item { holder: Some(holder), weight, group: usize::from(spanish) });
            costs.push((random.random_range(0..80), spanish, kept_from));
        }
        Self { members: all, items, groups: vec![vec![true; members], speaks], patients: costs }
    }

    pub fn cost(&self, item: usize, to: usize) -> Option<i64> {
        let (cost, spanish, kept_from) = self.patients[item];
        let may = self.groups[self.items[item].group][to] && kept_from != Some(to);
        may.then(|| cost + 40 * i64::from(!spanish && self.groups[1][to]))
    }
}
