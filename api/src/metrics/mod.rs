//! What is counted and measured of one running service, for Prometheus.
//!
//! Each `App` has its own, so that two in one process do not mix. Labels come from closed sets: none holds an id, a
//! name or anything that a client wrote.
mod names;
mod process;

pub use names::{EventSource, Pool, Queue, RingOutcome};

use crate::App;
use names::Labels;
use prometheus_client::{
    encoding::text,
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
        info::Info,
    },
    registry::{Metric, Registry},
};
use std::{
    borrow::Cow,
    hash::Hash,
    time::{Duration, Instant},
};
use tracing::Instrument;

pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const QUICK: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

fn seconds() -> Histogram {
    Histogram::new(QUICK)
}

pub struct Metrics {
    registry: Registry,
    sockets: Gauge,
    feeds: Gauge,
    feed_items: Family<Labels<1>, Counter>,
    feed_lag: Histogram,
    requests: Family<[(&'static str, Cow<'static, str>); 3], Histogram>,
    operations: Family<Labels<2>, Counter>,
    operation_seconds: Family<Labels<1>, Histogram>,
    mutations: Family<[(&'static str, Cow<'static, str>); 2], Counter>,
    emergencies: Family<Labels<1>, Counter>,
    doorbell_up: Gauge,
    rings: Family<Labels<2>, Counter>,
    sweep_heals: Counter,
    event_reads: Family<Labels<1>, Counter>,
    snapshots: Gauge,
    snapshots_refused: Counter,
    queues: Family<Labels<1>, Gauge>,
    connections: Family<Labels<2>, Gauge>,
    connections_max: Family<Labels<1>, Gauge>,
    pool_waiting: Family<Labels<1>, Gauge>,
    pool_wait: Family<Labels<1>, Histogram>,
    process: process::Process,
}

fn known<S: Clone + Eq + Hash, M: Clone, C: MetricConstructor<M>>(family: &Family<S, M, C>, labels: &S) {
    drop(family.get_or_create(labels));
}

/// Registers each metric as it is made.
struct Maker(Registry);

impl Maker {
    fn make<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut new = Maker(Registry::with_prefix("huddle"));
        let by_kind = Family::new_with_constructor(seconds as fn() -> Histogram);
        let by_request = Family::new_with_constructor(seconds as fn() -> Histogram);
        let by_pool = Family::new_with_constructor(seconds as fn() -> Histogram);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        new.0.register("build", "The version that runs", build);
        let metrics = Self {
            sockets: new.make("sockets", "Open WebSockets", Gauge::default()),
            feeds: new.make("feeds", "Open team feeds", Gauge::default()),
            feed_items: new.make("feed_items", "Items told to subscribers, worked out or shared", Family::default()),
            feed_lag: new.make("feed_lag_seconds", "From a change to its item in a subscriber's hands", seconds()),
            requests: new.make("http_request_seconds", "Time until an HTTP request is answered", by_request),
            operations: new.make("operations", "GraphQL operations by kind and outcome", Family::default()),
            operation_seconds: new.make("operation_seconds", "Time that queries and mutations take", by_kind),
            mutations: new.make("mutations", "Mutations by name and outcome", Family::default()),
            emergencies: new.make("emergency_access", "Emergency access, taken or refused", Family::default()),
            doorbell_up: new.make("doorbell_up", "1 while rings between nodes come and go", Gauge::default()),
            rings: new.make("doorbell_rings", "Rings between nodes", Family::default()),
            sweep_heals: new.make("sweep_heals", "News that a sweep found and no ring had told", Counter::default()),
            event_reads: new.make("event_reads", "Where feeds' events were read from", Family::default()),
            snapshots: new.make("snapshots_running", "Queries that read a snapshot now", Gauge::default()),
            snapshots_refused: new.make("snapshots_refused", "Queries asked to come back later", Counter::default()),
            queues: new.make("queue_depth", "What waits in a queue", Family::default()),
            connections: new.make("pool_connections", "Database connections by pool and state", Family::default()),
            connections_max: new.make("pool_connections_max", "Connections that a pool may open", Family::default()),
            pool_waiting: new.make("pool_waiting", "Transactions that wait for a connection", Family::default()),
            pool_wait: new.make("pool_wait_seconds", "Time until a transaction has begun", by_pool),
            process: process::Process::register(&mut new.0),
            registry: new.0,
        };
        metrics.begin_at_zero();
        metrics
    }
}

