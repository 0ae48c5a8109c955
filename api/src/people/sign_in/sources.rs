//! Who tries many accounts once each, from one place: counted in this process, as it belongs to no account.
use crate::{Error, Result, people::visitor::Visitor};
use moka::future::Cache;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// A clinic behind one address mistypes less than that.
const FAILURES: u32 = 100;
const WITHIN: Duration = Duration::from_secs(15 * 60);
const PLACES: u64 = 100_000;

#[derive(Clone)]
pub struct Sources(Cache<IpAddr, Arc<AtomicU32>>);

impl Default for Sources {
    fn default() -> Self {
        Self(Cache::builder().time_to_live(WITHIN).max_capacity(PLACES).build())
    }
}

impl Sources {
    /// Refuses who failed too often. Where the transport knows no address there is nothing to count.
    pub async fn check(&self, visitor: &Visitor) -> Result<()> {
        let Some(place) = place(visitor) else { return Ok(()) };
        let failures = self.0.get(&place).await.map_or(0, |failures| failures.load(Ordering::Relaxed));
        if failures < FAILURES {
            return Ok(());
        }
        Err(Error::RateLimited { retry_after: u32::try_from(WITHIN.as_secs()).unwrap_or(u32::MAX) })
    }

    pub async fn failed(&self, visitor: &Visitor) {
        let Some(place) = place(visitor) else { return };
        self.0.get_with(place, async { Arc::default() }).await.fetch_add(1, Ordering::Relaxed);
    }
}

/// Of the newer addresses one customer has as many as they like that begin alike.
fn place(visitor: &Visitor) -> Option<IpAddr> {
    match visitor.address?.to_canonical() {
        IpAddr::V6(address) => Some(IpAddr::V6((address.to_bits() >> 64 << 64).into())),
        address => Some(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Visitor {
        Visitor { address: Some(address.parse().unwrap()), ..Visitor::default() }
    }

    #[tokio::test]
    async fn many_failures_from_one_place_stop_it_and_no_other() {
        let sources = Sources::default();
        for n in 0..FAILURES {
            let address = format!("2001:db8::{n:x}");
            assert!(sources.check(&from(&address)).await.is_ok());
            sources.failed(&from(&address)).await;
        }

        assert!(sources.check(&from("2001:db8::ffff")).await.is_err(), "the same network");
        assert!(sources.check(&from("2001:db8:0:1::1")).await.is_ok());
        assert!(sources.check(&from("192.0.2.1")).await.is_ok());
        assert!(sources.check(&Visitor::default()).await.is_ok());
    }
}
