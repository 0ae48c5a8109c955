//! A TCP proxy with bad days: it delays, throttles, cuts, or goes dark while its connections stay open.
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
};
use tokio_util::sync::CancellationToken;

/// How the line is at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Each piece comes this much later.
    pub delay: Duration,
    /// Each direction carries at most so much.
    pub bytes_a_second: Option<u32>,
    /// Nothing comes through, and nobody is told.
    pub dark: bool,
}

/// Stops with the value: its connections are cut.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    all: Arc<All>,
}

#[derive(Debug)]
struct All {
    line: watch::Sender<Line>,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Connection>>,
    stop: CancellationToken,
}

#[derive(Debug)]
struct Connection {
    line: watch::Sender<Line>,
    cut: CancellationToken,
}

impl Proxy {
    /// In front of a server, which may come and go.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let all = All {
            line: watch::channel(Line::default()).0,
            next: AtomicU64::new(1),
            open: Mutex::default(),
            stop: CancellationToken::new(),
        };
        let all = Arc::new(all);
        tokio::spawn(accept(listener, target, all.clone()));
        Self { address, all }
    }

    /// For all connections, and those to come.
    pub fn all(&self, line: Line) {
        self.all.line.send_replace(line);
        for connection in self.all.open.lock().expect("the connections").values() {
            connection.line.send_replace(line);
        }
    }

    /// For one connection.
    pub fn one(&self, id: u64, line: Line) {
        if let Some(connection) = self.all.open.lock().expect("the connections").get(&id) {
            connection.line.send_replace(line);
        }
    }

    /// The open connections, the oldest first.
    pub fn connections(&self) -> Vec<u64> {
        let mut ids: Vec<_> = self.all.open.lock().expect("the connections").keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// As when a cable is pulled out, at both ends.
    pub fn cut(&self, id: u64) {
        if let Some(connection) = self.all.open.lock().expect("the connections").get(&id) {
            connection.cut.cancel();
        }
    }

    pub fn cut_all(&self) {
        for connection in self.all.open.lock().expect("the connections").values() {
            connection.cut.cancel();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.all.stop.cancel();
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, all: Arc<All>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = all.stop.cancelled() => return,
        };
        // Out of file descriptors, or gone before it was let in: the next one may be better off.
        let Ok((client, _)) = accepted else { continue };
        tokio::spawn(carry(client, target, all.clone()));
    }
}

async fn carry(client: TcpStream, target: SocketAddr, all: Arc<All>) {
    let id = all.next.fetch_add(1, Ordering::Relaxed);
    let cut = all.stop.child_token();
    let line = watch::channel(*all.line.borrow()).0;
    let (there, back) = (line.subscribe(), line.subscribe());
    all.open.lock().expect("the connections").insert(id, Connection { line, cut: cut.clone() });
    let carried = async {
        // Nobody is there: the client is cut off as well.
        let Ok(server) = TcpStream::connect(target).await else { return };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::join!(pump(from_client, to_server, there), pump(from_server, to_client, back));
    };
    tokio::select! {
        () = carried => {}
        () = cut.cancelled() => {}
    }
    all.open.lock().expect("the connections").remove(&id);
}

/// Until one end is closed, which the other then hears of.
async fn pump(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, mut line: watch::Receiver<Line>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let mut rest = &buffer[..read];
        while !rest.is_empty() {
            if line.wait_for(|line| !line.dark).await.is_err() {
                return;
            }
            let now = *line.borrow();
            let piece = now.bytes_a_second.map_or(rest.len(), |most| rest.len().min((most as usize / 10).max(1)));
            let takes = now.bytes_a_second.map_or(0.0, |most| piece as f64 / f64::from(most.max(1)));
            let wait = now.delay + Duration::from_secs_f64(takes);
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
                // It may have gone dark meanwhile.
                if line.wait_for(|line| !line.dark).await.is_err() {
                    return;
                }
            }
            if to.write_all(&rest[..piece]).await.is_err() {
                return;
            }
            rest = &rest[piece..];
        }
    }
    let _ = to.shutdown().await;
}
