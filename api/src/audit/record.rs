//! Puts rows on record.
use super::{Denial, Note, Shown, Thing, head, rules};
use crate::{
    Actor, Cx, Error, Result,
    db::{self, Db, Reach},
    events::Change,
};
use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    audit_entry::{self, AuditKind},
    ids::{AuditEntryId, OrganizationId, PatientId, StaffId},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::Value;
use std::{collections::BTreeMap, net::IpAddr};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// SQLite takes at most 32,766 parameters in a statement; a row has 16.
const ROWS_A_STATEMENT: usize = 500;
const QUEUE: usize = 1_024;

/// Who did what, when and from where: what the rows of one operation have in common.
pub struct Deed<'a> {
    pub actor: &'a Actor,
    pub address: Option<IpAddr>,
    pub operation: &'a str,
    pub at: DateTime<Utc>,
}

impl Deed<'_> {
    fn row(&self, kind: AuditKind, entity: Option<(String, Uuid)>, patients: &[PatientId]) -> audit_entry::Model {
        let actor = self.actor;
        // Who signs in is nobody before it is done, and themselves after.
        let entering = match (&entity, kind) {
            (Some((name, id)), AuditKind::SignIn) if name == "staff" && actor.staff.is_none() => Some(StaffId(*id)),
            _ => None,
        };
        audit_entry::Model {
            organization_id: actor.scope.organization,
            id: AuditEntryId::generate(),
            // What PostgreSQL keeps of it, so that the hash is of what is stored.
            at: self.at.trunc_subsecs(6),
            session_id: actor.session,
            actor_id: actor.staff.or(entering),
            actor_kind: if entering.is_some() { "staff" } else { actor.kind() }.to_owned(),
            kind,
            operation: self.operation.to_owned(),
            entity_type: entity.as_ref().map(|(name, _)| name.clone()),
            entity_id: entity.map(|(_, id)| id),
            patients: patients.iter().map(|id| Value::String(id.to_string())).collect::<Vec<_>>().into(),
            number: None,
            hash: None,
            purpose: Some(rules::purpose(&actor.scope, kind, !patients.is_empty())),
            address: self.address.map(|address| address.to_string()),
            detail: None,
        }
    }
}

/// Puts a transaction's changes and notes on record. `details` are of things that are among them, or get a row of their
/// own.
pub async fn append(
    tx: &impl ConnectionTrait,
    deed: Deed<'_>,
    changes: &[Change],
    notes: &[Note],
    details: &[(Thing, Value)],
) -> Result<()> {
    let named = |(name, id): Thing| (name.to_owned(), id);
    let written = changes.iter().filter(|change| change.is_write).map(|change| {
        let entity = (change.entity_name().to_owned(), change.entity_id);
        deed.row(AuditKind::Write, Some(entity), change.patient.as_slice())
    });
    let noted = notes.iter().map(|note| deed.row(note.kind, note.entity.map(named), &note.patients));
    let mut rows: Vec<_> = written.chain(noted).collect();
    for (thing, detail) in details {
        let of = |row: &&mut audit_entry::Model| {
            row.entity_type.as_deref() == Some(thing.0) && row.entity_id == Some(thing.1) && row.detail.is_none()
        };
        match rows.iter_mut().find(of) {
            Some(row) => row.detail = Some(detail.clone()),
            None => {
                let row = deed.row(AuditKind::Write, Some(named(*thing)), &[]);
                rows.push(audit_entry::Model { detail: Some(detail.clone()), ..row });
            }
        }
    }
    insert(tx, deed.actor.scope.organization, rows).await
}

/// Records what the operation has shown, and waits until it is on disk.
pub async fn record_reads(cx: &Cx, operation: &str) -> Result<()> {
    record_shown(cx, operation, AuditKind::Read, &cx.reads.take()).await
}

/// Records what a feed is about to bring to the actor, and waits until it is on disk.
pub async fn record_pushed(cx: &Cx, operation: &str, shown: &Shown) -> Result<()> {
    record_shown(cx, operation, AuditKind::Pushed, shown).await
}

