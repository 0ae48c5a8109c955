//! What a running process holds.
use crate::{
    Clock, Config, Result,
    audit::Recorder,
    db::Db,
    events::{Doorbell, Hub},
    metrics::Metrics,
};
use std::sync::Arc;

pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Config,
    pub doorbell: Doorbell,
    pub hub: Hub,
    pub recorder: Recorder,
    pub metrics: Arc<Metrics>,
}

impl App {
    /// Connects to a database whose schema is up to date.
    pub fn start(db: Db, clock: Clock, config: Config) -> Arc<Self> {
        let doorbell = Doorbell::in_process();
        let hub = Hub::start(db.clone(), &doorbell);
        let recorder = Recorder::start(db.clone());
        Arc::new(Self { db, clock, config, doorbell, hub, recorder, metrics: Arc::default() })
    }

    /// Opens the database, brings its schema up to date, and starts.
    pub async fn open(database_url: &str, clock: Clock, config: Config) -> Result<Arc<Self>> {
        let db = Db::open(database_url).await?;
        db.migrate().await?;
        Ok(Self::start(db, clock, config))
    }
}
