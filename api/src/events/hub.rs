//! Keeps each followed organisation's newest events in memory, once for all the feeds that are open in this process.
use super::{
    Access, Doorbell, Event,
    doorbell::{Heard, Ring},
    log,
};
use crate::{
    Result,
    db::Db,
    metrics::{EventSource, Metrics, Queue},
};
use entity::{event::EntityType, ids::OrganizationId, org_head};
use rand::Rng;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

/// However a ring was lost, the hub looks again after about this long.
const SWEEP: Duration = Duration::from_millis(1_000);
/// Events of an organisation kept in memory; older ones are read from the log.
const RECENT: usize = 1_024;
const BATCH: u64 = 1_000;

#[derive(Clone)]
pub struct Hub {
    db: Db,
    doorbell: Doorbell,
    metrics: Arc<Metrics>,
    access: Arc<Access>,
    organizations: Arc<Mutex<HashMap<OrganizationId, Weak<Organization>>>>,
}

/// What the process knows of one organisation's log, for as long as somebody follows it.
pub struct Organization {
    id: OrganizationId,
    db: Db,
    metrics: Arc<Metrics>,
    access: Arc<Access>,
    head: watch::Sender<Head>,
    recent: Mutex<VecDeque<Arc<Event>>>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub epoch: Uuid,
    pub seq: i64,
    pub floor: i64,
}

impl From<&org_head::Model> for Head {
    fn from(row: &org_head::Model) -> Self {
        Self { epoch: row.epoch, seq: row.seq, floor: row.floor_seq }
    }
}

impl Hub {
    pub fn start(db: Db, doorbell: Doorbell, metrics: Arc<Metrics>) -> Self {
        let rings = doorbell.listen();
        let hub = Self { db, doorbell, metrics, access: Arc::default(), organizations: Arc::default() };
        tokio::spawn(hub.clone().listen(rings));
        hub
    }

    /// Who waits to hear of changes of access.
    pub fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// The same as [`Hub::follow`] without looking at the head where somebody follows already. Says whether somebody did.
    pub async fn join(&self, id: OrganizationId) -> Result<(Arc<Organization>, bool)> {
        match self.followed(id) {
            Some(known) => Ok((known, true)),
            None => Ok((self.follow(id).await?, false)),
        }
    }

    /// Keeps an organisation's news coming for as long as the answer is held.
    pub async fn follow(&self, id: OrganizationId) -> Result<Arc<Organization>> {
        // Read first: whatever the caller saw before this call is then not after the head.
        let row = log::head(self.db.common(), id).await?;
        let head = Head::from(&row);
        let organization = {
            let mut all = self.all();
            match all.get(&id).and_then(Weak::upgrade) {
                Some(known) => known,
                None => {
                    let new = Arc::new(Organization {
                        id,
                        db: self.db.clone(),
                        metrics: self.metrics.clone(),
                        access: self.access.clone(),
                        head: watch::channel(head).0,
                        recent: Mutex::default(),
                        reading: tokio::sync::Mutex::default(),
                    });
                    all.insert(id, Arc::downgrade(&new));
                    new
                }
            }
        };
        self.doorbell.follow(id, row.ring_key);
        organization.advance(head).await?;
        Ok(organization)
    }

