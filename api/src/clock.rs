//! The time, passed in: the system's, or one that a test sets.
use chrono::{DateTime, SubsecRound, Utc};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// How long a wait trusts what it computed: the system's clock may be set meanwhile.
const LONGEST_SLEEP: Duration = Duration::from_secs(4);

#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until it is set.
    Set(Arc<watch::Sender<DateTime<Utc>>>),
}

impl Clock {
    pub fn set_to(at: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(watch::channel(at).0))
    }

    /// Now, in whole microseconds: what both databases can keep, so that a stored instant equals the one in memory.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Set(at) => at.borrow().trunc_subsecs(6),
        }
    }

    /// Moves a set clock. The system's is left alone.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Set(at) = self {
            at.send_replace(to);
        }
    }

    /// Waits until this moment has come.
    pub async fn reached(&self, at: DateTime<Utc>) {
        match self {
            Self::System => {
                while let Ok(left) = (at - self.now()).to_std() {
                    tokio::time::sleep(left.min(LONGEST_SLEEP) + Duration::from_millis(1)).await;
                }
            }
            Self::Set(clock) => {
                // It lives as long as `self`.
                let _ = clock.subscribe().wait_for(|now| *now >= at).await;
            }
        }
    }
}
