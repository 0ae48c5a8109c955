//! What a socket says to its client: one writer, many operations, and the codes that it closes with.
use crate::{Error, http::execute};
use async_graphql::ServerError;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::{SinkExt, stream::SplitSink};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::mpsc, task::AbortHandle};
use tokio_util::sync::CancellationToken;

/// Who does not take a message for so long is gone.
pub const WRITE: Duration = Duration::from_secs(10);

/// Why a socket is closed. Codes are the protocol's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close(u16, &'static str);

pub const GOING_AWAY: Close = Close(1001, "the server stops");
pub const MOVE_ON: Close = Close(1012, "this node restarts, others go on");
pub const GONE: Close = Close(1001, "nothing heard from you");
pub const BAD_MESSAGE: Close = Close(4400, "invalid message");
pub const NO_INIT: Close = Close(4401, "unauthorized");
pub const FORBIDDEN: Close = Close(4403, "forbidden");
pub const INIT_LATE: Close = Close(4408, "connection initialisation timeout");
pub const KNOWN_ID: Close = Close(4409, "subscriber for this id already exists");
pub const INIT_TWICE: Close = Close(4429, "too many initialisation requests");
/// The protocol has no code for it. A client of the protocol tries again later, when another one may have been closed.
pub const TOO_MANY: Close = Close(4410, "too many sockets of yours are open");
pub const TOO_FAST: Close = Close(1008, "too many messages");
pub const AGAIN_LATER: Close = Close(1013, "try again later");

/// What to say to frames that are none; nothing where the line is gone.
pub fn broken(error: axum::Error) -> Option<Close> {
    let error = error.into_inner().downcast::<tungstenite::Error>().ok()?;
    match *error {
        tungstenite::Error::Capacity(_) => Some(Close(1009, "message too long")),
        tungstenite::Error::Utf8(_) => Some(Close(1007, "text that is no UTF-8")),
        tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        tungstenite::Error::Protocol(_) => Some(Close(1002, "broken frame")),
        _ => None,
    }
}

pub enum ToWriter {
    Text(Utf8Bytes),
    Close(Close),
}

/// The operations of a socket by id. One that has told its end is no longer among them, so that its id is free again.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<HashMap<String, AbortHandle>>>);

impl Running {
    pub fn lock(&self) -> MutexGuard<'_, HashMap<String, AbortHandle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One operation's way to the client.
pub struct Outbox {
    pub(super) id: String,
    pub(super) writer: mpsc::Sender<ToWriter>,
    pub(super) running: Running,
    pub(super) leaving: CancellationToken,
    pub(super) over: CancellationToken,
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
        execute::refusals(&mut errors);
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

    /// Until the session that this socket was opened with is over.
    pub async fn over(&self) {
        self.over.cancelled().await;
    }

    async fn send(&self, message: ToWriter) {
        // The socket is gone, and with it everybody who could be told.
        let _ = self.writer.send(message).await;
    }
}

pub async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: mpsc::Receiver<ToWriter>) {
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
