//! Puts together one person's day.
use super::{
    batches::{self, Batch, People},
    minutes,
    rules::{self, Criterion, Facts, Reason},
    waiting::{self, Waiting},
};
use crate::{
    Cx, Error, Result, care_teams, patients,
    policy::{self, Teams, licence},
    tasks::service::{self, Filter, OrderBy, is_open},
};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    ids::{PatientId, StaffId, TaskId},
    minute_entry, patient_contact,
    task::{self, DueState, TaskStatus},
    task_history::{self, TaskAction},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};

/// How much of what somebody holds is put in order.
const HELD: u64 = 200;
/// How much of what nobody holds is looked at, by each of two orders, and how much of it is shown.
const OPEN_READ: u64 = 60;
const OPEN_SHOWN: usize = 20;

pub struct Item {
    pub task: task::Model,
    pub is_mine: bool,
    pub phone: Option<String>,
    pub why: Vec<Reason>,
    /// By what it stands before the next one.
    pub ahead_by: Option<Criterion>,
}

pub struct Day {
    pub date: NaiveDate,
    pub queue: Vec<Item>,
    pub batches: Vec<Batch>,
    pub waiting: Vec<Waiting>,
    pub minute_entries: Vec<minute_entry::Model>,
}

/// The day of the one who asks.
pub async fn of_viewer(cx: &Cx) -> Result<Day> {
    cx.require(policy::may_have_a_day(cx.scope()), "have a day of work here")?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("have a day of work here"))?;
    let zone = minutes::time_zone(cx).await?;
    let date = care_teams::today::date(&zone, cx.now());

    let (held, on_hold) = held(cx, staff).await?;
    let given = given(cx, staff, &held).await?;
    let open = open(cx).await?;
    let people = people(cx, held.iter().chain(&open)).await?;
    let due_today = |task: &task::Model| task.due_at.is_some_and(|due| care_teams::today::date(&zone, due) <= date);
    let facts = |task: task::Model, is_mine| Facts {
        is_mine,
        tier: task.patient_id.and_then(|patient| people.patients.get(&patient)?.risk_tier),
        given: given.get(&task.id).copied(),
        due_today: due_today(&task),
        task,
    };
    let mut free: Vec<Facts> = open.into_iter().map(|task| facts(task, false)).collect();
    rules::put_in_order(&mut free);
    free.truncate(OPEN_SHOWN);
    let mut queue: Vec<Facts> = held.into_iter().map(|task| facts(task, true)).chain(free).collect();
    rules::put_in_order(&mut queue);

    let tasks: Vec<task::Model> = queue.iter().map(|facts| facts.task.clone()).collect();
    let in_queue: BTreeSet<TaskId> = tasks.iter().map(|task| task.id).collect();
    let next = queue.iter().skip(1).map(Some).chain([None]);
    let queue = queue.iter().zip(next).map(|(facts, next)| Item {
        task: facts.task.clone(),
        is_mine: facts.is_mine,
        phone: facts.task.patient_id.and_then(|patient| people.phone(patient)).map(str::to_owned),
        why: rules::why(facts),
        ahead_by: next.map(|next| rules::ahead_by(facts, next)),
    });
    Ok(Day {
        date,
        queue: queue.collect(),
        batches: batches::of(&tasks, &people),
        waiting: waiting::of(cx, staff, on_hold, in_queue).await?,
        minute_entries: minutes::of_day(cx, staff, date).await?,
    })
}

/// What somebody holds: what they can go on with, and what is on hold until its time comes.
async fn held(cx: &Cx, staff: StaffId) -> Result<(Vec<task::Model>, Vec<task::Model>)> {
    let held = policy::visible_tasks(cx.scope())
        .filter(task::Column::ClaimedBy.eq(staff))
        .filter(is_open())
        .order_by_desc(task::Column::Priority)
        .order_by_asc(task::Column::UrgencyAt)
        .order_by_asc(task::Column::Id)
        .limit(HELD)
        .all(&cx.db())
        .await?;
    let waits = |task: &task::Model| task.status == TaskStatus::OnHold && task.due_state == DueState::NotDue;
    let (on_hold, held) = held.into_iter().partition(waits);
    Ok((held, on_hold))
}

/// Who gave them what they hold, and when.
async fn given(cx: &Cx, staff: StaffId, held: &[task::Model]) -> Result<BTreeMap<TaskId, (StaffId, DateTime<Utc>)>> {
    let entries = task_history::Entity::find()
        .filter(task_history::Column::OrganizationId.eq(cx.organization()))
        .filter(task_history::Column::TaskId.is_in(held.iter().map(|task| task.id)))
        .filter(task_history::Column::Action.eq(TaskAction::Assigned))
        .filter(task_history::Column::HolderId.eq(staff))
        .filter(task_history::Column::ActorId.is_not_null())
        .filter(task_history::Column::ActorId.ne(staff))
        .order_by_asc(task_history::Column::Id)
        .all(&cx.db())
        .await?;
    let since: BTreeMap<TaskId, DateTime<Utc>> =
        held.iter().filter_map(|task| Some((task.id, task.claimed_at?))).collect();
    let still = entries.into_iter().filter(|entry| since.get(&entry.task_id).is_some_and(|since| entry.at >= *since));
    Ok(still.filter_map(|entry| Some((entry.task_id, (entry.actor_id?, entry.at)))).collect())
}

/// What nobody holds and they may take, of what is most urgent and of what is due first.
async fn open(cx: &Cx) -> Result<Vec<task::Model>> {
    // Who only looks on takes nothing.
    let Teams::Of(teams) = &cx.scope().teams else { return Ok(Vec::new()) };
    let cannot = licence::GATES.iter().filter(|gate| !policy::is_qualified_for(&cx.scope().capacity, gate.kind));
    let cannot: Vec<&str> = cannot.map(|gate| gate.kind).collect();
    let ready = Filter { status: Some(vec![TaskStatus::Ready]), ..Filter::default() };
    let select = service::listing(cx.scope(), ready)
        .filter(task::Column::CareTeamId.is_in(teams.iter().copied()))
        .filter(task::Column::Kind.is_not_in(cannot));

    let mut open: BTreeMap<TaskId, task::Model> = BTreeMap::new();
    for order in [OrderBy::Urgency, OrderBy::DueAt] {
        let mut ordered = select.clone();
        for (column, direction) in service::sort(order).columns {
            ordered = ordered.order_by(column, direction);
        }
        let rows = ordered.limit(OPEN_READ).all(&cx.db()).await?;
        open.extend(rows.into_iter().filter(|task| policy::may_claim(cx.scope(), task)).map(|task| (task.id, task)));
    }
    Ok(open.into_values().collect())
}

async fn people(cx: &Cx, tasks: impl Iterator<Item = &task::Model>) -> Result<People> {
    let ids: BTreeSet<PatientId> = tasks.filter_map(|task| task.patient_id).collect();
    let patients = patients::service::find_many(cx, ids.into_iter().collect()).await?;
    let rows = patient_contact::Entity::find()
        .filter(patient_contact::Column::OrganizationId.eq(cx.organization()))
        .filter(patient_contact::Column::PatientId.is_in(patients.iter().map(|patient| patient.id)))
        .order_by_asc(patient_contact::Column::Position)
        .all(&cx.db())
        .await?;
    let mut people = People::default();
    for contact in rows {
        people.contacts.entry(contact.patient_id).or_default().push(contact);
    }
    people.patients = patients.into_iter().map(|patient| (patient.id, patient)).collect();
    Ok(people)
}
