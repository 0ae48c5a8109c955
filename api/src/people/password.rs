//! Passwords: kept as Argon2id, checked in constant work whether or not the person exists.
use crate::{Error, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::OnceLock;

/// NIST SP 800-63B: at least eight characters, and no rules beyond that. The upper limit bounds the work.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=256;

pub async fn hash(field: &str, password: String) -> Result<String> {
    if !LENGTHS.contains(&password.chars().count()) {
        return Err(Error::bad_input(field, "must have 8 to 256 characters"));
    }
    in_background(move || hash_now(&password)).await?
}

/// A secret that was checked for what it must be elsewhere.
pub async fn hash_checked(secret: String) -> Result<String> {
    in_background(move || hash_now(&secret)).await?
}

/// Whether the password is the one behind `hash`. Without a hash the same work is done, and the answer is no.
pub async fn verify(hash: Option<String>, password: String) -> Result<bool> {
    if password.len() > 4 * *LENGTHS.end() {
        return Ok(false);
    }
    in_background(move || {
        let known = hash.is_some();
        let hash = hash.map_or_else(decoy, Ok)?;
        let parsed = PasswordHash::new(&hash).map_err(|_| Error::broken("a stored password hash can be read"))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

fn hash_now(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| Error::broken("a password can be hashed"))
}

fn decoy() -> Result<String> {
    static DECOY: OnceLock<Result<String>> = OnceLock::new();
    DECOY.get_or_init(|| hash_now("nobody has this password")).clone()
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
