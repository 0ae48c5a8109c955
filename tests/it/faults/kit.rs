//! The tools that break things do what they say.
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tests::{
    Proxy, Redis, Store,
    postgres::Stop,
    proxy::Line,
    store::{self},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[test]
fn redis_is_stopped_frozen_emptied_and_comes_back() {
    let redis = Redis::start();
    assert_eq!(redis.command(&["SET", "a", "1"]), "+OK");
    redis.forget_everything();
    assert_eq!(redis.command(&["EXISTS", "a"]), ":0");
    assert_eq!(redis.cut_listeners(), 0);

    redis.freeze();
    assert!(redis.try_command(&["PING"]).is_err(), "a frozen Redis answers nothing");
    redis.thaw();
    assert_eq!(redis.command(&["PING"]), "+PONG");

    redis.stop();
    assert!(redis.try_command(&["PING"]).is_err(), "a stopped Redis is not there");
    redis.start_again();
    assert_eq!(redis.command(&["PING"]), "+PONG");
}

#[tokio::test]
async fn postgresql_keeps_what_it_acknowledged_however_it_is_stopped() {
    let store = Store::restartable().await;
    let practice = tests::Practice::in_store(&store, "Practice").await;
    for how in [Stop::Immediate, Stop::Fast] {
        let before = store::head(&store.connect().await, practice.organization).await.seq;
        practice.team(&format!("{how:?}")).await;

        store.server().restart(how);

        assert_eq!(store::head(&store.connect().await, practice.organization).await.seq, before + 1);
    }
}

/// Says back what it hears.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    address
}

async fn says(stream: &mut TcpStream, word: &[u8]) -> Option<Vec<u8>> {
    stream.write_all(word).await.ok()?;
    hears(stream, word.len()).await
}

async fn hears(stream: &mut TcpStream, length: usize) -> Option<Vec<u8>> {
    let mut heard = vec![0; length];
    stream.read_exact(&mut heard).await.ok()?;
    Some(heard)
}

#[tokio::test]
async fn the_proxy_carries_delays_goes_dark_and_cuts() {
    let proxy = Proxy::to(echo().await).await;
    let mut one = TcpStream::connect(proxy.address).await.unwrap();
    let mut other = TcpStream::connect(proxy.address).await.unwrap();
    assert_eq!(says(&mut one, b"hello").await.as_deref(), Some(&b"hello"[..]));
    assert_eq!(says(&mut other, b"world").await.as_deref(), Some(&b"world"[..]));
    let [first, second] = proxy.connections()[..] else { panic!("two connections") };

    let delay = Duration::from_millis(50);
    proxy.one(first, Line { delay, ..Line::default() });
    let since = Instant::now();
    says(&mut one, b"slow").await.unwrap();
    assert!(since.elapsed() >= 2 * delay, "there and back, each later");

    proxy.one(first, Line { dark: true, ..Line::default() });
    one.write_all(b"lost?").await.unwrap();
    let nothing = tokio::time::timeout(Duration::from_millis(100), hears(&mut one, 5)).await;
    assert!(nothing.is_err(), "nothing comes through the dark, and nobody hangs up");
    assert!(says(&mut other, b"light").await.is_some());
    proxy.all(Line::default());
    assert_eq!(hears(&mut one, 5).await.as_deref(), Some(&b"lost?"[..]), "TCP delivers it once there is light");

    proxy.cut(second);
    assert_eq!(says(&mut other, b"gone").await, None);
    assert!(says(&mut one, b"here").await.is_some());
    proxy.cut_all();
    assert_eq!(says(&mut one, b"gone").await, None);
}
