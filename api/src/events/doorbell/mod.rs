//! Says that an organisation has news. It may be lost, late, twice or a lie: the log in the database is the truth, and
//! the hub's sweep makes up for every ring that did not come.
mod link;
mod redis;
mod wire;

pub use link::{BadUrl, Link};
pub use redis::{Redis, RedisUrl};

use super::Event;
use crate::metrics::Metrics;
use entity::ids::OrganizationId;
use std::{collections::HashSet, sync::Arc};
use tokio::sync::broadcast;
use uuid::Uuid;

/// What one commit announces: the events themselves, which hold no patient data, so that hardly anybody reads the log.
#[derive(Clone, Debug)]
pub struct Ring {
    pub organization: OrganizationId,
    pub epoch: Uuid,
    /// The number of the newest event.
    pub head: i64,
    /// Up to and with `head`, without a hole; empty where there were too many to tell.
    pub events: Vec<Arc<Event>>,
}

/// A ring as it is heard.
#[derive(Clone, Debug)]
pub enum Heard {
    /// From a writer in this process, or from a node that proved to know the organisation's key.
    Ring(Arc<Ring>),
    /// Somebody says that there is news.
    Hint(OrganizationId),
    /// Rings may have been lost.
    Lost,
}

/// Whether rings come from other nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// One node: rings stay in the process.
    Alone,
    Up,
    /// Redis is out of reach: the sweep carries the news between nodes.
    Down,
}

/// Between the writers and the hub of this process, and through Redis those of the others.
#[derive(Clone)]
pub struct Doorbell {
    local: broadcast::Sender<Heard>,
    redis: Option<Redis>,
}

impl Doorbell {
    /// Without Redis, rings stay in this process.
    pub fn start(redis: Option<&RedisUrl>, metrics: Arc<Metrics>) -> Result<Self, BadUrl> {
        let local = broadcast::channel(1_024).0;
        // Alone, every ring arrives.
        metrics.doorbell_is_up(redis.is_none());
        let redis = redis.map(|url| Redis::start(url, local.clone(), metrics)).transpose()?;
        Ok(Self { local, redis })
    }

    /// Never waits and never fails. `key` is the organisation's `ring_key`.
    pub fn ring(&self, ring: Ring, key: Option<Uuid>) {
        let ring = Arc::new(ring);
        if let Some(redis) = &self.redis {
            redis.publish(ring.clone(), key);
        }
        // Nobody listens: nobody has a feed open here.
        let _ = self.local.send(Heard::Ring(ring));
    }

    pub fn listen(&self) -> broadcast::Receiver<Heard> {
        self.local.subscribe()
    }

    /// From now on hears of this organisation too.
    pub fn follow(&self, organization: OrganizationId, key: Option<Uuid>) {
        if let Some(redis) = &self.redis {
            redis.follow(organization, key);
        }
    }

    /// From now on hears of no others than these.
    pub fn keep(&self, organizations: &HashSet<OrganizationId>) {
        if let Some(redis) = &self.redis {
            redis.keep(organizations);
        }
    }

    pub fn state(&self) -> Line {
        match &self.redis {
            None => Line::Alone,
            Some(redis) => redis.state(),
        }
    }

    pub fn redis(&self) -> Option<&Redis> {
        self.redis.as_ref()
    }
}
