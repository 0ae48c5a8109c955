//! What happened to a patient, from three histories, the newest first.
use super::rules::status_words;
use crate::{
    Cx, Result,
    page::{self, Count, Page, PageArgs, Part},
    tasks::kinds,
};
use chrono::{DateTime, Utc};
use entity::{
    coordinator_assignment,
    ids::{PatientId, StaffId, TaskId},
    patient_status_change, task, task_history,
    task_history::TaskAction,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use std::sync::Arc;
use uuid::Uuid;

const ORDER: &str = "timeline";

#[derive(Clone, Debug)]
pub enum What {
    Status(patient_status_change::Model),
    Coordinator(coordinator_assignment::Model),
    Task(task_history::Model),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub what: What,
}

impl Entry {
    fn key(&self) -> (DateTime<Utc>, Uuid) {
        let id = match &self.what {
            What::Status(change) => change.id.0,
            What::Coordinator(assignment) => assignment.id.0,
            What::Task(entry) => entry.id.0,
        };
        (self.at, id)
    }

    pub fn actor(&self) -> Option<StaffId> {
        match &self.what {
            What::Status(change) => change.actor_id,
            What::Coordinator(assignment) => assignment.assigned_by,
            What::Task(entry) => entry.actor_id,
        }
    }

    pub fn task(&self) -> Option<TaskId> {
        match &self.what {
            What::Task(entry) => Some(entry.task_id),
            What::Status(_) | What::Coordinator(_) => None,
        }
    }

    pub fn note(&self) -> Option<&str> {
        match &self.what {
            What::Status(change) => change.note.as_deref(),
            What::Coordinator(assignment) => assignment.reason.as_deref(),
            What::Task(entry) => entry.reason.as_deref(),
        }
    }

    /// One sentence. `task` is the entry's own, where it can be seen; `staff` the new coordinator's name.
    pub fn summary(&self, task: Option<&task::Model>, staff: Option<&str>) -> String {
        match &self.what {
            What::Status(change) if change.source == "staff" => status_words(change.status).to_owned(),
            What::Status(change) => format!("{} ({})", status_words(change.status), change.source),
            What::Coordinator(_) => format!("{} became the coordinator", staff.unwrap_or("Somebody")),
            What::Task(entry) => {
                let name = task.map_or_else(|| "Task".to_owned(), |task| kinds::name(&task.kind));
                format!("{name} {}", action_words(entry.action))
            }
        }
    }
}

fn action_words(action: TaskAction) -> &'static str {
    match action {
        TaskAction::Created => "created",
        TaskAction::Published => "opened to the team",
        TaskAction::Claimed => "claimed",
        TaskAction::Released => "released",
        TaskAction::Assigned => "assigned",
        TaskAction::Started => "started",
        TaskAction::Held => "put on hold",
        TaskAction::Completed => "completed",
        TaskAction::Cancelled => "cancelled",
        TaskAction::Failed => "could not be done",
        TaskAction::EnteredInError => "entered in error",
        TaskAction::Lapsed => "went back to the pool: the claim lapsed",
        TaskAction::BecameDue => "fell due",
        TaskAction::BecameOverdue => "became overdue",
        TaskAction::Moved => "moved to another team",
        TaskAction::Edited => "edited",
    }
}

/// One page. Each of the three histories gives as many as could be shown; the newest of all are.
pub async fn page(cx: &Cx, patient: PatientId, args: &PageArgs) -> Result<Page<Entry>> {
    let limit = args.limit()?;
    let after = args.after.as_deref().map(before_this).transpose()?;
    let (statuses, coordinators, tasks) = histories(cx, patient);

    let statuses =
        newest(statuses, (patient_status_change::Column::RecordedAt, patient_status_change::Column::Id), after, limit);
    let coordinators = newest(
        coordinators,
        (coordinator_assignment::Column::StartedAt, coordinator_assignment::Column::Id),
        after,
        limit,
    );
    let tasks = newest(tasks, (task_history::Column::At, task_history::Column::Id), after, limit);

    let db = cx.db();
    let mut entries: Vec<Entry> = Vec::new();
    entries
        .extend(statuses.all(&db).await?.into_iter().map(|row| Entry { at: row.recorded_at, what: What::Status(row) }));
    entries.extend(
        coordinators.all(&db).await?.into_iter().map(|row| Entry { at: row.started_at, what: What::Coordinator(row) }),
    );
    entries.extend(tasks.all(&db).await?.into_iter().map(|row| Entry { at: row.at, what: What::Task(row) }));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.key()));

    let has_next = entries.len() as u64 > limit;
    entries.truncate(limit as usize);
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let (at, id) = entry.key();
        rows.push((page::encode(ORDER, &[Part::At(at), Part::Id(id)])?, entry));
    }
    let count: Count = Arc::new(move |cx: Cx| {
        Box::pin(async move {
            let (statuses, coordinators, tasks) = histories(&cx, patient);
            let db = cx.db();
            Ok(statuses.count(&db).await? + coordinators.count(&db).await? + tasks.count(&db).await?)
        })
    });
    Ok(Page { rows, has_next, has_previous: args.after.is_some(), count })
}

type Histories =
    (Select<patient_status_change::Entity>, Select<coordinator_assignment::Entity>, Select<task_history::Entity>);

fn histories(cx: &Cx, patient: PatientId) -> Histories {
    let organization = cx.organization();
    (
        patient_status_change::Entity::find()
            .filter(patient_status_change::Column::OrganizationId.eq(organization))
            .filter(patient_status_change::Column::PatientId.eq(patient)),
        coordinator_assignment::Entity::find()
            .filter(coordinator_assignment::Column::OrganizationId.eq(organization))
            .filter(coordinator_assignment::Column::PatientId.eq(patient)),
        task_history::Entity::find()
            .filter(task_history::Column::OrganizationId.eq(organization))
            .filter(task_history::Column::PatientId.eq(patient))
            .filter(task_history::Column::Action.is_not_in([TaskAction::Edited, TaskAction::BecameDue])),
    )
}

fn newest<E: EntityTrait>(
    select: Select<E>,
    (at, id): (E::Column, E::Column),
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Select<E> {
    let select = match after {
        None => select,
        Some((when, which)) => {
            select.filter(Condition::any().add(at.lt(when)).add(Condition::all().add(at.eq(when)).add(id.lt(which))))
        }
    };
    select.order_by_desc(at).order_by_desc(id).limit(limit + 1)
}

fn before_this(cursor: &str) -> Result<(DateTime<Utc>, Uuid)> {
    match page::decode(ORDER, cursor)?.as_slice() {
        [Part::At(at), Part::Id(id)] => Ok((*at, *id)),
        _ => Err(crate::Error::bad_input("after", "is not a cursor of this list")),
    }
}
