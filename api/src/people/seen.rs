//! When a wall display or an integration was last there: kept to the minute, so that looking costs no write each time.
use crate::{Actor, App, Cx, Result};
use chrono::{DateTime, Duration, Utc};
use entity::{
    display,
    ids::{IntegrationTokenId, SessionId},
    integration_token,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

const EVERY: Duration = Duration::seconds(60);

/// When this process last wrote it down.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashMap<SessionId, DateTime<Utc>>>);

impl Seen {
    /// True once a minute a session.
    fn is_due(&self, session: SessionId, now: DateTime<Utc>) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = written.get(&session).is_none_or(|at| *at + EVERY <= now);
        if due {
            written.retain(|_, at| *at + EVERY > now);
            written.insert(session, now);
        }
        due
    }
}

/// Writes down, beside the request, that the display or the integration is there. People are none of its business.
pub fn note(app: &Arc<App>, actor: &Actor) {
    let (Some(session), None) = (actor.session, actor.staff) else { return };
    if !app.seen.is_due(session, app.clock.now()) {
        return;
    }
    let cx = Cx::new(app.clone(), actor.clone());
    tokio::spawn(async move {
        if let Err(error) = write(&cx, session).await {
            tracing::warn!(%error, "it could not be written down when a display or an integration was last there");
        }
    });
}

async fn write(cx: &Cx, session: SessionId) -> Result<()> {
    let tx = cx.begin("people.seen").await?;
    // Another node may have done it.
    let before = tx.at - EVERY;
    match cx.actor.display {
        Some(id) => {
            let column = display::Column::LastSeenAt;
            let due = Condition::any().add(column.is_null()).add(column.lte(before));
            let seen = display::Entity::update_many()
                .col_expr(column, Expr::value(tx.at))
                .filter(display::Column::OrganizationId.eq(cx.organization()))
                .filter(display::Column::Id.eq(id));
            seen.filter(due).exec(&*tx).await?;
        }
        None => {
            let column = integration_token::Column::LastUsedAt;
            let due = Condition::any().add(column.is_null()).add(column.lte(before));
            let used = integration_token::Entity::update_many()
                .col_expr(column, Expr::value(tx.at))
                .filter(integration_token::Column::OrganizationId.eq(cx.organization()))
                .filter(integration_token::Column::Id.eq(IntegrationTokenId(session.0)));
            used.filter(due).exec(&*tx).await?;
        }
    }
    tx.commit().await
}
