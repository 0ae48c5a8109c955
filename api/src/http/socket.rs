//! `graphql-transport-ws`, the protocol of the graphql-ws client, with every limit that a public socket needs.
use super::{
    Server, auth,
    execute::{self, Params},
    feed,
};
use crate::{
    Actor, Cx, Error,
    people::{graphql::SessionCookie, sessions},
};
use async_graphql::{ServerError, parser::types::OperationType};
use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use rand::Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

pub const PROTOCOL: &str = "graphql-transport-ws";
const INIT: Duration = Duration::from_secs(5);
const WRITE: Duration = Duration::from_secs(10);
const PING: Duration = Duration::from_secs(15);
/// Who has said nothing, not even a pong, for so long is gone.
const SILENCE: Duration = Duration::from_secs(45);
const MESSAGE: usize = 64 * 1024;
const OPERATIONS: usize = 32;
/// Messages waiting for a slow reader. When they are full its feeds wait, and read on from the log later.
const WAITING: usize = 64;

/// Why a socket is closed. Codes are the protocol's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Close(u16, &'static str);

const GOING_AWAY: Close = Close(1001, "the server stops");
const MOVE_ON: Close = Close(1012, "this node restarts, others go on");
const GONE: Close = Close(1001, "nothing heard from you");
const BAD_MESSAGE: Close = Close(4400, "invalid message");
const NO_INIT: Close = Close(4401, "unauthorized");
const FORBIDDEN: Close = Close(4403, "forbidden");
const INIT_LATE: Close = Close(4408, "connection initialisation timeout");
const KNOWN_ID: Close = Close(4409, "subscriber for this id already exists");
const INIT_TWICE: Close = Close(4429, "too many initialisation requests");
const AGAIN_LATER: Close = Close(1013, "try again later");

