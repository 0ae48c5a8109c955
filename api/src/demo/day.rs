//! What shows in somebody's day besides their work: a household that one call serves, and minutes that were logged.
use super::{
    Practice,
    dice::{Dice, TIME_ZONE},
    people::Team,
};
use entity::{
    ids::{MinuteEntryId, PatientId, StaffId},
    minute_entry, patient_contact,
};
use std::collections::BTreeSet;

const MINUTES: [i32; 3] = [7, 12, 5];

pub fn add(practice: &mut Practice, dice: &mut Dice, teams: &[Team]) {
    let mut at_home = BTreeSet::new();
    for member in teams.iter().flat_map(|team| &team.members) {
        share_a_home(practice, member.id, &mut at_home);
        log_minutes(practice, dice, member.id);
    }
}

/// Two patients of what somebody holds live together, and share a telephone.
fn share_a_home(practice: &mut Practice, staff: StaffId, at_home: &mut BTreeSet<PatientId>) {
    let mut pair: Vec<PatientId> = Vec::new();
    for task in practice.tasks.iter().filter(|task| task.claimed_by == Some(staff) && task.lease_until.is_some()) {
        if let Some(patient) = task.patient_id.filter(|patient| !pair.contains(patient) && !at_home.contains(patient)) {
            pair.push(patient);
        }
    }
    let [first, second, ..] = pair.as_slice() else { return };
    at_home.extend([first, second]);
    let is_own = |one: &patient_contact::Model, patient: &PatientId| one.patient_id == *patient && one.name.is_none();
    let Some(shared) = practice.contacts.iter().find(|one| is_own(one, first)).cloned() else { return };
    if let Some(contact) = practice.contacts.iter_mut().find(|one| is_own(one, second)) {
        contact.phone = shared.phone;
        contact.address = shared.address;
    }
}

/// For some of what they finished today.
fn log_minutes(practice: &mut Practice, dice: &mut Dice, staff: StaffId) {
    let today = dice.start_of_today();
    let Some(role) = practice.staff.iter().find(|one| one.id == staff).map(|one| one.role) else { return };
    let done = practice.tasks.iter().filter(|task| task.completed_by == Some(staff));
    let done = done.filter_map(|task| Some((task.id, task.patient_id?, task.completed_at.filter(|at| *at >= today)?)));
    for ((task, patient, at), minutes) in done.zip(MINUTES) {
        practice.minutes.push(minute_entry::Model {
            organization_id: practice.organization,
            id: MinuteEntryId(dice.id(at)),
            patient_id: patient,
            task_id: Some(task),
            staff_id: staff,
            role,
            minutes,
            note: None,
            at,
            local_date: at.with_timezone(&TIME_ZONE).date_naive(),
            entered_at: at,
            in_error_at: None,
            in_error_by: None,
            in_error_reason: None,
        });
    }
}