async fn record_shown(cx: &Cx, operation: &str, kind: AuditKind, shown: &Shown) -> Result<()> {
    if shown.is_nothing() {
        return Ok(());
    }
    let deed = cx.deed(operation);
    // Whom they see only in an emergency stands apart from the others.
    let (in_emergency, as_ever): (Vec<PatientId>, Vec<PatientId>) =
        shown.patients.iter().partition(|patient| rules::is_emergency(cx.scope(), **patient));
    let mut rows = Vec::new();
    if !as_ever.is_empty() || shown.searched || shown.consulted.is_some() {
        let kind = if shown.searched { AuditKind::Search } else { kind };
        let mut row = deed.row(kind, None, &as_ever);
        if let Some(how) = &shown.consulted {
            row.purpose = Some(audit_entry::AuditPurpose::Operations);
            row.detail = Some(how.clone());
        }
        rows.push(row);
    }
    if !in_emergency.is_empty() {
        rows.push(deed.row(AuditKind::BreakGlass, None, &in_emergency));
    }
    cx.app.recorder.record(rows).await
}

/// Records what the actor may not do or know of, a row each.
pub async fn record_denied(cx: &Cx, denials: Vec<Denial>) -> Result<()> {
    if denials.is_empty() {
        return Ok(());
    }
    let row = |denial: Denial| {
        let patient =
            denial.entity.as_ref().filter(|(name, _)| name == PatientId::PREFIX).map(|(_, id)| PatientId(*id));
        cx.deed(&denial.operation).row(AuditKind::Denied, denial.entity, patient.as_slice())
    };
    cx.app.recorder.record(denials.into_iter().map(row).collect()).await
}

/// Records that rows are about to leave as a file.
pub async fn record_export(cx: &Cx, operation: &str, patients: &[PatientId], what: Value) -> Result<()> {
    let row = cx.deed(operation).row(AuditKind::Export, None, patients);
    cx.app.recorder.record(vec![audit_entry::Model { detail: Some(what), ..row }]).await
}

async fn insert(
    tx: &impl ConnectionTrait,
    organization: OrganizationId,
    mut rows: Vec<audit_entry::Model>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut end = head::take(tx, organization).await?;
    rows.iter_mut().for_each(|row| end.add(row));
    let rows: Vec<_> = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        audit_entry::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    head::put(tx, organization, end).await
}

/// Writes what belongs to no transaction of its own: reads, and what was denied. Many at a commit.
#[derive(Clone, Debug)]
pub struct Recorder(mpsc::Sender<Waiting>);

#[derive(Debug)]
struct Waiting {
    rows: Vec<audit_entry::Model>,
    written: oneshot::Sender<Result<()>>,
}

impl Recorder {
    pub fn start(db: Db) -> Self {
        let (sender, queue) = mpsc::channel(QUEUE);
        tokio::spawn(write(db, queue));
        Self(sender)
    }

    /// How many requests wait to be put on record.
    pub fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    async fn record(&self, rows: Vec<audit_entry::Model>) -> Result<()> {
        let (written, done) = oneshot::channel();
        let stopped = || Error::Unavailable("the audit record");
        self.0.send(Waiting { rows, written }).await.map_err(|_| stopped())?;
        done.await.map_err(|_| stopped())?
    }
}

async fn write(db: Db, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, ROWS_A_STATEMENT).await > 0 {
        let (rows, waiting): (Vec<_>, Vec<_>) = batch.drain(..).map(|one| (one.rows, one.written)).unzip();
        let result = write_batch(&db, rows.into_iter().flatten()).await;
        if let Err(error) = &result {
            tracing::error!(%error, "reads of patient data could not be recorded, and were refused");
        }
        for written in waiting {
            // Who went away meanwhile is shown nothing, so nothing is lost.
            let _ = written.send(result.clone());
        }
    }
}

/// The heads are taken in one order, whoever writes.
async fn write_batch(db: &Db, rows: impl Iterator<Item = audit_entry::Model>) -> Result<()> {
    let tx = db.begin_common_write().await?;
    for (organization, rows) in by_organization(rows) {
        db::enter(&tx, Reach::Organization(organization)).await?;
        insert(&tx, organization, rows).await?;
    }
    Ok(tx.commit().await?)
}

/// A batch is of everybody who reads just now.
fn by_organization(
    rows: impl Iterator<Item = audit_entry::Model>,
) -> BTreeMap<OrganizationId, Vec<audit_entry::Model>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.organization_id).or_default().push(row);
    }
    groups
}
