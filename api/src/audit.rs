//! The record of every write and of every look at a patient.
//!
//! A write's row is in the write's own transaction. A read is recorded before its answer leaves: what could not be
//! recorded is not shown. Reads of many requests share a commit, so that looking costs little.
use crate::{
    Actor, Cx, Error, Result,
    db::{self, Db, Reach},
    events::Change,
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::{self, AuditKind},
    ids::{AuditEntryId, OrganizationId, PatientId},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// SQLite takes at most 32,766 parameters in a statement; a row has 10.
const ROWS_A_STATEMENT: usize = 500;
const QUEUE: usize = 1_024;

/// The patients that one operation showed.
#[derive(Clone, Debug, Default)]
pub struct Reads(Arc<Mutex<BTreeSet<PatientId>>>);

impl Reads {
    pub fn saw(&self, patient: PatientId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(patient);
    }

    pub fn take(&self) -> Vec<PatientId> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }
}

/// What goes on record besides the changes of a transaction.
pub struct Note {
    pub kind: AuditKind,
    pub entity: Option<(&'static str, Uuid)>,
    pub patients: Vec<PatientId>,
}

pub async fn append(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    operation: &str,
    at: DateTime<Utc>,
    changes: &[Change],
    notes: &[Note],
) -> Result<()> {
    let written = changes.iter().filter(|change| change.is_write).map(|change| {
        let entity = Some((change.entity_name(), change.entity_id));
        entry(actor, AuditKind::Write, operation, at, entity, change.patient.as_slice())
    });
    let noted = notes.iter().map(|note| entry(actor, note.kind, operation, at, note.entity, &note.patients));
    insert(tx, written.chain(noted).collect()).await
}

/// Records what the operation has shown, and waits until it is on disk.
pub async fn record_reads(cx: &Cx, operation: &str) -> Result<()> {
    let patients = cx.reads.take();
    record_shown(cx, operation, &patients).await
}

/// Records that these patients are about to be shown to the actor, and waits until it is on disk.
pub async fn record_shown(cx: &Cx, operation: &str, patients: &[PatientId]) -> Result<()> {
    if patients.is_empty() {
        return Ok(());
    }
    // Whom they see only in an emergency stands apart from the others.
    let emergency = &cx.scope().sight.emergency;
    let (in_emergency, as_ever): (Vec<PatientId>, Vec<PatientId>) =
        patients.iter().partition(|patient| emergency.contains_key(patient));
    for (kind, patients) in [(AuditKind::Read, as_ever), (AuditKind::BreakGlass, in_emergency)] {
        if !patients.is_empty() {
            cx.app.recorder.record(entry(&cx.actor, kind, operation, cx.now(), None, &patients)).await?;
        }
    }
    Ok(())
}

fn entry(
    actor: &Actor,
    kind: AuditKind,
    operation: &str,
    at: DateTime<Utc>,
    entity: Option<(&'static str, Uuid)>,
    patients: &[PatientId],
) -> audit_entry::ActiveModel {
    audit_entry::ActiveModel {
        organization_id: Set(actor.scope.organization),
        id: Set(AuditEntryId::generate()),
        at: Set(at),
        session_id: Set(actor.session),
        actor_id: Set(actor.staff),
        actor_kind: Set(actor.kind().to_owned()),
        kind: Set(kind),
        operation: Set(operation.to_owned()),
        entity_type: Set(entity.map(|(name, _)| name.to_owned())),
        entity_id: Set(entity.map(|(_, id)| id)),
        patients: Set(patients.iter().map(|id| Value::String(id.to_string())).collect::<Vec<_>>().into()),
    }
}

async fn insert(tx: &impl ConnectionTrait, rows: Vec<audit_entry::ActiveModel>) -> Result<()> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        audit_entry::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Writes read records, many at a commit.
#[derive(Clone, Debug)]
pub struct Recorder(mpsc::Sender<Waiting>);

struct Waiting {
    row: audit_entry::ActiveModel,
    written: oneshot::Sender<Result<()>>,
}

impl Recorder {
    pub fn start(db: Db) -> Self {
        let (sender, queue) = mpsc::channel(QUEUE);
        tokio::spawn(write_reads(db, queue));
        Self(sender)
    }

    /// How many reads wait to be put on record.
    pub fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    async fn record(&self, row: audit_entry::ActiveModel) -> Result<()> {
        let (written, done) = oneshot::channel();
        let stopped = || Error::Unavailable("the audit record");
        self.0.send(Waiting { row, written }).await.map_err(|_| stopped())?;
        done.await.map_err(|_| stopped())?
    }
}

async fn write_reads(db: Db, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, ROWS_A_STATEMENT).await > 0 {
        let (rows, waiting): (Vec<_>, Vec<_>) = batch.drain(..).map(|one| (one.row, one.written)).unzip();
        let result = write_batch(&db, rows).await;
        if let Err(error) = &result {
            tracing::error!(%error, "reads of patient data could not be recorded, and were refused");
        }
        for written in waiting {
            // Who went away meanwhile is shown nothing, so nothing is lost.
            let _ = written.send(result.clone());
        }
    }
}

async fn write_batch(db: &Db, rows: Vec<audit_entry::ActiveModel>) -> Result<()> {
    let tx = db.begin_common_write().await?;
    for (organization, rows) in by_organization(rows) {
        db::enter(&tx, Reach::Organization(organization)).await?;
        insert(&tx, rows).await?;
    }
    Ok(tx.commit().await?)
}

/// A batch is of everybody who reads just now.
fn by_organization(rows: Vec<audit_entry::ActiveModel>) -> BTreeMap<OrganizationId, Vec<audit_entry::ActiveModel>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        groups.entry(*row.organization_id.as_ref()).or_default().push(row);
    }
    groups
}
