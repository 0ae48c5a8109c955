//! What goes wrong during a run: one fault after another, each healed before the next begins. Which, where and how long
//! comes from the seed.
use super::history::now;
use crate::{Cluster, postgres::Stop, proxy::Line};
use chrono::{DateTime, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Kill,
    AbortAfterCommit,
    AbortBeforeCommit,
    Pause,
    Terminate,
    RedisStop,
    RedisFreeze,
    RedisFlush,
    RedisCut,
    RedisForge,
    PostgresFast,
    PostgresImmediate,
    Cut,
    Delay,
    Throttle,
    Dark,
}

const ALL: [(Fault, &str); 16] = [
    (Fault::Kill, "kill"),
    (Fault::AbortAfterCommit, "abort-after-commit"),
    (Fault::AbortBeforeCommit, "abort-before-commit"),
    (Fault::Pause, "pause"),
    (Fault::Terminate, "terminate"),
    (Fault::RedisStop, "redis-stop"),
    (Fault::RedisFreeze, "redis-freeze"),
    (Fault::RedisFlush, "redis-flush"),
    (Fault::RedisCut, "redis-cut"),
    (Fault::RedisForge, "redis-forge"),
    (Fault::PostgresFast, "postgres-fast"),
    (Fault::PostgresImmediate, "postgres-immediate"),
    (Fault::Cut, "line-cut"),
    (Fault::Delay, "line-delay"),
    (Fault::Throttle, "line-throttle"),
    (Fault::Dark, "line-dark"),
];

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = ALL.iter().find(|(fault, _)| fault == self).map_or("?", |(_, name)| name);
        f.pad(name)
    }
}

/// Some of the faults: `kill`, `redis` (all that begin so), `all`, `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl FromStr for Faults {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut chosen = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != "none") {
            let meant = ALL.iter().filter(|(_, name)| word == "all" || name.starts_with(word));
            let before = chosen.len();
            chosen.extend(meant.map(|(fault, _)| *fault));
            if chosen.len() == before {
                let names: Vec<&str> = ALL.iter().map(|(_, name)| *name).collect();
                return Err(format!("there is no fault {word}: all, none, or of {}", names.join(", ")));
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
        Ok(Self(chosen))
    }
}

/// A fault that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    pub fault: Fault,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

pub struct Nemesis {
    cluster: Arc<Cluster>,
    faults: Vec<Fault>,
    random: StdRng,
    stop: Arc<AtomicBool>,
    organizations: Vec<Uuid>,
    loud: bool,
    happened: Vec<Happened>,
    /// Nodes that ended though nobody had ended them.
    died: Vec<String>,
}

/// What a nemesis did, and what it did not do.
pub struct Trouble {
    pub happened: Vec<Happened>,
    pub died: Vec<String>,
}

