//! Rings between nodes: sharded pub/sub, one channel an organisation, on a single Redis or Valkey or on a cluster.
//!
//! Nothing here is waited for by a writer, and nothing that Redis says is believed without proof.
use super::{
    BadUrl, Heard, Line, Ring,
    link::{Link, Target},
    wire,
};
use crate::metrics::{Metrics, Queue, RingOutcome};
use entity::ids::OrganizationId;
use futures_util::future::join_all;
use rand::Rng;
use redis::{PushInfo, PushKind, Value};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, broadcast, mpsc, watch},
    task::JoinSet,
};
use uuid::Uuid;

/// How long a ring may take. A Redis that is slower counts as out of reach.
const PUBLISH: Duration = Duration::from_millis(200);
const BEAT: Duration = Duration::from_secs(1);
const CONNECT: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Rings waiting to be sent, and rings heard that wait for the hub. More are lost, and the sweep finds their news.
const WAITING: usize = 4_096;
const AT_ONCE: usize = 64;

/// Where Redis is: one address, or several of one cluster, separated by commas.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(String);

impl RedisUrl {
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        Target::parse(text).map(|_| Self(text.to_owned()))
    }
}

/// It may hold a password.
impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisUrl(…)")
    }
}

/// Ends with its last clone.
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
    outgoing: mpsc::Sender<(Arc<Ring>, Option<Uuid>)>,
    _tasks: Arc<JoinSet<()>>,
}

struct Shared {
    target: Target,
    link: watch::Sender<Option<Link>>,
    /// The organisations that somebody follows here, and their keys.
    followed: Mutex<HashMap<OrganizationId, Option<Uuid>>>,
    changed: Notify,
    suspected: Notify,
    heard: broadcast::Sender<Heard>,
    metrics: Arc<Metrics>,
}

impl Redis {
    pub fn start(url: &RedisUrl, heard: broadcast::Sender<Heard>, metrics: Arc<Metrics>) -> Result<Self, BadUrl> {
        let shared = Arc::new(Shared {
            target: Target::parse(&url.0)?,
            link: watch::channel(None).0,
            followed: Mutex::default(),
            changed: Notify::new(),
            suspected: Notify::new(),
            heard,
            metrics,
        });
        let (outgoing, waiting) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        tasks.spawn(supervise(shared.clone()));
        tasks.spawn(send(shared.clone(), waiting));
        Ok(Self { shared, outgoing, _tasks: Arc::new(tasks) })
    }

    pub fn publish(&self, ring: Arc<Ring>, key: Option<Uuid>) {
        // Full: Redis is slow, and whoever misses this ring sweeps.
        if self.outgoing.try_send((ring, key)).is_err() {
            self.shared.metrics.ring(RingOutcome::SendDropped);
        }
    }

    pub fn follow(&self, organization: OrganizationId, key: Option<Uuid>) {
        if self.shared.followed().insert(organization, key) != Some(key) {
            self.shared.changed.notify_one();
        }
    }

    pub fn keep(&self, organizations: &HashSet<OrganizationId>) {
        let mut followed = self.shared.followed();
        let before = followed.len();
        followed.retain(|organization, _| organizations.contains(organization));
        if followed.len() != before {
            self.shared.changed.notify_one();
        }
    }

    /// The line, while there is one.
    pub fn link(&self) -> Option<Link> {
        self.shared.link.borrow().clone()
    }

    pub fn state(&self) -> Line {
        if self.shared.link.borrow().is_some() { Line::Up } else { Line::Down }
    }
}

impl Shared {
    fn followed(&self) -> MutexGuard<'_, HashMap<OrganizationId, Option<Uuid>>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, message: &PushInfo) {
        let [Value::BulkString(channel), Value::BulkString(bytes)] = message.data.as_slice() else { return };
        let Some(organization) = organization_of(channel) else { return };
        let Some(key) = self.followed().get(&organization).copied() else { return };
        let (heard, outcome) = match wire::read(bytes, key) {
            None => (None, RingOutcome::HeardFailed),
            Some((ring, true)) if ring.organization == organization => {
                (Some(Heard::Ring(Arc::new(ring))), RingOutcome::Heard)
            }
            // A server that knows no key yet made this organisation: worth one look.
            Some(_) if key.is_none() => (Some(Heard::Hint(organization)), RingOutcome::Heard),
            Some(_) => (None, RingOutcome::HeardForged),
        };
        self.metrics.ring(outcome);
        if let Some(heard) = heard {
            // Nobody listens while the process stops.
            let _ = self.heard.send(heard);
        }
    }

    fn lost(&self) {
        let _ = self.heard.send(Heard::Lost);
    }

    fn set_link(&self, link: Option<Link>) -> Option<Link> {
        self.metrics.doorbell_is_up(link.is_some());
        self.link.send_replace(link)
    }
}

/// The braces make a cluster keep all that belongs to one organisation in one place.
fn channel(organization: OrganizationId) -> String {
    format!("huddle:{{{}}}:events", organization.0)
}

fn organization_of(channel: &[u8]) -> Option<OrganizationId> {
    let id = channel.strip_prefix(b"huddle:{")?.strip_suffix(b"}:events")?;
    Uuid::try_parse_ascii(id).ok().map(OrganizationId)
}

