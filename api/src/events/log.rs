//! Writes and reads an organisation's numbered events.
use super::{Change, Event, doorbell::Ring};
use crate::{Error, Result, db::Db};
use chrono::{DateTime, Utc};
use entity::{
    event,
    ids::{CareTeamId, OrganizationId, StaffId},
    org_head,
};
use fail::fail_point;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::Expr,
};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// SQLite takes at most 32,766 parameters in a statement; a row has 9.
const ROWS_A_STATEMENT: usize = 1_000;

/// Call it last before the commit: it locks the organisation's counter, and so makes commit order the order of the log.
///
/// Answers what to ring once that is committed, and the key to prove it with; none where nothing changed.
pub async fn append(
    tx: &impl ConnectionTrait,
    db: &Db,
    organization: OrganizationId,
    actor: Option<StaffId>,
    at: DateTime<Utc>,
    changes: &[Change],
) -> Result<Option<(Ring, Option<Uuid>)>> {
    if changes.is_empty() {
        return Ok(None);
    }
    let count = changes.len() as i64;
    let org_head::Model { seq: head, epoch, ring_key, .. } = match naive() {
        false => take_numbers(tx, organization, count).await?,
        true => {
            let early = db.begin_common_write().await?;
            let taken = take_numbers(&early, organization, count).await?;
            early.commit().await?;
            taken
        }
    };

    let mut rows = Vec::with_capacity(changes.len());
    let mut events = Vec::with_capacity(changes.len());
    for (seq, change) in (head - count + 1..).zip(changes) {
        let row = event::Model {
            organization_id: organization,
            seq,
            at,
            actor_id: actor,
            entity_type: change.entity_type,
            entity_id: change.entity_id,
            entity_version: change.version,
            teams_before: teams_to_json(&change.before),
            teams_after: teams_to_json(&change.after),
        };
        rows.push(row.clone().into_active_model().reset_all());
        events.push(Arc::new(from_row(row)));
    }
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        event::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(Some((Ring { organization, epoch, head, events }, ring_key)))
}

/// Puts a past into a log that is still empty: for a demonstration.
pub async fn begin_with(
    tx: &impl ConnectionTrait,
    organization: OrganizationId,
    events: Vec<event::Model>,
) -> Result<()> {
    let Some(last) = events.last().map(|event| event.seq) else { return Ok(()) };
    for chunk in events.chunks(ROWS_A_STATEMENT) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        event::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    take_numbers(tx, organization, last).await.map(|_| ())
}

/// A fault that tests can turn on, to see that the checker finds it: numbers are taken before the transaction ends, and
/// readers go on after the highest number that they saw. That is how most event feeds are built.
pub fn naive() -> bool {
    fail_point!("feed.naive-cursor", |_| true);
    false
}

async fn take_numbers(tx: &impl ConnectionTrait, organization: OrganizationId, count: i64) -> Result<org_head::Model> {
    let mut heads = org_head::Entity::update_many()
        .col_expr(org_head::Column::Seq, Expr::col(org_head::Column::Seq).add(count))
        .filter(org_head::Column::OrganizationId.eq(organization))
        .exec_with_returning(tx)
        .await?;
    heads.pop().ok_or_else(|| Error::broken("every organisation has a head"))
}

/// Begins another life of the log: cursors into this one are told to read again. Harmless where another node was
/// faster.
pub async fn renew_epoch(tx: &impl ConnectionTrait, organization: OrganizationId, old: Uuid) -> Result<()> {
    org_head::Entity::update_many()
        .col_expr(org_head::Column::Epoch, Expr::value(Uuid::new_v4()))
        .filter(org_head::Column::OrganizationId.eq(organization))
        .filter(org_head::Column::Epoch.eq(old))
        .exec(tx)
        .await?;
    Ok(())
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
pub async fn call(db: &Db, function: &str, moment: DateTime<Utc>) -> Result<()> {
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
