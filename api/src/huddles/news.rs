//! What changed since the last huddle, for a team and for one patient: from the histories of their status and of the work.
use super::rules;
use crate::{Cx, Error, Result, care_teams, patients::rules::status_words, policy, tasks::kinds};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::{
    care_team, huddle,
    huddle::HuddleState,
    ids::{PatientId, StaffId, TaskId},
    patient, patient_status_change, task,
    task_history::{self, TaskAction},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Status,
    TaskCreated,
    TaskCompleted,
    TaskOverdue,
    TaskDropped,
}

#[derive(Clone, Debug)]
pub struct News {
    pub at: DateTime<Utc>,
    id: Uuid,
    pub kind: Kind,
    pub words: String,
    pub actor: Option<StaffId>,
    pub patient: Option<PatientId>,
    pub task: Option<TaskId>,
}

/// Since when, and for whom.
#[derive(Clone, Debug)]
pub struct Since {
    pub team: care_team::Model,
    pub patient: Option<PatientId>,
    pub huddle: Option<huddle::Model>,
    pub at: DateTime<Utc>,
}

const DEFAULT: i32 = 50;
const MOST: i32 = 200;

/// Since the last huddle of the team that ended; where there was none, since yesterday began.
pub async fn since(cx: &Cx, team: &care_team::Model, patient: Option<PatientId>) -> Result<Since> {
    cx.require(policy::may_follow_team(cx.scope(), team.id), "see the huddles of this team")?;
    let last = huddle::Entity::find()
        .filter(huddle::Column::OrganizationId.eq(cx.organization()))
        .filter(huddle::Column::CareTeamId.eq(team.id))
        .filter(huddle::Column::State.eq(HuddleState::Ended))
        .order_by_desc(huddle::Column::EndedAt)
        .one(&cx.db())
        .await?;
    let zone = team.time_zone.parse().unwrap_or(Tz::UTC);
    let yesterday = cx.now().with_timezone(&zone).date_naive() - chrono::Duration::days(1);
    let at = last.as_ref().and_then(|last| last.ended_at).unwrap_or_else(|| rules::start_of(yesterday, zone));
    Ok(Since { team: team.clone(), patient, huddle: last, at })
}

/// The same for a patient: of their team, where the actor sees it.
pub async fn since_of_patient(cx: &Cx, patient: &patient::Model) -> Result<Option<Since>> {
    let Some(team) = patient.care_team_id else { return Ok(None) };
    if !policy::may_follow_team(cx.scope(), team) {
        return Ok(None);
    }
    match care_teams::service::find(cx, team).await {
        Ok(team) => since(cx, &team, Some(patient.id)).await.map(Some),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

const TOLD: [TaskAction; 6] = [
    TaskAction::Created,
    TaskAction::Completed,
    TaskAction::BecameOverdue,
    TaskAction::Cancelled,
    TaskAction::Failed,
    TaskAction::EnteredInError,
];

/// What the actor may see of it, the newest first.
pub async fn news(cx: &Cx, since: &Since, first: Option<i32>) -> Result<Vec<News>> {
    let first = first.unwrap_or(DEFAULT);
    if !(0..=MOST).contains(&first) {
        return Err(Error::bad_input("first", format!("must be between 0 and {MOST}")));
    }
    let limit = u64::from(first.unsigned_abs());
    let mut news = statuses(cx, since, limit).await?;
    news.extend(work(cx, since, limit).await?);
    news.sort_by_key(|one| std::cmp::Reverse((one.at, one.id)));
    news.truncate(limit as usize);
    Ok(news)
}

async fn statuses(cx: &Cx, since: &Since, limit: u64) -> Result<Vec<News>> {
    let seen = policy::visible_patients(cx.scope())
        .filter(patient::Column::CareTeamId.eq(since.team.id))
        .select_only()
        .column(patient::Column::Id);
    let mut changes = patient_status_change::Entity::find()
        .filter(patient_status_change::Column::OrganizationId.eq(cx.organization()))
        .filter(patient_status_change::Column::RecordedAt.gt(since.at))
        .filter(patient_status_change::Column::PatientId.in_subquery(seen.into_query()))
        .order_by_desc(patient_status_change::Column::RecordedAt)
        .limit(limit);
    if let Some(patient) = since.patient {
        changes = changes.filter(patient_status_change::Column::PatientId.eq(patient));
    }
    let changes = changes.all(&cx.db()).await?;
    Ok(changes
        .into_iter()
        .map(|change| News {
            at: change.recorded_at,
            id: change.id.0,
            kind: Kind::Status,
            words: status_words(change.status).to_owned(),
            actor: change.actor_id,
            patient: Some(change.patient_id),
            task: None,
        })
        .collect())
}

async fn work(cx: &Cx, since: &Since, limit: u64) -> Result<Vec<News>> {
    let mut seen = policy::visible_tasks(cx.scope()).filter(task::Column::CareTeamId.eq(since.team.id));
    if let Some(patient) = since.patient {
        seen = seen.filter(task::Column::PatientId.eq(patient));
    }
    let ids = seen.clone().select_only().column(task::Column::Id).into_query();
    let entries = task_history::Entity::find()
        .filter(task_history::Column::OrganizationId.eq(cx.organization()))
        .filter(task_history::Column::At.gt(since.at))
        .filter(task_history::Column::Action.is_in(TOLD))
        .filter(task_history::Column::TaskId.in_subquery(ids))
        .order_by_desc(task_history::Column::At)
        .order_by_desc(task_history::Column::Id)
        .limit(limit)
        .all(&cx.db())
        .await?;
    let about = seen.filter(task::Column::Id.is_in(entries.iter().map(|entry| entry.task_id)));
    let about: HashMap<TaskId, task::Model> =
        about.all(&cx.db()).await?.into_iter().map(|task| (task.id, task)).collect();
    let told = entries.into_iter().filter_map(|entry| {
        let task = about.get(&entry.task_id)?;
        let (kind, verb) = said(entry.action)?;
        Some(News {
            at: entry.at,
            id: entry.id.0,
            kind,
            words: format!("{verb}: {}", kinds::name(&task.kind)),
            actor: entry.actor_id,
            patient: task.patient_id,
            task: Some(task.id),
        })
    });
    Ok(told.collect())
}

fn said(action: TaskAction) -> Option<(Kind, &'static str)> {
    match action {
        TaskAction::Created => Some((Kind::TaskCreated, "New")),
        TaskAction::Completed => Some((Kind::TaskCompleted, "Completed")),
        TaskAction::BecameOverdue => Some((Kind::TaskOverdue, "Overdue")),
        TaskAction::Cancelled => Some((Kind::TaskDropped, "Cancelled")),
        TaskAction::Failed => Some((Kind::TaskDropped, "Could not be done")),
        TaskAction::EnteredInError => Some((Kind::TaskDropped, "Entered in error")),
        _ => None,
    }
}
