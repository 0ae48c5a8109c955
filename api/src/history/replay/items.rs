//! What a team's feed said, again.
use super::{
    service::{TaskThen, enter, first_number, number_at},
    sight::hidden,
};
use crate::{
    Cx, Error, Result,
    events::{Cursor, Event, log},
};
use chrono::{DateTime, Utc};
use entity::{
    event::EntityType,
    ids::{CareTeamId, PatientId, StaffId, TaskId},
    patient_version, task_version,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

const DEFAULT: i32 = 100;
const MOST: i32 = 200;
/// How much of the log one answer looks through.
const EVENTS: u64 = 2_000;

#[derive(Clone, Debug)]
pub struct Item {
    pub cursor: Cursor,
    pub at: DateTime<Utc>,
    pub actor: Option<StaffId>,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Task(Box<TaskThen>),
    Patient(Arc<patient_version::Model>),
    CareTeam,
    TaskLeft(TaskId),
    PatientLeft(PatientId),
}

pub struct Items {
    pub items: Vec<Item>,
    pub cursor: Cursor,
    pub has_more: bool,
}

/// What the team's feed said after a cursor, up to a moment.
pub async fn items(
    cx: &Cx,
    team: CareTeamId,
    after: &str,
    until: Option<DateTime<Utc>>,
    first: Option<i32>,
) -> Result<Items> {
    let team = enter(cx, team).await?.id;
    let first = match first.unwrap_or(DEFAULT) {
        first if first < 1 => return Err(Error::bad_input("first", "must be at least 1")),
        first => usize::try_from(first.min(MOST)).unwrap_or_default(),
    };
    let head = log::head(&cx.db(), cx.organization()).await?;
    let cursor = Cursor::parse(after).filter(|cursor| cursor.organization == head.organization_id);
    let cursor = cursor.filter(|cursor| cursor.epoch == head.epoch && cursor.seq <= head.seq);
    let cursor = cursor.ok_or_else(|| Error::bad_input("after", "is not a cursor of this log"))?;
    if cursor.seq < first_number(&head) {
        return Err(Error::bad_input("after", "is before what is kept"));
    }
    let last = match until {
        Some(until) => number_at(cx, &head, until).await?,
        None => head.seq,
    };
    let asked = json!({ "careTeam": team.to_string(), "after": cursor.seq, "until": last });
    cx.reads.consulted(json!({ "history.replayItems": asked }));

    // One more than is looked at: an event that hides somebody is told apart by the one that follows it.
    let read = log::after(&cx.db(), cx.organization(), cursor.seq, EVENTS + 1).await?;
    let (mut seen, mut chosen) = (cursor.seq, Vec::new());
    for (index, event) in read.iter().enumerate().take(EVENTS as usize) {
        if event.seq > last || chosen.len() == first {
            break;
        }
        seen = event.seq;
        if event.concerns(team) && is_of_the_board(event.entity_type) {
            chosen.push((event, read.get(index + 1)));
        }
    }
    let at = |seq| Cursor { seq, ..cursor };
    let then = Then::of(cx, team, &chosen).await?;
    let item = |(event, next): &(&Event, Option<&Event>)| {
        let what = then.what(team, event, *next)?;
        Some(Item { cursor: at(event.seq), at: event.at, actor: event.actor, what })
    };
    Ok(Items { items: chosen.iter().filter_map(item).collect(), cursor: at(seen), has_more: seen < last })
}

fn is_of_the_board(kind: EntityType) -> bool {
    matches!(kind, EntityType::Task | EntityType::Patient | EntityType::CareTeam)
}

/// What the chosen events are about, as it was.
struct Then {
    tasks: HashMap<i64, task_version::Model>,
    patients: HashMap<i64, Arc<patient_version::Model>>,
    /// Of whom a task is about: all versions that may be meant, the oldest first.
    about: HashMap<PatientId, Vec<Arc<patient_version::Model>>>,
    hidden: BTreeSet<PatientId>,
}

impl Then {
    async fn of(cx: &Cx, team: CareTeamId, chosen: &[(&Event, Option<&Event>)]) -> Result<Self> {
        let numbers = |kind| chosen.iter().filter(move |(one, _)| one.entity_type == kind).map(|(one, _)| one.seq);
        let tasks = task_version::Entity::find()
            .filter(task_version::Column::OrganizationId.eq(cx.organization()))
            .filter(task_version::Column::Seq.is_in(numbers(EntityType::Task)))
            .all(&cx.db())
            .await?;
        let patients = patient_version::Entity::find()
            .filter(patient_version::Column::OrganizationId.eq(cx.organization()))
            .filter(patient_version::Column::Seq.is_in(numbers(EntityType::Patient)))
            .all(&cx.db())
            .await?;
        let of_tasks: BTreeSet<PatientId> = tasks.iter().filter_map(|row| row.patient_id).collect();
        let newest = tasks.iter().map(|row| row.tx_seq).max().unwrap_or_default();
        let versions = patient_version::Entity::find()
            .filter(patient_version::Column::OrganizationId.eq(cx.organization()))
            .filter(patient_version::Column::PatientId.is_in(of_tasks.iter().copied()))
            .filter(patient_version::Column::Seq.lte(newest))
            .order_by_asc(patient_version::Column::Seq)
            .all(&cx.db())
            .await?;
        let mut about: HashMap<_, Vec<_>> = HashMap::new();
        for row in versions {
            about.entry(row.patient_id).or_default().push(Arc::new(row));
        }
        let all = of_tasks.into_iter().chain(patients.iter().map(|row| row.patient_id)).collect();
        Ok(Self {
            tasks: tasks.into_iter().map(|row| (row.seq, row)).collect(),
            patients: patients.into_iter().map(|row| (row.seq, Arc::new(row))).collect(),
            about,
            hidden: hidden(cx, team, all).await?,
        })
    }

    /// None where it is about somebody whom the viewer may not see.
    fn what(&self, team: CareTeamId, event: &Event, next: Option<&Event>) -> Option<What> {
        match event.entity_type {
            EntityType::Task => {
                let row = self.tasks.get(&event.seq)?;
                if row.patient_id.is_some_and(|id| self.hidden.contains(&id)) {
                    return None;
                }
                if row.care_team_id != team {
                    return Some(What::TaskLeft(row.task_id));
                }
                // What a transaction wrote is seen together.
                let versions = row.patient_id.and_then(|id| self.about.get(&id));
                let patient = versions.and_then(|all| all.iter().rev().find(|one| one.seq <= row.tx_seq)).cloned();
                Some(What::Task(Box::new(TaskThen { row: row.clone(), patient })))
            }
            EntityType::Patient => {
                let row = self.patients.get(&event.seq)?;
                if self.hidden.contains(&row.patient_id) {
                    return None;
                }
                // Who is told anew leaves everybody, and with the next event comes back to who sees them.
                let comes_back = |next: &Event| next.entity_id == event.entity_id && next.after.contains(&team);
                let stays = event.after.contains(&team) || (event.after.is_empty() && next.is_some_and(comes_back));
                Some(match row.merged_into_id.is_none() && (stays || row.care_team_id == Some(team)) {
                    true => What::Patient(row.clone()),
                    false => What::PatientLeft(row.patient_id),
                })
            }
            _ => Some(What::CareTeam),
        }
    }
}
