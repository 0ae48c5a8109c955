//! Huddles as the API shows them. Nothing is decided here.
mod item;
mod news;
mod record;
mod write;
pub use item::HuddleItem;
pub use news::SinceLastHuddle;
pub use write::HuddleMutation;

use super::{rules, service};
use crate::{
    Cx, Error, Result,
    care_teams::graphql::CareTeam,
    graphql::{
        cx, id, load,
        load::ItemsOf,
        page::connection,
        scalars::{Date, DateTime},
        to_id,
    },
    people::graphql::StaffMember,
    policy,
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{
    care_team, huddle, huddle_item, huddle_item::HuddleItemState as ItemState, huddle_setting, ids::HuddleItemId,
};
use record::HuddleRecord;
use std::sync::Arc;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "huddle::HuddleSlot")]
pub enum HuddleSlot {
    Am,
    Pm,
}

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "huddle::HuddleState")]
pub enum HuddleState {
    /// The agenda builds itself; nobody has started it.
    Planned,
    Running,
    Ended,
    /// Its time passed without anybody starting it: what somebody put there goes to the next one.
    Missed,
}

/// Made by [`Huddle::show`]. Its patients are shown by `Patient` alone.
#[derive(Clone)]
pub struct Huddle(Arc<huddle::Model>);

impl Huddle {
    pub fn show(_: &Cx, row: huddle::Model) -> Self {
        Self(Arc::new(row))
    }

    pub async fn now(ctx: &Context<'_>, team: &care_team::Model) -> Result<Option<Self>> {
        let cx = cx(ctx)?;
        Ok(service::of_team_now(cx, team).await?.map(|row| Self::show(cx, row)))
    }

    async fn seen(&self, ctx: &Context<'_>) -> Result<Arc<Vec<huddle_item::Model>>> {
        Ok(load(ctx, ItemsOf(self.0.id)).await?.unwrap_or_default())
    }

    async fn item(&self, ctx: &Context<'_>, id: HuddleItemId) -> Result<HuddleItem> {
        let found = self.items_of(&self.seen(ctx).await?, |item| item.id == id).pop();
        found.ok_or(Error::NotFound("huddle item"))
    }

    fn items_of(&self, seen: &[huddle_item::Model], chosen: impl Fn(&huddle_item::Model) -> bool) -> Vec<HuddleItem> {
        let placed = (1..).zip(seen);
        placed.filter(|(_, item)| chosen(item)).map(|(place, item)| HuddleItem::at(place, item.clone())).collect()
    }
}

connection!(HuddleConnection, HuddleEdge, Huddle, huddle::Model);

/// A team's short meeting about its day: an agenda that builds itself, somebody who leads, and a signed record at the end.
#[Object]
impl Huddle {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    async fn care_team(&self, ctx: &Context<'_>) -> Result<CareTeam> {
        CareTeam::load(ctx, self.0.care_team_id).await
    }

    /// In the practice's time zone.
    async fn date(&self) -> Date {
        Date(self.0.date)
    }

    async fn slot(&self) -> HuddleSlot {
        self.0.slot.into()
    }

    async fn state(&self) -> HuddleState {
        self.0.state.into()
    }

    /// Who leads it, or led it last.
    async fn facilitator(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.facilitator_id).await
    }

    async fn started_at(&self) -> Option<DateTime> {
        self.0.started_at.map(DateTime)
    }

    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// How long it should take, 5 to 20 minutes.
    async fn length_minutes(&self) -> i32 {
        self.0.length_minutes
    }

    /// When it should be over; null until it is started.
    async fn ends_by(&self) -> Option<DateTime> {
        service::ends_by(&self.0).map(DateTime)
    }

    /// What is spoken about right now. Null where that is not for the viewer's eyes.
    async fn current_item(&self, ctx: &Context<'_>) -> Result<Option<HuddleItem>> {
        let Some(current) = self.0.current_item_id else { return Ok(None) };
        Ok(self.items_of(&self.seen(ctx).await?, |item| item.id == current).pop())
    }

    /// Since when, by the server's clock. Null where `currentItem` is.
    async fn current_since(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let Some(current) = self.0.current_item_id else { return Ok(None) };
        let is_seen = self.seen(ctx).await?.iter().any(|item| item.id == current);
        Ok(self.0.current_since.filter(|_| is_seen).map(DateTime))
    }

    /// How long an item should take, in seconds, 30 to 180: what is left of the time when the current item began, shared
    /// among those that are open.
    async fn item_seconds(&self, ctx: &Context<'_>) -> Result<i32> {
        let open = self.seen(ctx).await?.iter().filter(|item| item.state == ItemState::Open).count();
        Ok(rules::item_seconds(service::time_left(&self.0), open))
    }

    /// All that the viewer may see, in order. Settled items keep their place.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<HuddleItem>> {
        Ok(self.items_of(&self.seen(ctx).await?, |_| true))
    }

    /// The open ones that come after the current one; 3 unless told, 20 at most.
    async fn next_items(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<Vec<HuddleItem>> {
        let first = service::few(first)?;
        let seen = self.seen(ctx).await?;
        let next = service::next_items(&self.0, &seen, first);
        Ok(self.items_of(&seen, |item| next.contains(&item.id)))
    }

    /// How many less pressing things the agenda left out for want of time. Null on a display.
    async fn left_out(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let reads = policy::may_read_huddle_notes(cx(ctx)?.scope(), self.0.care_team_id);
        Ok(reads.then_some(self.0.left_out))
    }

    /// Who is there, in the order in which they came.
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<StaffMember>> {
        let mut there = Vec::new();
        for id in service::attendance(cx(ctx)?, &self.0).await? {
            there.push(StaffMember::load(ctx, id).await?);
        }
        Ok(there)
    }

    /// The signed record. Null until there is one, and on a display.
    async fn record(&self, ctx: &Context<'_>) -> Option<Result<HuddleRecord>> {
        HuddleRecord::of(ctx, &self.0).await.transpose()
    }

    /// Whether the viewer may open, start, lead, settle, decide and add.
    async fn viewer_can_lead(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(policy::may_lead_huddle(cx(ctx)?.scope(), self.0.care_team_id))
    }
}

/// How a team holds its huddles.
#[derive(SimpleObject)]
pub struct HuddleSettings {
    /// 5 to 20; 10 unless set.
    length_minutes: i32,
    /// After how many days without a touch a patient of the highest tier is on the agenda; 7 unless set. A touch is
    /// completed work, a comment on it, or a status that a person set.
    highest_touch_days: i32,
    /// 14 unless set.
    high_touch_days: i32,
    /// 30 unless set.
    rising_touch_days: i32,
    /// 90 unless set.
    low_touch_days: i32,
}

impl From<huddle_setting::Model> for HuddleSettings {
    fn from(row: huddle_setting::Model) -> Self {
        Self {
            length_minutes: row.length_minutes,
            highest_touch_days: row.highest_touch_days,
            high_touch_days: row.high_touch_days,
            rising_touch_days: row.rising_touch_days,
            low_touch_days: row.low_touch_days,
        }
    }
}

#[derive(Default)]
pub struct HuddleQuery;

#[Object]
impl HuddleQuery {
    async fn huddle(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Huddle>> {
        Some(find(ctx, &id).await)
    }
}

async fn find(ctx: &Context<'_>, text: &ID) -> Result<Huddle> {
    let cx = cx(ctx)?;
    Ok(Huddle::show(cx, service::find(cx, id(text, "id")?).await?))
}
