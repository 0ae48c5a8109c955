//! From what the messages say to the status on the boards.
use super::{
    log,
    rules::{self, Standing},
};
use crate::{
    Result, Tx,
    patients::service::{StatusChange, record_status},
};
use chrono::{DateTime, Utc};
use entity::{
    ids::StatusChangeId,
    patient::{self, PatientStatus},
    patient_status_change,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// A status, since when, and who said so.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    status: PatientStatus,
    since: DateTime<Utc>,
    source: String,
}

/// Computes the status from every stored message and writes it when it is another. `by` is `ADT A01 from MERCY`.
pub async fn refresh(tx: &mut Tx, patient: patient::Model, stored: &[log::Stored], by: &str) -> Result<patient::Model> {
    let events: Vec<rules::Event> = stored.iter().map(|one| one.event.clone()).collect();
    let standing = rules::fold(&events, tx.at);
    let history = patient_status_change::Entity::find()
        .filter(patient_status_change::Column::OrganizationId.eq(patient.organization_id))
        .filter(patient_status_change::Column::PatientId.eq(patient.id))
        .order_by_asc(patient_status_change::Column::RecordedAt)
        .order_by_asc(patient_status_change::Column::Id)
        .all(&**tx)
        .await?;
    let of =
        |row: &patient_status_change::Model| Said { status: row.status, since: row.since, source: row.source.clone() };
    let mut others: Vec<Said> = history.iter().map(of).filter(|said| !is_adt(&said.source)).collect();
    let now = Said { status: patient.status, since: patient.status_since, source: patient.status_source.clone() };
    let unwritten = !is_adt(&now.source) && others.last() != Some(&now);
    if unwritten {
        others.push(now.clone());
    }
    let Some(next) = decide(&now, &others, standing.as_ref(), by, tx.at) else { return Ok(patient) };

    if unwritten {
        // What was true before the first message must be found again when the messages are taken back.
        patient_status_change::ActiveModel {
            organization_id: Set(patient.organization_id),
            id: Set(StatusChangeId::generate()),
            patient_id: Set(patient.id),
            status: Set(now.status),
            since: Set(now.since),
            recorded_at: Set(patient.updated_at.min(tx.at)),
            source: Set(now.source),
            note: Set(patient.status_note.clone()),
            actor_id: Set(None),
        }
        .insert(&**tx)
        .await?;
    }
    let change = StatusChange { status: next.status, since: next.since, source: next.source, note: None };
    record_status(tx, &patient, change).await
}

fn is_adt(source: &str) -> bool {
    source.starts_with("ADT")
}

/// What to write over `now`, if anything. `others`: what the practice said without any message, the latest last.
fn decide(now: &Said, others: &[Said], standing: Option<&Standing>, by: &str, at: DateTime<Utc>) -> Option<Said> {
    if !is_adt(&now.source) && !yields(now, standing?) {
        return None;
    }
    let next = match standing {
        // Nothing is left of what the messages said.
        None => match others.last() {
            Some(before) => Said { source: by.to_owned(), ..before.clone() },
            None if now.status == PatientStatus::Stable => return None,
            None => Said { status: PatientStatus::Stable, since: at, source: by.to_owned() },
        },
        Some(Standing { status: Some(status), since, source, .. }) => {
            Said { status: *status, since: *since, source: source.clone() }
        }
        Some(Standing { status: None, since, source, .. }) => {
            let before = others.iter().rev().map(|said| said.status).find(|status| !is_a_visit(*status));
            let status = before.unwrap_or(PatientStatus::Stable);
            if !is_adt(&now.source) && now.status == status {
                return None;
            }
            Said { status, since: *since, source: source.clone() }
        }
    };
    (next.status != now.status || next.since != now.since).then_some(next)
}

/// Whether what somebody else said gives way: a person's word until a later message, a file's plain "stable" always.
fn yields(now: &Said, standing: &Standing) -> bool {
    let default = now.source != "staff" && now.status == PatientStatus::Stable;
    now.status != PatientStatus::Deceased && (default || now.since < standing.told_at)
}

/// Over when the visit is over, whoever said it.
fn is_a_visit(status: PatientStatus) -> bool {
    match status {
        PatientStatus::InClinic | PatientStatus::InEd | PatientStatus::Inpatient | PatientStatus::Deceased => true,
        PatientStatus::Stable
        | PatientStatus::Watch
        | PatientStatus::Transition
        | PatientStatus::LostToContact
        | PatientStatus::Inactive => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use std::slice::from_ref;

    fn at(hour: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 1, 10, hour, 0, 0).unwrap()
    }

    fn said(status: PatientStatus, hour: u32, source: &str) -> Said {
        Said { status, since: at(hour), source: source.to_owned() }
    }

    fn told(status: Option<PatientStatus>, hour: u32) -> Standing {
        let source = "ADT A01 from MERCY".to_owned();
        Standing { status, since: at(hour), told_at: at(hour), source, location: None }
    }

    fn next(now: &Said, others: &[Said], standing: Option<Standing>) -> Option<(PatientStatus, u32)> {
        use chrono::Timelike;
        let next = decide(now, others, standing.as_ref(), "ADT A11 from MERCY", at(20));
        next.map(|said| (said.status, said.since.hour()))
    }

    #[test]
    fn the_latest_word_about_the_world_counts() {
        use PatientStatus::{Deceased, InEd, Inpatient, Stable, Watch};
        let watch = said(Watch, 10, "staff");
        assert_eq!(next(&watch, from_ref(&watch), Some(told(Some(Inpatient), 11))), Some((Inpatient, 11)));
        assert_eq!(next(&watch, from_ref(&watch), Some(told(Some(Inpatient), 9))), None);
        let stable = said(Stable, 10, "FHIR");
        assert_eq!(next(&stable, from_ref(&stable), Some(told(Some(Inpatient), 9))), Some((Inpatient, 9)));
        let dead = said(Deceased, 8, "staff");
        assert_eq!(next(&dead, from_ref(&dead), Some(told(Some(Inpatient), 9))), None);
        let by_message = said(Inpatient, 12, "ADT A01 from MERCY");
        assert_eq!(next(&by_message, &[], Some(told(Some(InEd), 9))), Some((InEd, 9)));
        assert_eq!(next(&by_message, &[], Some(told(Some(Inpatient), 12))), None);
    }

    #[test]
    fn what_ends_or_is_taken_back_leads_to_what_was_before() {
        use PatientStatus::{InEd, Inpatient, Stable, Watch};
        let inpatient = said(Inpatient, 12, "ADT A01 from MERCY");
        let before = [said(Watch, 8, "staff"), said(InEd, 9, "staff")];
        assert_eq!(next(&inpatient, &before, None), Some((InEd, 9)));
        assert_eq!(next(&inpatient, &before, Some(told(None, 13))), Some((Watch, 13)));
        assert_eq!(next(&inpatient, &[], Some(told(None, 13))), Some((Stable, 13)));
        assert_eq!(next(&inpatient, &[], None), Some((Stable, 20)));
        assert_eq!(next(&before[0], &before[..1], None), None);
        assert_eq!(next(&before[0], &before[..1], Some(told(None, 13))), None);
    }
}
