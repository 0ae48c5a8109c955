//! One call that is good for many tasks: each of them gets all of its credit, or none and says why.
use super::{
    minutes::{self, Spent},
    rules::share,
};
use crate::{
    Cx, Error, Result, Tx,
    care_teams::today,
    patients, policy,
    tasks::{
        rules,
        service::{self as tasks, NewTask, parts},
    },
    text,
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_entry::AuditKind,
    call_credit::{self, CallCreditResult},
    ids::{CallId, PatientId, StaffId, TaskId},
    patient,
    phone_call::{self, CallOutcome},
    task::{self, TaskPriority, TaskStatus},
    task_history::TaskAction,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::BTreeSet;

const OPERATION: &str = "myDay.recordCall";
const NOTE_LIMIT: usize = 2_000;
const MOST_CREDITS: usize = 50;
const FARTHEST: Duration = Duration::days(366);

#[derive(Clone, Debug)]
pub struct NewCall {
    pub patient: PatientId,
    pub outcome: CallOutcome,
    /// Tasks, and whether they are done with it.
    pub credits: Vec<(TaskId, bool)>,
    pub minutes: Option<i32>,
    pub note: Option<String>,
    pub call_back_at: Option<DateTime<Utc>>,
}

/// A call, and what became of each task.
pub struct Recorded {
    pub call: phone_call::Model,
    pub credits: Vec<call_credit::Model>,
}

pub async fn record(cx: &Cx, new: NewCall) -> Result<Recorded> {
    let patient = patients::service::find(cx, new.patient).await?;
    cx.require(policy::may_log_work(cx.scope(), patient.id), "record a call to this patient")?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("record calls"))?;
    let note = text::optional("input.note", new.note.clone(), NOTE_LIMIT)?;
    let minutes = new.minutes.map(minutes::check).transpose()?;
    let tasks = named(cx, &new.credits).await?;
    let back = call_back(cx, &new, &patient, tasks.first().map(|(task, _)| task)).await?;
    let date = today::date(&minutes::time_zone(cx).await?, cx.now());

    let mut tx = cx.begin(OPERATION).await?;
    let said = words(new.outcome, note.as_deref(), new.call_back_at.is_some());
    let mut credited = Vec::with_capacity(tasks.len());
    // In the order in which everybody takes rows, so that two who take the same ones wait in turn.
    let mut in_turn: Vec<_> = tasks.iter().enumerate().collect();
    in_turn.sort_by_key(|(_, (task, _))| task.id);
    for (position, (task, done)) in in_turn {
        let (result, reason) = credit(&mut tx, cx, (task, *done), (staff, &said)).await?;
        credited.push((position, task, result, reason));
    }
    credited.sort_by_key(|(position, ..)| *position);
    let call_back_id = match back {
        Some(back) => Some(promise(&mut tx, cx, back, staff).await?.id),
        None => None,
    };
    let call = phone_call::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(CallId::generate()),
        patient_id: Set(patient.id),
        staff_id: Set(staff),
        at: Set(tx.at),
        outcome: Set(new.outcome),
        minutes: Set(minutes),
        note: Set(note),
        call_back_id: Set(call_back_id),
    };
    let call = call.insert(&*tx).await?;
    let mut credits = Vec::with_capacity(credited.len());
    for (position, task, result, reason) in &credited {
        let row = call_credit::ActiveModel {
            organization_id: Set(tx.organization()),
            call_id: Set(call.id),
            task_id: Set(task.id),
            position: Set(i32::try_from(*position).unwrap_or(i32::MAX)),
            result: Set(*result),
            reason: Set(reason.map(str::to_owned)),
        };
        credits.push(row.insert(&*tx).await?);
    }

    let reached = credited.iter().filter(|(_, _, result, _)| *result != CallCreditResult::Refused);
    let reached: Vec<&task::Model> = reached.map(|(_, task, ..)| *task).collect();
    let whom = whom(patient.id, &reached);
    if let Some(minutes) = minutes {
        for (patient, minutes) in whom.iter().zip(share(minutes, whom.len())).filter(|(_, minutes)| *minutes > 0) {
            let task = reached.iter().find(|task| task.patient_id == Some(*patient)).map(|task| task.id);
            let spent = Spent { patient: *patient, task, minutes, note: call.note.clone(), at: tx.at, date };
            minutes::write(&mut tx, spent).await?;
        }
    }
    tx.note(AuditKind::Write, Some(("call", call.id.0)), whom);
    tx.commit().await?;
    Ok(Recorded { call, credits })
}

/// Who was called, then those for whom it was good as well.
fn whom(called: PatientId, reached: &[&task::Model]) -> Vec<PatientId> {
    let mut whom = vec![called];
    for patient in reached.iter().filter_map(|task| task.patient_id) {
        if !whom.contains(&patient) {
            whom.push(patient);
        }
    }
    whom
}

/// A recorded call about somebody whom the actor sees.
pub async fn find(cx: &Cx, id: CallId) -> Result<Recorded> {
    let call = phone_call::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let call = call.ok_or(Error::NotFound("call"))?;
    match patients::service::find(cx, call.patient_id).await {
        Err(Error::NotFound(_)) => return Err(Error::NotFound("call")),
        found => found.map(|_| ())?,
    }
    let credits = call_credit::Entity::find()
        .filter(call_credit::Column::OrganizationId.eq(cx.organization()))
        .filter(call_credit::Column::CallId.eq(id))
        .order_by_asc(call_credit::Column::Position)
        .all(&cx.db())
        .await?;
    Ok(Recorded { call, credits })
}

