//! What a server does by itself: time's work on tasks and visits, care of the log, and forgetting what is old.
use crate::{
    App, Cx, Result, audit, caseload, emergency, events::log, handoffs, history::versions, huddles, interop::hl7v2,
    once, people::sign_in, tasks,
};
use entity::{org_head, organization};
use sea_orm::EntityTrait;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

/// A due time, an overdue time, a lapse is on every screen this long after its moment, at most.
const TURN: Duration = Duration::from_millis(500);
/// An agenda follows what happens in so long.
const AGENDAS: Duration = Duration::from_secs(2);
const VISITS: Duration = Duration::from_secs(60);
const LOG: Duration = Duration::from_secs(600);
const RECORD: Duration = Duration::from_secs(24 * 3_600);

pub struct Background(Vec<JoinHandle<()>>);

pub fn start(app: Arc<App>, stop: CancellationToken) -> Background {
    let turning =
        every(TURN, stop.clone(), app.clone(), |app| async move { tasks::time::sweep(&app).await.map(|_| ()) });
    let handing = every(TURN, stop.clone(), app.clone(), |app| async move { handoffs::time::sweep(&app).await });
    let asking = every(TURN, stop.clone(), app.clone(), |app| async move { tasks::takeover::time::sweep(&app).await });
    let ending = every(TURN, stop.clone(), app.clone(), |app| async move { emergency::time::sweep(&app).await });
    let agendas = every(AGENDAS, stop.clone(), app.clone(), |app| async move { huddles::time::sweep(&app).await });
    let visiting = every(VISITS, stop.clone(), app.clone(), |app| async move { end_clinic_visits(&app).await });
    let weighing = every(VISITS, stop.clone(), app.clone(), |app| async move { mind_caseloads(&app).await });
    // Room for the next days was made when the database was opened, before anybody wrote.
    let keeping = after(LOG, LOG, stop.clone(), app.clone(), |app| async move { keep_log(&app).await });
    let recording = every(RECORD, stop, app, |app| async move { keep_record(&app).await });
    Background(vec![turning, handing, asking, ending, agendas, visiting, weighing, keeping, recording])
}

impl Background {
    pub async fn finish(self) {
        for task in self.0 {
            if let Err(error) = task.await {
                tracing::error!(%error, "background work ended badly");
            }
        }
    }
}

fn every<F>(period: Duration, stop: CancellationToken, app: Arc<App>, work: fn(Arc<App>) -> F) -> JoinHandle<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    after(Duration::ZERO, period, stop, app, work)
}

fn after<F>(
    first: Duration,
    period: Duration,
    stop: CancellationToken,
    app: Arc<App>,
    work: fn(Arc<App>) -> F,
) -> JoinHandle<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval_at(Instant::now() + first, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = work(app.clone()).await {
                tracing::warn!(%error, "background work failed, and will be tried again");
            }
        }
    })
}

/// Nobody tells us that somebody went home from the clinic.
async fn end_clinic_visits(app: &Arc<App>) -> Result<()> {
    for organization in organization::Entity::find().all(app.db.common()).await? {
        hl7v2::end_clinic_visits(&Cx::system(app.clone(), organization.id)).await?;
    }
    Ok(())
}

/// Brings back the work of who returned, and writes down what everybody carries.
async fn mind_caseloads(app: &Arc<App>) -> Result<()> {
    caseload::cover::sweep(app).await?;
    caseload::trend::sweep(app).await
}

/// Makes room for the events of the next days, and drops those that no feed may come back for any more, the names of
/// writes that nobody sends again, and what waits for an answer no longer.
pub async fn keep_log(app: &Arc<App>) -> Result<()> {
    let now = app.clock.now();
    log::prepare(&app.db, now).await?;
    let heads = || org_head::Entity::find().all(app.db.common());
    let before: HashMap<_, _> = heads().await?.into_iter().map(|head| (head.organization_id, head.floor_seq)).collect();
    log::forget(&app.db, now - app.config.event_retention).await?;
    for head in heads().await? {
        let was = before.get(&head.organization_id).copied().unwrap_or_default();
        forget_versions(app, &head, was).await?;
    }
    sign_in::forget(app).await?;
    for organization in organization::Entity::find().all(app.db.common()).await? {
        let tx = Cx::system(app.clone(), organization.id).begin("once.forget").await?;
        once::forget(&*tx, organization.id, now - once::MEMORY).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Drops what the record was kept long enough for, and says where it stands.
pub async fn keep_record(app: &Arc<App>) -> Result<()> {
    audit::retention::forget(app).await?;
    audit::log_heads(app).await?;
    // What a node that ended in between has left.
    for head in org_head::Entity::find().all(app.db.common()).await? {
        forget_versions(app, &head, 0).await?;
    }
    Ok(())
}

/// What things looked like goes with the events, of which those after `was` went last.
async fn forget_versions(app: &Arc<App>, head: &org_head::Model, was: i64) -> Result<()> {
    if head.floor_seq <= was {
        return Ok(());
    }
    let tx = Cx::system(app.clone(), head.organization_id).begin("history.forget").await?;
    versions::forget(&*tx, head.organization_id, (was, head.floor_seq)).await?;
    tx.commit().await
}
