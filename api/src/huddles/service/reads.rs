//! What is asked of huddles.
use super::parts;
use crate::{
    Cx, Error, Result,
    huddles::rules,
    page::{Page, PageArgs, Sort, page},
    patients, policy, tasks,
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use entity::{
    care_team, huddle,
    huddle::HuddleState,
    huddle_attendance, huddle_decision, huddle_item,
    huddle_item::HuddleItemState,
    ids::{CareTeamId, HuddleId, HuddleItemId, PatientId, StaffId, TaskId},
};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, Select};
use std::collections::BTreeSet;

pub async fn find(cx: &Cx, id: HuddleId) -> Result<huddle::Model> {
    let huddle = huddle::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let huddle = huddle.filter(|huddle| policy::may_follow_team(cx.scope(), huddle.care_team_id));
    huddle.ok_or(Error::NotFound("huddle"))
}

/// Those of `ids` that the actor may see.
pub async fn find_many(cx: &Cx, ids: Vec<HuddleId>) -> Result<Vec<huddle::Model>> {
    let huddles = huddle::Entity::find()
        .filter(huddle::Column::OrganizationId.eq(cx.organization()))
        .filter(huddle::Column::Id.is_in(ids))
        .all(&cx.db())
        .await?;
    Ok(huddles.into_iter().filter(|huddle| policy::may_follow_team(cx.scope(), huddle.care_team_id)).collect())
}

fn of_team(cx: &Cx, team: CareTeamId) -> Result<Select<huddle::Entity>> {
    cx.require(policy::may_follow_team(cx.scope(), team), "see the huddles of this team")?;
    Ok(huddle::Entity::find()
        .filter(huddle::Column::OrganizationId.eq(cx.organization()))
        .filter(huddle::Column::CareTeamId.eq(team)))
}

/// The newest first.
pub async fn list(cx: &Cx, team: CareTeamId, args: &PageArgs) -> Result<Page<huddle::Model>> {
    // Their ids grow with the day and its parts: a huddle is made when its time has come.
    let sort = Sort { name: "newest", columns: vec![(huddle::Column::Id, Order::Desc)] };
    page(cx, of_team(cx, team)?, sort, args).await
}

/// The one that runs; else that of this part of the day, if it was opened.
pub async fn of_team_now(cx: &Cx, team: &care_team::Model) -> Result<Option<huddle::Model>> {
    let (date, slot) = rules::now_is(cx.now(), team.time_zone.parse().unwrap_or(Tz::UTC));
    let today = of_team(cx, team.id)?.filter(huddle::Column::Date.eq(date)).order_by_asc(huddle::Column::Slot);
    let today = today.all(&cx.db()).await?;
    let running = today.iter().find(|huddle| huddle.state == HuddleState::Running);
    Ok(running.or_else(|| today.iter().find(|huddle| huddle.slot == slot)).cloned())
}

/// A huddle's items as the actor sees them, in order: what is about a patient whom they do not see is not there.
pub async fn shown_items(cx: &Cx, huddle: &huddle::Model) -> Result<Vec<huddle_item::Model>> {
    let mut items = parts::items(&cx.db(), huddle).await?;
    let patients = items.iter().filter_map(|item| item.patient_id).collect();
    let patients: BTreeSet<PatientId> =
        patients::service::find_many(cx, patients).await?.into_iter().map(|patient| patient.id).collect();
    let work = items.iter().filter_map(|item| item.task_id).collect();
    let work: BTreeSet<TaskId> = tasks::service::find_many(cx, work).await?.into_iter().map(|task| task.id).collect();
    items.retain(|item| match (item.patient_id, item.task_id) {
        (Some(patient), _) => patients.contains(&patient),
        (None, Some(task)) => work.contains(&task),
        (None, None) => false,
    });
    Ok(items)
}

/// An item that the actor sees, with its huddle.
pub async fn find_item(cx: &Cx, id: HuddleItemId) -> Result<(huddle::Model, huddle_item::Model)> {
    let missing = || Error::NotFound("huddle item");
    let item = huddle_item::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?.ok_or_else(missing)?;
    let huddle = find(cx, item.huddle_id).await.map_err(|error| match error {
        Error::NotFound(_) => missing(),
        other => other,
    })?;
    let seen = match (item.patient_id, item.task_id) {
        (Some(patient), _) => patients::service::find(cx, patient).await.map(|_| ()),
        (None, Some(task)) => tasks::service::find(cx, task).await.map(|_| ()),
        (None, None) => Err(missing()),
    };
    match seen {
        Ok(()) => Ok((huddle, item)),
        Err(Error::NotFound(_)) => Err(missing()),
        Err(error) => Err(error),
    }
}

/// The item from which a task comes.
pub async fn of_decision(cx: &Cx, task: TaskId) -> Result<(huddle::Model, huddle_item::Model)> {
    let decision = huddle_decision::Entity::find_by_id((cx.organization(), task)).one(&cx.db()).await?;
    find_item(cx, decision.ok_or(Error::NotFound("huddle item"))?.item_id).await
}

pub async fn decisions(cx: &Cx, items: Vec<HuddleItemId>) -> Result<Vec<huddle_decision::Model>> {
    let decisions = huddle_decision::Entity::find()
        .filter(huddle_decision::Column::OrganizationId.eq(cx.organization()))
        .filter(huddle_decision::Column::ItemId.is_in(items))
        .order_by_asc(huddle_decision::Column::TaskId);
    Ok(decisions.all(&cx.db()).await?)
}

/// Who is there, in the order in which they came.
pub async fn attendance(cx: &Cx, huddle: &huddle::Model) -> Result<Vec<StaffId>> {
    let there = huddle_attendance::Entity::find()
        .filter(huddle_attendance::Column::OrganizationId.eq(huddle.organization_id))
        .filter(huddle_attendance::Column::HuddleId.eq(huddle.id))
        .order_by_asc(huddle_attendance::Column::At)
        .order_by_asc(huddle_attendance::Column::StaffId);
    Ok(there.all(&cx.db()).await?.into_iter().map(|row| row.staff_id).collect())
}

/// When a huddle that was started should be over.
pub fn ends_by(huddle: &huddle::Model) -> Option<DateTime<Utc>> {
    huddle.started_at.map(|started| started + length(huddle))
}

/// What was left of its time when the current item began: a number that stays while that item does.
pub fn time_left(huddle: &huddle::Model) -> Duration {
    match (ends_by(huddle), huddle.current_since) {
        (Some(ends), Some(since)) => ends - since,
        _ => length(huddle),
    }
}

fn length(huddle: &huddle::Model) -> Duration {
    Duration::minutes(i64::from(huddle.length_minutes))
}

/// How many of what comes next: 3 unless told.
pub fn few(first: Option<i32>) -> Result<usize> {
    match first.unwrap_or(3) {
        first @ 0..=20 => Ok(usize::try_from(first).unwrap_or_default()),
        _ => Err(Error::bad_input("first", "must be between 0 and 20")),
    }
}

/// The open items after the current one, in order.
pub fn next_items(huddle: &huddle::Model, items: &[huddle_item::Model], first: usize) -> Vec<HuddleItemId> {
    let place = items.iter().position(|item| Some(item.id) == huddle.current_item_id).map_or(0, |place| place + 1);
    let open = items.iter().skip(place).filter(|item| item.state == HuddleItemState::Open);
    open.take(first).map(|item| item.id).collect()
}
