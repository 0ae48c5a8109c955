//! `graphql-transport-ws`, the protocol of the graphql-ws client, with every limit that a public socket needs.
mod outbox;
mod session;

pub use outbox::Outbox;

use super::{
    Server, auth,
    execute::{self, Params},
    feed,
    limits::{Pace, Person, Place},
    sender::Sender,
};
use crate::{
    Actor, Cx, Error,
    people::{graphql::SessionCookie, sessions},
};
use async_graphql::parser::types::OperationType;
use axum::{
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use outbox::{
    AGAIN_LATER, BAD_MESSAGE, Close, FORBIDDEN, GOING_AWAY, GONE, INIT_LATE, INIT_TWICE, KNOWN_ID, MOVE_ON, NO_INIT,
    Running, TOO_FAST, TOO_MANY, ToWriter, WRITE, broken, write,
};
use rand::Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use session::Session;
use std::{net::IpAddr, time::Duration};
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

pub const PROTOCOL: &str = "graphql-transport-ws";
const INIT: Duration = Duration::from_secs(5);
const PING: Duration = Duration::from_secs(15);
/// Who has said nothing, not even a pong, for so long is gone.
const SILENCE: Duration = Duration::from_secs(45);
/// How long, and how many messages, after the last word was sent.
const LINGER: Duration = Duration::from_secs(1);
const UNREAD: usize = 2_000;
const MESSAGE: usize = 64 * 1024;
const OPERATIONS: usize = 32;
/// Messages waiting for a slow reader. When they are full its feeds wait, and read on from the log later.
const WAITING: usize = 64;

pub fn upgrade(server: Server, sender: Sender, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if sender.is_foreign() {
        return (StatusCode::FORBIDDEN, "another site may not open this socket").into_response();
    }
    if server.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], "this node stops").into_response();
    }
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE)
        .max_frame_size(MESSAGE)
        // The defaults hold 128 KiB for every socket.
        .read_buffer_size(2_048)
        .write_buffer_size(0);
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "speak graphql-transport-ws").into_response();
    }
    let Some(nameless) = server.limits.nameless_socket(sender.address) else {
        let later = [(header::RETRY_AFTER, "1")];
        return (StatusCode::SERVICE_UNAVAILABLE, later, "too many sockets wait to be signed in").into_response();
    };
    let cookie = auth::cookie(&sender, headers);
    let sockets = server.sockets.clone();
    upgrade.on_upgrade(move |socket| sockets.track_future(serve(server, socket, sender, cookie, nameless)))
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    ConnectionInit { payload: Option<serde_json::Map<String, Value>> },
    Subscribe { id: String, payload: Params },
    Complete { id: String },
    Ping { payload: Option<serde_json::Map<String, Value>> },
    Pong {},
}

struct Connection {
    server: Server,
    sender: Sender,
    cookie: Option<String>,
    /// Its place among those who have not said who they are, until it has.
    nameless: Option<Place<IpAddr>>,
    /// Its place among the sockets of its person.
    place: Option<Place<Person>>,
    writer: mpsc::Sender<ToWriter>,
    actor: Option<Actor>,
    /// Of who was let in.
    session: Option<Session>,
    running: Running,
    tasks: JoinSet<()>,
    leaving: CancellationToken,
    over: CancellationToken,
}

