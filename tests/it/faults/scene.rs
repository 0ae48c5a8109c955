//! Three nodes, a practice, and a nurse who works at the first.
use serde_json::Value;
use std::time::Duration;
use tests::{Cluster, Feed, Person, Practice, cluster::Plan};

pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Scene {
    pub cluster: Cluster,
    pub practice: Practice,
    pub cedar: String,
    pub ana: Person,
}

impl Scene {
    pub async fn open() -> Self {
        Self::with(Plan::default()).await
    }

    pub async fn with(plan: Plan) -> Self {
        let cluster = Cluster::start(plan).await;
        let practice = Practice::in_store(&cluster.store, "Harbor").await.served_at(cluster.nodes[0].door());
        let cedar = practice.team("Cedar").await;
        let ana = practice.nurse("Ana", "Cedar").await;
        Self { cluster, practice, cedar, ana }
    }

    /// Ana, at this node.
    pub fn ana_at(&self, node: usize) -> Person {
        self.ana.at(self.cluster.nodes[node].door())
    }

    /// Ana's screen of Cedar, at this node.
    pub async fn screen(&self, node: usize, after: Option<&str>) -> Feed {
        self.ana_at(node).follows(&self.cedar, after).await
    }

    /// The ids of all tasks on Cedar's board, read at this node.
    pub async fn board(&self, node: usize) -> Vec<String> {
        let document = "query Board($team: ID!) { careTeam(id: $team) { tasks(first: 200, orderBy: CREATED_AT) {
            nodes { id } } } }";
        let answer = self.ana_at(node).ask(document, serde_json::json!({ "team": self.cedar })).await;
        let tasks = answer.at("/careTeam/tasks/nodes").as_array().unwrap().clone();
        tasks.iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until the node's `/readyz` says this.
    pub async fn is_ready(&self, node: usize, wanted: impl Fn(&Value) -> bool) {
        let browser = self.cluster.nodes[node].stranger();
        eventually(&format!("node {node} says so in /readyz"), async || {
            let request = browser.request(http::Method::GET, "/readyz");
            browser.try_send(request, "").await.is_ok_and(|answer| wanted(&answer.body))
        })
        .await;
    }
}

/// Waits for what comes by itself.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("not within {PATIENCE:?}: {what}"));
}