impl Nemesis {
    pub fn new(
        cluster: Arc<Cluster>,
        Faults(faults): Faults,
        seed: u64,
        organizations: Vec<Uuid>,
        loud: bool,
        stop: Arc<AtomicBool>,
    ) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self { cluster, faults, random, stop, organizations, loud, happened: Vec::new(), died: Vec::new() }
    }

    /// Until it is told to stop; everything is healed then. For a thread of its own: it waits a lot.
    pub fn rages(mut self) -> Trouble {
        // Each kind comes once before any comes again.
        let mut bag: Vec<Fault> = Vec::new();
        let begun = Instant::now();
        while !self.is_over() {
            self.waits(1_500, 4_000);
            if bag.is_empty() {
                bag.clone_from(&self.faults);
            }
            if bag.is_empty() || self.is_over() {
                continue;
            }
            let fault = bag.swap_remove(self.random.random_range(0..bag.len()));
            let node = self.random.random_range(0..self.cluster.nodes.len());
            if self.loud {
                println!("{:7.1} s  {fault} (node {node})", begun.elapsed().as_secs_f64());
            }
            let from = now();
            self.does(fault, node);
            self.happened.push(Happened { fault, from, until: now() });
            self.looks_after_the_nodes();
        }
        Trouble { happened: self.happened, died: self.died }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// A while between these, in milliseconds, or until the end.
    fn waits(&mut self, least: u64, most: u64) {
        let until = Instant::now() + Duration::from_millis(self.random.random_range(least..=most));
        while Instant::now() < until && !self.is_over() {
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn does(&mut self, fault: Fault, n: usize) {
        let cluster = self.cluster.clone();
        let node = &cluster.nodes[n];
        match fault {
            Fault::Kill => {
                node.kill();
                self.waits(200, 4_000);
                node.start();
            }
            Fault::AbortAfterCommit => self.aborts(n, "tx.after-commit"),
            Fault::AbortBeforeCommit => self.aborts(n, "tx.before-commit"),
            Fault::Pause => {
                node.pause();
                self.waits(1_000, 8_000);
                node.resume();
            }
            Fault::Terminate => {
                node.terminate();
                node.start();
            }
            Fault::RedisStop => {
                cluster.redis().stop();
                self.waits(2_000, 6_000);
                cluster.redis().start_again();
            }
            Fault::RedisFreeze => {
                cluster.redis().freeze();
                self.waits(2_000, 6_000);
                cluster.redis().thaw();
            }
            Fault::RedisFlush => cluster.redis().forget_everything(),
            Fault::RedisCut => drop(cluster.redis().cut_listeners()),
            Fault::RedisForge => self.forges(),
            Fault::PostgresFast => self.restarts_postgres(Stop::Fast),
            Fault::PostgresImmediate => self.restarts_postgres(Stop::Immediate),
            Fault::Cut => {
                let proxy = node.proxy();
                for id in proxy.connections() {
                    if self.random.random_bool(0.5) {
                        proxy.cut(id);
                    }
                }
            }
            Fault::Delay => {
                let delay = Duration::from_millis(self.random.random_range(20..400));
                self.bends(n, Line { delay, ..Line::default() }, 2_000, 5_000);
            }
            Fault::Throttle => {
                let rate = self.random.random_range(2_000..20_000);
                self.bends(n, Line { bytes_a_second: Some(rate), ..Line::default() }, 2_000, 5_000);
            }
            Fault::Dark => self.bends(n, Line { dark: true, ..Line::default() }, 2_000, 14_000),
        }
    }

    fn bends(&mut self, n: usize, line: Line, least: u64, most: u64) {
        self.cluster.nodes[n].proxy().all(line);
        self.waits(least, most);
        self.cluster.nodes[n].proxy().all(Line::default());
    }

    /// Gives the node a fail point, waits until it has failed there, and takes the point away.
    fn aborts(&mut self, n: usize, point: &str) {
        let cluster = self.cluster.clone();
        let node = &cluster.nodes[n];
        node.kill();
        node.arm(&format!("{point}=5%return"));
        node.start();
        let since = Instant::now();
        while node.is_running() && since.elapsed() < Duration::from_secs(8) && !self.is_over() {
            thread::sleep(Duration::from_millis(20));
        }
        node.kill();
        node.arm("");
        self.waits(200, 2_000);
        node.start();
    }

    fn restarts_postgres(&mut self, how: Stop) {
        let cluster = self.cluster.clone();
        cluster.store.server().stop(how);
        self.waits(100, 2_500);
        cluster.store.server().start();
    }

    /// Rings that no node rang, from somebody who got at Redis.
    fn forges(&mut self) {
        for n in 0..30 {
            let Some(&organization) = self.organizations.choose(&mut self.random) else { return };
            let channel = format!("huddle:{{{organization}}}:events");
            let other = self.organizations.choose(&mut self.random).copied().unwrap_or(organization);
            let mut bytes = vec![0_u8; 32];
            self.random.fill(&mut bytes[..]);
            let (epoch, actor) = (Uuid::from_u128(self.random.random()), Uuid::from_u128(self.random.random()));
            let head: i64 = if n % 2 == 0 { i64::MAX } else { self.random.random_range(-5..5_000) };
            let body = match n % 3 {
                0 => "no JSON at all".to_owned(),
                1 => format!(r#"{{"organization":"{other}","epoch":"{epoch}","head":{head},"events":[]}}"#),
                _ => format!(
                    r#"{{"organization":"{organization}","epoch":"{epoch}","head":{head},"events":[{{"seq":{head},"at":"2026-01-01T00:00:00Z","actor":"{actor}","kind":"task","id":"{actor}","before":[],"after":[]}}]}}"#
                ),
            };
            bytes.extend(body.into_bytes());
            // Frozen or not, it is only a try.
            let _ = cluster_says(&self.cluster, &channel, &bytes);
        }
    }

    /// A node that is not there now is there again afterwards, and whoever let it down is told.
    fn looks_after_the_nodes(&mut self) {
        let cluster = self.cluster.clone();
        for (n, node) in cluster.nodes.iter().enumerate() {
            if !node.is_running() {
                self.died.push(format!("node {n} ended by itself:\n{}", node.log.tail(15)));
                node.kill();
                node.start();
            }
        }
    }
}

fn cluster_says(cluster: &Cluster, channel: &str, bytes: &[u8]) -> std::io::Result<String> {
    cluster.redis().try_bytes(&[b"SPUBLISH", channel.as_bytes(), bytes])
}
