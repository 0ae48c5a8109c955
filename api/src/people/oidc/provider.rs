//! The provider: found by discovery, asked for a token, and believed only what its signature proves.
use super::{
    rules::{Identity, Refusal, says_second_factor},
    settings::Settings,
};
use crate::{Clock, Error, Result};
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError,
    Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IdTokenVerifier, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, UserInfoClaims, UserInfoError,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Mutex;

/// How long it is believed what the provider said of itself, by who comes back from it.
const FRESH: Duration = Duration::hours(1);
/// The same, by who is about to leave for it: better told here that it is away than by the browser.
const THERE: Duration = Duration::minutes(1);
/// How soon it may be asked again because a key is missing: a forger makes up as many as they like.
const KEYS_AGAIN: Duration = Duration::minutes(1);
/// How long nobody else waits for a provider that just did not answer.
const AWAY: Duration = Duration::seconds(5);
const SKEW: Duration = Duration::seconds(60);
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
const LONGEST_ANSWER: usize = 256 * 1024;

/// What else stands in a token: the groups, by whatever name.
#[derive(Debug, Deserialize, Serialize)]
struct Rest(HashMap<String, Value>);
impl AdditionalClaims for Rest {}

type Fields = IdTokenFields<
    Rest,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Answer = StandardTokenResponse<Fields, CoreTokenType>;
type Party = Client<
    Rest,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How we ask. A redirect is not followed: who can make the provider send one must not choose whom we ask.
struct Line(Http<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = std::io::Error;
    type Future = BoxFuture<'c, std::io::Result<HttpResponse>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let asked = self.0.request(request.map(|body| Full::new(body.into())));
        let exchange = async move {
            let (parts, body) = asked.await.map_err(std::io::Error::other)?.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(std::io::Error::other)?;
            Ok(HttpResponse::from_parts(parts, body.to_bytes().to_vec()))
        };
        Box::pin(async { tokio::time::timeout(PATIENCE, exchange).await? })
    }
}

pub struct Provider {
    pub settings: Settings,
    clock: Clock,
    line: Line,
    known: Mutex<Known>,
}

/// What it said of itself, and when; or since when it says nothing.
#[derive(Default)]
struct Known {
    metadata: Option<(Arc<CoreProviderMetadata>, DateTime<Utc>)>,
    away_since: Option<DateTime<Utc>>,
}

/// What a token or an answer says of somebody.
#[derive(Default)]
struct Said {
    email: Option<String>,
    name: Option<String>,
    groups: Option<Vec<String>>,
}

impl Said {
    fn or(self, other: Self) -> Self {
        Self { email: self.email.or(other.email), name: self.name.or(other.name), groups: self.groups.or(other.groups) }
    }
}

/// A sign-in that begins: where the browser goes, and what has to come back with it.
pub struct Begun {
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

impl Provider {
    pub fn new(settings: Settings, clock: Clock) -> Result<Self> {
        settings.check()?;
        let crypto = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new().with_provider_and_native_roots(crypto).map_err(Error::internal)?;
        // Only the settings can name an address without TLS, and only of this machine.
        let connector = if settings.issuer.starts_with("http://") {
            connector.https_or_http().enable_http1().build()
        } else {
            connector.https_only().enable_http1().build()
        };
        let line = Line(Http::builder(TokioExecutor::new()).build(connector));
        Ok(Self { settings, clock, line, known: Mutex::default() })
    }

