//! Somebody's end of the line: HTTP requests over kept connections.
use crate::Answer;
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};

/// Longer than anything may take, so that a test that hangs says where.
pub const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
pub struct Browser {
    pub address: SocketAddr,
    pub token: Option<String>,
    http: Client<HttpConnector, Full<Bytes>>,
}

impl Browser {
    pub fn at(address: SocketAddr) -> Self {
        Self { address, token: None, http: Client::builder(TokioExecutor::new()).build_http() }
    }

    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..Self::at(self.address) }
    }

    /// Sends a document, as a program would.
    pub async fn ask(&self, document: &str, variables: Value) -> Answer {
        self.post(&json!({ "query": document, "variables": variables })).await
    }

    pub async fn post(&self, body: &Value) -> Answer {
        self.post_text(&body.to_string(), "application/json").await
    }

    pub async fn post_text(&self, body: &str, content_type: &str) -> Answer {
        self.send(self.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, content_type), body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path), "").await
    }

    /// A request with the token, to be finished by [`Browser::send`].
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(&self, request: http::request::Builder, body: &str) -> Answer {
        self.try_send(request, body).await.unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// The same where the other end may be gone.
    pub async fn try_send(&self, request: http::request::Builder, body: &str) -> Result<Answer, String> {
        let request = request.body(Full::from(body.to_owned())).expect("the request is well-formed");
        let exchange = async {
            let response = self.http.request(request).await.map_err(|error| error.to_string())?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            Ok(Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: serde_json::from_slice(&body).unwrap_or(Value::Null),
                text: String::from_utf8_lossy(&body).into_owned(),
                bytes: body,
            })
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(format!("nothing within {PATIENCE:?}")))
    }
}
