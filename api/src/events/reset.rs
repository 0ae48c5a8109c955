//! Another life of a log: whoever comes with a cursor of the old one reads everything again.
use crate::{App, Cx, Error, Result};
use entity::{audit_entry::AuditKind, ids::OrganizationId, org_head};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::sync::Arc;
use uuid::Uuid;

/// For a database that went back in time: numbers that screens have seen will be given again. Servers that run notice
/// it at their next sweep.
pub async fn reset(app: &Arc<App>, organization: OrganizationId) -> Result<()> {
    let mut tx = Cx::system(app.clone(), organization).begin("events.reset").await?;
    let renewed = org_head::Entity::update_many()
        .col_expr(org_head::Column::Epoch, Expr::value(Uuid::new_v4()))
        .filter(org_head::Column::OrganizationId.eq(organization))
        .exec(&*tx)
        .await?;
    if renewed.rows_affected != 1 {
        return Err(Error::broken("every organisation has a head"));
    }
    tx.note(AuditKind::Write, Some(("organization", organization.0)), Vec::new());
    tx.commit().await
}