    /// What the provider says of itself and its keys, asked again after `age`.
    async fn metadata(&self, age: Duration) -> Result<Arc<CoreProviderMetadata>, Refusal> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some((metadata, _)) = known.metadata.as_ref().filter(|(_, at)| *at + age > now) {
            return Ok(metadata.clone());
        }
        if known.away_since.is_some_and(|since| since + AWAY > now) {
            return Err(Refusal::ProviderAway);
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|_| Refusal::Failed)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.line).await.map_err(|error| {
            tracing::warn!(error = %chain(&error), "the provider of sign-in does not say who it is");
            known.away_since = Some(now);
            Refusal::ProviderAway
        })?;
        let metadata = Arc::new(metadata);
        *known = Known { metadata: Some((metadata.clone(), now)), away_since: None };
        Ok(metadata)
    }

    fn party(&self, metadata: &CoreProviderMetadata) -> Result<Party, Refusal> {
        let redirect = RedirectUrl::new(self.settings.redirect_url()).map_err(|_| Refusal::Failed)?;
        let secret = self.settings.client_secret.clone().map(|secret| ClientSecret::new(secret.0));
        let by_form = metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|known| !known.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let party =
            Party::from_provider_metadata(metadata.clone(), self.client_id(), secret).set_redirect_uri(redirect);
        Ok(if by_form { party.set_auth_type(AuthType::RequestBody) } else { party })
    }

    fn client_id(&self) -> ClientId {
        ClientId::new(self.settings.client_id.clone())
    }

    pub async fn begin(&self) -> Result<Begun, Refusal> {
        let metadata = self.metadata(THERE).await?;
        let party = self.party(&metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request =
            party.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.url();
        Ok(Begun {
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Who it is that came back with this code.
    pub async fn finish(&self, code: String, nonce: String, verifier: String) -> Result<Identity, Refusal> {
        let metadata = self.metadata(FRESH).await?;
        let party = self.party(&metadata)?;
        let exchange = party
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Refusal::NotTrusted)?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&self.line)
            .await;
        let answer = exchange.map_err(|error| match &error {
            RequestTokenError::Request(_) => {
                tracing::warn!(error = %chain(&error), "the provider of sign-in gives no token");
                Refusal::ProviderAway
            }
            // What it says may hold anything: it is not repeated.
            _ => {
                tracing::warn!("the provider of sign-in refused a code, or answered with something else");
                Refusal::NotTrusted
            }
        })?;
        let Some(token) = answer.extra_fields().id_token() else { return Err(Refusal::NotTrusted) };

        let nonce = Nonce::new(nonce);
        let verified = token.claims(&self.verifier(&metadata), &nonce);
        let newer;
        let verified = match verified {
            // It may have begun to sign with another key.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                newer = self.metadata(KEYS_AGAIN).await?;
                token.claims(&self.verifier(&newer), &nonce)
            }
            verified => verified,
        };
        let claims = verified.map_err(|error| {
            tracing::warn!(why = kind(&error), "an identity token was not believed");
            Refusal::NotTrusted
        })?;
        if claims.authorized_party().is_some_and(|party| **party != *self.client_id()) {
            tracing::warn!("an identity token was made out to another party");
            return Err(Refusal::NotTrusted);
        }

        let mut said = Said {
            email: claims.email().filter(|_| claims.email_verified() == Some(true)).map(|email| email.to_string()),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
            groups: self.groups(claims.additional_claims()),
        };
        if said.email.is_none() || said.groups.is_none() {
            // A provider need not say in its token what a scope asked for.
            said = said.or(self.about_user(&party, &answer, claims.subject()).await?);
        }
        let amr: Vec<String> = claims.auth_method_refs().into_iter().flatten().map(|one| one.to_string()).collect();
        Ok(Identity {
            issuer: self.settings.issuer.clone(),
            subject: claims.subject().to_string(),
            email: said.email,
            name: said.name,
            groups: said.groups.unwrap_or_default(),
            second_factor: says_second_factor(&amr, claims.auth_context_ref().map(|acr| acr.as_str())),
        })
    }

    /// None where nothing is said of groups.
    fn groups(&self, rest: &Rest) -> Option<Vec<String>> {
        match rest.0.get(&self.settings.groups_claim)? {
            Value::String(one) => Some(vec![one.clone()]),
            Value::Array(many) => Some(many.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()),
            _ => None,
        }
    }

    /// What the provider says of somebody when asked with their access token; nothing where it has no such address.
    async fn about_user(&self, party: &Party, answer: &Answer, subject: &SubjectIdentifier) -> Result<Said, Refusal> {
        let asked = party.user_info(answer.access_token().clone(), Some(subject.clone()));
        let Ok(asked) = asked else { return Ok(Said::default()) };
        let about: UserInfoClaims<Rest, CoreGenderClaim> = asked.request_async(&self.line).await.map_err(|error| {
            let (why, refusal) = match error {
                UserInfoError::ClaimsVerification(_) => ("it is about somebody else", Refusal::NotTrusted),
                _ => ("no answer, or none that can be read", Refusal::ProviderAway),
            };
            tracing::warn!(why, "the provider of sign-in says nothing of the user");
            refusal
        })?;
        Ok(Said {
            email: about.email().filter(|_| about.email_verified() == Some(true)).map(|email| email.to_string()),
            name: about.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
            groups: self.groups(about.additional_claims()),
        })
    }

    /// Signatures by keys that the provider alone has: none without a signature, and none by a secret that others share.
    fn verifier(&self, metadata: &CoreProviderMetadata) -> IdTokenVerifier<'static, CoreJsonWebKey> {
        use CoreJwsSigningAlgorithm as Alg;
        let now = self.clock.now();
        IdTokenVerifier::new_public_client(self.client_id(), metadata.issuer().clone(), metadata.jwks().clone())
            .set_allowed_algs([
                Alg::RsaSsaPkcs1V15Sha256,
                Alg::RsaSsaPkcs1V15Sha384,
                Alg::RsaSsaPkcs1V15Sha512,
                Alg::RsaSsaPssSha256,
                Alg::RsaSsaPssSha384,
                Alg::RsaSsaPssSha512,
                Alg::EcdsaP256Sha256,
                Alg::EcdsaP384Sha384,
                Alg::EdDsa,
            ])
            .set_time_fn(move || now - SKEW)
            .set_issue_time_verifier_fn(move |issued| {
                if issued <= now + SKEW { Ok(()) } else { Err("issued in the future".to_owned()) }
            })
    }
}

/// The kind of what was wrong, without a word of the token.
fn kind(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "other",
    }
}

/// An error with what caused it: the outermost says only that something failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
