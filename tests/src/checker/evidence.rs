//! Reads what the database holds at the end of a run.
use super::history::{Event, Log, Step};
use crate::store;
use chrono::{DateTime, Utc};
use entity::{audit_entry, ids::OrganizationId, patient, task_comment};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

pub async fn log(db: &DatabaseConnection, name: &str, organization: OrganizationId) -> Log {
    let head = store::head(db, organization).await;
    let operations = operations(db, organization).await;
    let mut texts = HashMap::new();
    let mut tasks = HashMap::new();
    for task in store::tasks(db, organization).await {
        *texts.entry(task.title).or_default() += 1;
        tasks.insert(task.id.0, task.patient_id.map(|patient| patient.0));
    }
    let comments = task_comment::Entity::find().filter(task_comment::Column::OrganizationId.eq(organization));
    for comment in comments.all(db).await.expect("the comments can be read") {
        *texts.entry(comment.text).or_default() += 1;
    }
    let patients = patient::Entity::find().filter(patient::Column::OrganizationId.eq(organization));
    let patients = patients.all(db).await.expect("the patients can be read");
    let steps = store::history(db, organization).await.into_iter().map(|row| {
        let holder = row.holder_id.map(|staff| staff.0);
        ((row.task_id.0, row.at), Step { action: row.action, actor: row.actor_id.map(|staff| staff.0), holder })
    });
    let events = store::events(db, organization).await.into_iter().map(|row| Event {
        seq: row.seq,
        at: row.at,
        kind: row.entity_type,
        id: row.entity_id,
        version: row.entity_version.into(),
        actor: row.actor_id.map(|staff| staff.0),
        before: teams(&row.teams_before),
        after: teams(&row.teams_after),
        operation: operations.get(&(row.entity_id, row.at)).cloned().unwrap_or_default(),
    });
    Log {
        name: name.to_owned(),
        organization: organization.0,
        epoch: head.epoch,
        head: head.seq,
        events: events.collect(),
        steps: steps.collect(),
        tasks,
        patients: patients.into_iter().map(|patient| patient.id.0).collect(),
        texts,
    }
}

async fn operations(db: &DatabaseConnection, organization: OrganizationId) -> HashMap<(Uuid, DateTime<Utc>), String> {
    let written = audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganizationId.eq(organization))
        .filter(audit_entry::Column::Kind.eq(audit_entry::AuditKind::Write));
    let rows = written.all(db).await.expect("the audit can be read");
    rows.into_iter().filter_map(|row| Some(((row.entity_id?, row.at), row.operation))).collect()
}

fn teams(list: &Value) -> BTreeSet<Uuid> {
    let ids = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    ids.filter_map(|id| id.parse().ok()).collect()
}
