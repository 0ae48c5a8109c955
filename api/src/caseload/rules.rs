//! The weighted load. Pure.
//!
//! The weights are Huddle's own, so that a practice can compare its members with one another; they are not a clinical
//! score. A patient weighs by risk tier, because the highest tiers are contacted weekly and the low ones quarterly;
//! a piece of open work weighs half a low-risk patient, and twice that once it is overdue.
use entity::patient::RiskTier;

pub const OPEN_TASK: f64 = 0.5;
pub const OVERDUE_EXTRA: f64 = 0.5;

pub fn patient_weight(tier: Option<RiskTier>) -> f64 {
    match tier {
        None | Some(RiskTier::Low) => 1.0,
        Some(RiskTier::Rising) => 2.0,
        Some(RiskTier::High) => 4.0,
        Some(RiskTier::Highest) => 6.0,
    }
}

/// What stands with one member, or with a team as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Caseload {
    pub patients: i64,
    pub high_risk_patients: i64,
    pub open_tasks: i64,
    pub overdue_tasks: i64,
    pub weighted_load: f64,
    pub capacity: Option<f64>,
}

impl Caseload {
    pub fn add_patients(&mut self, tier: Option<RiskTier>, count: i64) {
        self.patients += count;
        if matches!(tier, Some(RiskTier::High | RiskTier::Highest)) {
            self.high_risk_patients += count;
        }
        self.weighted_load += patient_weight(tier) * count as f64;
    }

    pub fn add_tasks(&mut self, overdue: bool, count: i64) {
        self.open_tasks += count;
        self.weighted_load += OPEN_TASK * count as f64;
        if overdue {
            self.overdue_tasks += count;
            self.weighted_load += OVERDUE_EXTRA * count as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_the_sum_of_patients_and_work() {
        let mut load = Caseload::default();
        load.add_patients(Some(RiskTier::Highest), 2);
        load.add_patients(None, 3);
        load.add_tasks(false, 4);
        load.add_tasks(true, 1);
        assert_eq!((load.patients, load.high_risk_patients, load.open_tasks, load.overdue_tasks), (5, 2, 5, 1));
        assert!((load.weighted_load - (12.0 + 3.0 + 2.0 + 1.0)).abs() < f64::EPSILON);
    }
}
