//! Who is asking, with what, and the only way to write.
use crate::{
    App, Error, Result,
    audit::{self, Deed, Reads, Thing},
    db::Reading,
    events::{Change, log},
    history::versions,
    metrics::Pool,
    once::{self, Once},
    policy::{Capacity, Scope, Sight, Teams},
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::AuditKind,
    ids::{DisplayId, OrganizationId, PatientId, SessionId, StaffId},
};
use fail::fail_point;
use sea_orm::DatabaseTransaction;
use serde_json::Value;
use std::{net::IpAddr, ops::Deref, sync::Arc};
use tracing::Instrument;

/// The person, screen or program that a request speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub scope: Scope,
    /// None for a wall display, an integration and the program itself.
    pub staff: Option<StaffId>,
    pub session: Option<SessionId>,
    /// When the session ends by itself, used or not.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it ends unless it is used before.
    pub idle_expires_at: Option<DateTime<Utc>>,
    /// When the person last proved who they are.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// The wall display whose session it is.
    pub display: Option<DisplayId>,
    /// Who works through that display right now.
    pub acting: Option<Acting>,
}

/// Somebody who works through a wall display for a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    pub staff: StaffId,
    pub scope: Scope,
    pub until: DateTime<Utc>,
}

impl Actor {
    /// The program itself: an import, a message, time.
    pub fn system(organization: OrganizationId) -> Self {
        let (capacity, teams, sight) = (Capacity::System, Teams::All, Sight::default());
        let scope = Scope { organization, capacity, teams, sight };
        let [expires_at, idle_expires_at, authenticated_at] = [None; 3];
        let (display, acting) = (None, None);
        Self { scope, staff: None, session: None, expires_at, idle_expires_at, authenticated_at, display, acting }
    }

    /// When the session is over, as far as is known now: it may be used meanwhile.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        [self.expires_at, self.idle_expires_at].into_iter().flatten().min()
    }

    /// The word that the audit record uses.
    pub fn kind(&self) -> &'static str {
        match self.scope.capacity {
            Capacity::Staff { .. } => "staff",
            Capacity::Display => "display",
            Capacity::Integration { .. } => "integration",
            Capacity::System => "system",
        }
    }
}

/// Whose request it is, before anybody knows who they are: for the record. In every request's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// First argument of every service function.
#[derive(Clone)]
pub struct Cx {
    pub app: Arc<App>,
    pub actor: Actor,
    /// Where the request came from. None for the program's own work.
    pub address: Option<IpAddr>,
    /// The patients that this operation has shown so far.
    pub reads: Reads,
    snapshot: Option<Arc<DatabaseTransaction>>,
    once: Option<Arc<Once>>,
}

impl Cx {
    pub fn new(app: Arc<App>, actor: Actor) -> Self {
        Self { app, actor, address: None, reads: Reads::default(), snapshot: None, once: None }
    }

    pub fn system(app: Arc<App>, organization: OrganizationId) -> Self {
        Self::new(app, Actor::system(organization))
    }

    /// The same, asked from this address.
    pub fn from(self, address: impl Into<Option<IpAddr>>) -> Self {
        Self { address: address.into(), ..self }
    }

    /// The same, with every read of one moment.
    pub async fn in_snapshot(mut self) -> Result<Self> {
        let snapshot = self.app.db.snapshot(self.organization());
        let snapshot = self.app.metrics.waits(Pool::Read, snapshot).await?;
        self.snapshot = Some(Arc::new(snapshot));
        Ok(self)
    }

    /// The same, letting go of the moment: whoever waits for something else must not keep a connection from others.
    pub fn out_of_snapshot(&self) -> Self {
        Self { snapshot: None, ..self.clone() }
    }

    /// The same, doing what the client gave a name to: what it writes is stored with that name.
    pub fn named(&self, once: Once) -> Self {
        Self { once: Some(Arc::new(once)), ..self.clone() }
    }

    /// The same, for what is written beside what the client named, and also when that is refused.
    pub fn beside(&self) -> Self {
        Self { once: None, ..self.clone() }
    }

    /// The same, as the person who works through this wall display, if somebody does: for work on the board, and for
    /// nothing else. What is shown afterwards is shown to the display.
    pub fn at_work(&self) -> Self {
        let Some(Acting { staff, scope, .. }) = self.actor.acting.clone() else { return self.clone() };
        let actor = Actor { scope, staff: Some(staff), acting: None, authenticated_at: None, ..self.actor.clone() };
        Self { actor, ..self.clone() }
    }