/// The tasks that were named, in that order.
async fn named(cx: &Cx, credits: &[(TaskId, bool)]) -> Result<Vec<(task::Model, bool)>> {
    if credits.len() > MOST_CREDITS {
        return Err(Error::bad_input("input.credits", format!("must not name more than {MOST_CREDITS} tasks")));
    }
    if credits.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len() < credits.len() {
        return Err(Error::bad_input("input.credits", "must not name a task twice"));
    }
    let found = tasks::find_many(cx, credits.iter().map(|(id, _)| *id).collect()).await?;
    let find = |id: &TaskId| found.iter().find(|task| task.id == *id).cloned().ok_or(Error::NotFound("task"));
    credits.iter().map(|(id, done)| Ok((find(id)?, *done))).collect()
}

/// All of a task's credit, or none of it with the reason.
async fn credit(
    tx: &mut Tx,
    cx: &Cx,
    (task, done): (&task::Model, bool),
    (staff, said): (StaffId, &str),
) -> Result<(CallCreditResult, Option<&'static str>)> {
    let refused = |why| Ok((CallCreditResult::Refused, Some(why)));
    if !rules::is_open(task.status) {
        return refused("it is no longer open");
    }
    if !done {
        if !policy::may_edit_task(cx.scope(), task) {
            return refused("you may not comment on it");
        }
        return match tasks::comment_in(tx, cx, task, said.to_owned()).await {
            Ok(_) => Ok((CallCreditResult::Noted, None)),
            Err(Error::Conflict(_)) => refused("it was changed meanwhile"),
            Err(error) => Err(error),
        };
    }
    let free = task.status == TaskStatus::Ready;
    if free && !policy::may_claim(cx.scope(), task) {
        return refused("you may not take it");
    }
    if task.status == TaskStatus::Draft {
        return refused("it is a draft");
    }
    if !free && !policy::may_work_on(cx.scope(), Some(staff), task) {
        return refused("somebody else holds it");
    }
    match complete(tx, cx, task, (free.then_some(staff), said)).await {
        Ok(()) => Ok((CallCreditResult::Completed, None)),
        Err(Error::Conflict(_)) => refused("it was changed meanwhile"),
        Err(error) => Err(error),
    }
}

/// Takes the task, if it is nobody's, and completes it: in one update of what was seen.
async fn complete(tx: &mut Tx, cx: &Cx, task: &task::Model, (taken_by, said): (Option<StaffId>, &str)) -> Result<()> {
    let mut taken = task.clone();
    if let Some(staff) = taken_by {
        parts::hold_for(cx, &mut taken, staff, tx.at);
        parts::set_status(&mut taken, TaskStatus::Accepted, None, tx.at);
    }
    let mut completed = taken.clone();
    completed.completed_at = Some(tx.at);
    completed.completed_by = tx.actor().staff;
    parts::set_status(&mut completed, TaskStatus::Completed, None, tx.at);
    let completed = parts::write(cx, tx, task, completed).await?;
    if taken_by.is_some() {
        parts::remember(tx, &taken, TaskAction::Claimed, None).await?;
    }
    parts::remember(tx, &completed, TaskAction::Completed, Some(said.to_owned())).await
}

/// What is to be promised, if a time was said: checked like any task that is created.
async fn call_back(
    cx: &Cx,
    new: &NewCall,
    patient: &patient::Model,
    about: Option<&task::Model>,
) -> Result<Option<NewTask>> {
    let Some(at) = new.call_back_at else {
        return match new.outcome {
            CallOutcome::Parked => Err(Error::bad_input("input.callBackAt", "say when to call back")),
            _ => Ok(None),
        };
    };
    if at <= cx.now() || at > cx.now() + FARTHEST {
        return Err(Error::bad_input("input.callBackAt", "must be later than now, within a year"));
    }
    let team = about.map(|task| task.care_team_id).or(patient.care_team_id);
    let team = team.ok_or_else(|| Error::bad_input("input.callBackAt", "the patient is on no care team"))?;
    let back = NewTask {
        care_team: team,
        patient: Some(patient.id),
        kind: "OUTREACH_CALL".to_owned(),
        title: "Call back".to_owned(),
        instructions: new.note.clone(),
        priority: about.map_or(TaskPriority::Routine, |task| task.priority),
        due_at: Some(at),
    };
    tasks::check_new(cx, back).await.map(Some)
}

/// The task to call back, held by who promised it. Who manages a team and is not on it leaves it to the team.
async fn promise(tx: &mut Tx, cx: &Cx, back: NewTask, staff: StaffId) -> Result<task::Model> {
    let free = tasks::create_in(tx, cx, back).await?;
    if !policy::may_claim(cx.scope(), &free) {
        return Ok(free);
    }
    let mut held = free.clone();
    parts::hold_for(cx, &mut held, staff, tx.at);
    parts::set_status(&mut held, TaskStatus::Accepted, None, tx.at);
    parts::save(cx, tx, &free, held, TaskAction::Claimed, None).await
}

fn words(outcome: CallOutcome, note: Option<&str>, calls_back: bool) -> String {
    let outcome = match outcome {
        CallOutcome::Reached => "Called, and reached",
        CallOutcome::LeftMessage => "Called, and left a message",
        CallOutcome::NoAnswer => "Called, and nobody answered",
        CallOutcome::WrongNumber => "Called, and it was the wrong number",
        CallOutcome::Declined => "Called, and did not want to talk",
        CallOutcome::Parked => "Call parked",
    };
    let back = if calls_back { ", to be called back" } else { "" };
    note.map_or_else(|| format!("{outcome}{back}."), |note| format!("{outcome}{back}. {note}"))
}
