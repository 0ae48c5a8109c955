//! The operations on emergency access.
use crate::{
    Cx, Error, Result, Tx,
    events::Change,
    page::{Page, PageArgs, Sort, page},
    policy, text,
};
use chrono::{Duration, NaiveDate};
use entity::{
    audit_entry::{self, AuditKind},
    break_glass::{self, Outcome},
    ids::{BreakGlassId, PatientId},
    patient, staff,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, Order, QueryFilter,
    QueryOrder, QuerySelect, SqlErr, UpdateMany, sea_query::Expr,
};

const OPERATION: &str = "emergency.breakGlass";
const REASON: std::ops::RangeInclusive<usize> = 10..=1_000;
const NOTE_LIMIT: usize = 2_000;
/// Whoever guesses is stopped: so many wrong tries in so long.
const WRONG_TRIES: u64 = 5;
const WRONG_TRIES_IN: Duration = Duration::minutes(15);

/// Whom somebody looks for: one must know.
#[derive(Clone, Debug)]
pub enum Sought {
    Person { mrn: String, birth_date: NaiveDate },
    Id(PatientId),
}

pub async fn break_glass(cx: &Cx, sought: Sought, reason: String) -> Result<break_glass::Model> {
    cx.require(policy::may_break_glass(cx.scope()), "look at patients in an emergency")?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("look at patients in an emergency"))?;
    cx.require_recent()?;
    let reason = text::required("input.reason", reason, *REASON.end())?;
    if reason.chars().count() < *REASON.start() {
        return Err(Error::bad_input("input.reason", format!("say why, in at least {} characters", REASON.start())));
    }
    refuse_guessing(cx).await?;
    let patient = match find_sought(cx, &sought).await? {
        Some(patient) if !cx.scope().sight.blocked.contains(&patient.id) => patient,
        found => return refuse(cx, found.map(|patient| patient.id)).await,
    };
    if policy::visible_patients(cx.scope()).filter(patient::Column::Id.eq(patient.id)).one(&cx.db()).await?.is_some() {
        return Err(seen_already());
    }

    let mut tx = cx.begin(OPERATION).await?;
    // One that time has ended, and no sweep yet.
    end_all(&tx, ended_at(&tx, patient.id).filter(break_glass::Column::StaffId.eq(staff))).await?;
    let row = break_glass::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(BreakGlassId::generate()),
        patient_id: Set(patient.id),
        staff_id: Set(staff),
        reason: Set(reason),
        started_at: Set(tx.at),
        until: Set(tx.at + cx.app.config.emergency_length),
        ended_at: Set(None),
        outcome: Set(None),
        review_note: Set(None),
        reviewed_by: Set(None),
        reviewed_at: Set(None),
    };
    // A second one at the same moment.
    let opened = row.insert(&*tx).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => seen_already(),
        _ => error.into(),
    })?;
    tx.note(AuditKind::BreakGlass, Some(("break-glass", opened.id.0)), vec![patient.id]);
    tx.emit(Change::staff(staff).told());
    alert(&mut tx).await?;
    tx.commit().await?;
    cx.app.metrics.emergency(true);
    tracing::warn!(id = %opened.id, "emergency access was taken, and waits for review");
    Ok(opened)
}

fn seen_already() -> Error {
    Error::Conflict("you can see this patient already".to_owned())
}

/// Exactly one patient of the practice, on whatever team, however confidential.
async fn find_sought(cx: &Cx, sought: &Sought) -> Result<Option<patient::Model>> {
    let patients = patient::Entity::find()
        .filter(patient::Column::OrganizationId.eq(cx.organization()))
        .filter(patient::Column::MergedIntoId.is_null());
    let patients = match sought {
        Sought::Person { mrn, birth_date } => {
            patients.filter(patient::Column::Mrn.eq(mrn.trim())).filter(patient::Column::BirthDate.eq(*birth_date))
        }
        Sought::Id(id) => patients.filter(patient::Column::Id.eq(*id)),
    };
    let mut found = patients.limit(2).all(&cx.db()).await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Puts a try that found nobody on record, or one who is kept out: both are told the same.
async fn refuse<T>(cx: &Cx, patient: Option<PatientId>) -> Result<T> {
    let mut tx = cx.beside().begin(OPERATION).await?;
    let entity = patient.map(|patient| ("patient", patient.0));
    tx.note(AuditKind::Denied, entity, patient.into_iter().collect());
    tx.commit().await?;
    cx.app.metrics.emergency(false);
    Err(Error::NotFound("patient"))
}

async fn refuse_guessing(cx: &Cx) -> Result<()> {
    let since = cx.now() - WRONG_TRIES_IN;
    let wrong = audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganizationId.eq(cx.organization()))
        .filter(audit_entry::Column::ActorId.eq(cx.actor.staff))
        .filter(audit_entry::Column::At.gt(since))
        .filter(audit_entry::Column::Operation.eq(OPERATION))
        .filter(audit_entry::Column::Kind.eq(AuditKind::Denied))
        .order_by_desc(audit_entry::Column::At)
        .limit(WRONG_TRIES)
        .all(&cx.db())
        .await?;
    match wrong.last() {
        Some(oldest) if wrong.len() as u64 == WRONG_TRIES => {
            let wait = (oldest.at - since).num_seconds().max(1);
            Err(Error::RateLimited { retry_after: u32::try_from(wait).unwrap_or(u32::MAX) })
        }
        _ => Ok(()),
    }
}

