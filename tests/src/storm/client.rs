//! A screen that keeps nothing but its place: thousands of them fit into one process.
use api::events::Cursor;
use futures_util::{SinkExt, StreamExt};
use rand::{Rng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpStream, sync::watch};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};
use uuid::Uuid;

const PROTOCOL: &str = "graphql-transport-ws";
const CONNECT: Duration = Duration::from_secs(10);
const FEED: &str = "subscription Feed($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) {
    __typename cursor at ... on FeedOpened { resumption }
    ... on TaskChanged { actor { id displayName } task { id version kind kindName title status statusReason statusSince
      priority dueAt dueState isOverdue createdAt completedAt careTeam { id } claim { at leaseUntil by { id displayName } }
      completedBy { id displayName } patient { id version displayName status } } }
    ... on CareTeamChanged { careTeam { id name } } ... on NodeRemoved { nodeId } } }";

/// One care team's place in a socket.
pub struct Follows {
    pub team: String,
    pub uuid: Uuid,
    pub organization: Uuid,
    pub first: i64,
    pub last: i64,
    pub cursor: Option<String>,
    pub items: usize,
    pub wrong: usize,
    pub resets: usize,
}

#[derive(Default)]
pub struct Counts {
    pub live: AtomicUsize,
    pub attempts: AtomicUsize,
    pub refused: AtomicUsize,
    pub closed: AtomicUsize,
    pub over: AtomicBool,
}

/// All that a socket needs to know.
pub struct Client {
    pub token: String,
    pub follows: [Follows; 2],
    pub counts: Arc<Counts>,
    pub doors: watch::Receiver<Vec<SocketAddr>>,
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let (live, attempts, refused, closed) = (n(&self.live), n(&self.attempts), n(&self.refused), n(&self.closed));
        write!(f, "{live} live, {attempts} tries, {refused} of them failed, {closed} lines closed")
    }
}

impl Client {
    /// Connects, follows both teams, and comes back with the dashboard's pauses, until it is over.
    pub async fn lives(mut self) -> [Follows; 2] {
        let mut attempt = 0;
        while !self.counts.over.load(Ordering::Relaxed) {
            self.counts.attempts.fetch_add(1, Ordering::Relaxed);
            let mut live = 0;
            if self.connects(&mut live, &mut attempt).await.is_none() {
                self.counts.refused.fetch_add(usize::from(live == 0), Ordering::Relaxed);
            }
            self.counts.live.fetch_sub(live, Ordering::Relaxed);
            if self.counts.over.load(Ordering::Relaxed) {
                break;
            }
            let pause = Duration::from_millis((250 * 2_u64.pow(attempt.min(10))).min(10_000));
            attempt += 1;
            let pause = pause.mul_f64(0.5 + rand::rng().random::<f64>() / 2.0);
            tokio::time::sleep(pause).await;
        }
        self.follows
    }

    async fn connects(&mut self, live: &mut usize, attempt: &mut u32) -> Option<()> {
        let door = *self.doors.borrow().choose(&mut rand::rng())?;
        let tcp = tokio::time::timeout(CONNECT, TcpStream::connect(door)).await.ok()?.ok()?;
        let mut request = format!("ws://{door}/graphql").into_client_request().ok()?;
        request.headers_mut().insert("sec-websocket-protocol", http::HeaderValue::from_static(PROTOCOL));
        let small = WebSocketConfig::default().read_buffer_size(2_048).write_buffer_size(0);
        let upgrade = client_async_with_config(request, tcp, Some(small));
        let (mut stream, _) = tokio::time::timeout(CONNECT, upgrade).await.ok()?.ok()?;
        let init =
            json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", self.token) } });
        stream.send(Message::text(init.to_string())).await.ok()?;
        let mut over = tokio::time::interval(Duration::from_secs(1));
        loop {
            let message = tokio::select! {
                message = stream.next() => message?.ok()?,
                _ = over.tick() => {
                    if self.counts.over.load(Ordering::Relaxed) {
                        return Some(());
                    }
                    continue;
                }
            };
            match message {
                Message::Text(text) => self.hears(&text, &mut stream, live, attempt).await?,
                Message::Close(_) => {
                    self.counts.closed.fetch_add(1, Ordering::Relaxed);
                    return None;
                }
                _ => {}
            }
        }
    }

    async fn hears(
        &mut self,
        text: &str,
        stream: &mut WebSocketStream<TcpStream>,
        live: &mut usize,
        attempt: &mut u32,
    ) -> Option<()> {
        let message: Value = serde_json::from_str(text).ok()?;
        match message["type"].as_str()? {
            "ping" => stream.send(Message::text(r#"{"type":"pong"}"#)).await.ok()?,
            "connection_ack" => {
                for (n, follows) in self.follows.iter().enumerate() {
                    let variables = json!({ "team": follows.team, "after": follows.cursor });
                    let payload = json!({ "query": FEED, "variables": variables });
                    let subscribe = json!({ "id": n.to_string(), "type": "subscribe", "payload": payload });
                    stream.send(Message::text(subscribe.to_string())).await.ok()?;
                }
            }
            "next" => {
                let n: usize = message["id"].as_str()?.parse().ok()?;
                let item = &message["payload"]["data"]["teamFeed"];
                let follows = &mut self.follows[n];
                let (cursor, kind) = (item["cursor"].as_str()?, item["__typename"].as_str()?);
                let seq = Cursor::parse(cursor)?.seq;
                if kind == "FeedOpened" {
                    *live += 1;
                    *attempt = 0;
                    self.counts.live.fetch_add(1, Ordering::Relaxed);
                    if follows.cursor.is_none() {
                        follows.first = seq;
                    }
                    follows.resets += usize::from(item["resumption"] == "RESET");
                } else if kind != "FeedHeartbeat" {
                    follows.items += 1;
                    follows.wrong += usize::from(seq <= follows.last);
                }
                follows.last = follows.last.max(seq);
                follows.cursor = Some(cursor.to_owned());
            }
            // A feed that ended or was refused: the line is begun again, as after a cut.
            _ => return None,
        }
        Some(())
    }
}
