//! Forgetting what was kept for its time: six years at least (45 CFR 164.316(b)(2)), whole months, the oldest first.
use super::head;
use crate::{App, Result, db::Db, events::log};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use entity::{audit_entry, audit_head, ids::OrganizationId};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    UpdateMany,
    sea_query::{Expr, SimpleExpr},
};

/// SQLite has one writer, who must not wait long.
const CHUNK: u64 = 5_000;

/// Drops the months that are older than what is kept.
pub async fn forget(app: &App) -> Result<()> {
    let years = app.config.audit_retention_years.saturating_mul(12);
    let Some(before) = app.clock.now().checked_sub_months(Months::new(years)).and_then(month) else { return Ok(()) };
    if app.db.backend() == DbBackend::Postgres {
        return log::call(&app.db, "huddle_forget_audit", before).await;
    }
    for head in audit_head::Entity::find().all(app.db.common()).await? {
        forget_in(&app.db, head, before).await?;
    }
    Ok(())
}

/// The beginning of its month.
fn month(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    NaiveDate::from_ymd_opt(at.year(), at.month(), 1).map(|day| day.and_time(NaiveTime::MIN).and_utc())
}

/// First the head says what will be gone, then it goes: so much the database itself insists on.
async fn forget_in(db: &Db, head: audit_head::Model, before: DateTime<Utc>) -> Result<()> {
    let organization = head.organization_id;
    let tx = db.begin_write(organization).await?;
    let old = rows(organization).filter(audit_entry::Column::At.lt(before));
    let earlier = old.clone().filter(audit_entry::Column::Number.is_null());
    if head.earlier.is_some() && earlier.one(&tx).await?.is_some() {
        let gone = Expr::value(None::<i64>);
        change(audit_head::Column::Earlier, gone, organization).exec(&tx).await?;
    }
    let kept = rows(organization)
        .filter(audit_entry::Column::Number.gt(head.floor_number))
        .filter(audit_entry::Column::At.gte(before))
        .order_by_asc(audit_entry::Column::Number)
        .one(&tx)
        .await?;
    let floor = kept.and_then(|row| row.number).map_or(head::take(&tx, organization).await?.number, |first| first - 1);
    let last = rows(organization).filter(audit_entry::Column::Number.eq(floor)).one(&tx).await?;
    if let Some(hash) = last.and_then(|row| row.hash) {
        change(audit_head::Column::FloorNumber, Expr::value(floor), organization)
            .col_expr(audit_head::Column::FloorHash, Expr::value(hash))
            .exec(&tx)
            .await?;
    }
    tx.commit().await?;
    while drop_some(db, organization, floor, before).await? > 0 {}
    Ok(())
}

async fn drop_some(db: &Db, organization: OrganizationId, floor: i64, before: DateTime<Utc>) -> Result<u64> {
    let tx = db.begin_write(organization).await?;
    let over = audit_entry::Column::Number
        .lte(floor)
        .or(audit_entry::Column::Number.is_null().and(audit_entry::Column::At.lt(before)));
    let some = rows(organization).select_only().column(audit_entry::Column::Id).filter(over).limit(CHUNK);
    let gone = audit_entry::Entity::delete_many()
        .filter(audit_entry::Column::OrganizationId.eq(organization))
        .filter(audit_entry::Column::Id.in_subquery(some.into_query()))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected)
}

fn rows(organization: OrganizationId) -> Select<audit_entry::Entity> {
    audit_entry::Entity::find().filter(audit_entry::Column::OrganizationId.eq(organization))
}

fn change(
    column: audit_head::Column,
    value: SimpleExpr,
    organization: OrganizationId,
) -> UpdateMany<audit_head::Entity> {
    audit_head::Entity::update_many()
        .col_expr(column, value)
        .filter(audit_head::Column::OrganizationId.eq(organization))
}