pub fn upgrade(server: Server, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if auth::is_foreign(headers) {
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
    let cookie = auth::cookie(headers);
    let sockets = server.sockets.clone();
    upgrade.on_upgrade(move |socket| sockets.track_future(serve(server, socket, cookie)))
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

enum ToWriter {
    Text(Utf8Bytes),
    Close(Close),
}

/// The operations of a socket by id. One that has told its end is no longer among them, so that its id is free again.
#[derive(Clone, Default)]
struct Running(Arc<Mutex<HashMap<String, AbortHandle>>>);

impl Running {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, AbortHandle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One operation's way to the client.
pub struct Outbox {
    id: String,
    writer: mpsc::Sender<ToWriter>,
    running: Running,
    leaving: CancellationToken,
}

impl Outbox {
    /// Waits while the reader is slow. A closed socket is noticed by [`Outbox::closed`].
    pub async fn next(&mut self, payload: Bytes) {
        let mut text = Vec::with_capacity(payload.len() + self.id.len() + 40);
        text.extend_from_slice(b"{\"type\":\"next\",\"id\":");
        text.extend_from_slice(Value::from(self.id.as_str()).to_string().as_bytes());
        text.extend_from_slice(b",\"payload\":");
        text.extend_from_slice(&payload);
        text.push(b'}');
        match Utf8Bytes::try_from(Bytes::from(text)) {
            Ok(text) => self.send(ToWriter::Text(text)).await,
            Err(_) => tracing::error!("an answer was no UTF-8"),
        }
    }

    pub async fn complete(&mut self) {
        self.running.lock().remove(&self.id);
        self.send(ToWriter::Text(json!({ "type": "complete", "id": self.id }).to_string().into())).await;
    }

    /// Ends the operation. Where trying again would help, the socket is closed so that the client comes back.
    pub async fn error(&mut self, error: Error) {
        if matches!(error, Error::Unavailable(_) | Error::Internal(_)) {
            tracing::warn!(%error, "an operation on a socket failed");
            return self.send(ToWriter::Close(AGAIN_LATER)).await;
        }
        self.errors(vec![async_graphql::Error::from(error).into_server_error(Default::default())]).await;
    }

    pub async fn errors(&mut self, mut errors: Vec<ServerError>) {
        self.running.lock().remove(&self.id);
        execute::with_codes(&mut errors);
        self.send(ToWriter::Text(json!({ "type": "error", "id": self.id, "payload": errors }).to_string().into()))
            .await;
    }

    pub async fn closed(&self) {
        self.writer.closed().await;
    }

    /// Until this socket is about to be closed by the server.
    pub async fn leaving(&self) {
        self.leaving.cancelled().await;
    }

    async fn send(&self, message: ToWriter) {
        // The socket is gone, and with it everybody who could be told.
        let _ = self.writer.send(message).await;
    }
}

struct Connection {
    server: Server,
    cookie: Option<String>,
    writer: mpsc::Sender<ToWriter>,
    actor: Option<Actor>,
    running: Running,
    tasks: JoinSet<()>,
    leaving: CancellationToken,
}

async fn serve(server: Server, socket: WebSocket, cookie: Option<String>) {
    let _counted = server.app.metrics.socket();
    let stop = server.stop.clone();
    let drain = server.app.config.drain.to_std().unwrap_or_default();
    let (sink, mut incoming) = socket.split();
    let (writer, outgoing) = mpsc::channel(WAITING);
    let writing = tokio::spawn(write(sink, outgoing));
    let mut connection = Connection {
        server,
        cookie,
        writer,
        actor: None,
        running: Running::default(),
        tasks: JoinSet::new(),
        leaving: CancellationToken::new(),
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
    let close = loop {
        let deadline = if connection.actor.is_none() { opened + INIT } else { heard + SILENCE };
        tokio::select! {
            () = &mut left => break Some(if drain.is_zero() { GOING_AWAY } else { MOVE_ON }),
            () = connection.writer.closed() => break None,
            Some(_ended) = connection.tasks.join_next() => {}
            message = incoming.next() => {
                heard = Instant::now();
                let done = match message {
                    Some(Ok(Message::Text(text))) => connection.hear(&text).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Binary(_))) => Err(BAD_MESSAGE),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break None,
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
    if matches!(close, Some(GOING_AWAY | MOVE_ON)) {
        // Feeds stop by themselves; a mutation that has begun is answered.
        connection.leaving.cancel();
        let ended = async { while connection.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(WRITE, ended).await.is_err() {
            tracing::warn!("an operation did not end in time");
        }
    }
    connection.tasks.shutdown().await;
    if let Some(close) = close {
        let _ = tokio::time::timeout(WRITE, connection.writer.send(ToWriter::Close(close))).await;
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
        let actor = match token {
            Some(token) => auth::known(&self.server, &token).await.map_err(|_| AGAIN_LATER)?,
            None => None,
        };
        self.actor = Some(actor.ok_or(FORBIDDEN)?);
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
        };
        if busy {
            out.error(Error::RateLimited).await;
            return Ok(());
        }
        // Under the lock, so that an operation cannot end before it is known.
        let mut running = self.running.lock();
        running.insert(id, self.tasks.spawn(run(self.server.clone(), actor, params, out)));
        Ok(())
    }

    async fn tell(&self, message: Value) {
        let _ = self.writer.send(ToWriter::Text(message.to_string().into())).await;
    }
}

/// One operation, with the rights that its actor has now.
async fn run(server: Server, actor: Actor, params: Params, mut out: Outbox) {
    let cx = Cx::new(server.app.clone(), actor);
    let operation = match execute::prepare(&server, params) {
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
    match execute::run(&server, Some(actor), operation, SessionCookie::empty()).await {
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

async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: mpsc::Receiver<ToWriter>) {
    while let Some(message) = outgoing.recv().await {
        let (message, last) = match message {
            ToWriter::Text(text) => (Message::Text(text), false),
            ToWriter::Close(Close(code, reason)) => {
                (Message::Close(Some(CloseFrame { code, reason: reason.into() })), true)
            }
        };
        match tokio::time::timeout(WRITE, sink.send(message)).await {
            Ok(Ok(())) if !last => {}
            // Sent the last word, gone, or too slow: the receiver is dropped, and every feed notices.
            _ => return,
        }
    }
    // Answers a client that closes: without it they take the end for a cut, and wait before they come back.
    let _ = tokio::time::timeout(WRITE, sink.close()).await;
}
