//! What time and other people's work do to huddles: agendas follow, and what was not held is over. One sweep a node,
//! harmless when two nodes do it at once.
use super::{
    agenda, rules,
    service::parts::{lock, save, turn_to},
};
use crate::{App, Cx, Error, Result, care_teams, events::log};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{
    care_team, huddle,
    huddle::{HuddleSlot, HuddleState},
    ids::{HuddleId, OrganizationId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// Time alone changes an agenda as well: somebody was not touched for too long.
const LONGEST: Duration = Duration::seconds(60);

/// Where the organisation's log stood when this node last looked at an agenda, and when that was.
#[derive(Debug, Default)]
pub struct Looked(Mutex<HashMap<HuddleId, (i64, DateTime<Utc>)>>);

impl Looked {
    fn is_new(&self, huddle: HuddleId, seq: i64, now: DateTime<Utc>) -> bool {
        let looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looked.get(&huddle).is_none_or(|(before, at)| *before != seq || now - *at >= LONGEST)
    }

    fn at(&self, huddle: HuddleId, seq: i64, now: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(huddle, (seq, now));
    }

    fn keep(&self, open: &BTreeSet<HuddleId>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|huddle, _| open.contains(huddle));
    }
}

/// Brings each open agenda up to date where something happened since this node last looked.
pub async fn sweep(app: &Arc<App>) -> Result<()> {
    let open = huddle::Entity::find()
        .filter(huddle::Column::State.is_in([HuddleState::Planned, HuddleState::Running]))
        .order_by_asc(huddle::Column::Id)
        .all(&app.db.across_organizations())
        .await?;
    app.agendas.keep(&open.iter().map(|huddle| huddle.id).collect());
    let organizations: BTreeSet<OrganizationId> = open.iter().map(|huddle| huddle.organization_id).collect();
    let heads = log::heads(app.db.common(), organizations.into_iter().collect()).await?;
    for huddle in open {
        // Read before the facts: what comes meanwhile is looked at again.
        let head = heads.iter().find(|head| head.organization_id == huddle.organization_id);
        let (seq, now) = (head.map_or(0, |head| head.seq), app.clock.now());
        if !app.agendas.is_new(huddle.id, seq, now) {
            continue;
        }
        let id = huddle.id;
        match follow(&Cx::system(app.clone(), huddle.organization_id), huddle).await {
            Ok(()) => app.agendas.at(id, seq, now),
            // Somebody was at it in the same moment: the next sweep looks again.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn follow(cx: &Cx, huddle: huddle::Model) -> Result<()> {
    let team = care_teams::service::find_in_organization(cx, huddle.care_team_id).await?;
    let (today, slot) = rules::now_is(cx.now(), team.time_zone.parse().unwrap_or(Tz::UTC));
    match huddle.date.cmp(&today) {
        Ordering::Less => close_before(cx, &team, (today, slot)).await,
        Ordering::Equal => agenda::refresh(cx, huddle).await.map(|_| ()),
        Ordering::Greater => Ok(()),
    }
}

/// What was not held before this part of the day was missed; what ran into another day is over, and not signed.
pub async fn close_before(cx: &Cx, team: &care_team::Model, (date, slot): (NaiveDate, HuddleSlot)) -> Result<()> {
    let open = huddle::Entity::find()
        .filter(huddle::Column::OrganizationId.eq(team.organization_id))
        .filter(huddle::Column::CareTeamId.eq(team.id))
        .filter(huddle::Column::State.is_in([HuddleState::Planned, HuddleState::Running]))
        .filter(huddle::Column::Date.lte(date))
        .all(&cx.db())
        .await?;
    for huddle in open {
        let over = after(&huddle, date, slot);
        if over.is_none() {
            continue;
        }
        let mut tx = cx.begin("huddles.time").await?;
        let mut locked = lock(&tx, huddle.id).await?;
        let Some(state) = after(&locked, date, slot) else { continue };
        if locked.state == HuddleState::Running {
            turn_to(&tx, &mut locked, None).await?;
        }
        locked.state = state;
        locked.ended_at = (state == HuddleState::Ended).then_some(tx.at);
        save(&mut tx, locked).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// What becomes of an open huddle when this part of the day has come.
fn after(huddle: &huddle::Model, date: NaiveDate, slot: HuddleSlot) -> Option<HuddleState> {
    match huddle.state {
        HuddleState::Planned if (huddle.date, huddle.slot) < (date, slot) => Some(HuddleState::Missed),
        HuddleState::Running if huddle.date < date => Some(HuddleState::Ended),
        _ => None,
    }
}
