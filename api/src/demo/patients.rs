//! The panels of the demonstration practice: who is in its care, where they are in it today, and who is responsible.
use super::{
    Practice,
    dice::Dice,
    names::{AREA_CODES, HOSPITALS, ORIGINS, Origin, STREETS, TOWNS},
    people::{Member, Team},
};
use crate::patients::rules;
use PatientStatus::{Deceased, InClinic, InEd, Inactive, Inpatient, LostToContact, Stable, Transition, Watch};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    coordinator_assignment,
    ids::{CoordinatorAssignmentId, PatientContactId, PatientId, PatientIdentifierId, StatusChangeId},
    patient::{self, AdministrativeGender, PatientStatus, RiskTier},
    patient_contact, patient_identifier, patient_status_change,
    sensitivity::{Labels, Sensitivity},
};

/// Patients of each care team.
pub const PANELS: [usize; 3] = [224, 216, 204];
/// How many of a team are not simply stable.
const UNSETTLED: [(PatientStatus, usize); 8] = [
    (InEd, 2),
    (Inpatient, 4),
    (Transition, 6),
    (LostToContact, 3),
    (InClinic, 4),
    (Watch, 16),
    (Inactive, 5),
    (Deceased, 2),
];
const MRN_SYSTEM: &str = "urn:huddle:demo:mrn";
const SSN_SYSTEM: &str = "http://hl7.org/fhir/sid/us-ssn";
const DAY: i64 = 24 * 60;
/// Of many patients nobody has asked yet.
const PHARMACIES: [(&str, &str); 4] = [
    ("Larkfield Pharmacy", "(518) 555-0141"),
    ("Mill Street Drugs", "(518) 555-0117"),
    ("Sable Valley Pharmacy", "(607) 555-0163"),
    ("Corner Chemist", "(518) 555-0188"),
];

pub fn add(practice: &mut Practice, dice: &mut Dice, teams: &[Team]) {
    let mut number = 0;
    for (team, size) in teams.iter().zip(PANELS) {
        let mut statuses = vec![Stable; size];
        let unsettled = UNSETTLED.iter().flat_map(|(status, count)| std::iter::repeat_n(*status, *count));
        for (place, status) in statuses.iter_mut().zip(unsettled) {
            *place = status;
        }
        dice.shuffle(&mut statuses);
        for status in statuses {
            number += 1;
            add_one(practice, dice, team, status, number);
        }
    }
}

fn add_one(practice: &mut Practice, dice: &mut Dice, team: &Team, status: PatientStatus, number: i64) {
    let created_at = dice.minutes_ago(30 * DAY, 800 * DAY);
    let id = PatientId(dice.id(created_at));
    let changes = life(dice, status, created_at);
    for (change, since) in &changes {
        // A message arrives minutes after what it tells.
        let recorded_at = *since + dice.minutes(0, 4);
        practice.status_changes.push(patient_status_change::Model {
            organization_id: practice.organization,
            id: StatusChangeId(dice.id(recorded_at)),
            patient_id: id,
            status: change.status,
            since: *since,
            recorded_at: recorded_at.min(dice.now),
            source: change.source.clone(),
            note: change.note.map(str::to_owned),
            actor_id: change.by_staff().then(|| dice.one(&team.members).id),
        });
    }
    let Some((current, status_since)) = changes.last() else { return };
    let coordinator = coordinator(practice, dice, team, (id, created_at), (status, *status_since));

    let origin = dice.weighted(&ORIGINS, |origin| origin.share);
    let gender = gender(dice);
    let female = gender == AdministrativeGender::Female || (gender != AdministrativeGender::Male && dice.chance(50));
    let family_name = (*dice.one(origin.families)).to_owned();
    let given_name = (*dice.one(if female { origin.female } else { origin.male })).to_owned();
    let birth_date = birth_date(dice, status);
    let age = dice.now.date_naive().years_since(birth_date).unwrap_or_default();
    let prefers = dice.chance(origin.prefer);
    let mrn = format!("HD{:06}", 104_200 + number * 7);
    let ssn = dice.chance(60).then(|| format!("999-{:02}-{:04}", dice.between(10, 69), dice.between(1, 9_999)));
    let pharmacy = PHARMACIES.get(number.unsigned_abs() as usize % (PHARMACIES.len() + 2)).copied();
    let born = birth_date.to_string();
    let numbers = [born.as_str(), mrn.as_str()].into_iter().chain(ssn.as_deref());
    practice.patients.push(patient::Model {
        organization_id: practice.organization,
        id,
        version: i32::try_from(changes.len()).unwrap_or(1) + i32::from(coordinator.is_some()),
        mrn: Some(mrn.clone()),
        search_text: rules::search_text([family_name.as_str(), given_name.as_str()], numbers),
        family_name: family_name.clone(),
        given_name,
        birth_date: Some(birth_date),
        gender: Some(gender),
        preferred_language: Some(if prefers { origin.language } else { "en" }.to_owned()),
        interpreter_needed: prefers && origin.language != "en" && dice.chance(58),
        status,
        status_since: *status_since,
        status_source: current.source.clone(),
        status_note: current.note.map(str::to_owned),
        risk_tier: Some(risk_tier(dice, status)),
        care_team_id: Some(team.id),
        coordinator_id: coordinator,
        deceased_at: (status == Deceased).then_some(*status_since),
        merged_into_id: None,
        labels: labels(status, number),
        pharmacy_name: pharmacy.map(|(name, _)| name.to_owned()),
        pharmacy_phone: pharmacy.map(|(_, phone)| phone.to_owned()),
        created_at,
        updated_at: *status_since,
    });
    identify(practice, dice, (id, created_at), [("MR", MRN_SYSTEM, Some(mrn)), ("SS", SSN_SYSTEM, ssn)]);
    contacts(practice, dice, (id, created_at), (origin, &family_name, age));
}

