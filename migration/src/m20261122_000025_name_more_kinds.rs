use crate::columns::one_of;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const BEFORE: [&str; 5] = ["task", "patient", "care-team", "staff", "session"];
const NOW: [&str; 8] = ["task", "patient", "care-team", "staff", "session", "huddle", "handoff", "claim-request"];

/// The log tells of huddles, handoffs and requests for a task as well.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, NOW).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, BEFORE).await
    }
}

/// What an older program has no word for is forgotten, and with it all that came before: a log has no holes.
const FORGET: &str = "
    DELETE FROM event WHERE seq <= (SELECT max(seq) FROM event AS other WHERE other.organization_id = event.organization_id
      AND other.entity_type NOT IN ($KINDS));
    UPDATE org_head SET floor_seq = max(floor_seq, coalesce((SELECT min(seq) - 1 FROM event
      WHERE event.organization_id = org_head.organization_id), seq));";

async fn allow<const N: usize>(manager: &SchemaManager<'_>, kinds: [&'static str; N]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let all = kinds.map(|kind| format!("'{kind}'")).join(", ");
    let forget = FORGET.replace("$KINDS", &all);
    if manager.get_database_backend() == DbBackend::Postgres {
        // A partition that was made by itself has the check by itself, too.
        let sql = format!(
            "ALTER TABLE event NO FORCE ROW LEVEL SECURITY; ALTER TABLE org_head NO FORCE ROW LEVEL SECURITY;
             {}
             ALTER TABLE event FORCE ROW LEVEL SECURITY; ALTER TABLE org_head FORCE ROW LEVEL SECURITY;
             DO $$ DECLARE partition regclass; BEGIN
               ALTER TABLE event DROP CONSTRAINT event_entity_type_check;
               FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'event'::regclass LOOP
                 EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS event_entity_type_check', partition);
               END LOOP;
               ALTER TABLE event ADD CONSTRAINT event_entity_type_check CHECK (entity_type IN ({all}));
             END $$",
            forget.replace("max(floor_seq,", "greatest(floor_seq,")
        );
        return db.execute_unprepared(&sql).await.map(|_| ());
    }
    // A check of a table of SQLite cannot be changed, so the table is made anew.
    db.execute_unprepared(&format!("{forget} ALTER TABLE event RENAME TO event_old")).await?;
    let mut table = Table::create();
    table
        .table("event")
        .col(uuid("organization_id"))
        .col(big_integer("seq"))
        .col(timestamp_with_time_zone("at"))
        .col(uuid_null("actor_id"))
        .col(string_len("entity_type", 24))
        .col(uuid("entity_id"))
        .col(integer("entity_version"))
        .col(json_binary("teams_before"))
        .col(json_binary("teams_after"))
        .primary_key(Index::create().col("organization_id").col("seq"))
        .check(one_of("entity_type", kinds))
        .foreign_key(ForeignKey::create().from("event", "organization_id").to("organization", "id"));
    manager.create_table(table).await?;
    db.execute_unprepared("INSERT INTO event SELECT * FROM event_old; DROP TABLE event_old").await.map(|_| ())
}
