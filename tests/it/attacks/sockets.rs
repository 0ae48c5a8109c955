//! Sockets that come in numbers, that flood, that send what is none.
use futures_util::{SinkExt, StreamExt, future::join_all};
use serde_json::json;
use std::{net::SocketAddr, time::Duration};
use tests::{Feed, Frame, Kind, Kit, Person, Process, Socket, Store, browser::PATIENCE, socket::PROTOCOL};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const ME: &str = "query Me { viewer { staff { displayName } } }";

async fn ana() -> (Kit, Person, String) {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let cedar = kit.team("Cedar").await;
    (kit, ana, cedar)
}

/// A socket of which single bytes can be written.
async fn raw(address: SocketAddr) -> WebSocketStream<TcpStream> {
    let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
    request.headers_mut().insert("sec-websocket-extensions", "permessage-deflate".parse().unwrap());
    let tcp = TcpStream::connect(address).await.unwrap();
    let mut bytes = Vec::new();
    let key = request.headers()["sec-websocket-key"].to_str().unwrap().to_owned();
    let head = format!(
        "GET /graphql HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\
         Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    );
    let mut tcp = tcp;
    tcp.write_all(head.as_bytes()).await.unwrap();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(tcp.read_u8().await.unwrap());
    }
    let head = String::from_utf8(bytes).unwrap().to_lowercase();
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "nothing is packed: {head}");
    WebSocketStream::from_raw_socket(tcp, tokio_tungstenite::tungstenite::protocol::Role::Client, None).await
}