/// A few are confidential, and not there for most.
fn labels(status: PatientStatus, number: i64) -> Labels {
    let marks = [(40, Sensitivity::BehavioralHealth), (110, Sensitivity::SubstanceUse), (150, Sensitivity::Restricted)];
    let marked = marks.into_iter().filter(|(every, _)| status == Stable && number % every == 7);
    marked.map(|(_, label)| label).collect()
}

struct Change {
    status: PatientStatus,
    source: String,
    note: Option<&'static str>,
}

impl Change {
    fn by_staff(&self) -> bool {
        self.source == "staff"
    }
}

/// Every status that led to this one, the oldest first.
fn life(dice: &mut Dice, status: PatientStatus, created_at: DateTime<Utc>) -> Vec<(Change, DateTime<Utc>)> {
    let hospital = *dice.one(&HOSPITALS);
    let staff = |status, note| Change { status, source: "staff".to_owned(), note };
    let adt = |status, event: &str| Change { status, source: format!("ADT {event} from {hospital}"), note: None };
    let mut life = vec![(staff(Stable, None), created_at)];
    match status {
        Stable if dice.chance(9) => {
            let arrived = dice.minutes_ago(20 * DAY, 29 * DAY);
            life.push((adt(InEd, "A04"), arrived));
            life.push((
                staff(Stable, Some("Seen and sent home, follow-up call done.")),
                arrived + dice.minutes(DAY, 3 * DAY),
            ));
        }
        Stable => {}
        Watch => {
            let notes = [
                "Blood pressure above goal at two visits.",
                "Weight up 2 kg since Monday, heart failure plan: yellow.",
                "Missed the last two visits.",
                "New insulin, daily readings for two weeks.",
                "Lives alone after the fall in spring.",
                "PHQ-9 rose to 14.",
            ];
            life.push((staff(Watch, Some(*dice.one(&notes))), dice.minutes_ago(DAY / 2, 21 * DAY)));
        }
        InClinic => life.push((staff(InClinic, Some("Checked in.")), dice.minutes_ago(6, 85))),
        InEd => life.push((adt(InEd, "A04"), dice.minutes_ago(35, 7 * 60))),
        Inpatient => {
            let arrived = dice.minutes_ago(18 * 60, 6 * DAY);
            life.push((adt(InEd, "A04"), arrived));
            life.push((adt(Inpatient, "A06"), arrived + dice.minutes(120, 600)));
        }
        Transition => {
            let left = dice.minutes_ago(3 * 60, 9 * DAY);
            life.push((adt(Inpatient, "A01"), left - dice.minutes(2 * DAY, 7 * DAY)));
            life.push((adt(Transition, "A03"), left));
        }
        LostToContact => {
            life.push((
                staff(LostToContact, Some("Three calls on three days, letter sent.")),
                dice.minutes_ago(2 * DAY, 25 * DAY),
            ));
        }
        Inactive => {
            life.push((
                staff(Inactive, Some("Moved away, records sent to the new practice.")),
                dice.minutes_ago(2 * DAY, 28 * DAY),
            ));
        }
        Deceased => life.push((staff(Deceased, Some("Family called.")), dice.minutes_ago(3 * DAY, 28 * DAY))),
    }
    life
}

/// Who is responsible now, with everybody who was.
fn coordinator(
    practice: &mut Practice,
    dice: &mut Dice,
    team: &Team,
    (patient_id, created_at): (PatientId, DateTime<Utc>),
    (status, since): (PatientStatus, DateTime<Utc>),
) -> Option<entity::ids::StaffId> {
    let responsible = team.responsible();
    let assigned_by = Some(responsible[0].0.id);
    let mut assign =
        |dice: &mut Dice, to: &Member, from: DateTime<Utc>, until: Option<DateTime<Utc>>, reason: Option<&str>| {
            practice.assignments.push(coordinator_assignment::Model {
                organization_id: practice.organization,
                id: CoordinatorAssignmentId(dice.id(from)),
                patient_id,
                staff_id: to.id,
                started_at: from,
                ended_at: until,
                reason: reason.map(str::to_owned),
                assigned_by,
            });
        };
    let gone = matches!(status, Inactive | Deceased);
    if !gone && dice.chance(6) {
        return None;
    }
    let (first, _) = *dice.weighted(&responsible, |one| one.1);
    let from = created_at + dice.minutes(60, DAY);
    if gone {
        assign(dice, first, from, Some(since), Some("New patient"));
        return None;
    }
    if !dice.chance(18) {
        assign(dice, first, from, None, Some("New patient"));
        return Some(first.id);
    }
    let others: Vec<(&Member, u32)> = responsible.iter().copied().filter(|one| one.0.id != first.id).collect();
    let (next, _) = *dice.weighted(&others, |one| one.1);
    let moved = dice.moment(from, dice.now);
    let reasons = ["Caseload balance", "Shares the patient’s language", "Leave cover that stayed", "Family’s wish"];
    assign(dice, first, from, Some(moved), Some("New patient"));
    let reason = *dice.one(&reasons);
    assign(dice, next, moved, None, Some(reason));
    Some(next.id)
}

