//! Authenticator apps: RFC 6238, six digits, new each half minute, one of them of grace, none of them taken twice.
use super::Proof;
use crate::{Cx, Error, Result, people::seal::SecretKey};
use chrono::{DateTime, Utc};
use entity::{
    factor::{self, FactorKind},
    ids::StaffId,
};
use rand::Rng;
use totp_rs::{Builder, Secret, Totp};

const ISSUER: &str = "Huddle";
/// As RFC 4226 recommends.
const LENGTH: usize = 20;

/// What an app is given: the secret for typing, and the address that a QR code holds.
pub struct Shown {
    pub secret: String,
    pub uri: String,
}

/// A new secret, sealed and shown.
pub fn make(cx: &Cx, staff: StaffId, account: &str) -> Result<(Vec<u8>, Shown)> {
    let secret: [u8; LENGTH] = rand::rng().random();
    let sealed = key(cx)?.seal(&secret, staff.0.as_bytes())?;
    let totp = totp(&secret, account)?;
    let uri = totp.to_url().map_err(Error::internal)?;
    Ok((sealed, Shown { secret: totp.secret().to_base32(), uri }))
}

/// The half minute whose code this is, if it is one of now.
pub fn step(cx: &Cx, staff: StaffId, sealed: &[u8], code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let secret = key(cx)?.open(sealed, staff.0.as_bytes())?;
    let code: String = code.chars().filter(char::is_ascii_digit).take(10).collect();
    let now = u64::try_from(now.timestamp()).unwrap_or_default();
    Ok(totp(&secret, "")?.check(&code, now).and_then(|step| i64::try_from(step).ok()))
}

pub fn check(cx: &Cx, staff: StaffId, known: &[factor::Model], code: &str) -> Result<Option<Proof>> {
    for factor in known.iter().filter(|factor| factor.kind == FactorKind::Totp) {
        let step = step(cx, staff, &factor.secret, code, cx.now())?;
        if let Some(step) = step.filter(|step| factor.last_step.is_none_or(|last| last < *step)) {
            return Ok(Some(Proof::Totp(factor.clone(), step)));
        }
    }
    Ok(None)
}

fn key(cx: &Cx) -> Result<&SecretKey> {
    let missing = "authenticator apps need a key on this server: set --secret-key-file";
    cx.app.config.secret_key.as_ref().ok_or_else(|| Error::Conflict(missing.to_owned()))
}

fn totp(secret: &[u8], account: &str) -> Result<Totp> {
    // The address of an app may hold no colon besides its own.
    let account = account.replace(':', " ");
    let totp = Builder::new()
        .with_secret(Secret::new(secret.into()))
        .with_issuer(Some(ISSUER))
        .with_account_name(if account.is_empty() { "account" } else { account.as_str() })
        .build();
    totp.map_err(Error::internal)
}
