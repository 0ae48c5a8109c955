//! `teamFeed` as the API shows it.
//!
//! Subscribers with the same document, variables and scope share the work of putting an item into words.
use super::{
    closed::refuse_closed_fields,
    cx, id,
    scalars::DateTime,
    to_id,
    walk::{Ask, Item, Opened, Slot},
};
use crate::{
    Cx, Error, Result,
    care_teams::{self, graphql::CareTeam},
    events::{Feed, Subject, feed},
    handoffs::{self, graphql::Handoff},
    huddles::{self, graphql::Huddle},
    patients::{self, graphql::Patient},
    people::graphql::StaffMember,
    policy,
    tasks::{self, graphql::Task, takeover::graphql::ClaimRequest},
};
use async_graphql::{Context, Enum, ID, Interface, SimpleObject};
use entity::{
    event::EntityType,
    ids::{CareTeamId, ClaimRequestId, HandoffId, HuddleId, PatientId, StaffId, TaskId},
};
use futures_util::{Stream, stream};

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "feed::Resumption")]
pub enum FeedResumption {
    /// Nothing was missed since `after` (or no `after` was given): what follows is live.
    Live,
    /// What was missed since `after` follows first, in order, then live.
    Replayed,
    /// `after` is older than what is kept, or unknown: read the team again, then open the feed after its new cursor.
    Reset,
}

/// One item of a team's feed. Cursors only grow; after a lost connection the feed goes on from the last one seen.
#[derive(Interface)]
#[graphql(field(name = "cursor", ty = "&String"), field(name = "at", ty = "&DateTime"))]
pub enum TeamFeedItem {
    FeedOpened(FeedOpened),
    FeedHeartbeat(FeedHeartbeat),
    TaskChanged(TaskChanged),
    PatientChanged(PatientChanged),
    CareTeamChanged(CareTeamChanged),
    HandoffChanged(HandoffChanged),
    ClaimRequestChanged(ClaimRequestChanged),
    HuddleChanged(HuddleChanged),
    NodeRemoved(NodeRemoved),
}

/// Always the first item.
#[derive(SimpleObject)]
pub struct FeedOpened {
    cursor: String,
    at: DateTime,
    resumption: FeedResumption,
}

/// Sent at least every 15 seconds when nothing else is: a screen that gets none says so.
#[derive(SimpleObject)]
pub struct FeedHeartbeat {
    cursor: String,
    at: DateTime,
}

/// A task was created, changed, claimed, released, became due or overdue, or ended.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TaskChanged {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    task: Task,
}

/// A patient joined, left or changed: status, tier, coordinator, details the board shows.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PatientChanged {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    patient: Patient,
}

/// The team itself changed: members, roles, capacity.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CareTeamChanged {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    care_team: CareTeam,
}

/// A huddle of the team changed: its agenda, who leads, what is spoken about, who is there, or it ended.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct HuddleChanged {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    huddle: Huddle,
}

/// Work was handed over, escalated or told about; or that was acknowledged, declined, redirected or taken back.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct HandoffChanged {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    handoff: Handoff,
}

/// Somebody asked for somebody's task, or that was answered or is over.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ClaimRequestChanged {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    claim_request: ClaimRequest,
}

/// A task or patient left this team's view: moved to another team, or no longer the viewer's to see.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct NodeRemoved {
    cursor: String,
    at: DateTime,
    #[graphql(skip)]
    actor_id: Option<StaffId>,
    node_id: ID,
}

macro_rules! actor {
    ($($item:ty),*) => {$(
        #[async_graphql::ComplexObject]
        impl $item {
            /// Null where time itself was the actor: a due time passed, a claim lapsed.
            async fn actor(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
                StaffMember::load_optional(ctx, self.actor_id).await
            }
        }
    )*};
}
actor!(TaskChanged, PatientChanged, CareTeamChanged, HandoffChanged, ClaimRequestChanged, HuddleChanged, NodeRemoved);

#[derive(Default)]
pub struct FeedSubscription;