fn gender(dice: &mut Dice) -> AdministrativeGender {
    match dice.between(0, 199) {
        0 => AdministrativeGender::Other,
        1 => AdministrativeGender::Unknown,
        2..108 => AdministrativeGender::Female,
        _ => AdministrativeGender::Male,
    }
}

/// Who is in hospital is seldom young.
fn birth_date(dice: &mut Dice, status: PatientStatus) -> NaiveDate {
    let frail = matches!(status, InEd | Inpatient | Transition | Deceased);
    let bands: [(u32, (i64, i64)); 4] = if frail {
        [(0, (0, 17)), (8, (24, 44)), (32, (45, 64)), (60, (65, 94))]
    } else {
        [(9, (0, 17)), (25, (18, 44)), (32, (45, 64)), (34, (65, 96))]
    };
    let (_, (youngest, oldest)) = *dice.weighted(&bands, |band| band.0);
    let days = dice.between(youngest * 365 + 20, oldest * 365 + 364);
    dice.now.date_naive() - Duration::days(days)
}

fn risk_tier(dice: &mut Dice, status: PatientStatus) -> RiskTier {
    let weights = match status {
        InEd | Inpatient | Transition => [5, 25, 40, 30],
        Watch | LostToContact => [10, 45, 32, 13],
        Stable | InClinic | Inactive | Deceased => [55, 30, 12, 3],
    };
    let tiers = [RiskTier::Low, RiskTier::Rising, RiskTier::High, RiskTier::Highest];
    let weighted: Vec<(RiskTier, u32)> = tiers.into_iter().zip(weights).collect();
    dice.weighted(&weighted, |tier| tier.1).0
}

fn identify(
    practice: &mut Practice,
    dice: &mut Dice,
    (patient_id, at): (PatientId, DateTime<Utc>),
    numbers: [(&str, &str, Option<String>); 2],
) {
    for (type_code, system, value) in numbers {
        let Some(value) = value else { continue };
        practice.identifiers.push(patient_identifier::Model {
            organization_id: practice.organization,
            id: PatientIdentifierId(dice.id(at)),
            patient_id,
            system: system.to_owned(),
            value,
            type_code: Some(type_code.to_owned()),
        });
    }
}

/// The patient's own telephone and address, then who to call for them.
fn contacts(
    practice: &mut Practice,
    dice: &mut Dice,
    (patient_id, at): (PatientId, DateTime<Utc>),
    (origin, family, age): (&Origin, &str, u32),
) {
    let address = format!("{} {}, {}", dice.between(1, 240), dice.one(&STREETS), dice.one(&TOWNS));
    let own_phone = (age >= 14).then(|| phone(dice));
    let mut add = |dice: &mut Dice, position, who: Option<(String, &str)>, phone: Option<String>, address| {
        let (name, relationship) = who.unzip();
        practice.contacts.push(patient_contact::Model {
            organization_id: practice.organization,
            id: PatientContactId(dice.id(at)),
            patient_id,
            position,
            name,
            relationship: relationship.map(str::to_owned),
            phone,
            email: None,
            address,
        });
    };
    add(dice, 1, None, own_phone, Some(address));
    let relationships: &[(&str, Option<bool>)] = match age {
        0..18 => &[("Mother", Some(true)), ("Father", Some(false)), ("Grandmother", Some(true))],
        18..40 => &[("Mother", Some(true)), ("Spouse", None), ("Partner", None), ("Brother", Some(false))],
        _ => &[
            ("Spouse", None),
            ("Daughter", Some(true)),
            ("Son", Some(false)),
            ("Sister", Some(true)),
            ("Neighbor", None),
        ],
    };
    let others = if age < 18 || dice.chance(78) { 1 + usize::from(dice.chance(22)) } else { 0 };
    let first = dice.between(0, 20) as usize;
    for position in 0..others {
        let (relationship, female) = relationships[(first + position) % relationships.len()];
        let female = female.unwrap_or_else(|| dice.chance(50));
        let given = *dice.one(if female { origin.female } else { origin.male });
        let phone = phone(dice);
        add(dice, position as i32 + 2, Some((format!("{given} {family}"), relationship)), Some(phone), None);
    }
}

fn phone(dice: &mut Dice) -> String {
    format!("({}) 555-{:04}", dice.one(&AREA_CODES), dice.between(2_000, 9_999))
}
