//! Open sessions: listed, ended, and kept open by being used.
use crate::{Actor, App, Cx, Error, Result, Tx, events::Change, people::rules};
use entity::{
    audit_entry::AuditKind,
    ids::{SessionId, StaffId},
    session::{self, Column},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, UpdateMany, sea_query::Expr};
use std::sync::Arc;

/// The session that asks.
pub async fn current(cx: &Cx) -> Result<session::Model> {
    let id = cx.actor.session.ok_or(Error::Unauthenticated)?;
    let session = session::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    session.ok_or(Error::Unauthenticated)
}

/// One's own, the newest first.
pub async fn mine(cx: &Cx) -> Result<Vec<session::Model>> {
    match cx.actor.staff {
        Some(staff) => open_of(cx, &[staff]).await,
        None => Ok(vec![current(cx).await?]),
    }
}

/// The open sessions of these people.
pub async fn open_of(cx: &Cx, staff: &[StaffId]) -> Result<Vec<session::Model>> {
    let mut sessions = session::Entity::find()
        .filter(Column::OrganizationId.eq(cx.organization()))
        .filter(Column::StaffId.is_in(staff.iter().copied()))
        .filter(Column::EndedAt.is_null())
        .order_by_desc(Column::Id)
        .all(&cx.db())
        .await?;
    sessions.retain(|session| !rules::is_over(session, cx.app.config.idle, cx.now()));
    Ok(sessions)
}

/// Ends one of one's own.
pub async fn revoke(cx: &Cx, id: SessionId) -> Result<Vec<session::Model>> {
    let staff = cx.actor.staff.ok_or(Error::NotFound("session"))?;
    let mut tx = cx.begin("people.revokeSession").await?;
    let ended = ending(&tx, staff).filter(Column::Id.eq(id)).exec(&*tx).await?;
    if ended.rows_affected == 0 {
        return Err(Error::NotFound("session"));
    }
    tx.note(AuditKind::Write, Some(("session", id.0)), Vec::new());
    tx.emit(Change::staff(staff));
    tx.commit().await?;
    mine(cx).await
}

/// Ends all of one's own but the one that asks.
pub async fn revoke_others(cx: &Cx) -> Result<Vec<session::Model>> {
    let staff = cx.actor.staff.ok_or(Error::NotFound("session"))?;
    let mut tx = cx.begin("people.revokeOtherSessions").await?;
    end_others(&tx, staff, cx.actor.session).await?;
    tx.emit(Change::staff(staff));
    tx.commit().await?;
    mine(cx).await
}

/// Ends somebody's sessions but `kept`. Their screens notice by [`Change::staff`], which the caller emits.
pub async fn end_others(tx: &Tx, staff: StaffId, kept: Option<SessionId>) -> Result<()> {
    let mut ending = ending(tx, staff);
    if let Some(kept) = kept {
        ending = ending.filter(Column::Id.ne(kept));
    }
    ending.exec(&**tx as &sea_orm::DatabaseTransaction).await?;
    Ok(())
}

fn ending(tx: &Tx, staff: StaffId) -> UpdateMany<session::Entity> {
    session::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(tx.at))
        .filter(Column::OrganizationId.eq(tx.organization()))
        .filter(Column::StaffId.eq(staff))
        .filter(Column::EndedAt.is_null())
}

/// Somebody did something: their session goes on. Once a minute at most, without an event and without a place on record.
pub async fn used(app: &Arc<App>, actor: &mut Actor) -> Result<()> {
    let (Some(session), Some(until)) = (actor.session, actor.idle_expires_at) else { return Ok(()) };
    let (idle, now) = (app.config.idle, app.clock.now());
    if !rules::is_worth_writing(until, idle, now) {
        return Ok(());
    }
    let tx = Cx::new(app.clone(), actor.clone()).begin("people.used").await?;
    write_activity(&*tx, actor, session, now).await?;
    tx.commit().await?;
    actor.idle_expires_at = Some(now + idle);
    Ok(())
}

async fn write_activity(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    session: SessionId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    session::Entity::update_many()
        .col_expr(Column::LastActiveAt, Expr::value(now))
        .filter(Column::OrganizationId.eq(actor.scope.organization))
        .filter(Column::Id.eq(session))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
