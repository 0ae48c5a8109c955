//! Another life of a log: whoever comes with a cursor of the old one reads everything again.
use super::log;
use crate::{App, Cx, Result};
use entity::{audit_entry::AuditKind, ids::OrganizationId};
use std::sync::Arc;

/// For a database that went back in time: numbers that screens have seen will be given again. Servers that run notice
/// it at their next sweep.
pub async fn reset(app: &Arc<App>, organization: OrganizationId) -> Result<()> {
    let mut tx = Cx::system(app.clone(), organization).begin("events.reset").await?;
    let head = log::head(&*tx, organization).await?;
    log::renew_epoch(&*tx, organization, head.epoch).await?;
    tx.note(AuditKind::Write, Some(("organization", organization.0)), Vec::new());
    tx.commit().await
}