/// Ends one's own before its time.
pub async fn end(cx: &Cx, id: BreakGlassId) -> Result<break_glass::Model> {
    let access = find(cx, id).await?;
    if cx.actor.staff != Some(access.staff_id) {
        return Err(Error::Forbidden("end somebody else's emergency access"));
    }
    if access.ended_at.is_some() {
        return Ok(access);
    }

    let mut tx = cx.begin("emergency.end").await?;
    let ended = break_glass::Entity::update_many()
        .col_expr(break_glass::Column::EndedAt, Expr::value(tx.at.min(access.until)))
        .filter(break_glass::Column::OrganizationId.eq(tx.organization()))
        .filter(break_glass::Column::Id.eq(id))
        .filter(break_glass::Column::EndedAt.is_null())
        .exec_with_returning(&*tx)
        .await?;
    let Some(ended) = ended.into_iter().next() else { return find(cx, id).await };
    told(&mut tx, &ended).await?;
    tx.note(AuditKind::Write, Some(("break-glass", id.0)), vec![ended.patient_id]);
    tx.commit().await?;
    Ok(ended)
}

/// Judges an emergency. What was wrong ends at once.
pub async fn review(cx: &Cx, id: BreakGlassId, outcome: Outcome, note: Option<String>) -> Result<break_glass::Model> {
    cx.require(policy::may_review_access(cx.scope()), "review emergency access")?;
    let access = find(cx, id).await?;
    cx.require(may_review(cx, &access), "review your own emergency access")?;
    let note = text::optional("input.note", note, NOTE_LIMIT)?;
    if access.reviewed_at.is_some() {
        return Err(Error::Conflict("it was reviewed already".to_owned()));
    }

    let mut tx = cx.begin("emergency.review").await?;
    let mut reviewed = access.clone();
    reviewed.outcome = Some(outcome);
    reviewed.review_note = note;
    reviewed.reviewed_by = tx.actor().staff;
    reviewed.reviewed_at = Some(tx.at);
    if outcome == Outcome::Inappropriate {
        reviewed.ended_at = access.ended_at.or(Some(tx.at.min(access.until)));
    }
    let written = break_glass::Entity::update_many()
        .set(reviewed.into_active_model().reset_all())
        .filter(break_glass::Column::OrganizationId.eq(tx.organization()))
        .filter(break_glass::Column::Id.eq(id))
        .filter(break_glass::Column::ReviewedAt.is_null())
        .exec_with_returning(&*tx)
        .await?;
    let reviewed = written.into_iter().next().ok_or_else(|| Error::Conflict("it was reviewed already".to_owned()))?;
    told(&mut tx, &reviewed).await?;
    tx.note(AuditKind::Write, Some(("break-glass", id.0)), vec![reviewed.patient_id]);
    tx.commit().await?;
    Ok(reviewed)
}

/// Whether the viewer may judge this one: a privacy officer, and not the one who used it.
pub fn may_review(cx: &Cx, access: &break_glass::Model) -> bool {
    policy::may_review_access(cx.scope()) && cx.actor.staff != Some(access.staff_id)
}

/// One's own, and for who reviews everybody's.
pub async fn find(cx: &Cx, id: BreakGlassId) -> Result<break_glass::Model> {
    let access = break_glass::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let known =
        |access: &break_glass::Model| policy::may_review_access(cx.scope()) || cx.actor.staff == Some(access.staff_id);
    access.filter(known).ok_or(Error::NotFound("emergency access"))
}

