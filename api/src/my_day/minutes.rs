//! Minutes that people spent on patients. What was wrong is entered in error, and counts no more.
use crate::{Cx, Error, Result, Tx, care_teams::today, patients, policy, tasks, text};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use entity::{
    audit_entry::AuditKind,
    ids::{MinuteEntryId, PatientId, StaffId, TaskId},
    minute_entry, organization,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::collections::HashMap;

const MOST: i32 = 480;
/// Two months: what was forgotten of the last one can still be told.
const LATEST: Duration = Duration::days(62);
const NOTE_LIMIT: usize = 2_000;
const ENTRIES: u64 = 200;

#[derive(Clone, Debug)]
pub struct NewMinutes {
    pub patient: PatientId,
    pub task: Option<TaskId>,
    pub minutes: i32,
    pub note: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

/// The practice's, in which its days and months are counted.
pub async fn time_zone(cx: &Cx) -> Result<String> {
    let practice = organization::Entity::find_by_id(cx.organization()).one(&cx.db()).await?;
    Ok(practice.ok_or(Error::NotFound("organization"))?.time_zone)
}

pub fn check(minutes: i32) -> Result<i32> {
    match minutes {
        1..=MOST => Ok(minutes),
        _ => Err(Error::bad_input("input.minutes", format!("must be 1 to {MOST}"))),
    }
}

pub async fn log(cx: &Cx, new: NewMinutes) -> Result<minute_entry::Model> {
    patients::service::find(cx, new.patient).await?;
    cx.require(policy::may_log_work(cx.scope(), new.patient), "log minutes for this patient")?;
    let minutes = check(new.minutes)?;
    let note = text::optional("input.note", new.note, NOTE_LIMIT)?;
    if let Some(task) = new.task
        && tasks::service::find(cx, task).await?.patient_id != Some(new.patient)
    {
        return Err(Error::bad_input("input.taskId", "is not about this patient"));
    }
    let at = new.at.unwrap_or_else(|| cx.now());
    if at > cx.now() || at < cx.now() - LATEST {
        let message = format!("must lie within the last {} days", LATEST.num_days());
        return Err(Error::bad_input("input.at", message));
    }
    let date = today::date(&time_zone(cx).await?, at);

    let mut tx = cx.begin("myDay.logMinutes").await?;
    let spent = Spent { patient: new.patient, task: new.task, minutes, note, at, date };
    let entry = write(&mut tx, spent).await?;
    tx.commit().await?;
    Ok(entry)
}

/// Minutes that were checked.
pub struct Spent {
    pub patient: PatientId,
    pub task: Option<TaskId>,
    pub minutes: i32,
    pub note: Option<String>,
    pub at: DateTime<Utc>,
    pub date: NaiveDate,
}

/// Within a transaction of the one who spent them.
pub async fn write(tx: &mut Tx, spent: Spent) -> Result<minute_entry::Model> {
    let staff = tx.actor().staff.ok_or(Error::Forbidden("log minutes"))?;
    let role = tx.actor().scope.role().ok_or(Error::Forbidden("log minutes"))?;
    let entry = minute_entry::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(MinuteEntryId::generate()),
        patient_id: Set(spent.patient),
        task_id: Set(spent.task),
        staff_id: Set(staff),
        role: Set(role),
        minutes: Set(spent.minutes),
        note: Set(spent.note),
        at: Set(spent.at),
        local_date: Set(spent.date),
        entered_at: Set(tx.at),
        in_error_at: Set(None),
        in_error_by: Set(None),
        in_error_reason: Set(None),
    };
    let entry = entry.insert(&**tx).await?;
    tx.note(AuditKind::Write, Some(("minutes", entry.id.0)), vec![entry.patient_id]);
    Ok(entry)
}

/// An entry about somebody whom the actor sees.
pub async fn find(cx: &Cx, id: MinuteEntryId) -> Result<minute_entry::Model> {
    let entry = minute_entry::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let entry = entry.ok_or(Error::NotFound("entry of minutes"))?;
    match patients::service::find(cx, entry.patient_id).await {
        Err(Error::NotFound(_)) => Err(Error::NotFound("entry of minutes")),
        found => found.map(|_| entry),
    }
}

pub fn may_correct(cx: &Cx, entry: &minute_entry::Model) -> bool {
    policy::may_correct_minutes(cx.scope(), cx.actor.staff, entry)
}

/// Takes an entry back. It stays, with who took it back and why, and counts no more.
pub async fn enter_in_error(cx: &Cx, id: MinuteEntryId, reason: String) -> Result<minute_entry::Model> {
    let entry = find(cx, id).await?;
    cx.require(may_correct(cx, &entry), "take back minutes that somebody else logged")?;
    let reason = text::required("input.reason", reason, NOTE_LIMIT)?;

    let mut tx = cx.begin("myDay.enterMinutesInError").await?;
    let rows = minute_entry::Entity::update_many()
        .col_expr(minute_entry::Column::InErrorAt, Expr::value(tx.at))
        .col_expr(minute_entry::Column::InErrorBy, Expr::value(cx.actor.staff))
        .col_expr(minute_entry::Column::InErrorReason, Expr::value(reason))
        .filter(minute_entry::Column::OrganizationId.eq(tx.organization()))
        .filter(minute_entry::Column::Id.eq(id))
        .filter(minute_entry::Column::InErrorAt.is_null())
        .exec_with_returning(&*tx)
        .await?;
    let taken = || Error::Conflict("these minutes were taken back already".to_owned());
    let entry = rows.into_iter().next().ok_or_else(taken)?;
    tx.note(AuditKind::Write, Some(("minutes", entry.id.0)), vec![entry.patient_id]);
    tx.commit().await?;
    Ok(entry)
}

/// What somebody logged for a day, or entered on it, the newest first. What they wrote about somebody whom they do not
/// see any more is left out.
pub async fn of_day(cx: &Cx, staff: StaffId, date: NaiveDate) -> Result<Vec<minute_entry::Model>> {
    let zone = time_zone(cx).await?;
    let began = today::started_at(&zone, cx.now());
    let entries = minute_entry::Entity::find()
        .filter(minute_entry::Column::OrganizationId.eq(cx.organization()))
        .filter(minute_entry::Column::StaffId.eq(staff))
        // What is told today lies so far back at most; the index knows days.
        .filter(minute_entry::Column::LocalDate.gte(date - LATEST - Duration::days(1)))
        .filter(
            Condition::any()
                .add(minute_entry::Column::LocalDate.eq(date))
                .add(minute_entry::Column::EnteredAt.gte(began)),
        )
        .order_by_desc(minute_entry::Column::Id)
        .limit(ENTRIES)
        .all(&cx.db())
        .await?;
    let seen = patients::service::find_many(cx, entries.iter().map(|entry| entry.patient_id).collect()).await?;
    let sees = |entry: &minute_entry::Model| seen.iter().any(|patient| patient.id == entry.patient_id);
    Ok(entries
        .into_iter()
        .map(|entry| if sees(&entry) { entry } else { minute_entry::Model { note: None, ..entry } })
        .collect())
}

/// What counts of some entries for a day.
pub fn sum(entries: &[minute_entry::Model], date: NaiveDate) -> i32 {
    let counts = entries.iter().filter(|entry| entry.in_error_at.is_none() && entry.local_date == date);
    counts.map(|entry| entry.minutes).sum()
}

/// What everybody logged for each of these patients in the present month of the practice. Nothing is carried over from
/// one month to the next. Ask about those only whom the actor sees.
pub async fn this_month(cx: &Cx, patients: Vec<PatientId>) -> Result<HashMap<PatientId, i64>> {
    let date = today::date(&time_zone(cx).await?, cx.now());
    let first = date.with_day(1).unwrap_or(date);
    let sums: Vec<(PatientId, Option<i64>)> = minute_entry::Entity::find()
        .select_only()
        .column(minute_entry::Column::PatientId)
        .column_as(minute_entry::Column::Minutes.sum(), "minutes")
        .filter(minute_entry::Column::OrganizationId.eq(cx.organization()))
        .filter(minute_entry::Column::PatientId.is_in(patients))
        .filter(minute_entry::Column::InErrorAt.is_null())
        .filter(minute_entry::Column::LocalDate.gte(first))
        .filter(minute_entry::Column::LocalDate.lte(date))
        .group_by(minute_entry::Column::PatientId)
        .into_tuple()
        .all(&cx.db())
        .await?;
    Ok(sums.into_iter().map(|(patient, minutes)| (patient, minutes.unwrap_or_default())).collect())
}
