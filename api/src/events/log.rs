//! Writes and reads an organisation's numbered events.
use super::{Change, Event};
use crate::{Error, Result, db::Db};
use chrono::{DateTime, Utc};
use entity::{
    event,
    ids::{CareTeamId, OrganizationId, StaffId},
    org_head,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

/// SQLite takes at most 32,766 parameters in a statement; a row has 9.
const ROWS_A_STATEMENT: usize = 1_000;

/// Call it last before the commit: it locks the organisation's counter, and so makes commit order the order of the log.
///
/// Returns the new head, or none where nothing changed.
pub async fn append(
    tx: &impl ConnectionTrait,
    organization: OrganizationId,
    actor: Option<StaffId>,
    at: DateTime<Utc>,
    changes: &[Change],
) -> Result<Option<i64>> {
    if changes.is_empty() {
        return Ok(None);
    }
    let count = changes.len() as i64;
    let heads = org_head::Entity::update_many()
        .col_expr(org_head::Column::Seq, Expr::col(org_head::Column::Seq).add(count))
        .filter(org_head::Column::OrganizationId.eq(organization))
        .exec_with_returning(tx)
        .await?;
    let head = heads.first().ok_or_else(|| Error::broken("every organisation has a head"))?.seq;

    let mut rows = Vec::with_capacity(changes.len());
    for (seq, change) in (head - count + 1..).zip(changes) {
        rows.push(event::ActiveModel {
            organization_id: Set(organization),
            seq: Set(seq),
            at: Set(at),
            actor_id: Set(actor),
            entity_type: Set(change.entity_type),
            entity_id: Set(change.entity_id),
            entity_version: Set(change.version),
            teams_before: Set(teams_to_json(&change.before)),
            teams_after: Set(teams_to_json(&change.after)),
        });
    }
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        event::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(Some(head))
}

pub async fn head(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<org_head::Model> {
    let head = org_head::Entity::find_by_id(organization).one(db).await?;
    head.ok_or_else(|| Error::broken("every organisation has a head"))
}

pub async fn heads(db: &impl ConnectionTrait, of: Vec<OrganizationId>) -> Result<Vec<org_head::Model>> {
    Ok(org_head::Entity::find().filter(org_head::Column::OrganizationId.is_in(of)).all(db).await?)
}

/// The next events after `seq`, oldest first.
pub async fn after(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    seq: i64,
    limit: u64,
) -> Result<Vec<Event>> {
    let rows = event::Entity::find()
        .filter(event::Column::OrganizationId.eq(organization))
        .filter(event::Column::Seq.gt(seq))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Forgets events older than `before`, on PostgreSQL by whole days. Cursors into what is forgotten are told to read
/// again.
pub async fn forget(db: &Db, before: DateTime<Utc>) -> Result<()> {
    if db.backend() == DbBackend::Postgres {
        return call(db, "huddle_forget_events", before).await;
    }
    for head in org_head::Entity::find().all(db.common()).await? {
        let tx = db.begin_write(head.organization_id).await?;
        forget_in(&tx, head.organization_id, before).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Sees to it that the days to come have a place in the log and the audit record.
pub async fn prepare(db: &Db, now: DateTime<Utc>) -> Result<()> {
    if db.backend() == DbBackend::Postgres { call(db, "huddle_prepare_partitions", now).await } else { Ok(()) }
}

/// What only the owner of the tables may do, by a function of theirs that does just that.
async fn call(db: &Db, function: &str, moment: DateTime<Utc>) -> Result<()> {
    let statement =
        Statement::from_sql_and_values(DbBackend::Postgres, format!("SELECT {function}($1)"), [moment.into()]);
    let tx = db.begin_common_write().await?;
    tx.execute_raw(statement).await?;
    Ok(tx.commit().await?)
}

async fn forget_in(tx: &impl ConnectionTrait, organization: OrganizationId, before: DateTime<Utc>) -> Result<()> {
    let newest = event::Entity::find()
        .filter(event::Column::OrganizationId.eq(organization))
        .filter(event::Column::At.lt(before))
        .order_by_desc(event::Column::Seq)
        .one(tx)
        .await?;
    let Some(newest) = newest else { return Ok(()) };
    org_head::Entity::update_many()
        .col_expr(org_head::Column::FloorSeq, Expr::value(newest.seq))
        .filter(org_head::Column::OrganizationId.eq(organization))
        .exec(tx)
        .await?;
    event::Entity::delete_many()
        .filter(event::Column::OrganizationId.eq(organization))
        .filter(event::Column::Seq.lte(newest.seq))
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: event::Model) -> Event {
    Event {
        seq: row.seq,
        at: row.at,
        actor: row.actor_id,
        entity_type: row.entity_type,
        entity_id: row.entity_id,
        before: teams_from_json(&row.teams_before),
        after: teams_from_json(&row.teams_after),
    }
}

fn teams_to_json(teams: &[CareTeamId]) -> Value {
    teams.iter().map(|team| Value::String(team.0.to_string())).collect()
}

fn teams_from_json(teams: &Value) -> Vec<CareTeamId> {
    let ids = teams.as_array().into_iter().flatten();
    ids.filter_map(Value::as_str).filter_map(|id| Uuid::parse_str(id).ok()).map(CareTeamId).collect()
}
