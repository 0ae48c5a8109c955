//! Several real processes on one PostgreSQL and one Redis, as they run for a large practice group.
use crate::{
    Browser, Process, Proxy, Redis, Store, keeper,
    process::{Launch, Log},
};
use std::{
    net::SocketAddr,
    process::ExitStatus,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

/// Longer than any drain that a test asks for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a cluster is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    pub nodes: usize,
    pub redis: bool,
    /// That Redis is a cluster, of one server.
    pub redis_cluster: bool,
    /// Each node behind a [`Proxy`].
    pub proxies: bool,
    /// More for the command line of each node.
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub log_depth: String,
    /// Fail points that every node has, always.
    pub points: String,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            nodes: 3,
            redis: true,
            redis_cluster: false,
            proxies: false,
            arguments: Vec::new(),
            environment: Vec::new(),
            log_depth: "info".to_owned(),
            points: String::new(),
        }
    }
}

pub struct Cluster {
    pub nodes: Vec<Node>,
    pub redis: Option<Redis>,
    pub store: Store,
}

/// One node: a process, or the place where one was and may be again.
pub struct Node {
    /// Its own, kept over restarts.
    pub address: SocketAddr,
    pub proxy: Option<Proxy>,
    pub log: Log,
    points: String,
    launch: Mutex<Launch>,
    process: Mutex<Option<Process>>,
}

impl Cluster {
    /// On a PostgreSQL of its own.
    pub async fn start(plan: Plan) -> Self {
        Self::start_on(Store::restartable().await, plan).await
    }

    /// On a database that may have rows already.
    pub async fn start_on(store: Store, plan: Plan) -> Self {
        let redis = plan.redis.then(|| if plan.redis_cluster { Redis::start_cluster() } else { Redis::start() });
        let mut nodes = Vec::new();
        for _ in 0..plan.nodes {
            let mut launch = Launch::on(&store.url);
            launch.listen.set_port(keeper::free_port());
            launch.arguments.extend(plan.arguments.iter().cloned());
            if let Some(redis) = &redis {
                launch.arguments.extend(["--redis-url".to_owned(), redis.url()]);
            }
            launch.environment.clone_from(&plan.environment);
            launch.depth.clone_from(&plan.log_depth);
            let proxy = if plan.proxies { Some(Proxy::to(launch.listen).await) } else { None };
            let node = Node {
                address: launch.listen,
                proxy,
                log: launch.log.clone(),
                points: plan.points.clone(),
                launch: Mutex::new(launch),
                process: Mutex::new(None),
            };
            node.arm("");
            node.start();
            nodes.push(node);
        }
        Self { nodes, redis, store }
    }

    /// Where people come in: a door a node.
    pub fn doors(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(Node::door).collect()
    }

    pub fn redis(&self) -> &Redis {
        self.redis.as_ref().expect("the cluster has a Redis")
    }

    /// The last lines of every node's log: for the message of a failure.
    pub fn logs(&self, lines: usize) -> String {
        let logs = self.nodes.iter().enumerate().map(|(n, node)| format!("node {n}:\n{}\n", node.log.tail(lines)));
        logs.collect()
    }
}

impl Node {
    /// Its proxy, or itself.
    pub fn door(&self) -> SocketAddr {
        self.proxy.as_ref().map_or(self.address, |proxy| proxy.address)
    }

    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("the node is behind a proxy")
    }

    pub fn stranger(&self) -> Browser {
        Browser::at(self.door())
    }

    /// Changes what the next start sets in the environment. An empty value takes it away.
    pub fn set(&self, name: &str, value: &str) {
        let mut launch = self.launch.lock().expect("a node");
        launch.environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            launch.environment.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Sets the fail points of the next start, beside those of the plan: `tx.after-commit=2%return`. An empty text
    /// takes them away.
    pub fn arm(&self, points: &str) {
        let all: Vec<&str> = [self.points.as_str(), points].into_iter().filter(|one| !one.is_empty()).collect();
        self.set("FAILPOINTS", &all.join(";"));
    }

    /// Starts it, or starts it again at the same address.
    pub fn start(&self) {
        self.try_start().unwrap_or_else(|why| panic!("{why}"));
    }

    /// The same where it may not be able to: its database is away.
    pub fn try_start(&self) -> Result<(), String> {
        let launch = self.launch.lock().expect("a node").clone();
        let mut process = self.process();
        assert!(process.is_none(), "it runs already");
        launch.log.note("started");
        *process = Some(Process::try_launch(&launch)?);
        Ok(())
    }

    pub fn is_running(&self) -> bool {
        self.process().as_mut().is_some_and(|process| process.ended().is_none())
    }

    /// SIGKILL. Harmless where nothing runs.
    pub fn kill(&self) {
        if let Some(process) = self.process().take() {
            process.kill();
            self.log.note("killed");
        }
    }

    /// SIGTERM, and waits until it has ended by itself.
    pub fn terminate(&self) -> Option<ExitStatus> {
        self.ask_to_end();
        self.ended()
    }

    /// SIGTERM: what follows is up to it.
    pub fn ask_to_end(&self) {
        self.signal("TERM");
    }

    /// Waits until it has ended by itself, and says how.
    pub fn ended(&self) -> Option<ExitStatus> {
        let process = self.process().take()?;
        Some(process.wait(PATIENCE).0)
    }

    /// SIGSTOP: it neither works nor goes away.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    pub fn resume(&self) {
        self.signal("CONT");
    }

    pub fn pid(&self) -> Option<u32> {
        self.process().as_ref().map(Process::pid)
    }

    pub fn memory(&self) -> u64 {
        self.process().as_ref().expect("a running node").memory()
    }

    fn signal(&self, name: &str) {
        if let Some(process) = &*self.process() {
            process.signal(name);
        }
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().expect("a node")
    }
}
