//! What time does to emergency access: it ends. One sweep a node, harmless when two nodes do it at once.
use super::service::lapse;
use crate::{App, Cx, Result};
use entity::break_glass;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

const BATCH: u64 = 200;

/// Ends what is over. It showed nothing any more since its last moment; this is for those who look on.
pub async fn sweep(app: &Arc<App>) -> Result<()> {
    loop {
        let over = break_glass::Entity::find()
            .filter(break_glass::Column::EndedAt.is_null())
            .filter(break_glass::Column::Until.lte(app.clock.now()))
            .order_by_asc(break_glass::Column::Until)
            .limit(BATCH)
            .all(&app.db.across_organizations())
            .await?;
        for access in &over {
            let mut tx = Cx::system(app.clone(), access.organization_id).begin("emergency.time").await?;
            lapse(&mut tx, access).await?;
            tx.commit().await?;
        }
        if (over.len() as u64) < BATCH {
            return Ok(());
        }
    }
}
