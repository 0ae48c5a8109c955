//! A provider of sign-in that says and signs what a test wants: for what an honest one never does. `tests/oidc` has an
//! honest one.
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What Huddle is called there, and its secret.
pub const CLIENT: &str = "huddle";
pub const SECRET: &str = "a secret that both sides know";

/// What the next code is worth.
#[derive(Default)]
struct Says {
    issuer: String,
    keys: Vec<Value>,
    token: String,
    /// What was sent with the last code.
    sent: HashMap<String, String>,
    /// How often its keys were asked for.
    asked_for_keys: usize,
}

pub struct Provider {
    pub issuer: String,
    key: EcdsaKeyPair,
    says: Arc<Mutex<Says>>,
    server: JoinHandle<()>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let key = new_key();
        let says = Says { issuer: issuer.clone(), keys: vec![public(&key, "one")], ..Says::default() };
        let says = Arc::new(Mutex::new(says));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(says.clone());
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.expect("the provider serves") });
        Self { issuer, key, says, server }
    }

    fn says(&self) -> std::sync::MutexGuard<'_, Says> {
        self.says.lock().expect("the provider's words")
    }

    /// The next code is worth this token.
    pub fn gives(&self, token: impl Into<String>) {
        self.says().token = token.into();
    }

    pub fn was_sent(&self, name: &str) -> String {
        self.says().sent.get(name).cloned().unwrap_or_default()
    }

    pub fn asked_for_keys(&self) -> usize {
        self.says().asked_for_keys
    }

    /// As an honest provider signs.
    pub fn signs(&self, claims: &Value) -> String {
        self.signs_with(json!({ "alg": "ES256", "kid": "one" }), claims)
    }

    /// With its own key, whatever the header says.
    pub fn signs_with(&self, header: Value, claims: &Value) -> String {
        sign(&self.key, &header, claims)
    }

    /// With another key, which it publishes from now on besides the first.
    pub fn signs_with_a_new_key(&self, claims: &Value) -> String {
        let key = new_key();
        self.says().keys.push(public(&key, "two"));
        sign(&key, &json!({ "alg": "ES256", "kid": "two" }), claims)
    }

    /// What anybody can read of its key, as bytes that a careless verifier takes for a shared secret.
    pub fn public_bytes(&self) -> Vec<u8> {
        self.key.public_key().as_ref().to_vec()
    }

    /// From now on it cannot be reached.
    pub fn goes_away(&self) {
        self.server.abort();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).expect("a key")
}

fn public(key: &EcdsaKeyPair, kid: &str) -> Value {
    let point = key.public_key().as_ref();
    let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y })
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

fn sign(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let text = unsigned(header, claims);
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).expect("a signature");
    format!("{text}.{}", BASE64.encode(signature.as_ref()))
}

/// A token that nobody signed.
pub fn signed_by_nobody(claims: &Value) -> String {
    format!("{}.", unsigned(&json!({ "alg": "none" }), claims))
}

/// A token under a secret that more than the provider know.
pub fn signed_by_secret(kid: Option<&str>, secret: &[u8], claims: &Value) -> String {
    let mut header = json!({ "alg": "HS256", "typ": "JWT" });
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    let text = unsigned(&header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
    format!("{text}.{}", BASE64.encode(tag.as_ref()))
}

/// Other claims under a signature that was good.
pub fn altered(token: &str, claims: &Value) -> String {
    let mut parts = token.split('.');
    let (header, signature) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    format!("{header}.{}.{signature}", BASE64.encode(claims.to_string()))
}

type Shared = State<Arc<Mutex<Says>>>;

async fn configuration(State(says): Shared) -> Json<Value> {
    let issuer = says.lock().expect("the provider's words").issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // An attacker who could choose what is listed here would list all of them.
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
    }))
}

async fn keys(State(says): Shared) -> Json<Value> {
    let mut says = says.lock().expect("the provider's words");
    says.asked_for_keys += 1;
    Json(json!({ "keys": says.keys }))
}

async fn token(State(says): Shared, body: Bytes) -> Response {
    let mut says = says.lock().expect("the provider's words");
    says.sent = url::form_urlencoded::parse(&body).into_owned().collect();
    if says.sent.get("code").is_none_or(|code| code != "code") {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    Json(json!({ "access_token": "none", "token_type": "Bearer", "id_token": says.token })).into_response()
}
