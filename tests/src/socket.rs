//! A WebSocket of the sub-protocol `graphql-transport-ws`, and a care team's feed on one.
use crate::browser::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::CloseFrame},
};

pub const PROTOCOL: &str = "graphql-transport-ws";

/// The next thing that the other end does.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    Json(Value),
    /// It closed, with this code and reason.
    Closed(u16, String),
    /// The connection is gone without a word.
    Gone,
}

impl Frame {
    #[track_caller]
    pub fn json(self) -> Value {
        match self {
            Self::Json(value) => value,
            other => panic!("expected a message, got {other:?}"),
        }
    }

    #[track_caller]
    pub fn close_code(self) -> u16 {
        match self {
            Self::Closed(code, _) => code,
            other => panic!("expected a close, got {other:?}"),
        }
    }
}

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Upgraded, and nothing said yet.
    pub async fn connect(address: SocketAddr) -> Self {
        match Self::connect_with(address, &[("sec-websocket-protocol", PROTOCOL)]).await {
            Ok((socket, _)) => socket,
            Err(status) => panic!("the upgrade was refused with {status}"),
        }
    }

    /// With headers of one's own. Answers the sub-protocol that was agreed on, or the status of the refusal.
    pub async fn connect_with(address: SocketAddr, headers: &[(&str, &str)]) -> Result<(Self, Option<String>), u16> {
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("an address");
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().expect("a header's name");
            request.headers_mut().insert(name, value.parse().expect("a header's value"));
        }
        match connect_async(request).await {
            Ok((stream, response)) => {
                let agreed = response.headers().get("sec-websocket-protocol");
                Ok((Self { stream }, agreed.and_then(|value| value.to_str().ok()).map(str::to_owned)))
            }
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            // Tungstenite itself objects when a server agrees on nothing that was offered.
            Err(tungstenite::Error::Protocol(_)) => Err(101),
            Err(error) => panic!("no upgrade: {error}"),
        }
    }

    /// Where the other end may be gone, or say no.
    pub async fn try_connect(address: SocketAddr) -> Result<Self, String> {
        let mut request = format!("ws://{address}/graphql").into_client_request().map_err(|error| error.to_string())?;
        request.headers_mut().insert("sec-websocket-protocol", http::HeaderValue::from_static(PROTOCOL));
        let (stream, _) = connect_async(request).await.map_err(|error| error.to_string())?;
        Ok(Self { stream })
    }

    /// A reader whose system takes in next to nothing, so that a stall is felt at the other end at once.
    pub async fn with_little_room(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let tcp = socket.connect(address).await.expect("a connection");
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("an address");
        request.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().expect("a header's value"));
        let (stream, _) = client_async(request, MaybeTlsStream::Plain(tcp)).await.expect("the upgrade is granted");
        Self { stream }
    }

    /// Signed in by the payload of `connection_init`.
    pub async fn signed_in(address: SocketAddr, token: &str) -> Self {
        let mut socket = Self::connect(address).await;
        socket.init(token).await;
        assert_eq!(socket.next().await.json()["type"], "connection_ack");
        socket
    }

    pub async fn init(&mut self, token: &str) {
        let payload = json!({ "authorization": format!("Bearer {token}") });
        self.send(json!({ "type": "connection_init", "payload": payload })).await;
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        // The other end may have closed already; what it said is then still to be read.
        let _ = self.stream.send(Message::text(text)).await;
    }

    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) {
        let payload = json!({ "query": document, "variables": variables });
        self.send(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// The next message; pings are answered on the way.
    pub async fn next(&mut self) -> Frame {
        self.next_within(PATIENCE).await.unwrap_or_else(|| panic!("nothing came within {PATIENCE:?}"))
    }

    /// None where nothing comes for that long.
    pub async fn next_within(&mut self, limit: Duration) -> Option<Frame> {
        tokio::time::timeout(limit, self.read()).await.ok()
    }

    async fn read(&mut self) -> Frame {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let value: Value = serde_json::from_str(&text).expect("the server speaks JSON");
                    if value["type"] == "ping" {
                        self.send(json!({ "type": "pong" })).await;
                        continue;
                    }
                    return Frame::Json(value);
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Frame::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None))) => return Frame::Closed(1005, String::new()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Frame::Gone,
            }
        }
    }

    /// Closes, as a tab that is left does; the answer is still to be read.
    pub async fn say_goodbye(&mut self) {
        let frame = CloseFrame { code: 1000.into(), reason: "Normal Closure".into() };
        let _ = self.stream.close(Some(frame)).await;
    }

    pub async fn close(mut self) {
        self.say_goodbye().await;
    }
}

