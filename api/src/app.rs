//! What a running process holds.
use crate::{
    Clock, Config, Result,
    audit::Recorder,
    db::{Db, Settings},
    events::{Doorbell, Hub, log},
};
use std::sync::Arc;

pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Config,
    pub doorbell: Doorbell,
    pub hub: Hub,
    pub recorder: Recorder,
}

impl App {
    /// Connects to a database whose schema is up to date.
    pub fn start(db: Db, clock: Clock, config: Config) -> Arc<Self> {
        let doorbell = Doorbell::in_process();
        let hub = Hub::start(db.clone(), &doorbell);
        let recorder = Recorder::start(db.clone());
        Arc::new(Self { db, clock, config, doorbell, hub, recorder })
    }

    /// Opens the database, its schema up to date, and starts.
    pub async fn open(database: impl Into<Settings>, clock: Clock, config: Config) -> Result<Arc<Self>> {
        let db = Db::open(database).await?;
        // Before anybody writes: making a day's partition holds up who writes that day meanwhile.
        if let Err(error) = log::prepare(&db, clock.now()).await {
            tracing::warn!(%error, "the days to come have no partitions yet");
        }
        Ok(Self::start(db, clock, config))
    }
}
