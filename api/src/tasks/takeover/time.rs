//! What time does to requests: nobody waits for ever. One sweep a node, harmless when two nodes do it at once.
use super::service::expire;
use crate::{App, Cx, Error, Result};
use entity::claim_request::{self, ClaimRequestState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

const BATCH: u64 = 200;

pub async fn sweep(app: &Arc<App>) -> Result<()> {
    loop {
        let over = claim_request::Entity::find()
            .filter(claim_request::Column::State.eq(ClaimRequestState::Open))
            .filter(claim_request::Column::ExpiresAt.lte(app.clock.now()))
            .order_by_asc(claim_request::Column::ExpiresAt)
            .limit(BATCH)
            .all(&app.db.across_organizations())
            .await?;
        let more = over.len() as u64 == BATCH;
        for request in over {
            let mut tx = Cx::system(app.clone(), request.organization_id).begin("takeOver.time").await?;
            match expire(&mut tx, request).await {
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
