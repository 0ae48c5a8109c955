//! Reads each organisation's news once for all the feeds that are open in this process.
use super::{Doorbell, Event, log};
use crate::{Result, db::Db};
use entity::{ids::OrganizationId, org_head};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

/// However a ring was lost, the hub looks again after this long.
const SWEEP: Duration = Duration::from_secs(1);
/// Events of an organisation kept in memory; older ones are read from the log.
const RECENT: usize = 1_024;
const BATCH: u64 = 1_000;

#[derive(Clone, Debug)]
pub struct Hub {
    db: Db,
    organizations: Arc<Mutex<HashMap<OrganizationId, Weak<Organization>>>>,
}

/// What the process knows of one organisation's log, for as long as somebody follows it.
#[derive(Debug)]
pub struct Organization {
    id: OrganizationId,
    db: Db,
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
    pub fn start(db: Db, doorbell: &Doorbell) -> Self {
        let hub = Self { db, organizations: Arc::default() };
        tokio::spawn(hub.clone().listen(doorbell.listen()));
        hub
    }

    /// Keeps an organisation's news coming for as long as the answer is held.
    pub async fn follow(&self, id: OrganizationId) -> Result<Arc<Organization>> {
        // Read first: whatever the caller saw before this call is then not after the head.
        let head = Head::from(&log::head(self.db.common(), id).await?);
        let organization = {
            let mut all = self.organizations.lock().unwrap_or_else(PoisonError::into_inner);
            match all.get(&id).and_then(Weak::upgrade) {
                Some(known) => known,
                None => {
                    all.retain(|_, organization| organization.strong_count() > 0);
                    let new = Arc::new(Organization {
                        id,
                        db: self.db.clone(),
                        head: watch::channel(head).0,
                        recent: Mutex::default(),
                        reading: tokio::sync::Mutex::default(),
                    });
                    all.insert(id, Arc::downgrade(&new));
                    new
                }
            }
        };
        organization.advance(head).await?;
        Ok(organization)
    }

    async fn listen(self, mut rings: broadcast::Receiver<super::doorbell::Ring>) {
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let looked = tokio::select! {
                ring = rings.recv() => match ring {
                    Ok(ring) => self.look(ring.organization, ring.head).await,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.sweep().await,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                _ = sweep.tick() => self.sweep().await,
            };
            if let Err(error) = looked {
                tracing::warn!(%error, "the feeds could not read the event log, and will try again");
            }
        }
    }

    fn followed(&self) -> Vec<Arc<Organization>> {
        let all = self.organizations.lock().unwrap_or_else(PoisonError::into_inner);
        all.values().filter_map(Weak::upgrade).collect()
    }

    async fn look(&self, id: OrganizationId, rung: i64) -> Result<()> {
        let Some(organization) = self.followed().into_iter().find(|one| one.id == id) else { return Ok(()) };
        if organization.head().seq >= rung {
            return Ok(());
        }
        organization.advance(Head::from(&log::head(self.db.common(), id).await?)).await
    }

    async fn sweep(&self) -> Result<()> {
        let followed = self.followed();
        if followed.is_empty() {
            return Ok(());
        }
        let heads = log::heads(self.db.common(), followed.iter().map(|one| one.id).collect()).await?;
        for organization in followed {
            if let Some(head) = heads.iter().find(|head| head.organization_id == organization.id) {
                organization.advance(Head::from(head)).await?;
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

    /// The events after `seq`, from memory where they are there without a hole, else from the log.
    pub async fn after(&self, seq: i64) -> Result<Vec<Arc<Event>>> {
        if seq >= self.head().seq {
            return Ok(Vec::new());
        }
        {
            let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            if recent.front().is_some_and(|oldest| oldest.seq <= seq + 1) {
                return Ok(recent.iter().filter(|event| event.seq > seq).cloned().collect());
            }
        }
        let read = log::after(&self.db.of(self.id), self.id, seq, BATCH).await?;
        Ok(read.into_iter().map(Arc::new).collect())
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
            self.recent.lock().unwrap_or_else(PoisonError::into_inner).clear();
            self.head.send_replace(to);
            return Ok(());
        }
        if to.seq < known.seq {
            // Somebody looked a moment earlier than the last one did.
            return Ok(());
        }
        let mut seq = known.seq;
        while seq < to.seq {
            let news = log::after(&self.db.of(self.id), self.id, seq, BATCH).await?;
            let Some(last) = news.last() else { break };
            seq = last.seq;
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            recent.extend(news.into_iter().map(Arc::new));
            let surplus = recent.len().saturating_sub(RECENT);
            recent.drain(..surplus);
            drop(recent);
            // After each batch, so that a failure half-way leaves head and memory of one mind.
            self.head.send_replace(Head { seq, ..to });
        }
        self.head.send_replace(Head { seq: seq.max(to.seq), ..to });
        Ok(())
    }
}
