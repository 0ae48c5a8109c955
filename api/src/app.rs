//! What a running process holds.
use crate::{
    Clock, Config, Error, Result,
    audit::{self, Recorder},
    db::{Db, Settings},
    events::{Doorbell, Hub, log},
    huddles::time::Looked,
    metrics::Metrics,
    people::{oidc::provider::Provider, seen::Seen, sign_in::sources::Sources},
    presence::Presence,
};
use std::sync::Arc;

pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Config,
    pub doorbell: Doorbell,
    pub hub: Hub,
    pub presence: Presence,
    pub seen: Seen,
    /// Whose sign-in we trust besides our own.
    pub provider: Option<Provider>,
    pub recorder: Recorder,
    pub sources: Sources,
    /// Which agendas were brought up to date, and when.
    pub agendas: Looked,
    pub metrics: Arc<Metrics>,
}

impl App {
    /// Connects to a database whose schema is up to date.
    pub fn start(db: Db, clock: Clock, config: Config) -> Result<Arc<Self>> {
        let metrics = Arc::<Metrics>::default();
        let doorbell = Doorbell::start(config.redis.as_ref(), metrics.clone());
        let doorbell = doorbell.map_err(|wrong| Error::bad_input("--redis-url", wrong.to_string()))?;
        let hub = Hub::start(db.clone(), doorbell.clone(), metrics.clone());
        let recorder = Recorder::start(db.clone());
        let presence = Presence::new(doorbell.clone(), clock.clone());
        let provider = config.oidc.clone().map(|settings| Provider::new(settings, clock.clone())).transpose()?;
        Ok(Arc::new(Self {
            db,
            clock,
            config,
            doorbell,
            hub,
            presence,
            seen: Seen::default(),
            provider,
            recorder,
            sources: Sources::default(),
            agendas: Looked::default(),
            metrics,
        }))
    }

    /// Opens the database, its schema up to date, and starts.
    pub async fn open(database: impl Into<Settings>, clock: Clock, config: Config) -> Result<Arc<Self>> {
        let db = Db::open(database).await?;
        // Before anybody writes: making a day's partition holds up who writes that day meanwhile.
        if let Err(error) = log::prepare(&db, clock.now()).await {
            tracing::warn!(%error, "the days to come have no partitions yet");
        }
        audit::begin(&db).await?;
        Self::start(db, clock, config)
    }
}
