//! The operations on displays that are there.
use crate::{Cx, Error, Result, care_teams, events::Change, policy, text};
use entity::{
    audit_entry::AuditKind,
    display,
    ids::{CareTeamId, DisplayId, OrganizationId, SessionId},
    session,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};

/// The displays of the teams that somebody sees, by name; of one team where that is asked.
pub async fn list(cx: &Cx, team: Option<CareTeamId>) -> Result<Vec<display::Model>> {
    cx.require(policy::may_list_displays(cx.scope()), "see which wall displays there are")?;
    let mut displays = policy::visible_displays(cx.scope());
    if let Some(team) = team {
        displays = displays.filter(display::Column::CareTeamId.eq(team));
    }
    Ok(displays.order_by_asc(display::Column::Name).order_by_asc(display::Column::Id).all(&cx.db()).await?)
}

pub async fn find(cx: &Cx, id: DisplayId) -> Result<display::Model> {
    let found = policy::visible_displays(cx.scope()).filter(display::Column::Id.eq(id)).one(&cx.db()).await?;
    found.filter(|_| policy::may_list_displays(cx.scope())).ok_or(Error::NotFound("display"))
}

/// The display behind a session.
pub async fn of_session(
    moment: &impl ConnectionTrait,
    organization: OrganizationId,
    id: DisplayId,
) -> Result<display::Model> {
    let display = display::Entity::find_by_id((organization, id)).one(moment).await?;
    display.filter(|display| display.revoked_at.is_none()).ok_or(Error::Unauthenticated)
}

/// The display that asks.
pub async fn own(cx: &Cx) -> Result<display::Model> {
    let id = cx.actor.display.ok_or(Error::Forbidden("do this anywhere but at a wall display"))?;
    of_session(&cx.db(), cx.organization(), id).await
}

pub async fn rename(cx: &Cx, id: DisplayId, name: String) -> Result<display::Model> {
    let display = manageable(cx, id, "rename this display").await?;
    let name = text::required("input.name", name, super::pairing::LONGEST_NAME)?;
    let mut tx = cx.begin("displays.rename").await?;
    let mut renamed = display.into_active_model();
    renamed.name = Set(name);
    let display = renamed.update(&*tx).await?;
    tx.note(AuditKind::Write, Some(("display", id.0)), Vec::new());
    tx.commit().await?;
    Ok(display)
}

/// Ends the display for good, with its session wherever that is open.
pub async fn revoke(cx: &Cx, id: DisplayId) -> Result<display::Model> {
    let display = manageable(cx, id, "revoke this display").await?;
    let mut tx = cx.begin("displays.revoke").await?;
    let open = session::Entity::find()
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::DisplayId.eq(id))
        .filter(session::Column::EndedAt.is_null());
    let open: Vec<SessionId> = open.select_only().column(session::Column::Id).into_tuple().all(&*tx).await?;
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(tx.at))
        .filter(session::Column::OrganizationId.eq(cx.organization()))
        .filter(session::Column::Id.is_in(open.iter().copied()))
        .exec(&*tx)
        .await?;
    let mut revoked = display.into_active_model();
    revoked.revoked_at = Set(Some(tx.at));
    revoked.pairing_hash = Set(None);
    revoked.acting_staff_id = Set(None);
    revoked.act_code_hash = Set(None);
    let display = revoked.update(&*tx).await?;
    tx.note(AuditKind::Write, Some(("display", id.0)), Vec::new());
    for session in open {
        tx.emit(Change::session(session));
    }
    tx.commit().await?;
    Ok(display)
}

/// What a retry of a write shows: also a display that it revoked.
pub async fn written(cx: &Cx, id: DisplayId) -> Result<display::Model> {
    let display = display::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    let display = display.ok_or(Error::NotFound("display"))?;
    care_teams::service::find(cx, display.care_team_id).await.map_err(|_| Error::NotFound("display"))?;
    Ok(display)
}

async fn manageable(cx: &Cx, id: DisplayId, action: &'static str) -> Result<display::Model> {
    let display = find(cx, id).await?;
    cx.require(policy::may_pair_display(cx.scope(), display.care_team_id), action)?;
    Ok(display)
}
