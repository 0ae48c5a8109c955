//! A ring as bytes between nodes: a proof, then JSON. Redis sees ids and versions, never the key.
use super::Ring;
use crate::events::Event;
use chrono::{DateTime, Utc};
use entity::{
    event::EntityType,
    ids::{CareTeamId, OrganizationId, StaffId},
};
use hmac::{Hmac, Mac};
use sea_orm::ActiveEnum;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::sync::Arc;
use uuid::Uuid;

const PROOF: usize = 32;
/// Larger commits only say how far the log goes now: whoever wants them reads them in one go.
const MOST_EVENTS: usize = 64;

#[derive(Serialize, Deserialize)]
struct Body {
    organization: Uuid,
    epoch: Uuid,
    head: i64,
    events: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    seq: i64,
    at: DateTime<Utc>,
    actor: Option<Uuid>,
    kind: String,
    id: Uuid,
    before: Vec<Uuid>,
    after: Vec<Uuid>,
}

/// None where the ring cannot be written, which nothing that a [`crate::cx::Tx`] announces is.
pub fn write(ring: &Ring, key: Option<Uuid>) -> Option<Vec<u8>> {
    let few = if ring.events.len() <= MOST_EVENTS { ring.events.as_slice() } else { &[] };
    let body = Body {
        organization: ring.organization.0,
        epoch: ring.epoch,
        head: ring.head,
        events: few.iter().map(|event| Row::from(&**event)).collect(),
    };
    let json = serde_json::to_vec(&body).ok()?;
    // Without a key there is no proof, and the ring is taken as the hint that it then is.
    let proof = match key {
        Some(key) => Vec::from(&mac(key, &json)?.finalize().into_bytes()[..]),
        None => vec![0; PROOF],
    };
    Some([proof, json].concat())
}

/// What a message says, and whether a node of ours said so. None where it says nothing at all.
pub fn read(bytes: &[u8], key: Option<Uuid>) -> Option<(Ring, bool)> {
    let (proof, json) = bytes.split_at_checked(PROOF)?;
    let proven = key.and_then(|key| mac(key, json)).is_some_and(|mac| mac.verify_slice(proof).is_ok());
    let body: Body = serde_json::from_slice(json).ok()?;
    let events = body.events.into_iter().map(|row| Some(Arc::new(row.into_event()?))).collect::<Option<Vec<_>>>()?;
    let ring = Ring { organization: OrganizationId(body.organization), epoch: body.epoch, head: body.head, events };
    Some((ring, proven))
}

fn mac(key: Uuid, json: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(json);
    Some(mac)
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        Self {
            seq: event.seq,
            at: event.at,
            actor: event.actor.map(|staff| staff.0),
            kind: event.entity_type.to_value(),
            id: event.entity_id,
            before: event.before.iter().map(|team| team.0).collect(),
            after: event.after.iter().map(|team| team.0).collect(),
        }
    }
}

impl Row {
    fn into_event(self) -> Option<Event> {
        Some(Event {
            seq: self.seq,
            at: self.at,
            actor: self.actor.map(StaffId),
            entity_type: EntityType::try_from_value(&self.kind).ok()?,
            entity_id: self.id,
            before: self.before.into_iter().map(CareTeamId).collect(),
            after: self.after.into_iter().map(CareTeamId).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(events: i64) -> Ring {
        let event = |seq| {
            Arc::new(Event {
                seq,
                at: DateTime::from_timestamp_micros(1_795_000_000_123_456).expect("a moment"),
                actor: Some(StaffId::generate()),
                entity_type: EntityType::CareTeam,
                entity_id: Uuid::now_v7(),
                before: vec![CareTeamId::generate()],
                after: vec![CareTeamId::generate(), CareTeamId::generate()],
            })
        };
        Ring {
            organization: OrganizationId::generate(),
            epoch: Uuid::new_v4(),
            head: events,
            events: (1..=events).map(event).collect(),
        }
    }

    #[test]
    fn a_ring_survives_the_way() {
        let (sent, key) = (ring(3), Uuid::new_v4());
        let (heard, proven) = read(&write(&sent, Some(key)).expect("bytes"), Some(key)).expect("a ring");
        assert!(proven);
        assert_eq!((heard.organization, heard.epoch, heard.head), (sent.organization, sent.epoch, sent.head));
        assert_eq!(format!("{:?}", heard.events), format!("{:?}", sent.events));
    }

    #[test]
    fn a_large_commit_only_tells_its_end() {
        let key = Some(Uuid::new_v4());
        let (heard, proven) = read(&write(&ring(65), key).expect("bytes"), key).expect("a ring");
        assert!(proven && heard.events.is_empty() && heard.head == 65);
    }

    #[test]
    fn who_does_not_know_the_key_proves_nothing() {
        let key = Some(Uuid::new_v4());
        let sent = write(&ring(1), key).expect("bytes");
        let mut changed = sent.clone();
        let at = changed.len() - 3;
        changed[at] ^= 1;
        let unproven = [
            read(&sent, Some(Uuid::new_v4())),
            read(&sent, None),
            read(&write(&ring(1), None).expect("bytes"), key),
            read(&changed, key),
        ];
        for heard in unproven.into_iter().flatten() {
            assert!(!heard.1);
        }
    }

    #[test]
    fn garbage_says_nothing() {
        for garbage in [&b""[..], &[0; 31], &[0; 32], &[b'{'; 4_000], b"12345678901234567890123456789012{}"] {
            assert!(read(garbage, Some(Uuid::new_v4())).is_none());
        }
    }
}
