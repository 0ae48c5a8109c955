//! A socket ends with the session that it was opened with, however that ends, whether or not anything runs on it.
use crate::{
    Actor, App, Cx, Error, Result,
    events::{Mark, Watch, hub::Organization},
    people::sessions,
};
use rand::Rng;
use std::{sync::Arc, time::Duration};
use tokio_util::task::AbortOnDropHandle;

/// Who could not be asked, because the database is away, is asked again after about this long.
const AGAIN: Duration = Duration::from_secs(2);

/// A task of its own, which ends with the session: a socket that hears something meanwhile does not break off a question
/// to the database half way.
pub struct Session(AbortOnDropHandle<()>);

struct Asking {
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
        let cx = Cx::new(app.clone(), actor);
        let asking = Asking { cx, watch, _organization: organization, in_doubt: !followed };
        Ok(Self(AbortOnDropHandle::new(tokio::spawn(asking.over()))))
    }
}

impl Asking {
    async fn over(mut self) {
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

/// Until the session is over, or nobody watches it any more; for ever before there is one.
pub async fn over(session: &mut Option<Session>) {
    match session {
        Some(Session(asking)) => {
            if let Err(error) = asking.await {
                tracing::error!(%error, "a session's watch ended badly, and its socket with it");
            }
        }
        None => std::future::pending().await,
    }
}
