//! Where an organisation's chain stands. Whoever adds to it locks its head, before the head of the event log.
use super::{
    chain::{Beginning, End, to_hex},
    list,
};
use crate::{App, Cx, Error, Result, db::Db};
use entity::{audit_entry, audit_head, ids::OrganizationId, organization};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};
use serde_json::json;

const CHUNK: u64 = 5_000;

/// The end of the chain, which nobody else adds to until this transaction ends.
pub async fn take(tx: &impl ConnectionTrait, organization: OrganizationId) -> Result<End> {
    let head = audit_head::Entity::find_by_id(organization).lock(LockType::NoKeyUpdate).one(tx).await?;
    let head = head.ok_or_else(|| Error::broken("every organisation has a head of its record"))?;
    Ok(End { number: head.number, hash: head.hash })
}

pub async fn put(tx: &impl ConnectionTrait, organization: OrganizationId, end: End) -> Result<()> {
    let moved = audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Number, Expr::value(end.number))
        .col_expr(audit_head::Column::Hash, Expr::value(end.hash))
        .filter(audit_head::Column::OrganizationId.eq(organization))
        .exec(tx)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::broken("every organisation has a head of its record")) }
}

pub async fn head(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<audit_head::Model> {
    let head = audit_head::Entity::find_by_id(organization).one(db).await?;
    head.ok_or_else(|| Error::broken("every organisation has a head of its record"))
}

/// The same, for who reviews access.
pub async fn shown(cx: &Cx) -> Result<audit_head::Model> {
    list::enter(cx)?;
    cx.reads.consulted(json!({ "auditHead": {} }));
    head(&cx.db(), cx.organization()).await
}

/// Begins the chains of organisations that were there before there were chains.
pub async fn begin(db: &Db) -> Result<()> {
    let chained = audit_head::Entity::find().all(db.common()).await?;
    for organization in organization::Entity::find().all(db.common()).await? {
        if !chained.iter().any(|head| head.organization_id == organization.id) {
            let tx = db.begin_write(organization.id).await?;
            begin_with(&tx, organization.id).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Begins a chain with a digest of what is on record so far.
pub async fn begin_with(tx: &impl ConnectionTrait, organization: OrganizationId) -> Result<()> {
    let (earlier, beginning) = beginning(tx, organization).await?;
    let head = audit_head::ActiveModel {
        organization_id: Set(organization),
        number: Set(0),
        hash: Set(beginning.clone()),
        floor_number: Set(0),
        floor_hash: Set(beginning),
        earlier: Set(Some(earlier)),
    };
    // Another node may be beginning it too.
    audit_head::Entity::insert(head)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// How many rows stand in no chain, and their digest.
pub async fn beginning(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<(i64, Vec<u8>)> {
    let mut beginning = Beginning::of(organization);
    let mut last = None;
    loop {
        let rows = audit_entry::Entity::find()
            .filter(audit_entry::Column::OrganizationId.eq(organization))
            .filter(audit_entry::Column::Number.is_null())
            .order_by_asc(audit_entry::Column::Id)
            .limit(CHUNK);
        let rows = match last {
            Some(last) => rows.filter(audit_entry::Column::Id.gt(last)),
            None => rows,
        };
        let rows = rows.all(db).await?;
        rows.iter().for_each(|row| beginning.add(row));
        match rows.last() {
            Some(row) => last = Some(row.id),
            None => return Ok((beginning.rows, beginning.digest().to_vec())),
        }
    }
}

/// Says in the log where the record of each organisation stands: a copy of it that nobody who reaches the database can
/// change.
pub async fn log_heads(app: &App) -> Result<()> {
    for head in audit_head::Entity::find().all(app.db.common()).await? {
        let (organization, number) = (head.organization_id.0, head.number);
        tracing::info!(%organization, number, hash = to_hex(&head.hash), "the record stands here");
    }
    Ok(())
}