/// The newest first: what waits for review, what was reviewed, or all.
pub async fn list(cx: &Cx, open: Option<bool>, args: &PageArgs) -> Result<Page<break_glass::Model>> {
    cx.require(policy::may_review_access(cx.scope()), "review emergency access")?;
    let mut select = break_glass::Entity::find().filter(break_glass::Column::OrganizationId.eq(cx.organization()));
    if let Some(open) = open {
        let reviewed = break_glass::Column::ReviewedAt;
        select = select.filter(if open { reviewed.is_null() } else { reviewed.is_not_null() });
    }
    let columns = [break_glass::Column::StartedAt, break_glass::Column::Id];
    let sort = Sort { name: "started", columns: columns.map(|column| (column, Order::Desc)).to_vec() };
    page(cx, select, sort, args).await
}

/// One's own that are open now, the newest first.
pub async fn own(cx: &Cx) -> Result<Vec<break_glass::Model>> {
    let open = break_glass::Entity::find()
        .filter(break_glass::Column::OrganizationId.eq(cx.organization()))
        .filter(break_glass::Column::Id.is_in(cx.scope().sight.emergency.values().copied()))
        .order_by_desc(break_glass::Column::Id);
    Ok(open.all(&cx.db()).await?)
}

/// By which the viewer sees this patient, if that is how.
pub async fn of_patient(cx: &Cx, patient: PatientId) -> Result<Option<break_glass::Model>> {
    let Some(id) = cx.scope().sight.emergency.get(&patient) else { return Ok(None) };
    Ok(break_glass::Entity::find_by_id((cx.organization(), *id)).one(&cx.db()).await?)
}

/// Whom it is about, for who reviews, and for its own person while it is open.
pub async fn subject(cx: &Cx, access: &break_glass::Model) -> Result<Option<patient::Model>> {
    let is_own = cx.actor.staff == Some(access.staff_id) && access.ended_at.is_none() && access.until > cx.now();
    if !is_own && !may_review(cx, access) {
        return Ok(None);
    }
    Ok(patient::Entity::find_by_id((cx.organization(), access.patient_id)).one(&cx.db()).await?)
}

/// What was open at a record that is no more.
pub async fn end_all_at(tx: &mut Tx, patient: PatientId) -> Result<()> {
    let ended = end_all(tx, update(tx).filter(break_glass::Column::PatientId.eq(patient))).await?;
    for access in &ended {
        told(tx, access).await?;
    }
    Ok(())
}

/// Ends what time has ended, if nobody did before.
pub async fn lapse(tx: &mut Tx, access: &break_glass::Model) -> Result<()> {
    let due = ended_at(tx, access.patient_id).filter(break_glass::Column::Id.eq(access.id));
    for ended in end_all(tx, due).await? {
        told(tx, &ended).await?;
    }
    Ok(())
}

fn update(tx: &Tx) -> UpdateMany<break_glass::Entity> {
    break_glass::Entity::update_many().filter(
        Condition::all()
            .add(break_glass::Column::OrganizationId.eq(tx.organization()))
            .add(break_glass::Column::EndedAt.is_null()),
    )
}

fn ended_at(tx: &Tx, patient: PatientId) -> UpdateMany<break_glass::Entity> {
    update(tx).filter(break_glass::Column::PatientId.eq(patient)).filter(break_glass::Column::Until.lte(tx.at))
}

async fn end_all(tx: &Tx, which: UpdateMany<break_glass::Entity>) -> Result<Vec<break_glass::Model>> {
    let which = which.col_expr(break_glass::Column::EndedAt, Expr::value(tx.at));
    Ok(which.exec_with_returning(&**tx).await?)
}

/// Its person's screens ask again what they may see, and those of the reviewers what waits.
async fn told(tx: &mut Tx, access: &break_glass::Model) -> Result<()> {
    tx.emit(Change::staff(access.staff_id).told());
    alert(tx).await
}

async fn alert(tx: &mut Tx) -> Result<()> {
    let officers = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(tx.organization()))
        .filter(staff::Column::PrivacyOfficer.eq(true))
        .filter(staff::Column::Active.eq(true))
        .order_by_asc(staff::Column::Id)
        .all(&**tx)
        .await?;
    officers.into_iter().for_each(|officer| tx.emit(Change::staff(officer.id).told()));
    Ok(())
}

/// How many wait for review, and the newest of them.
pub async fn waiting(cx: &Cx) -> Result<(u64, Option<break_glass::Model>)> {
    let mut newest = list(cx, Some(true), &PageArgs { first: Some(1), after: None }).await?;
    let count = (newest.count)(cx.clone()).await?;
    Ok((count, newest.rows.pop().map(|(_, row)| row)))
}
