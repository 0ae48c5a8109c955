//! What is asked of handoffs.
use super::{
    super::rules::{OPEN, WAITING},
    parts::{Handoff, with_items, with_its_items},
};
use crate::{
    Cx, Error, Result, care_teams,
    page::{Page, PageArgs, Sort, page},
    people::mine,
    policy,
    tasks::service::{OrderBy, is_open, sort},
};
use entity::{
    handoff::{self, HandoffKind, HandoffState},
    ids::{CareTeamId, HandoffId, StaffId},
    task,
};
use sea_orm::{ColumnTrait, Condition, ExprTrait, Order, QueryFilter};
use std::collections::BTreeSet;

/// Whose handoffs somebody looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    #[default]
    ToMe,
    FromMe,
    Escalated,
    Team,
}

pub async fn find(cx: &Cx, id: HandoffId) -> Result<Handoff> {
    let row = policy::visible_handoffs(cx.scope()).filter(handoff::Column::Id.eq(id)).one(&cx.db()).await?;
    with_its_items(&cx.db(), row.ok_or(Error::NotFound("handoff"))?).await
}

/// The newest first.
pub async fn list(
    cx: &Cx,
    team: Option<CareTeamId>,
    which: Whose,
    waiting: bool,
    args: &PageArgs,
) -> Result<Page<Handoff>> {
    use handoff::Column::{CareTeamId as Team, CreatedAt, FromId, Id, Kind, State, ToId};
    let mut select = policy::visible_handoffs(cx.scope());
    if let Some(team) = team {
        care_teams::service::find(cx, team).await?;
        cx.require(policy::may_see_handoffs(cx.scope(), team), "see the handoffs of this team")?;
        select = select.filter(Team.eq(team));
    }
    let me: Option<StaffId> = cx.actor.staff;
    select = match which {
        Whose::ToMe => {
            let others = FromId.is_null().or(FromId.ne(me));
            let anybodys = ToId.is_null().and(Kind.eq(HandoffKind::Transfer)).and(others);
            let to_me = select.filter(Condition::any().add(ToId.eq(me)).add(anybodys));
            if waiting { to_me.filter(State.is_in(OPEN)) } else { to_me }
        }
        Whose::FromMe => {
            let from_me = select.filter(FromId.eq(me));
            if waiting { from_me.filter(State.is_in(WAITING)) } else { from_me }
        }
        Whose::Escalated => select.filter(State.is_in([HandoffState::Escalated, HandoffState::Declined])),
        Whose::Team if waiting => select.filter(State.is_in(WAITING)),
        Whose::Team => select,
    };
    let sort = Sort { name: "newest", columns: vec![(CreatedAt, Order::Desc), (Id, Order::Desc)] };
    let Page { rows, has_next, has_previous, count } = page(cx, select, sort, args).await?;
    let (cursors, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let rows = with_items(&cx.db(), cx.organization(), rows).await?;
    Ok(Page { rows: cursors.into_iter().zip(rows).collect(), has_next, has_previous, count })
}

/// Open work of a team whose holder is away: signed in nowhere, or no member any more.
pub async fn stranded(cx: &Cx, team: CareTeamId, args: &PageArgs) -> Result<Page<task::Model>> {
    let team = care_teams::service::find(cx, team).await?.id;
    cx.require(policy::may_find_stranded(cx.scope(), team), "see whose work waits")?;
    let members: Vec<StaffId> =
        care_teams::service::members(cx, team).await?.into_iter().map(|(member, _)| member.staff_id).collect();
    let sessions = mine::sessions::open_of(cx, &members).await?;
    let here: BTreeSet<StaffId> = sessions.into_iter().filter_map(|session| session.staff_id).collect();
    let waits = policy::visible_tasks(cx.scope())
        .filter(task::Column::CareTeamId.eq(team))
        .filter(is_open())
        .filter(task::Column::ClaimedBy.is_not_null())
        .filter(task::Column::ClaimedBy.is_not_in(here));
    page(cx, waits, sort(OrderBy::Urgency), args).await
}