#[async_graphql::Subscription]
impl FeedSubscription {
    /// Everything that changes for one team, each change once, in the order in which it was committed. It ends with
    /// FORBIDDEN when the viewer loses access while it is open.
    async fn team_feed(
        &self,
        ctx: &Context<'_>,
        care_team_id: ID,
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<TeamFeedItem>> + use<>> {
        let cx = cx(ctx)?;
        let item = match ctx.data_opt::<Ask>() {
            Some(Ask::Open(slot)) => {
                refuse_closed_fields(ctx)?;
                Some(open(cx, id(&care_team_id, "careTeamId")?, after, slot).await?)
            }
            Some(Ask::Item(item)) => load(cx, item).await?,
            Some(Ask::Others(_) | Ask::Alert) | None => return Err(Error::broken("a feed is walked over a socket")),
        };
        // What the viewer does not know of is no item at all.
        Ok(stream::iter(item.map(Ok)))
    }
}

async fn open(cx: &Cx, team: CareTeamId, after: Option<String>, slot: &Slot) -> Result<TeamFeedItem> {
    care_teams::service::find(cx, team).await?;
    cx.require(policy::may_follow_team(cx.scope(), team), "follow this team")?;
    let organization = cx.app.hub.follow(cx.organization()).await?;
    let whose = (cx.actor.staff, cx.actor.session);
    let (feed, resumption) = Feed::open(organization, Subject::Team(team), whose, after.as_deref()).await?;
    let opened =
        FeedOpened { cursor: feed.cursor().to_string(), at: DateTime(cx.now()), resumption: resumption.into() };
    slot.fill(Opened::Team { feed, team });
    Ok(TeamFeedItem::FeedOpened(opened))
}

fn seen<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound(_)) => Ok(None),
        found => found.map(Some),
    }
}

/// None where it is about somebody whom the viewer does not see, and did not see before.
async fn load(cx: &Cx, item: &Item) -> Result<Option<TeamFeedItem>> {
    let (team, event, cursor) = match item {
        Item::Heartbeat { cursor } => {
            let heartbeat = FeedHeartbeat { cursor: cursor.to_string(), at: DateTime(cx.now()) };
            return Ok(Some(TeamFeedItem::FeedHeartbeat(heartbeat)));
        }
        Item::Event { team, event, cursor } => (*team, event, cursor.to_string()),
    };
    let (at, actor_id) = (DateTime(event.at), event.actor);
    // What is asked is whether it is the team's now, under the rights that the viewer has now.
    let mut narrowed = cx.clone();
    narrowed.actor.scope = cx.scope().within(team);
    let removed = |node_id| TeamFeedItem::NodeRemoved(NodeRemoved { cursor: cursor.clone(), at, actor_id, node_id });
    // Who is hidden from the viewer leaves their screen once, with the event that takes them from everybody.
    let leaves = |is_withheld: bool| !is_withheld || event.after.is_empty();
    Ok(match event.entity_type {
        EntityType::Task => {
            let id = TaskId(event.entity_id);
            match tasks::service::find(&narrowed, id).await {
                Ok(row) => {
                    Some(TeamFeedItem::TaskChanged(TaskChanged { cursor, at, actor_id, task: Task::show(cx, row) }))
                }
                Err(Error::NotFound(_)) => {
                    leaves(tasks::service::is_withheld(&narrowed, id).await?).then(|| removed(to_id(id)))
                }
                Err(error) => return Err(error),
            }
        }
        EntityType::Patient => {
            let id = PatientId(event.entity_id);
            match patients::service::find(&narrowed, id).await {
                Ok(row) => {
                    let patient = Patient::show(cx, row);
                    Some(TeamFeedItem::PatientChanged(PatientChanged { cursor, at, actor_id, patient }))
                }
                Err(Error::NotFound(_)) => {
                    leaves(patients::service::is_withheld(&narrowed, id).await?).then(|| removed(to_id(id)))
                }
                Err(error) => return Err(error),
            }
        }
        EntityType::CareTeam => {
            let care_team = CareTeam(care_teams::service::find(cx, CareTeamId(event.entity_id)).await?.into());
            Some(TeamFeedItem::CareTeamChanged(CareTeamChanged { cursor, at, actor_id, care_team }))
        }
        // Whoever may not see these never was told of them.
        EntityType::Handoff => {
            let found = handoffs::service::find(&narrowed, HandoffId(event.entity_id)).await;
            let show = |row| Handoff::show(cx, row);
            seen(found)?
                .map(show)
                .map(|handoff| TeamFeedItem::HandoffChanged(HandoffChanged { cursor, at, actor_id, handoff }))
        }
        EntityType::ClaimRequest => {
            let found = tasks::takeover::service::find(&narrowed, ClaimRequestId(event.entity_id)).await;
            let claim_request = seen(found)?.map(|request| ClaimRequest::show(cx, request));
            let item = |claim_request| ClaimRequestChanged { cursor, at, actor_id, claim_request };
            claim_request.map(item).map(TeamFeedItem::ClaimRequestChanged)
        }
        EntityType::Huddle => {
            let huddle = huddles::service::find(&narrowed, HuddleId(event.entity_id)).await?;
            Some(TeamFeedItem::HuddleChanged(HuddleChanged { cursor, at, actor_id, huddle: Huddle::show(cx, huddle) }))
        }
        EntityType::Staff | EntityType::Session => return Err(Error::broken("changes of access are not shown")),
    })
}
