//! What makes the record one piece: each row's hash covers the row and the hash before it. Pure.
//!
//! Who changes, removes, adds or reorders rows would have to work out every later hash anew, and still could not make it
//! agree with a number and a hash that somebody kept elsewhere.
use entity::{audit_entry, ids::OrganizationId};
use sea_orm::ActiveEnum;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What the bytes mean. Another meaning is another word.
const ROW: &str = "huddle audit row 1";
const BEGINNING: &str = "huddle audit beginning 1";

pub type Hash = [u8; 32];

/// The end of a chain, to which rows are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub number: i64,
    pub hash: Vec<u8>,
}

impl End {
    /// Gives a row the next number, and its hash.
    pub fn add(&mut self, row: &mut audit_entry::Model) {
        self.number += 1;
        row.number = Some(self.number);
        self.hash = hash(&self.hash, row).to_vec();
        row.hash = Some(self.hash.clone());
    }
}

/// The hash of a row that follows `previous`.
pub fn hash(previous: &[u8], row: &audit_entry::Model) -> Hash {
    let mut bytes = Bytes::of(ROW);
    bytes.add(previous);
    contents(&mut bytes, row);
    bytes.digest()
}

/// Where a chain begins: with what was on record before there was one.
pub struct Beginning {
    bytes: Bytes,
    pub rows: i64,
}

impl Beginning {
    pub fn of(organization: OrganizationId) -> Self {
        let mut bytes = Bytes::of(BEGINNING);
        bytes.add(organization.0.as_bytes());
        Self { bytes, rows: 0 }
    }

    /// One row of before, in the order of their ids.
    pub fn add(&mut self, row: &audit_entry::Model) {
        self.rows += 1;
        contents(&mut self.bytes, row);
    }

    pub fn digest(self) -> Hash {
        self.bytes.digest()
    }
}

/// Everything that a row says, in an order and a form that never change.
fn contents(bytes: &mut Bytes, row: &audit_entry::Model) {
    let uuid = |id: Option<Uuid>| id.map(|id| id.as_bytes().to_vec());
    let text = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    bytes.add(row.organization_id.0.as_bytes());
    bytes.maybe(row.number.map(i64::to_be_bytes));
    bytes.add(row.id.0.as_bytes());
    bytes.add(&row.at.timestamp().to_be_bytes());
    bytes.add(&row.at.timestamp_subsec_nanos().to_be_bytes());
    bytes.maybe(uuid(row.session_id.map(|id| id.0)));
    bytes.maybe(uuid(row.actor_id.map(|id| id.0)));
    bytes.add(row.actor_kind.as_bytes());
    bytes.add(row.kind.to_value().as_bytes());
    bytes.add(row.operation.as_bytes());
    bytes.maybe(text(row.entity_type.as_deref()));
    bytes.maybe(uuid(row.entity_id));
    bytes.add(&spelled(&row.patients));
    bytes.maybe(row.purpose.map(|purpose| purpose.to_value().into_bytes()));
    bytes.maybe(text(row.address.as_deref()));
    bytes.maybe(row.detail.as_ref().map(spelled));
}

/// PostgreSQL keeps what JSON means, not how it was spelled.
fn spelled(value: &Value) -> Vec<u8> {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string().into_bytes()
}

/// Each part with its length, so that no part can pass for the end of another.
struct Bytes(Sha256);

impl Bytes {
    fn of(word: &str) -> Self {
        let mut bytes = Self(Sha256::new());
        bytes.add(word.as_bytes());
        bytes
    }

    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    fn maybe(&mut self, part: Option<impl AsRef<[u8]>>) {
        match part {
            Some(part) => self.add(part.as_ref()),
            None => self.0.update(u64::MAX.to_be_bytes()),
        }
    }

    fn digest(self) -> Hash {
        self.0.finalize().into()
    }
}

pub fn to_hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};
    use entity::{audit_entry::AuditKind, ids::AuditEntryId};
    use serde_json::json;

    fn row() -> audit_entry::Model {
        audit_entry::Model {
            organization_id: OrganizationId(Uuid::from_u128(1)),
            id: AuditEntryId(Uuid::from_u128(2)),
            at: Utc.timestamp_opt(1_700_000_000, 5_000).unwrap(),
            session_id: None,
            actor_id: None,
            actor_kind: "system".to_owned(),
            kind: AuditKind::Write,
            operation: "tasks.claim".to_owned(),
            entity_type: Some("task".to_owned()),
            entity_id: None,
            patients: json!(["patient_1"]),
            number: Some(1),
            hash: None,
            purpose: None,
            address: None,
            detail: Some(json!({ "b": [1, 2], "a": null })),
        }
    }

    #[test]
    fn the_hash_of_a_row_is_the_same_for_ever() {
        let known = to_hex(&hash(&[0; 32], &row()));
        assert_eq!(
            known, "eeb4494f8d9212af5bbd30e0a72f322e4350fb3366311b4fa2abf3aad5516da2",
            "rows that are on record would not verify any more"
        );
    }

    #[test]
    fn every_part_of_a_row_and_the_row_before_make_another_hash() {
        let mut hashes = std::collections::BTreeSet::from([hash(&[0; 32], &row()), hash(&[1; 32], &row())]);
        let changes: [fn(&mut audit_entry::Model); 16] = [
            |row| row.organization_id = OrganizationId(Uuid::from_u128(9)),
            |row| row.id = AuditEntryId(Uuid::from_u128(9)),
            |row| row.at += chrono::TimeDelta::microseconds(1),
            |row| row.session_id = Some(entity::ids::SessionId(Uuid::from_u128(9))),
            |row| row.actor_id = Some(entity::ids::StaffId(Uuid::from_u128(9))),
            |row| row.actor_kind = "staff".to_owned(),
            |row| row.kind = AuditKind::Read,
            |row| row.operation = "tasks.claimt".to_owned(),
            |row| row.entity_type = None,
            // What moves over to the next part is not the same.
            |row| {
                row.operation = "tasks.clai".to_owned();
                row.entity_type = Some("mtask".to_owned());
            },
            |row| row.entity_id = Some(Uuid::from_u128(9)),
            |row| row.patients = json!(["patient_2"]),
            |row| row.number = Some(2),
            |row| row.purpose = Some(audit_entry::AuditPurpose::Treatment),
            |row| row.address = Some(String::new()),
            |row| row.detail = None,
        ];
        for (n, change) in changes.iter().enumerate() {
            let mut changed = row();
            change(&mut changed);
            assert!(hashes.insert(hash(&[0; 32], &changed)), "change {n}");
        }
        let mut spelled_otherwise = row();
        spelled_otherwise.detail = serde_json::from_str("{\"a\":null,  \"b\":[1,2]}").ok();
        assert!(!hashes.insert(hash(&[0; 32], &spelled_otherwise)));
    }
}