/// Everything that a board shows of an item, so that applying the item is as good as reading again.
pub const FEED: &str = "
    subscription Feed($team: ID!, $after: String) {
      teamFeed(careTeamId: $team, after: $after) {
        __typename cursor at
        ... on FeedOpened { resumption }
        ... on TaskChanged { actor { id displayName } task { id version status title priority dueAt isOverdue dueState
          claim { by { id displayName } at leaseUntil } careTeam { id } patient { id displayName } } }
        ... on PatientChanged { actor { id } patient { id version status displayName careTeam { id }
          coordinator { id } } }
        ... on CareTeamChanged { actor { id } careTeam { id name members { staff { id displayName } } } }
        ... on HandoffChanged { actor { id } handoff { id version kind state to { id } items { task { id } moved } } }
        ... on ClaimRequestChanged { actor { id } claimRequest { id version state task { id } from { id } } }
        ... on HuddleChanged { actor { id } huddle { id version state facilitator { id } currentItem { id }
          items { id state patient { id displayName } } } }
        ... on NodeRemoved { actor { id } nodeId }
      }
    }";

/// One person's view of a team, live.
pub struct Feed {
    socket: Socket,
    /// Of the last item.
    pub cursor: String,
    pub resumption: String,
}

impl Feed {
    pub async fn open(address: SocketAddr, token: &str, team: &str, after: Option<&str>) -> Self {
        let mut socket = Socket::signed_in(address, token).await;
        socket.subscribe("feed", FEED, json!({ "team": team, "after": after })).await;
        let mut feed = Self { socket, cursor: String::new(), resumption: String::new() };
        let opened = feed.next().await;
        assert_eq!(opened["__typename"], "FeedOpened", "the first item is always FeedOpened: {opened}");
        feed.resumption = opened["resumption"].as_str().expect("a resumption").to_owned();
        feed
    }

    /// The next item.
    pub async fn next(&mut self) -> Value {
        let frame = self.socket.next().await;
        self.item(frame)
    }

    /// None where nothing comes for that long: the only use of waiting for its own sake.
    pub async fn next_within(&mut self, limit: Duration) -> Option<Value> {
        let frame = self.socket.next_within(limit).await?;
        Some(self.item(frame))
    }

    #[track_caller]
    fn item(&mut self, frame: Frame) -> Value {
        let message = frame.json();
        assert_eq!(message["type"], "next", "{message}");
        assert!(message["payload"].get("errors").is_none(), "{message}");
        let item = message["payload"]["data"]["teamFeed"].clone();
        self.cursor = item["cursor"].as_str().unwrap_or_else(|| panic!("no cursor in {message}")).to_owned();
        item
    }

    /// The next item for which `wanted` holds; others are passed over.
    pub async fn next_where(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            loop {
                let item = self.next().await;
                if wanted(&item) {
                    return item;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        found.unwrap_or_else(|_| panic!("no {what} within {PATIENCE:?}"))
    }

    pub async fn next_of(&mut self, typename: &str) -> Value {
        self.next_where(typename, |item| item["__typename"] == typename).await
    }

    /// The next item that says something: not a heartbeat.
    pub async fn next_change(&mut self) -> Value {
        self.next_where("change", |item| item["__typename"] != "FeedHeartbeat").await
    }

    /// How the feed ends: the code of its error, or of the close; items before it are passed over.
    pub async fn end(&mut self) -> String {
        let end = tokio::time::timeout(PATIENCE, self.read_to_the_end()).await;
        end.unwrap_or_else(|_| panic!("the feed is still open after {PATIENCE:?}"))
    }

    async fn read_to_the_end(&mut self) -> String {
        loop {
            match self.socket.next().await {
                Frame::Json(message) if message["type"] == "complete" => return "COMPLETE".to_owned(),
                Frame::Json(message) => {
                    let errors = [&message["payload"]["errors"][0], &message["payload"][0]];
                    let code = errors.iter().find_map(|error| error["extensions"]["code"].as_str());
                    if let Some(code) = code {
                        return code.to_owned();
                    }
                }
                Frame::Closed(code, _) => return code.to_string(),
                Frame::Gone => return "GONE".to_owned(),
            }
        }
    }

    pub fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    /// As when a cable is pulled: without a word.
    pub fn cut(self) -> String {
        self.cursor
    }

    pub async fn close(self) {
        self.socket.close().await;
    }
}