    /// For reading. Inside a [`Tx`], read through the `Tx`.
    pub fn db(&self) -> Reading<'_> {
        match &self.snapshot {
            Some(snapshot) => Reading::Snapshot(snapshot),
            None => self.app.db.of(self.organization()),
        }
    }

    pub fn organization(&self) -> OrganizationId {
        self.actor.scope.organization
    }

    pub fn scope(&self) -> &Scope {
        &self.actor.scope
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    pub fn require(&self, allowed: bool, action: &'static str) -> Result<()> {
        if allowed { Ok(()) } else { Err(Error::Forbidden(action)) }
    }

    /// For privileged acts: somebody walked away from an open screen, and another sat down.
    pub fn require_recent(&self) -> Result<()> {
        match (&self.actor.scope.capacity, self.actor.authenticated_at) {
            // A program shows its token each time.
            (Capacity::System | Capacity::Integration { .. }, _) => Ok(()),
            (Capacity::Staff { .. }, Some(at)) if self.now() < at + self.app.config.recent => Ok(()),
            (Capacity::Staff { .. } | Capacity::Display, _) => Err(Error::Reauthenticate),
        }
    }

    /// What the rows of an operation say of who does it.
    pub fn deed<'a>(&'a self, operation: &'a str) -> Deed<'a> {
        Deed { actor: &self.actor, address: self.address, operation, at: self.now() }
    }

    /// Starts the one write transaction of an operation, which the audit record calls `operation`.
    pub async fn begin(&self, operation: &'static str) -> Result<Tx> {
        let inner = self.app.db.begin_write(self.organization());
        let inner = self.app.metrics.waits(Pool::Write, inner).await?;
        Ok(Tx {
            inner,
            operation,
            span: tracing::debug_span!("transaction", operation),
            changes: Vec::new(),
            notes: Vec::new(),
            details: Vec::new(),
            at: self.now(),
            once: self.once.clone(),
            actor: self.actor.clone(),
            address: self.address,
            app: self.app.clone(),
        })
    }
}

/// A transaction, and the changes that it will announce and put on record. Dropping it rolls all of it back.
#[must_use = "an uncommitted Tx is rolled back"]
pub struct Tx {
    inner: DatabaseTransaction,
    operation: &'static str,
    /// Open until the transaction ends.
    span: tracing::Span,
    changes: Vec<Change>,
    notes: Vec<audit::Note>,
    details: Vec<(Thing, Value)>,
    /// One moment for everything that the transaction writes.
    pub at: DateTime<Utc>,
    once: Option<Arc<Once>>,
    actor: Actor,
    /// Where the request came from that writes.
    pub address: Option<IpAddr>,
    app: Arc<App>,
}

impl Tx {
    /// Says what changed. It goes out if and only if the transaction commits, and is audited with it.
    pub fn emit(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// How many changes are waiting: a bulk import commits before there are many.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Puts on record what changes nothing that a board shows.
    pub fn note(&mut self, kind: AuditKind, entity: Option<Thing>, patients: Vec<PatientId>) {
        self.notes.push(audit::Note { kind, entity, patients });
    }

    /// Says what changed about a thing, before and after, on its row of the record: `{"role": ["nurse", "manager"]}`.
    /// Ids, codes and numbers only, never patient data.
    pub fn note_detail(&mut self, thing: Thing, detail: Value) {
        self.details.push((thing, detail));
    }

    pub fn organization(&self) -> OrganizationId {
        self.actor.scope.organization
    }

    /// Who writes, with the settings. For reading there is the `Tx` itself.
    pub fn cx(&self) -> Cx {
        Cx::new(self.app.clone(), self.actor.clone())
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// Stores audit rows and events with the change, commits all, then rings the doorbell.
    pub async fn commit(self) -> Result<()> {
        let organization = self.organization();
        if let Some(once) = &self.once {
            once::remember(&self.inner, &self.actor, once, self.at, &self.changes, &self.notes).await?;
        }
        let deed = Deed { actor: &self.actor, address: self.address, operation: self.operation, at: self.at };
        audit::append(&self.inner, deed, &self.changes, &self.notes, &self.details).await?;
        let ring =
            log::append(&self.inner, &self.app.db, organization, self.actor.staff, self.at, &self.changes).await?;
        if let Some((ring, _)) = &ring {
            let before = ring.head - self.changes.len() as i64;
            versions::keep(&self.inner, organization, (before, ring.head), self.at, &self.changes).await?;
        }
        fail_point!("tx.before-commit", |_| std::process::abort());
        self.inner.commit().instrument(tracing::debug_span!(parent: &self.span, "commit")).await?;
        if let Some((ring, key)) = ring {
            fail_point!("tx.after-commit", |_| std::process::abort());
            self.app.doorbell.ring(ring, key);
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