async fn serve(server: Server, socket: WebSocket, sender: Sender, cookie: Option<String>, nameless: Place<IpAddr>) {
    let _counted = server.app.metrics.socket();
    let stop = server.stop.clone();
    let drain = server.app.config.drain.to_std().unwrap_or_default();
    let (sink, mut incoming) = socket.split();
    let (writer, outgoing) = mpsc::channel(WAITING);
    let writing = tokio::spawn(write(sink, outgoing));
    let mut connection = Connection {
        server,
        sender,
        cookie,
        nameless: Some(nameless),
        place: None,
        writer,
        actor: None,
        session: None,
        running: Running::default(),
        tasks: JoinSet::new(),
        leaving: CancellationToken::new(),
        over: CancellationToken::new(),
    };
    // Every screen leaves at a moment of its own, so that the other nodes are not stormed.
    let share = rand::rng().random();
    let left = async move {
        stop.cancelled().await;
        tokio::time::sleep(drain.mul_f64(share)).await;
    };
    tokio::pin!(left);

    let opened = Instant::now();
    let mut heard = Instant::now();
    let mut ping = tokio::time::interval(PING);
    ping.reset();
    let mut pace = Pace::new();
    let close = loop {
        let deadline = if connection.actor.is_none() { opened + INIT } else { heard + SILENCE };
        tokio::select! {
            () = &mut left => break Some(if drain.is_zero() { GOING_AWAY } else { MOVE_ON }),
            () = connection.writer.closed() => break None,
            Some(_ended) = connection.tasks.join_next() => {}
            () = session::over(&mut connection.session) => break Some(FORBIDDEN),
            message = incoming.next() => {
                heard = Instant::now();
                let done = match message {
                    Some(Ok(_)) if !pace.allows() => Err(TOO_FAST),
                    Some(Ok(Message::Text(text))) => connection.hear(&text).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Binary(_))) => Err(BAD_MESSAGE),
                    Some(Err(error)) => break broken(error),
                    Some(Ok(Message::Close(_))) | None => break None,
                };
                if let Err(close) = done {
                    break Some(close);
                }
            }
            _ = ping.tick() => {
                // A full queue means that messages are on their way anyhow.
                let _ = connection.writer.try_send(ToWriter::Text(json!({ "type": "ping" }).to_string().into()));
            }
            () = tokio::time::sleep_until(deadline) => {
                break Some(if connection.actor.is_none() { INIT_LATE } else { GONE });
            }
        }
    };
    if matches!(close, Some(GOING_AWAY | MOVE_ON | FORBIDDEN)) {
        // Feeds stop by themselves, and say so where the session is over; a mutation that has begun is answered.
        let stop = if close == Some(FORBIDDEN) { &connection.over } else { &connection.leaving };
        stop.cancel();
        let ended = async { while connection.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(WRITE, ended).await.is_err() {
            tracing::warn!("an operation did not end in time");
        }
    }
    connection.tasks.shutdown().await;
    if let Some(close) = close {
        let _ = tokio::time::timeout(WRITE, connection.writer.send(ToWriter::Close(close))).await;
        // What is on its way here is taken in for a moment: a line that is cut with something unread loses the last word.
        let unread = async {
            for _ in 0..UNREAD {
                if !matches!(incoming.next().await, Some(Ok(_))) {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(LINGER, unread).await;
    }
    drop(connection);
    if writing.await.is_err() {
        tracing::error!("the writer of a socket ended badly");
    }
}

impl Connection {
    async fn hear(&mut self, text: &str) -> Result<(), Close> {
        let Ok(message) = serde_json::from_str::<FromClient>(text) else { return Err(BAD_MESSAGE) };
        match message {
            FromClient::ConnectionInit { payload } => self.init(payload).await,
            FromClient::Ping { payload } => {
                let mut pong = json!({ "type": "pong" });
                if let Some(payload) = payload {
                    pong["payload"] = Value::Object(payload);
                }
                self.tell(pong).await;
                Ok(())
            }
            FromClient::Pong {} => Ok(()),
            FromClient::Complete { id } => {
                if let Some(running) = self.running.lock().remove(&id) {
                    running.abort();
                }
                Ok(())
            }
            FromClient::Subscribe { id, payload } => self.subscribe(id, payload).await,
        }
    }

    async fn init(&mut self, payload: Option<serde_json::Map<String, Value>>) -> Result<(), Close> {
        if self.actor.is_some() {
            return Err(INIT_TWICE);
        }
        let given = payload.as_ref().and_then(|payload| {
            payload.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")).map(|(_, value)| value)
        });
        let token = match given.filter(|value| !value.is_null()) {
            Some(value) => value.as_str().and_then(auth::strip_bearer),
            None => self.cookie.clone(),
        };
        let since = self.server.app.hub.access().mark();
        let actor = match token {
            Some(token) => auth::known(&self.server, &self.sender, &token).await.map_err(|_| AGAIN_LATER)?,
            None => None,
        };
        let actor = actor.ok_or(FORBIDDEN)?;
        self.place = Some(self.server.limits.socket(&actor).ok_or(TOO_MANY)?);
        self.nameless = None;
        let session = Session::watch(&self.server.app, actor.clone(), since).await;
        self.session = Some(session.map_err(|_| AGAIN_LATER)?);
        self.actor = Some(actor);
        self.tell(json!({ "type": "connection_ack" })).await;
        Ok(())
    }

    async fn subscribe(&mut self, id: String, params: Params) -> Result<(), Close> {
        let Some(actor) = self.actor.clone() else { return Err(NO_INIT) };
        let (known, busy) = {
            let running = self.running.lock();
            (running.contains_key(&id), running.len() >= OPERATIONS)
        };
        if known {
            return Err(KNOWN_ID);
        }
        let mut out = Outbox {
            id: id.clone(),
            writer: self.writer.clone(),
            running: self.running.clone(),
            leaving: self.leaving.clone(),
            over: self.over.clone(),
        };
        if busy {
            out.error(Error::RateLimited { retry_after: 1 }).await;
            return Ok(());
        }
        // Under the lock, so that an operation cannot end before it is known.
        let mut running = self.running.lock();
        running.insert(id, self.tasks.spawn(run(self.server.clone(), self.sender.clone(), actor, params, out)));
        Ok(())
    }

    async fn tell(&self, message: Value) {
        let _ = self.writer.send(ToWriter::Text(message.to_string().into())).await;
    }
}

/// One operation, with the rights that its actor has now.
async fn run(server: Server, sender: Sender, actor: Actor, params: Params, mut out: Outbox) {
    let cx = Cx::new(server.app.clone(), actor).from(sender.address);
    let operation = match execute::prepare(&server, Some(&cx.actor), &sender, params) {
        Ok(operation) => operation,
        Err(errors) => return out.errors(errors).await,
    };
    if operation.kind == OperationType::Subscription {
        // It asks for the rights itself, before its first word.
        return feed::follow(server.clone(), cx, operation, out).await;
    }
    let actor = match sessions::authenticate_again(&cx).await {
        Ok(actor) => actor,
        Err(error) => return out.error(error).await,
    };
    match execute::run(&server, Some(actor), &sender, operation, SessionCookie::empty()).await {
        Err(error) => out.error(error).await,
        Ok(response) if execute::was_refused(&response) => out.errors(response.errors).await,
        Ok(mut response) => {
            execute::with_codes(&mut response.errors);
            match serde_json::to_vec(&response) {
                Ok(payload) => {
                    out.next(payload.into()).await;
                    out.complete().await;
                }
                Err(error) => out.error(error.into()).await,
            }
        }
    }
}
