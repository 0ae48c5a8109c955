//! Secrets that the server itself must read again, sealed at rest: a copy of the database alone opens nothing.
use crate::{Error, Result};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use rand::Rng;
use std::fmt;

const NONCE: usize = 12;
const KEY: usize = 32;

/// A key of the installation, from a file or the environment. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; KEY]);

impl SecretKey {
    pub fn generate() -> Self {
        Self(rand::rng().random())
    }

    /// 64 hexadecimal digits, as `openssl rand -hex 32` writes them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 2 * KEY || !text.is_ascii() {
            return None;
        }
        let mut key = [0; KEY];
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(key))
    }

    pub fn to_text(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// `place` says whose it is: sealed for one row, it opens in no other.
    pub fn seal(&self, secret: &[u8], place: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let sealed = self.cipher()?.encrypt(&nonce.into(), Payload { msg: secret, aad: place });
        let sealed = sealed.map_err(|_| Error::broken("a short secret can be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub fn open(&self, sealed: &[u8], place: &[u8]) -> Result<Vec<u8>> {
        let wrong = || Error::broken("what was sealed is opened with the key that it was sealed with");
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(wrong)?;
        self.cipher()?.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: place }).map_err(|_| wrong())
    }

    fn cipher(&self) -> Result<Aes256Gcm> {
        Aes256Gcm::new_from_slice(&self.0).map_err(|_| Error::broken("the key has its length"))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_only() {
        let key = SecretKey::generate();
        let sealed = key.seal(b"secret", b"row 1").unwrap();

        assert_eq!(key.open(&sealed, b"row 1").unwrap(), b"secret");
        assert!(key.open(&sealed, b"row 2").is_err());
        assert!(SecretKey::generate().open(&sealed, b"row 1").is_err());
        assert!(key.open(&sealed[..5], b"row 1").is_err());
        assert_ne!(key.seal(b"secret", b"row 1").unwrap(), sealed);
    }

    #[test]
    fn a_key_survives_its_text_and_tells_nobody() {
        let key = SecretKey::generate();

        assert_eq!(SecretKey::parse(&format!("{}\n", key.to_text())), Some(key.clone()));
        assert_eq!(SecretKey::parse("short"), None);
        assert_eq!(SecretKey::parse(&"zz".repeat(32)), None);
        assert!(!format!("{key:?}").contains(&key.to_text()));
    }
}
