//! What everybody carried on each day of the last eight weeks: more and more, up to what they carry now.
use super::{Practice, dice::Dice};
use crate::caseload::rules::Weights;
use chrono::Duration;
use entity::{
    ids::{CareTeamId, StaffId},
    load_snapshot,
};
use std::collections::BTreeMap;

const DAYS: i64 = 56;

pub fn add(practice: &mut Practice, dice: &mut Dice) {
    let weights = Weights::default();
    let mut now: BTreeMap<(CareTeamId, StaffId), (f64, i32, i32)> = BTreeMap::new();
    for patient in practice.patients.iter().filter(|patient| patient.labels.is_empty()) {
        if let (Some(team), Some(coordinator)) = (patient.care_team_id, patient.coordinator_id) {
            let (load, patients, _) = now.entry((team, coordinator)).or_default();
            *load += weights.patient(patient.risk_tier);
            *patients += 1;
        }
    }
    let today = dice.now.with_timezone(&super::dice::TIME_ZONE).date_naive();
    let mut rows = Vec::new();
    for member in &practice.members {
        let (load, patients, open_tasks) =
            now.get(&(member.care_team_id, member.staff_id)).copied().unwrap_or_default();
        for ago in 1..DAYS {
            let share = 1.0 - 0.25 * ago as f64 / DAYS as f64 + 0.02 * (dice.between(-2, 2) as f64);
            rows.push(load_snapshot::Model {
                organization_id: practice.organization,
                care_team_id: member.care_team_id,
                date: today - Duration::days(ago),
                staff_id: member.staff_id,
                load: (load * share).round(),
                capacity: member.capacity,
                patients,
                open_tasks,
            });
        }
    }
    practice.load_snapshots = rows;
}
