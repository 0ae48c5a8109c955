//! Where a feed stood: opaque to clients, and worthless in another organisation or another life of the log.
use super::log;
use crate::{Cx, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::OrganizationId;
use std::fmt;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub epoch: Uuid,
    pub organization: OrganizationId,
    pub seq: i64,
}

impl Cursor {
    /// Where the log stands in the moment that `cx` reads.
    pub async fn now(cx: &Cx) -> Result<Self> {
        let head = log::head(&cx.db(), cx.organization()).await?;
        Ok(Self { epoch: head.epoch, organization: head.organization_id, seq: head.seq })
    }

    /// None for whatever we did not write ourselves.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 40] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (epoch, rest) = bytes.split_first_chunk::<16>()?;
        let (organization, seq) = rest.split_first_chunk::<16>()?;
        let seq = i64::from_be_bytes(seq.try_into().ok()?);
        let organization = OrganizationId(Uuid::from_bytes(*organization));
        Some(Self { epoch: Uuid::from_bytes(*epoch), organization, seq })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 40];
        bytes[..16].copy_from_slice(self.epoch.as_bytes());
        bytes[16..32].copy_from_slice(self.organization.0.as_bytes());
        bytes[32..].copy_from_slice(&self.seq.to_be_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor { epoch: Uuid::new_v4(), organization: OrganizationId::generate(), seq: 42 };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }

    #[test]
    fn what_we_did_not_write_is_no_cursor() {
        let one_short =
            &Cursor { epoch: Uuid::nil(), organization: OrganizationId(Uuid::nil()), seq: 1 }.to_string()[1..];
        for text in ["", "7", "AAAA", "ÄÖÜ", one_short, &"A".repeat(4_000)] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
