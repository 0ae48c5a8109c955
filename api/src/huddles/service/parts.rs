//! The parts that every write of a huddle is made of. Whoever writes locks the huddle first, so that what they see then
//! is what they change: two who are at it at once come one after the other.
use crate::{Cx, Error, Result, Tx, events::Change, policy};
use chrono::{DateTime, Utc};
use entity::{
    huddle,
    huddle::HuddleState,
    huddle_item,
    huddle_item::HuddleItemState,
    ids::{HuddleId, HuddleItemId},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};

/// The huddle as it is now, which nobody else changes until the transaction ends. Its version is the next one already.
pub async fn lock(tx: &Tx, id: HuddleId) -> Result<huddle::Model> {
    let rows = huddle::Entity::update_many()
        .col_expr(huddle::Column::Version, Expr::col(huddle::Column::Version).add(1))
        .filter(huddle::Column::OrganizationId.eq(tx.organization()))
        .filter(huddle::Column::Id.eq(id))
        .exec_with_returning(&**tx)
        .await?;
    rows.into_iter().next().ok_or(Error::NotFound("huddle"))
}

/// Writes a locked huddle, and announces it.
pub async fn save(tx: &mut Tx, row: huddle::Model) -> Result<huddle::Model> {
    let rows = huddle::Entity::update_many()
        .filter(huddle::Column::OrganizationId.eq(row.organization_id))
        .filter(huddle::Column::Id.eq(row.id))
        .filter(huddle::Column::Version.eq(row.version))
        .set(row.into_active_model().reset_all())
        .exec_with_returning(&**tx)
        .await?;
    let row = rows.into_iter().next().ok_or_else(|| Error::Conflict("the huddle was changed meanwhile".into()))?;
    tx.emit(Change::huddle(&row));
    Ok(row)
}

/// All items, whoever may see them, in order.
pub async fn items(db: &impl ConnectionTrait, huddle: &huddle::Model) -> Result<Vec<huddle_item::Model>> {
    let items = huddle_item::Entity::find()
        .filter(huddle_item::Column::OrganizationId.eq(huddle.organization_id))
        .filter(huddle_item::Column::HuddleId.eq(huddle.id))
        .order_by_asc(huddle_item::Column::Rank)
        .order_by_asc(huddle_item::Column::Id);
    Ok(items.all(db).await?)
}

pub async fn save_item(tx: &Tx, mut item: huddle_item::Model) -> Result<huddle_item::Model> {
    let seen = item.version;
    item.version += 1;
    let rows = huddle_item::Entity::update_many()
        .filter(huddle_item::Column::OrganizationId.eq(item.organization_id))
        .filter(huddle_item::Column::Id.eq(item.id))
        .filter(huddle_item::Column::Version.eq(seen))
        .set(item.into_active_model().reset_all())
        .exec_with_returning(&**tx)
        .await?;
    rows.into_iter().next().ok_or_else(|| Error::Conflict("the item was changed meanwhile".into()))
}

pub fn require_lead(cx: &Cx, huddle: &huddle::Model) -> Result<()> {
    cx.require(policy::may_lead_huddle(cx.scope(), huddle.care_team_id), "take part in leading this huddle")
}

pub fn require_running(huddle: &huddle::Model) -> Result<()> {
    match huddle.state {
        HuddleState::Running => Ok(()),
        state => Err(Error::Conflict(format!("the huddle {}", state_words(state)))),
    }
}

pub fn require_open(huddle: &huddle::Model) -> Result<()> {
    match huddle.state {
        HuddleState::Planned | HuddleState::Running => Ok(()),
        state => Err(Error::Conflict(format!("the huddle {}", state_words(state)))),
    }
}

fn state_words(state: HuddleState) -> &'static str {
    match state {
        HuddleState::Planned => "has not been started",
        HuddleState::Running => "is running",
        HuddleState::Ended => "has ended",
        HuddleState::Missed => "was never held",
    }
}

/// Another item becomes the current one, or none. The time that the last one took is added to it.
pub async fn turn_to(tx: &Tx, huddle: &mut huddle::Model, next: Option<HuddleItemId>) -> Result<()> {
    if huddle.current_item_id == next {
        return Ok(());
    }
    if let Some(current) = huddle.current_item_id {
        let item = huddle_item::Entity::find_by_id((huddle.organization_id, current)).one(&**tx).await?;
        if let Some(mut item) = item {
            item.seconds = item.seconds.saturating_add(seconds_since(huddle.current_since, tx.at));
            save_item(tx, item).await?;
        }
    }
    huddle.current_item_id = next;
    huddle.current_since = next.map(|_| tx.at);
    Ok(())
}

fn seconds_since(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> i32 {
    since.map_or(0, |since| i32::try_from((now - since).num_seconds()).unwrap_or_default())
}

/// The next open item after the current one; where there is none, the first that was passed over.
pub fn next_open(items: &[huddle_item::Model], current: Option<HuddleItemId>) -> Option<HuddleItemId> {
    let place = items.iter().position(|item| Some(item.id) == current).map_or(0, |place| place + 1);
    let open = |item: &&huddle_item::Model| item.state == HuddleItemState::Open && Some(item.id) != current;
    let later = items.iter().skip(place).find(open);
    later.or_else(|| items.iter().take(place).find(open)).map(|item| item.id)
}
