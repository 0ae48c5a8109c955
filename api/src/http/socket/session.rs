//! A socket ends with the session that it was opened with, however that ends, whether or not anything runs on it.
use crate::{
    Actor, App, Cx, Error, Result,
    events::{Mark, Watch, hub::Organization},
    people::sessions,
};
use rand::Rng;
use std::{sync::Arc, time::Duration};

/// Who could not be asked, because the database is away, is asked again after about this long.
const AGAIN: Duration = Duration::from_secs(2);

pub struct Session {
    cx: Cx,
    watch: Watch,
    /// Held so that the organisation's news keep coming.
    _organization: Arc<Organization>,
    /// Something happened that may have ended it.
    in_doubt: bool,
}

impl Session {
    /// From the mark on, which is of before the actor was let in.
    pub async fn watch(app: &Arc<App>, actor: Actor, since: Mark) -> Result<Self> {
        let (organization, followed) = app.hub.join(actor.scope.organization).await?;
        let ids = [actor.staff.map(|id| id.0), actor.session.map(|id| id.0)];
        let watch = app.hub.access().watch(since, ids.into_iter().flatten().collect());
        // Nobody listened before: what happened meanwhile was not heard.
        Ok(Self { cx: Cx::new(app.clone(), actor), watch, _organization: organization, in_doubt: !followed })
    }

    async fn over(&mut self) {
        loop {
            if !self.in_doubt {
                tokio::select! {
                    () = self.watch.changed() => {}
                    () = self.limit() => {}
                }
                self.in_doubt = true;
            }
            match sessions::authenticate_again(&self.cx).await {
                Ok(actor) => {
                    self.cx.actor = actor;
                    self.in_doubt = false;
                }
                Err(Error::Unauthenticated) => return,
                Err(_) => {
                    let share = rand::rng().random_range(0.5..1.0);
                    tokio::time::sleep(AGAIN.mul_f64(share)).await;
                }
            }
        }
    }

    /// Until the session ends by itself, unless it is used before.
    async fn limit(&self) {
        match self.cx.actor.ends_at() {
            Some(at) => self.cx.app.clock.reached(at).await,
            None => std::future::pending().await,
        }
    }
}

/// Until the session is over; for ever before there is one. Dropping the future between two calls loses nothing.
pub async fn over(session: &mut Option<Session>) {
    match session {
        Some(session) => session.over().await,
        None => std::future::pending().await,
    }
}
