//! One sign-in by the provider, from the browser's leaving to its coming back, at whatever node.
//!
//! What has to come back stands in a cookie that is signed with a key which only the database knows, so that anybody may
//! begin a sign-in without a row being written.
use super::{
    account,
    provider::Provider,
    rules::{Refusal, local_path},
};
use crate::{
    App, Cx, Error, Result,
    people::{service::organization, sessions::Token, visitor::Visitor},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use entity::{ids::OrganizationId, org_head};
use hmac::{Hmac, Mac};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::sync::Arc;

/// How long somebody may take at the provider.
pub const LASTS: Duration = Duration::minutes(10);

#[derive(Deserialize, Serialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    until: DateTime<Utc>,
}

/// Where the browser goes, and what it keeps meanwhile.
pub struct Leaving {
    pub url: String,
    pub cookie: String,
}

/// What the provider sends back through the browser.
pub struct Returned {
    pub code: Option<String>,
    pub state: Option<String>,
    /// Who says so, by RFC 9207.
    pub issuer: Option<String>,
    /// What the browser kept.
    pub cookie: Option<String>,
}

/// Somebody who was let in, and where they wanted to go.
pub struct Arrived {
    pub token: Token,
    pub cx: Cx,
    pub next: String,
}

pub async fn start(app: &Arc<App>, provider: &Provider, next: Option<&str>) -> Result<Leaving, Refusal> {
    let begun = provider.begin().await?;
    let (_, key) = home(app, provider).await.map_err(ours)?;
    let kept = Kept {
        state: begun.state,
        nonce: begun.nonce,
        verifier: begun.verifier,
        next: local_path(next).to_owned(),
        until: app.clock.now() + LASTS,
    };
    let cookie = seal(&key, &kept).map_err(ours)?;
    Ok(Leaving { url: begun.url, cookie })
}

pub async fn finish(
    app: &Arc<App>,
    provider: &Provider,
    returned: Returned,
    visitor: &Visitor,
) -> Result<Arrived, Refusal> {
    let (organization, key) = home(app, provider).await.map_err(ours)?;
    let kept = returned.cookie.as_deref().and_then(|cookie| unseal(&key, cookie));
    let kept = kept.filter(|kept| kept.until > app.clock.now()).ok_or(Refusal::Expired)?;
    if returned.state.as_deref() != Some(&kept.state) {
        return Err(Refusal::Expired);
    }
    if returned.issuer.is_some_and(|issuer| issuer != provider.settings.issuer) {
        return Err(Refusal::NotTrusted);
    }
    let code = returned.code.ok_or(Refusal::Cancelled)?;
    let identity = provider.finish(code, kept.nonce, kept.verifier).await?;
    let entered = account::enter(app, &provider.settings, organization, identity, visitor).await.map_err(ours)?;
    let (token, cx) = entered?;
    Ok(Arrived { token, cx, next: kept.next })
}

fn ours(error: Error) -> Refusal {
    tracing::error!(%error, "a sign-in by the provider failed");
    Refusal::Failed
}

/// Whose people the provider's are, and the key of what their browsers keep.
async fn home(app: &Arc<App>, provider: &Provider) -> Result<(OrganizationId, [u8; 16])> {
    let id = organization(app, provider.settings.organization.as_deref()).await?.id;
    let head = org_head::Entity::find_by_id(id).one(app.db.common()).await?;
    let key = head.and_then(|head| head.ring_key).ok_or_else(|| Error::broken("an organisation has a key"))?;
    Ok((id, key.into_bytes()))
}

fn mac(key: &[u8], payload: &[u8]) -> Result<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::broken("a key of any length will do"))?;
    // Nothing else that the key proves begins like this.
    Ok(mac.chain_update(b"sign-in by a provider\0").chain_update(payload))
}

fn seal(key: &[u8], kept: &Kept) -> Result<String> {
    let payload = serde_json::to_vec(kept)?;
    let proof = mac(key, &payload)?.finalize().into_bytes();
    Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(proof)))
}

fn unseal(key: &[u8], cookie: &str) -> Option<Kept> {
    let (payload, proof) = cookie.split_once('.')?;
    let (payload, proof) = (URL_SAFE_NO_PAD.decode(payload).ok()?, URL_SAFE_NO_PAD.decode(proof).ok()?);
    mac(key, &payload).ok()?.verify_slice(&proof).ok()?;
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_kept_is_believed_only_as_we_gave_it() {
        let kept = Kept {
            state: "s".to_owned(),
            nonce: "n".to_owned(),
            verifier: "v".to_owned(),
            next: "/board".to_owned(),
            until: DateTime::UNIX_EPOCH,
        };
        let cookie = seal(b"key", &kept).unwrap();

        assert_eq!(unseal(b"key", &cookie).unwrap().next, "/board");
        assert!(unseal(b"another", &cookie).is_none());
        let (payload, proof) = cookie.split_once('.').unwrap();
        let forged = Kept { next: "/elsewhere".to_owned(), ..kept };
        let forged = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&forged).unwrap());
        assert!(unseal(b"key", &format!("{forged}.{proof}")).is_none());
        assert!(unseal(b"key", payload).is_none());
        assert!(unseal(b"key", "").is_none());
    }
}
