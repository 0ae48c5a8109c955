//! The board of a moment.
use super::sight::{IDS_A_STATEMENT, hidden};
use crate::{
    Cx, Error, Result,
    care_teams::{self, today},
    events::{Cursor, log},
    policy,
    tasks::rules::OPEN,
};
use chrono::{DateTime, SecondsFormat, Utc};
use entity::{
    care_team, event,
    ids::{CareTeamId, PatientId},
    org_head, organization, patient_version,
    task::TaskStatus,
    task_version,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Alias, Expr, Query, SimpleExpr},
};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// A task as it was, with the patient as they were then.
#[derive(Clone, Debug)]
pub struct TaskThen {
    pub row: task_version::Model,
    pub patient: Option<Arc<patient_version::Model>>,
}

/// A team's board at a moment.
pub struct Moment {
    pub at: DateTime<Utc>,
    pub cursor: Cursor,
    pub kept_since: DateTime<Utc>,
    pub day_started_at: DateTime<Utc>,
    pub time_zone: String,
    pub tasks: Vec<TaskThen>,
    pub patients: Vec<Arc<patient_version::Model>>,
}

pub async fn board(cx: &Cx, team: CareTeamId, at: DateTime<Utc>) -> Result<Moment> {
    let team = enter(cx, team).await?;
    let head = log::head(&cx.db(), cx.organization()).await?;
    let kept_since = kept_since(cx, &head).await?;
    let at = Ord::min(at, cx.now());
    if at < kept_since {
        let since = kept_since.to_rfc3339_opts(SecondsFormat::Secs, true);
        return Err(Error::bad_input("at", format!("is before what is kept, which begins at {since}")));
    }
    cx.reads.consulted(json!({ "history.replay": { "careTeam": team.id.to_string(), "at": at } }));
    let seq = number_at(cx, &head, at).await?;
    let day_started_at = today::started_at(&team.time_zone, at);
    let tasks = tasks_at(cx, team.id, seq, day_started_at).await?;
    let about: BTreeSet<PatientId> = tasks.iter().filter_map(|task| task.patient_id).collect();
    let (theirs, known) = patients_at(cx, team.id, seq, &about).await?;
    let hidden = hidden(cx, team.id, about.into_iter().chain(theirs.iter().copied()).collect()).await?;

    let is_seen = |id: &PatientId| !hidden.contains(id);
    let open = tasks.iter().filter(|task| OPEN.contains(&task.status)).filter_map(|task| task.patient_id);
    let shown: BTreeSet<PatientId> = theirs.into_iter().chain(open).filter(is_seen).collect();
    let patients = shown.iter().filter_map(|id| known.get(id)).filter(|row| row.merged_into_id.is_none());
    let patients = patients.cloned().collect();
    let tasks = tasks.into_iter().filter(|task| task.patient_id.is_none_or(|id| is_seen(&id)));
    let tasks = tasks.map(|row| TaskThen { patient: row.patient_id.and_then(|id| known.get(&id).cloned()), row });
    Ok(Moment {
        at,
        cursor: Cursor { epoch: head.epoch, organization: head.organization_id, seq },
        kept_since,
        day_started_at,
        time_zone: team.time_zone,
        tasks: tasks.collect(),
        patients,
    })
}

/// The team, for who may look at its past.
pub async fn enter(cx: &Cx, team: CareTeamId) -> Result<care_team::Model> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_replay(cx.scope(), team.id), "look at the past of this team")?;
    Ok(team)
}

/// The log before this number is gone, or was never kept.
pub fn first_number(head: &org_head::Model) -> i64 {
    Ord::max(head.floor_seq, head.kept_seq)
}

/// The number of the last event at or before a moment.
pub async fn number_at(cx: &Cx, head: &org_head::Model, at: DateTime<Utc>) -> Result<i64> {
    let newest = log_of(cx, head).filter(event::Column::At.lte(at)).order_by_desc(event::Column::Seq);
    Ok(newest.one(&cx.db()).await?.map_or(first_number(head), |event| event.seq))
}

