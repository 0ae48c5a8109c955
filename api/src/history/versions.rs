//! What tasks and patients looked like after each event about them. The log holds ids only; these rows hold what a board
//! shows. They are written by the same commit and kept as long as the log, and of each thing the one before that.
use crate::{Result, events::Change};
use chrono::{DateTime, Utc};
use entity::{event::EntityType, ids::OrganizationId};
use sea_orm::{ConnectionTrait, Statement};

/// A table of versions, what it is of, and what of that a board shows.
struct Kept {
    kind: EntityType,
    name: &'static str,
    columns: &'static [&'static str],
}

const TASKS: Kept = Kept {
    kind: EntityType::Task,
    name: "task",
    columns: &[
        "version",
        "care_team_id",
        "patient_id",
        "kind",
        "title",
        "status",
        "status_since",
        "status_reason",
        "priority",
        "due_at",
        "due_state",
        "claimed_by",
        "claimed_at",
        "lease_until",
        "completed_at",
        "completed_by",
        "created_at",
    ],
};
const PATIENTS: Kept = Kept {
    kind: EntityType::Patient,
    name: "patient",
    columns: &[
        "version",
        "family_name",
        "given_name",
        "preferred_language",
        "interpreter_needed",
        "status",
        "status_since",
        "status_source",
        "risk_tier",
        "care_team_id",
        "coordinator_id",
        "merged_into_id",
    ],
};

impl Kept {
    /// For each event of a span the thing as it is now, which is as the transaction leaves it.
    fn keep(&self) -> String {
        let (name, columns) = (self.name, self.columns.join(", "));
        format!(
            "INSERT INTO {name}_version (organization_id, {name}_id, seq, tx_seq, {columns})
             SELECT event.organization_id, event.entity_id, event.seq, $3, {of_now}
             FROM event JOIN {name} ON {name}.organization_id = event.organization_id AND {name}.id = event.entity_id
             WHERE event.organization_id = $1 AND event.seq > $2 AND event.seq <= $3 AND event.at = $4
               AND event.entity_type = '{name}'",
            of_now = self.columns.iter().map(|column| format!("{name}.{column}")).collect::<Vec<_>>().join(", ")
        )
    }

    fn forget(&self) -> String {
        let (table, id) = (format!("{}_version", self.name), format!("{}_id", self.name));
        format!(
            "DELETE FROM {table} WHERE organization_id = $1 AND ({id}, seq) IN (
               SELECT older.{id}, older.seq FROM {table} AS newer JOIN {table} AS older
                 ON older.organization_id = newer.organization_id AND older.{id} = newer.{id} AND older.seq < newer.seq
               WHERE newer.organization_id = $1 AND newer.seq > $2 AND newer.seq <= $3)"
        )
    }
}

/// Keeps what the events of a transaction, those after `before` up to `last`, are about. Call it right after they were
/// added to the log.
pub async fn keep(
    tx: &impl ConnectionTrait,
    organization: OrganizationId,
    (before, last): (i64, i64),
    at: DateTime<Utc>,
    changes: &[Change],
) -> Result<()> {
    for kept in [TASKS, PATIENTS] {
        if changes.iter().any(|change| change.entity_type == kept.kind) {
            let values = [organization.into(), before.into(), last.into(), at.into()];
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), kept.keep(), values)).await?;
        }
    }
    Ok(())
}

/// Forgets what was out of date already when the log still began after `was`, now that it begins after `floor`. Of each
/// thing the last version of before stays: it is how the oldest board that can be shown begins.
pub async fn forget(tx: &impl ConnectionTrait, organization: OrganizationId, (was, floor): (i64, i64)) -> Result<()> {
    for kept in [TASKS, PATIENTS] {
        let values = [organization.into(), was.into(), floor.into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), kept.forget(), values)).await?;
    }
    Ok(())
}
