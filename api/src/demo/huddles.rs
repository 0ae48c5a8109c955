//! Cedar's huddles of the last two working days: held, and ended. Whoever makes the practice signs them.
use super::{
    Practice,
    dice::{Dice, TIME_ZONE, on_day},
    people::Team,
};
use crate::{
    Result,
    huddles::rules::{Code, Reason, tier_number},
};
use chrono::{Datelike, Duration, Weekday};
use entity::{
    huddle::{self, HuddleSlot, HuddleState},
    huddle_attendance,
    huddle_item::{self, HuddleItemState},
    ids::{HuddleId, HuddleItemId, StaffId},
    patient::{self, PatientStatus, RiskTier},
};

const THERE: [&str; 4] =
    ["coordinator@demo.example", "nurse@demo.example", "nurse2@demo.example", "clinician@demo.example"];
const ITEMS: usize = 4;

pub fn add(practice: &mut Practice, dice: &mut Dice, team: &Team) -> Result<()> {
    let is_there = |email: &&str| team.members.iter().find(|member| member.email == *email).map(|member| member.id);
    let there: Vec<StaffId> = THERE.iter().filter_map(is_there).collect();
    let patients: Vec<patient::Model> =
        practice.patients.iter().filter(|patient| is_long_known(patient, team)).take(2 * ITEMS).cloned().collect();
    let today = dice.now.with_timezone(&TIME_ZONE).date_naive();
    let is_working = |back: &i64| !matches!((today - Duration::days(*back)).weekday(), Weekday::Sat | Weekday::Sun);
    for (back, spoken_of) in (1..).filter(is_working).zip(patients.chunks(ITEMS)) {
        hold(practice, dice, team, &there, back, spoken_of)?;
    }
    Ok(())
}

/// Nothing is new with them, so that today's agenda is what it would be.
fn is_long_known(patient: &patient::Model, team: &Team) -> bool {
    patient.care_team_id == Some(team.id)
        && patient.status == PatientStatus::Stable
        && patient.labels.is_empty()
        && matches!(patient.risk_tier, Some(RiskTier::High | RiskTier::Highest))
}

fn hold(
    practice: &mut Practice,
    dice: &mut Dice,
    team: &Team,
    there: &[StaffId],
    days_ago: i64,
    patients: &[patient::Model],
) -> Result<()> {
    let started_at = on_day(dice.now, -days_ago, 8, 5);
    let id = HuddleId(dice.id(started_at));
    let organization_id = practice.organization;
    let mut at = started_at;
    for (rank, patient) in (1..).zip(patients) {
        let seconds = dice.between(45, 170);
        at += Duration::seconds(seconds);
        let tier = patient.risk_tier.map(tier_number);
        let reason = Reason { tier, ..Reason::of(Code::NoTouch, started_at - Duration::days(dice.between(15, 40))) };
        practice.huddle_items.push(huddle_item::Model {
            organization_id,
            id: HuddleItemId(dice.id(started_at)),
            huddle_id: id,
            version: 2,
            patient_id: Some(patient.id),
            task_id: None,
            reasons: serde_json::to_value([reason])?,
            rank,
            state: if rank == 3 { HuddleItemState::Absent } else { HuddleItemState::Discussed },
            settled_at: Some(at),
            settled_by: there.first().copied(),
            seconds: i32::try_from(seconds).unwrap_or_default(),
            note: (rank == 1).then(|| "Mina calls this week; the daughter is there after four.".to_owned()),
            added_by: None,
            rolled_from: None,
        });
    }
    let attends =
        |staff: &StaffId| huddle_attendance::Model { organization_id, huddle_id: id, staff_id: *staff, at: started_at };
    practice.huddle_attendance.extend(there.iter().map(attends));
    practice.huddles.push(huddle::Model {
        organization_id,
        id,
        version: 2 + i32::try_from(patients.len()).unwrap_or_default(),
        care_team_id: team.id,
        date: started_at.with_timezone(&TIME_ZONE).date_naive(),
        slot: HuddleSlot::Am,
        state: HuddleState::Ended,
        facilitator_id: there.first().copied(),
        started_at: Some(started_at),
        ended_at: Some(at + Duration::seconds(20)),
        length_minutes: 10,
        current_item_id: None,
        current_since: None,
        left_out: 0,
        created_at: started_at - Duration::minutes(15),
    });
    Ok(())
}
