//! How much one may ask for: work by what it costs, over HTTP and sockets together, and places for sockets.
//!
//! Each node counts for itself.
use crate::{Actor, Error, Result, config::Budgets};
use entity::ids::OrganizationId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock};
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// Sockets from one address that have not said who they are. Many screens may share one.
const NAMELESS_SOCKETS: usize = 2_048;
/// Seconds' worth of work that may be asked for at once.
const AT_ONCE: u32 = 15;
/// Who has not asked for so long is forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// A person, wherever they have signed in; a screen; a program.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Person(OrganizationId, Uuid);

impl Person {
    fn of(actor: &Actor) -> Self {
        let own = actor.staff.map(|staff| staff.0).or(actor.session.map(|session| session.0));
        Self(actor.scope.organization, own.unwrap_or_default())
    }
}

pub struct Limits {
    person: Budget<Person>,
    organization: Budget<OrganizationId>,
    address: Budget<IpAddr>,
    sockets: Places<Person>,
    nameless: Places<IpAddr>,
}

impl Limits {
    pub fn new(budgets: Budgets, sockets: usize) -> Self {
        Self {
            person: Budget::new(budgets.person),
            organization: Budget::new(budgets.organization),
            address: Budget::new(budgets.address),
            sockets: Places::new(sockets),
            nameless: Places::new(NAMELESS_SOCKETS),
        }
    }

    /// Takes what an operation costs, in microseconds of a core.
    pub fn take(&self, actor: Option<&Actor>, address: IpAddr, cost: u64) -> Result<()> {
        match actor {
            Some(actor) => {
                self.person.take(&Person::of(actor), cost)?;
                self.organization.take(&actor.scope.organization, cost)
            }
            None => self.address.take(&address, cost),
        }
    }

    pub fn socket(&self, actor: &Actor) -> Option<Place<Person>> {
        self.sockets.take(Person::of(actor))
    }

    pub fn nameless_socket(&self, address: IpAddr) -> Option<Place<IpAddr>> {
        self.nameless.take(address)
    }

    /// Forgets who has not asked for anything for a while, for ever.
    pub async fn tidy(self: Arc<Self>) {
        loop {
            tokio::time::sleep(FORGET).await;
            self.person.tidy();
            self.organization.tidy();
            self.address.tidy();
        }
    }
}

struct Budget<K: Hash + Eq + Clone>(Option<(DefaultKeyedRateLimiter<K>, NonZeroU32)>);

impl<K: Hash + Eq + Clone> Budget<K> {
    fn new(milliseconds: Option<u32>) -> Self {
        let each_second = milliseconds.and_then(|given| NonZeroU32::new(given.saturating_mul(1_000)));
        Self(each_second.map(|each_second| {
            let most = each_second.saturating_mul(NonZeroU32::MIN.saturating_add(AT_ONCE - 1));
            (RateLimiter::dashmap(Quota::per_second(each_second).allow_burst(most)), most)
        }))
    }

    fn take(&self, key: &K, cost: u64) -> Result<()> {
        let Some((limiter, most)) = &self.0 else { return Ok(()) };
        // What is dearer than the whole budget takes all of it.
        let Some(cost) = NonZeroU32::new(u32::try_from(cost).unwrap_or(u32::MAX)) else { return Ok(()) };
        match limiter.check_key_n(key, cost.min(*most)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                Err(Error::RateLimited { retry_after: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX - 1) + 1 })
            }
            Err(_) => Err(Error::RateLimited { retry_after: AT_ONCE }),
        }
    }

    fn tidy(&self) {
        if let Some((limiter, _)) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// So many may be there at once, for each key.
struct Places<K> {
    taken: Arc<Mutex<HashMap<K, usize>>>,
    most: usize,
}

impl<K: Hash + Eq + Clone> Places<K> {
    fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    fn take(&self, key: K) -> Option<Place<K>> {
        let mut taken = locked(&self.taken);
        let count = taken.entry(key.clone()).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { taken: self.taken.clone(), key })
    }
}

fn locked<K>(taken: &Mutex<HashMap<K, usize>>) -> MutexGuard<'_, HashMap<K, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place that is free again when this is dropped.
pub struct Place<K: Hash + Eq> {
    taken: Arc<Mutex<HashMap<K, usize>>>,
    key: K,
}

impl<K: Hash + Eq> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = locked(&self.taken);
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

/// How fast messages may come on one socket.
pub struct Pace {
    left: f64,
    since: tokio::time::Instant,
}

impl Pace {
    const AT_ONCE: f64 = 300.0;
    const EACH_SECOND: f64 = 50.0;

    pub fn new() -> Self {
        Self { left: Self::AT_ONCE, since: tokio::time::Instant::now() }
    }

    /// Whether one more is not too fast.
    pub fn allows(&mut self) -> bool {
        let earned = self.since.elapsed().as_secs_f64() * Self::EACH_SECOND;
        self.since = tokio::time::Instant::now();
        self.left = (self.left + earned).min(Self::AT_ONCE) - 1.0;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Places};
    use crate::Error;

    #[test]
    fn what_is_spent_is_spent_until_time_brings_more() {
        let budget = Budget::new(Some(1));
        assert!(budget.take(&"ana", 10_000).is_ok());
        assert!(budget.take(&"ben", 15_000).is_ok());
        let Err(Error::RateLimited { retry_after }) = budget.take(&"ben", 15_000) else { panic!("ben has spent it") };
        assert!((14..=16).contains(&retry_after), "{retry_after}");
        assert!(budget.take(&"ana", 4_000).is_ok(), "what is ben's is not ana's");
        assert!(Budget::new(None).take(&"ana", u64::MAX).is_ok());
        assert!(Budget::new(Some(1)).take(&"ana", u64::MAX).is_ok(), "the whole budget");
    }

    #[test]
    fn a_place_that_is_left_is_free() {
        let places = Places::new(1);
        let first = places.take("ana");
        assert!(first.is_some() && places.take("ana").is_none() && places.take("ben").is_some());
        drop(first);
        assert!(places.take("ana").is_some());
        assert!(super::locked(&places.taken).is_empty());
    }
}