/// Connects, holds the line for as long as it lasts, and connects again, for ever.
async fn supervise(shared: Arc<Shared>) {
    let mut pause = Duration::from_millis(100);
    let mut said = false;
    loop {
        let (pushed, pushes) = mpsc::channel(WAITING);
        let full = shared.clone();
        let push = move |message: PushInfo| {
            if let Err(mpsc::error::TrySendError::Full(_)) = pushed.try_send(message) {
                full.metrics.ring(RingOutcome::HeardDropped);
                full.lost();
            }
            Ok::<_, std::convert::Infallible>(())
        };
        let ended = match tokio::time::timeout(CONNECT, shared.target.connect(push)).await {
            Ok(Ok(link)) => {
                let ended = hold(&shared, link, pushes, &mut pause).await;
                said &= shared.set_link(None).is_none();
                ended
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        // Once, not at each try.
        if !std::mem::replace(&mut said, true) {
            tracing::warn!(why = ended, "Redis is out of reach: news between nodes takes up to a second");
        }
        let jitter = rand::rng().random_range(0.5..1.0);
        tokio::time::sleep(pause.mul_f64(jitter)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Listens until the line is lost. Answers why.
async fn hold(shared: &Shared, mut link: Link, mut pushes: mpsc::Receiver<PushInfo>, pause: &mut Duration) -> String {
    let mut subscribed = HashSet::new();
    if let Err(error) = subscribe(shared, &link, &mut subscribed).await {
        return error;
    }
    shared.set_link(Some(link.clone()));
    tracing::info!("Redis carries the news between nodes");
    // Whatever was rung while nobody listened.
    shared.lost();
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = pushes.recv() => match message {
                Some(message) if message.kind == PushKind::SMessage => shared.hear(&message),
                Some(message) if message.kind == PushKind::Disconnection => return "the line was cut".to_owned(),
                // Redis ended a subscription by itself: the slot moved to another server of the cluster.
                Some(message) if message.kind == PushKind::SUnsubscribe => {
                    let channel = message.data.first();
                    let gone = match channel { Some(Value::BulkString(name)) => organization_of(name), _ => None };
                    if gone.is_some_and(|id| subscribed.contains(&id)) {
                        return "a subscription was ended".to_owned();
                    }
                }
                Some(_) => {}
                None => return "the line was cut".to_owned(),
            },
            () = shared.changed.notified() => {
                if let Err(error) = subscribe(shared, &link, &mut subscribed).await {
                    return error;
                }
            }
            () = shared.suspected.notified() => return "a ring was not taken in time".to_owned(),
            _ = beat.tick() => {
                match tokio::time::timeout(BEAT, link.ping()).await {
                    Ok(Ok(())) => *pause = Duration::from_millis(100),
                    Ok(Err(error)) => return error.to_string(),
                    Err(_) => return "no answer".to_owned(),
                }
            }
        }
    }
}

/// Makes the subscriptions those that are wanted now.
async fn subscribe(shared: &Shared, link: &Link, subscribed: &mut HashSet<OrganizationId>) -> Result<(), String> {
    let wanted: HashSet<_> = shared.followed().keys().copied().collect();
    let new: Vec<_> = wanted.difference(subscribed).copied().collect();
    let gone: Vec<_> = subscribed.difference(&wanted).copied().collect();
    for organization in &gone {
        subscribed.remove(organization);
    }
    let work = async {
        for some in gone.chunks(AT_ONCE) {
            join_all(some.iter().map(|id| link.unsubscribe(channel(*id))))
                .await
                .into_iter()
                .collect::<Result<(), _>>()?;
        }
        for some in new.chunks(AT_ONCE) {
            join_all(some.iter().map(|id| link.subscribe(channel(*id))))
                .await
                .into_iter()
                .collect::<Result<(), _>>()?;
        }
        Ok::<_, redis::RedisError>(())
    };
    let patience = CONNECT + PUBLISH * u32::try_from(new.len() / AT_ONCE).unwrap_or(u32::MAX);
    match tokio::time::timeout(patience, work).await {
        Ok(Ok(())) => {
            subscribed.extend(new);
            Ok(())
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer".to_owned()),
    }
}

/// Sends what is rung, as much at once as has gathered.
async fn send(shared: Arc<Shared>, mut waiting: mpsc::Receiver<(Arc<Ring>, Option<Uuid>)>) {
    let mut rings = Vec::with_capacity(AT_ONCE);
    while waiting.recv_many(&mut rings, AT_ONCE).await > 0 {
        shared.metrics.queue_depth(Queue::DoorbellOut, waiting.len());
        let Some(link) = shared.link.borrow().clone() else {
            rings.drain(..).for_each(|_| shared.metrics.ring(RingOutcome::SendDropped));
            continue;
        };
        let count = rings.len();
        let sending = rings
            .drain(..)
            .filter_map(|(ring, key)| Some(link.publish(channel(ring.organization), wire::write(&ring, key)?)));
        match tokio::time::timeout(PUBLISH, join_all(sending)).await {
            Ok(sent) if sent.iter().all(Result::is_ok) => {
                sent.iter().for_each(|_| shared.metrics.ring(RingOutcome::Sent));
            }
            _ => {
                (0..count).for_each(|_| shared.metrics.ring(RingOutcome::SendFailed));
                shared.suspected.notify_one();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_names_its_organisation() {
        let id = OrganizationId::generate();
        assert_eq!(organization_of(channel(id).as_bytes()), Some(id));
        for other in [&b"huddle:{}:events"[..], b"", b"huddle:{7}:events", b"\xff\xfe"] {
            assert_eq!(organization_of(other), None);
        }
    }
}