fn log_of(cx: &Cx, head: &org_head::Model) -> Select<event::Entity> {
    event::Entity::find()
        .filter(event::Column::OrganizationId.eq(cx.organization()))
        .filter(event::Column::Seq.gt(first_number(head)))
}

/// The first moment whose board is known: not before the log, nor before versions were kept, nor before there was anything.
async fn kept_since(cx: &Cx, head: &org_head::Model) -> Result<DateTime<Utc>> {
    let retained = cx.now() - cx.app.config.event_retention;
    let first = log_of(cx, head).order_by_asc(event::Column::Seq).one(&cx.db()).await?.map(|event| event.at);
    if head.floor_seq > head.kept_seq {
        // What the log still holds may be older: it is forgotten by whole days, or a little later.
        return Ok(Ord::min(retained, first.unwrap_or(retained)));
    }
    let began = match head.kept_seq {
        0 => {
            let practice = organization::Entity::find_by_id(cx.organization()).one(&cx.db()).await?;
            practice.map(|practice| practice.created_at)
        }
        // What was there when versions began to be kept is as it was at the event before.
        seq => event::Entity::find()
            .filter(event::Column::OrganizationId.eq(cx.organization()))
            .filter(event::Column::Seq.eq(seq))
            .one(&cx.db())
            .await?
            .map(|event| event.at),
    };
    Ok(began.into_iter().chain(first).min().unwrap_or(retained))
}

/// That no newer version up to `seq` follows the row's own.
fn is_last_by(table: &'static str, id: &'static str, seq: i64) -> SimpleExpr {
    let newer = Alias::new("newer");
    let of = |column: &'static str| Expr::col((Alias::new(table), Alias::new(column)));
    let later = |column: &'static str| Expr::col((newer.clone(), Alias::new(column)));
    let mut select = Query::select();
    select
        .expr(Expr::value(1))
        .from_as(Alias::new(table), newer.clone())
        .and_where(later("organization_id").eq(of("organization_id")))
        .and_where(later(id).eq(of(id)))
        .and_where(later("seq").gt(of("seq")))
        .and_where(later("seq").lte(seq));
    Expr::exists(select).not()
}

async fn tasks_at(cx: &Cx, team: CareTeamId, seq: i64, day: DateTime<Utc>) -> Result<Vec<task_version::Model>> {
    use task_version::Column::{CareTeamId, CompletedAt, OrganizationId, Seq, Status};
    let done_today = Status.eq(TaskStatus::Completed).and(CompletedAt.gte(day));
    let tasks = task_version::Entity::find()
        .filter(OrganizationId.eq(cx.organization()))
        .filter(CareTeamId.eq(team))
        .filter(Seq.lte(seq))
        .filter(Condition::any().add(Status.is_in(OPEN)).add(done_today))
        .filter(is_last_by("task_version", "task_id", seq))
        .order_by_asc(task_version::Column::TaskId);
    Ok(tasks.all(&cx.db()).await?)
}

type Known = HashMap<PatientId, Arc<patient_version::Model>>;

/// The team's own patients, and the versions of them and of those whom its work is about.
async fn patients_at(
    cx: &Cx,
    team: CareTeamId,
    seq: i64,
    about: &BTreeSet<PatientId>,
) -> Result<(Vec<PatientId>, Known)> {
    use patient_version::Column::{CareTeamId, OrganizationId, PatientId, Seq};
    let last = || {
        patient_version::Entity::find()
            .filter(OrganizationId.eq(cx.organization()))
            .filter(Seq.lte(seq))
            .filter(is_last_by("patient_version", "patient_id", seq))
    };
    let theirs = last().filter(CareTeamId.eq(team)).all(&cx.db()).await?;
    let ids = theirs.iter().map(|row| row.patient_id).collect();
    let mut known: Known = theirs.into_iter().map(|row| (row.patient_id, Arc::new(row))).collect();
    let others: Vec<_> = about.iter().copied().filter(|id| !known.contains_key(id)).collect();
    for some in others.chunks(IDS_A_STATEMENT) {
        let rows = last().filter(PatientId.is_in(some.iter().copied())).all(&cx.db()).await?;
        known.extend(rows.into_iter().map(|row| (row.patient_id, Arc::new(row))));
    }
    Ok((ids, known))
}
