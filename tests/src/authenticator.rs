//! What a person holds in their hand: an authenticator app, and a key that makes passkeys. Written without the libraries
//! of the service, so that both must have read the same standards.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The six digits that an app shows at this moment (RFC 6238) for a secret as it is typed in.
pub fn code(secret: &str, at: DateTime<Utc>) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&base32(secret)).expect("a key of any length");
    mac.update(&(at.timestamp() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes([hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    format!("{:06}", number % 1_000_000)
}

fn base32(text: &str) -> Vec<u8> {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for sign in text.trim_end_matches('=').chars() {
        let value = SIGNS.find(sign).expect("a sign of base 32");
        bits = (bits << 5) | u32::try_from(value).expect("five bits");
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("a byte"));
        }
    }
    bytes
}

/// A device with one key, which makes sure who holds it unless it is told not to.
pub struct Device {
    key: SigningKey,
    id: Vec<u8>,
    /// Where its browser is.
    pub origin: String,
    /// Whether it asks for a finger or a PIN.
    pub verifies: bool,
    user: Vec<u8>,
}

impl Device {
    pub fn at(origin: &str) -> Self {
        let key = loop {
            // Nearly every number of 32 bytes is a key.
            if let Ok(key) = SigningKey::from_slice(&rand::random::<[u8; 32]>()) {
                break key;
            }
        };
        let id = rand::random::<[u8; 16]>().to_vec();
        Self { key, id, origin: origin.to_owned(), verifies: true, user: Vec::new() }
    }

    /// Answers `navigator.credentials.create`.
    pub fn makes(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options are JSON");
        self.user = decode(&options["user"]["id"]);
        let client = self.client("webauthn.create", &options);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("a point"), point.y().expect("a point"));
        // COSE: an EC2 key for ES256 on P-256.
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let id_length = u16::try_from(self.id.len()).expect("a short id").to_be_bytes();
        let rp = options["rp"]["id"].as_str().expect("a relying party");
        let data = [self.data(rp, 0x40), vec![0; 16], id_length.to_vec(), self.id.clone(), cose].concat();
        let length = u8::try_from(data.len()).expect("less than 256 bytes");
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": … }
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        self.answer(json!({ "clientDataJSON": encode(&client), "attestationObject": encode(&object) }))
    }

    /// Answers `navigator.credentials.get`.
    pub fn signs(&self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options are JSON");
        let client = self.client("webauthn.get", &options);
        let data = self.data(options["rpId"].as_str().expect("a relying party"), 0);
        let signature: Signature = self.key.sign(&[data.clone(), Sha256::digest(&client).to_vec()].concat());
        self.answer(json!({
            "clientDataJSON": encode(&client),
            "authenticatorData": encode(&data),
            "signature": encode(signature.to_der().as_bytes()),
            "userHandle": encode(&self.user),
        }))
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let client =
            json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false });
        client.to_string().into_bytes()
    }

    fn data(&self, rp: &str, more: u8) -> Vec<u8> {
        let flags = 1 | more | if self.verifies { 4 } else { 0 };
        [Sha256::digest(rp).to_vec(), vec![flags], vec![0; 4]].concat()
    }

    fn answer(&self, response: Value) -> String {
        let id = encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {},
            "authenticatorAttachment": "platform" })
        .to_string()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("text")).expect("base 64")
}
