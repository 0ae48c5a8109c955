//! The exporter's HTTP client: hyper, which is here anyway. The exporter works in a thread of its own, so each request
//! is handed to the runtime.
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry_http::{HttpClient, HttpError};
use std::{fmt, time::Duration};
use tokio::runtime::Handle;

const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST_ANSWER: usize = 64 * 1024;

pub struct Carrier {
    runtime: Handle,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Carrier {
    pub fn new() -> Self {
        Self { runtime: Handle::current(), client: Client::builder(TokioExecutor::new()).build_http() }
    }
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Carrier")
    }
}

#[async_trait::async_trait]
impl HttpClient for Carrier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let exchange = async move {
            let (parts, body) = client.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(parts, body))
        };
        self.runtime.spawn(async { tokio::time::timeout(PATIENCE, exchange).await }).await??
    }
}
