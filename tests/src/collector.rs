//! A collector of traces that keeps what it is sent, as it was sent.
use axum::{Router, body::Bytes, extract::State, routing::post};
use std::sync::{Arc, Mutex};
use tokio::{net::TcpListener, task::JoinHandle};

pub struct Collector {
    pub endpoint: String,
    received: Arc<Mutex<Vec<u8>>>,
    serving: JoinHandle<()>,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let keep = async |State(received): State<Arc<Mutex<Vec<u8>>>>, body: Bytes| {
            received.lock().expect("what was received").extend_from_slice(&body);
        };
        let routes = Router::new().route("/v1/traces", post(keep)).with_state(received.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        Self { endpoint, received, serving }
    }

    /// Texts stand in the messages as they are; an id as its bytes.
    pub fn has(&self, wanted: impl AsRef<[u8]>) -> bool {
        let wanted = wanted.as_ref();
        self.received.lock().expect("what was received").windows(wanted.len()).any(|window| window == wanted)
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
