//! When somebody last did something for a patient: completed work, a comment on it, a status that a person set.
use crate::{Cx, Result};
use chrono::{DateTime, Utc};
use entity::{ids::PatientId, patient_status_change, task, task::TaskStatus, task_comment};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, sea_query::SelectStatement};
use std::collections::BTreeMap;

type Last = (PatientId, Option<DateTime<Utc>>);

/// Of the patients that `whose` selects. Who was never touched is not in it.
pub async fn last(cx: &Cx, whose: SelectStatement) -> Result<BTreeMap<PatientId, DateTime<Utc>>> {
    let organization = cx.organization();
    let done = task::Entity::find()
        .select_only()
        .column(task::Column::PatientId)
        .column_as(task::Column::CompletedAt.max(), "at")
        .filter(task::Column::OrganizationId.eq(organization))
        .filter(task::Column::PatientId.in_subquery(whose.clone()))
        .filter(task::Column::Status.eq(TaskStatus::Completed))
        .filter(task::Column::CompletedBy.is_not_null())
        .group_by(task::Column::PatientId);
    let of_task = task_comment::Entity::belongs_to(task::Entity)
        .from((task_comment::Column::OrganizationId, task_comment::Column::TaskId))
        .to((task::Column::OrganizationId, task::Column::Id));
    let said = task_comment::Entity::find()
        .select_only()
        .column(task::Column::PatientId)
        .column_as(task_comment::Column::At.max(), "at")
        .join(JoinType::InnerJoin, of_task.into())
        .filter(task_comment::Column::OrganizationId.eq(organization))
        .filter(task::Column::PatientId.in_subquery(whose.clone()))
        .filter(task_comment::Column::AuthorId.is_not_null())
        .group_by(task::Column::PatientId);
    let set = patient_status_change::Entity::find()
        .select_only()
        .column(patient_status_change::Column::PatientId)
        .column_as(patient_status_change::Column::RecordedAt.max(), "at")
        .filter(patient_status_change::Column::OrganizationId.eq(organization))
        .filter(patient_status_change::Column::PatientId.in_subquery(whose))
        .filter(patient_status_change::Column::ActorId.is_not_null())
        .group_by(patient_status_change::Column::PatientId);
    let done: Vec<Last> = done.into_tuple().all(&cx.db()).await?;
    let said: Vec<Last> = said.into_tuple().all(&cx.db()).await?;
    let set: Vec<Last> = set.into_tuple().all(&cx.db()).await?;
    let mut last = BTreeMap::new();
    for (patient, at) in done.into_iter().chain(said).chain(set) {
        let Some(at) = at else { continue };
        let known = last.entry(patient).or_insert(at);
        *known = at.max(*known);
    }
    Ok(last)
}