    async fn listen(self, mut rings: broadcast::Receiver<Heard>) {
        loop {
            // Not all nodes in step.
            let sweep = tokio::time::sleep(SWEEP.mul_f64(rand::rng().random_range(0.8..1.0)));
            tokio::pin!(sweep);
            let swept = loop {
                self.metrics.queue_depth(Queue::DoorbellIn, rings.len());
                let heard = tokio::select! {
                    heard = rings.recv() => heard,
                    () = &mut sweep => break self.sweep().await,
                };
                let looked = match heard {
                    Ok(Heard::Ring(ring)) => self.take(&ring).await,
                    Ok(Heard::Hint(organization)) => self.look(organization).await,
                    Ok(Heard::Lost) | Err(broadcast::error::RecvError::Lagged(_)) => break self.sweep().await,
                    Err(broadcast::error::RecvError::Closed) => return,
                };
                if looked.is_err() {
                    break looked;
                }
            };
            if let Err(error) = swept {
                tracing::warn!(%error, "the feeds could not read the event log, and will try again");
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<OrganizationId, Weak<Organization>>> {
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn followed(&self, id: OrganizationId) -> Option<Arc<Organization>> {
        self.all().get(&id).and_then(Weak::upgrade)
    }

    async fn take(&self, ring: &Ring) -> Result<()> {
        let Some(organization) = self.followed(ring.organization) else { return Ok(()) };
        if organization.hear(ring).await { Ok(()) } else { self.look(ring.organization).await }
    }

    async fn look(&self, id: OrganizationId) -> Result<()> {
        let Some(organization) = self.followed(id) else { return Ok(()) };
        organization.advance(Head::from(&log::head(self.db.common(), id).await?)).await
    }

    /// Looks at all the heads at once: what finds news that no ring told, and forgets who is not followed any more.
    async fn sweep(&self) -> Result<()> {
        let followed: Vec<_> = {
            let mut all = self.all();
            all.retain(|_, organization| organization.strong_count() > 0);
            self.doorbell.keep(&all.keys().copied().collect());
            all.values().filter_map(Weak::upgrade).collect()
        };
        if followed.is_empty() {
            return Ok(());
        }
        let heads = log::heads(self.db.common(), followed.iter().map(|one| one.id).collect()).await?;
        let heads: HashMap<_, _> = heads.iter().map(|head| (head.organization_id, Head::from(head))).collect();
        for organization in followed {
            if let Some(head) = heads.get(&organization.id) {
                if head.seq > organization.head().seq {
                    self.metrics.sweep_healed();
                }
                organization.advance(*head).await?;
            }
        }
        Ok(())
    }
}

impl Organization {
    pub fn id(&self) -> OrganizationId {
        self.id
    }

    pub fn head(&self) -> Head {
        *self.head.borrow()
    }

    pub fn watch(&self) -> watch::Receiver<Head> {
        self.head.subscribe()
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<Arc<Event>>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events after `seq`, from memory where they are there without a hole, else from the log.
    pub async fn after(&self, seq: i64) -> Result<Vec<Arc<Event>>> {
        if seq >= self.head().seq {
            return Ok(Vec::new());
        }
        {
            let recent = self.recent();
            if recent.front().is_some_and(|oldest| oldest.seq <= seq + 1) {
                self.metrics.events_read(EventSource::Memory);
                return Ok(recent.iter().skip_while(|event| event.seq <= seq).cloned().collect());
            }
        }
        self.metrics.events_read(EventSource::Database);
        let read = log::after(&self.db.of(self.id), self.id, seq, BATCH).await?;
        Ok(read.into_iter().map(Arc::new).collect())
    }

    /// Takes a ring's own events. False where it tells of more than it brings, so that the log has to be asked.
    async fn hear(&self, ring: &Ring) -> bool {
        let _one_at_a_time = self.reading.lock().await;
        let known = self.head();
        if ring.epoch != known.epoch {
            return false;
        }
        if ring.head <= known.seq {
            return true;
        }
        let next = ring.events.first().is_some_and(|first| first.seq <= known.seq + 1);
        if !next && !log::naive() {
            return false;
        }
        self.metrics.events_read(EventSource::Ring);
        self.remember(ring.events.iter().filter(|event| event.seq > known.seq).cloned());
        self.head.send_replace(Head { seq: ring.head, ..known });
        true
    }

    /// Reads what is new up to `to` into memory, then tells the feeds.
    async fn advance(&self, to: Head) -> Result<()> {
        let _one_at_a_time = self.reading.lock().await;
        let known = self.head();
        if to == known {
            return Ok(());
        }
        if to.epoch != known.epoch {
            // Another life of the log: nothing in memory is of it.
            self.recent().clear();
            self.access.tell_all();
            self.head.send_replace(to);
            return Ok(());
        }
        if to.seq < known.seq {
            return self.suspect(known).await;
        }
        let mut seq = known.seq;
        while seq < to.seq {
            self.metrics.events_read(EventSource::Database);
            let news = log::after(&self.db.of(self.id), self.id, seq, BATCH).await?;
            let (Some(first), Some(last)) = (news.first(), news.last()) else { break };
            if first.seq != seq + 1 && !log::naive() {
                break;
            }
            seq = last.seq;
            self.remember(news.into_iter().map(Arc::new));
            // After each batch, so that a failure half-way leaves head and memory of one mind.
            self.head.send_replace(Head { seq, ..to });
        }
        if seq < to.seq && !log::naive() {
            // Some of it was forgotten before it was read here. A feed that needs it is told so.
            self.recent().clear();
            self.access.tell_all();
            seq = to.seq;
        }
        self.head.send_replace(Head { seq, ..to });
        Ok(())
    }

    /// The log is shorter than what was seen of it: either somebody looked a moment before the last one did, or the
    /// database lost commits, in a failover or a restore. What was seen of those must not stay on any screen.
    async fn suspect(&self, known: Head) -> Result<()> {
        let now = Head::from(&log::head(self.db.common(), self.id).await?);
        if now.epoch != known.epoch || now.seq >= known.seq {
            return Ok(());
        }
        tracing::error!(organization = %self.id, "the event log lost what it had; every screen reads again");
        let tx = self.db.begin_common_write().await?;
        log::renew_epoch(&tx, self.id, known.epoch).await?;
        tx.commit().await?;
        let now = Head::from(&log::head(self.db.common(), self.id).await?);
        self.recent().clear();
        self.access.tell_all();
        self.head.send_replace(now);
        Ok(())
    }

    fn remember(&self, news: impl Iterator<Item = Arc<Event>>) {
        let news: Vec<_> = news.collect();
        let of_access = |event: &&Arc<Event>| matches!(event.entity_type, EntityType::Staff | EntityType::Session);
        self.access.tell(news.iter().filter(of_access).map(|event| event.entity_id));
        let mut recent = self.recent();
        recent.extend(news);
        let surplus = recent.len().saturating_sub(RECENT);
        recent.drain(..surplus);
    }
}