/// The code that it is closed with; None where the line is cut.
async fn close_code(stream: &mut WebSocketStream<TcpStream>) -> Option<u16> {
    let reading = async {
        loop {
            match stream.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("it is closed")
}

/// A frame as it goes over the line, masked with zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | short as u8),
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn case_53_frames_that_are_none_have_the_codes_of_the_standard() {
    let (kit, ana, _) = ana().await;

    let long = vec![b'x'; 15 * 1024 * 1024];
    // A text in pieces that would be too long together; a text that is no UTF-8; a frame with a reserved bit.
    let mut pieces = frame(0x01, &[b'x'; 40_000]);
    pieces.extend(frame(0x00, &[b'x'; 40_000]));
    for (what, bytes, code) in [
        ("15 MB", frame(0x81, &long), 1009),
        ("pieces", pieces, 1009),
        ("no UTF-8", frame(0x81, &[0xff, 0xfe, 0xfd]), 1007),
        ("packed", frame(0xc1, b"x"), 1002),
        ("binary", frame(0x82, b"x"), 4400),
    ] {
        let mut socket = raw(kit.address).await;
        // The server does not read to the end of what is too long.
        let _ = tokio::time::timeout(PATIENCE, socket.get_mut().write_all(&bytes)).await;
        let closed = close_code(&mut socket).await;
        assert!(closed == Some(code) || (what == "15 MB" && closed.is_none()), "{what}: {closed:?}");
    }
    assert_eq!(ana.ask(ME, json!({})).await.at("/viewer/staff/displayName"), "Ana", "the server serves on");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_53_a_flood_of_small_frames_ends_the_socket() {
    let (kit, ana, _) = ana().await;

    for message in [Message::Ping(Vec::new().into()), Message::text(r#"{"type":"ping"}"#), Message::text("{}")] {
        let mut socket = raw(kit.address).await;
        let init =
            json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", ana.token()) } });
        socket.send(Message::text(init.to_string())).await.unwrap();
        let (mut sink, stream) = socket.split();
        let flood = async {
            for _ in 0..1_000_000 {
                if sink.send(message.clone()).await.is_err() {
                    return true;
                }
            }
            false
        };
        assert!(tokio::time::timeout(PATIENCE, flood).await.expect("it is cut off"), "a million frames were taken");
        drop(stream);
    }
    assert_eq!(ana.ask(ME, json!({})).await.at("/viewer/staff/displayName"), "Ana", "the server serves on");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_41_a_thousand_silent_sockets_leave_room_for_others() {
    let (kit, ana, cedar) = ana().await;

    let silent = join_all((0..1_000).map(|_| Socket::connect(kit.address))).await;
    let mut feed = ana.follows(&cedar, None).await;
    let task = ana.creates(&cedar, "Call").await;
    let item = feed.next_of("TaskChanged").await;

    assert_eq!(item["task"]["id"], task.as_str());
    for mut socket in silent {
        assert_eq!(socket.next().await.close_code(), 4408);
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_44_the_eleventh_socket_of_a_person_is_refused_until_another_is_closed() {
    let (kit, ana, _) = ana().await;
    let ben = kit.nurse("Ben", "Cedar").await;
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(ana.socket().await);
    }

    let mut one_more = Socket::connect(kit.address).await;
    one_more.init(ana.token()).await;
    assert_eq!(one_more.next().await.close_code(), 4410);
    // Another session of hers is no other person.
    let again = kit.enters("Ana", (ana.id, ana.email.clone())).await;
    let mut elsewhere = Socket::connect(kit.address).await;
    elsewhere.init(again.token()).await;
    assert_eq!(elsewhere.next().await.close_code(), 4410);
    ben.socket().await;

    open.pop().unwrap().close().await;
    let comes_in = async {
        loop {
            let mut socket = Socket::connect(kit.address).await;
            socket.init(ana.token()).await;
            if matches!(socket.next().await, Frame::Json(_)) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, comes_in).await.expect("there is room again");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_42_a_token_in_the_address_is_nothing_and_is_not_logged() {
    let store = Store::migrated(Kind::Sqlite).await;
    let process = Process::start_logging(&store.url, &[], "debug,hyper=trace,tungstenite=trace");
    let secret = "hdl_zzcanary0000";
    let request = format!("ws://{}/graphql?token={secret}&access_token={secret}", process.address);
    let mut request = request.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
    let tcp = TcpStream::connect(process.address).await.unwrap();

    let (mut socket, _) = client_async(request, tcp).await.unwrap();
    socket.send(Message::text(r#"{"type":"connection_init"}"#)).await.unwrap();

    assert_eq!(close_code(&mut socket).await, Some(4403));
    let (_, log) = process.terminate();
    assert!(log.contains("/graphql"), "it logs: {log}");
    assert!(!log.contains("zzcanary"), "{log}");
    store.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_51_a_flood_of_resumes_sees_each_change_once_and_in_order() {
    let (kit, ana, cedar) = ana().await;
    let people =
        join_all((0..10).map(|n| kit.nurse(["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"][n], "Cedar"))).await;
    let start = ana.follows(&cedar, None).await.cut();
    let writes = async {
        for n in 0..100 {
            ana.creates(&cedar, &format!("Task {n}")).await;
        }
    };
    // A hundred times, each after the last thing that was seen, while others write.
    let resumes = people.iter().map(|person| {
        let (start, cedar, kit) = (start.clone(), cedar.clone(), &kit);
        async move {
            let (mut cursor, mut seen) = (start, Vec::new());
            while seen.len() < 100 {
                let mut feed = Feed::open(kit.address, person.token(), &cedar, Some(&cursor)).await;
                assert_ne!(feed.resumption, "RESET");
                for _ in 0..10 {
                    let Some(item) = feed.next_within(Duration::from_millis(200)).await else { break };
                    if item["__typename"] == "TaskChanged" {
                        seen.push(item["task"]["title"].as_str().unwrap().to_owned());
                    }
                }
                cursor = feed.cut();
            }
            seen
        }
    });
    let (_, all) = tokio::join!(writes, tokio::time::timeout(3 * PATIENCE, join_all(resumes)));

    let wanted: Vec<String> = (0..100).map(|n| format!("Task {n}")).collect();
    for seen in all.expect("all have seen all") {
        assert_eq!(seen, wanted);
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_54_who_signs_in_again_resumes_without_a_gap() {
    let (kit, ana, cedar) = ana().await;
    let ben = kit.nurse("Ben", "Cedar").await;
    let mut feed = ana.follows(&cedar, None).await;
    let before = ben.creates(&cedar, "Before").await;
    assert_eq!(feed.next_of("TaskChanged").await["task"]["id"], before.as_str());

    kit.pass(api::Config { ..tests::kit::config() }.session_length).await;
    let cursor = feed.cursor.clone();
    let eva = kit.manager("Eva").await;
    let meanwhile = eva.creates(&cedar, "Meanwhile").await;
    feed.end().await;
    let again = kit.enters("Ana", (ana.id, ana.email.clone())).await;
    let mut feed = again.follows(&cedar, Some(&cursor)).await;

    let mut seen = Vec::new();
    while seen.last() != Some(&json!(meanwhile)) {
        seen.push(feed.next_of("TaskChanged").await["task"]["id"].clone());
    }
    assert_eq!(seen, [json!(meanwhile)]);
    kit.end().await;
}
