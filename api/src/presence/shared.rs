//! Presence between nodes: one sorted set a patient, whose members are staff ids and whose scores say until when.
use super::{Inner, Place};
use crate::events::doorbell::Link;
use entity::ids::StaffId;
use redis::{RedisResult, cmd};
use std::{collections::BTreeSet, sync::Weak, time::Duration};
use uuid::Uuid;

/// Who comes or goes on another node is seen this much later, at most.
const LOOK: Duration = Duration::from_secs(2);
/// Who was not renewed for so many milliseconds is gone: their node died.
const EXPIRY: i64 = 15_000;
const ANSWER: Duration = Duration::from_millis(200);

/// Tells the others who is here and hears who is there, for as long as somebody here has the patient open. A Redis that
/// is away costs the view of other nodes, and nothing else; the doorbell says when it is.
pub async fn keep(presence: Weak<Inner>, place: Place) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(inner) = presence.upgrade() else { return };
        let Some(here) = inner.here(place) else { return };
        let Some(link) = inner.doorbell.redis().and_then(|redis| redis.link()) else { continue };
        let everywhere =
            tokio::time::timeout(ANSWER, exchange(&link, place, &here, inner.clock.now().timestamp_millis())).await;
        inner.show(place, everywhere.ok().and_then(Result::ok).unwrap_or_default());
    }
}

/// Somebody closed the patient on their last screen here. If this is lost, the expiry says it.
pub async fn leave(link: Link, place: Place, staff: StaffId) {
    let mut leave = cmd("ZREM");
    leave.arg(key(place)).arg(staff.0.simple().to_string());
    let _ = tokio::time::timeout(ANSWER, link.query::<()>(&leave)).await;
}

fn key((organization, patient): Place) -> String {
    format!("huddle:{{{}}}:patient:{}", organization.0, patient.0)
}

async fn exchange(link: &Link, place: Place, here: &BTreeSet<StaffId>, now: i64) -> RedisResult<BTreeSet<StaffId>> {
    let key = key(place);
    let mut stay = cmd("ZADD");
    stay.arg(&key);
    for staff in here {
        stay.arg(now + EXPIRY).arg(staff.0.simple().to_string());
    }
    link.query::<()>(&stay).await?;
    link.query::<()>(cmd("PEXPIRE").arg(&key).arg(EXPIRY)).await?;
    let mut look = cmd("ZRANGEBYSCORE");
    look.arg(&key).arg(now).arg("+inf").arg("LIMIT").arg(0).arg(50);
    let all: Vec<String> = link.query(&look).await?;
    Ok(all.iter().filter_map(|id| Uuid::parse_str(id).ok()).map(StaffId).collect())
}