impl Metrics {
    /// A series that appears with its first error has no rise to alert on.
    fn begin_at_zero(&self) {
        for words in ["worked_out", "shared"] {
            known(&self.feed_items, &[("words", words)]);
        }
        for outcome in ["taken", "refused"] {
            known(&self.emergencies, &[("outcome", outcome)]);
        }
        for kind in ["query", "mutation", "subscription", "none"] {
            for outcome in ["ok", "UNAVAILABLE", "INTERNAL"] {
                known(&self.operations, &[("kind", kind), ("outcome", outcome)]);
            }
        }
        for outcome in RingOutcome::ALL {
            known(&self.rings, &outcome.labels());
        }
        for from in EventSource::ALL {
            known(&self.event_reads, &[("from", from.word())]);
        }
        for queue in Queue::ALL {
            known(&self.queues, &[("queue", queue.word())]);
        }
        for pool in [Pool::Read, Pool::Write] {
            known(&self.pool_waiting, &[("pool", pool.word())]);
            known(&self.pool_wait, &[("pool", pool.word())]);
        }
        for kind in ["query", "mutation"] {
            known(&self.operation_seconds, &[("kind", kind)]);
        }
    }

    /// An open socket, for as long as it is held.
    pub fn socket(&self) -> Counted {
        Counted::one(&self.sockets)
    }

    /// An open feed, for as long as it is held.
    pub fn feed(&self) -> Counted {
        Counted::one(&self.feeds)
    }

    /// An item of a feed was told: from words that somebody else had asked for, or worked out for this.
    pub fn feed_item(&self, shared: bool) {
        self.feed_items.get_or_create(&[("words", if shared { "shared" } else { "worked_out" })]).inc();
    }

    pub fn feed_lag(&self, lag: chrono::TimeDelta) {
        self.feed_lag.observe(lag.to_std().unwrap_or_default().as_secs_f64());
    }

    /// `route` is the template, never the address that was asked for.
    pub fn request(&self, method: &'static str, route: Cow<'static, str>, status: u16, took: Duration) {
        let labels = [("method", method.into()), ("route", route), ("status", status.to_string().into())];
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// `outcome` is `ok` or the code of the first error. A document that could not be read is of the kind `none`.
    pub fn operation(&self, kind: &'static str, outcome: &'static str) {
        self.operations.get_or_create(&[("kind", kind), ("outcome", outcome)]).inc();
    }

    pub fn operation_took(&self, kind: &'static str, took: Duration) {
        self.operation_seconds.get_or_create(&[("kind", kind)]).observe(took.as_secs_f64());
    }

    /// `name` is a field of the schema: whoever calls this has seen the document validated.
    pub fn mutation(&self, name: String, outcome: &'static str) {
        self.mutations.get_or_create(&[("name", name.into()), ("outcome", outcome.into())]).inc();
    }

    /// Somebody looked at a patient in an emergency, or was not let to.
    pub fn emergency(&self, taken: bool) {
        self.emergencies.get_or_create(&[("outcome", if taken { "taken" } else { "refused" })]).inc();
    }

    pub fn doorbell_is_up(&self, up: bool) {
        self.doorbell_up.set(i64::from(up));
    }

    pub fn ring(&self, outcome: RingOutcome) {
        self.rings.get_or_create(&outcome.labels()).inc();
    }

    pub fn sweep_healed(&self) {
        self.sweep_heals.inc();
    }

    pub fn events_read(&self, from: EventSource) {
        self.event_reads.get_or_create(&[("from", from.word())]).inc();
    }

    /// A query in its snapshot, for as long as it is held.
    pub fn snapshot(&self) -> Counted {
        Counted::one(&self.snapshots)
    }

    pub fn snapshot_refused(&self) {
        self.snapshots_refused.inc();
    }

    pub fn queue_depth(&self, queue: Queue, depth: usize) {
        self.queues.get_or_create(&[("queue", queue.word())]).set(i64::try_from(depth).unwrap_or(i64::MAX));
    }

    /// Waits for a connection with `taking`, and measures how long.
    pub async fn waits<T>(&self, pool: Pool, taking: impl Future<Output = T>) -> T {
        let span = tracing::debug_span!("begin", pool = pool.word());
        let pool = [("pool", pool.word())];
        let _waiting = Counted::one(&self.pool_waiting.get_or_create_owned(&pool));
        let since = Instant::now();
        let taken = taking.instrument(span).await;
        self.pool_wait.get_or_create(&pool).observe(since.elapsed().as_secs_f64());
        taken
    }

    /// All of it as text. What nobody announces is looked at now: pools, queues, the process.
    pub fn render(&self, app: &App) -> Result<String, std::fmt::Error> {
        for (pool, used) in app.db.pools() {
            let pool = ("pool", pool.word());
            self.connections.get_or_create(&[pool, ("state", "in_use")]).set(used.size - used.idle);
            self.connections.get_or_create(&[pool, ("state", "idle")]).set(used.idle);
            self.connections_max.get_or_create(&[pool]).set(used.max);
        }
        self.queue_depth(Queue::Audit, app.recorder.waiting());
        self.process.look();
        let mut text = String::with_capacity(16 * 1024);
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Counted for as long as it is held.
pub struct Counted(Gauge);

impl Counted {
    fn one(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
