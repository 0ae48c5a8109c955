//! What time does to handoffs: what nobody acknowledged goes to the managers. One sweep a node, harmless when two nodes
//! do it at once.
use super::service::escalate_late;
use crate::{App, Cx, Error, Result};
use entity::handoff::{self, HandoffState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

const BATCH: u64 = 200;

pub async fn sweep(app: &Arc<App>) -> Result<()> {
    loop {
        let late = handoff::Entity::find()
            .filter(handoff::Column::State.eq(HandoffState::Open))
            .filter(handoff::Column::AcknowledgeBy.lte(app.clock.now()))
            .order_by_asc(handoff::Column::AcknowledgeBy)
            .limit(BATCH)
            .all(&app.db.across_organizations())
            .await?;
        let more = late.len() as u64 == BATCH;
        for handoff in late {
            let mut tx = Cx::system(app.clone(), handoff.organization_id).begin("handoffs.time").await?;
            match escalate_late(&mut tx, handoff).await {
                Ok(()) => tx.commit().await?,
                // Somebody answered, or another node was faster.
                Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if !more {
            return Ok(());
        }
    }
}
