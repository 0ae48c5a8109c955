use crate::{
    columns::{index, owned, references},
    row_security,
};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

/// What `display` gets: its life, and who acts through it for a minute.
const DISPLAY: [&str; 8] = [
    "confirmed_by",
    "paired_at",
    "last_seen_at",
    "revoked_at",
    "acting_staff_id",
    "acting_until",
    "act_code_hash",
    "act_code_expires_at",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        widen_display(manager).await?;

        // A screen that asks to be paired belongs to nobody yet: the only table without an organization that serving
        // writes. It says nothing but that some screen waits.
        let mut table = Table::create();
        table
            .table("pairing_request")
            .col(blob("device_hash").primary_key())
            .col(blob("user_code_hash").unique_key())
            .col(timestamp_with_time_zone("expires_at"));
        manager.create_table(table).await?;
        row_security::share(manager, "pairing_request", "SELECT, INSERT, DELETE").await?;

        let mut table = owned("staff_pin");
        table.col(text("pin_hash")).col(timestamp_with_time_zone("set_at")).foreign_key(&mut references(
            "staff_pin",
            "id",
            "staff",
        ));
        manager.create_table(table).await?;
        row_security::protect(manager, "staff_pin", "SELECT, INSERT, UPDATE, DELETE").await?;

        let mut table = Table::create();
        table
            .table("wrong_guess")
            .col(uuid("organization_id"))
            .col(uuid("staff_id"))
            .col(uuid("place"))
            .col(integer("tries"))
            .col(timestamp_with_time_zone_null("locked_until"))
            .primary_key(Index::create().col("organization_id").col("staff_id").col("place"))
            .foreign_key(&mut references("wrong_guess", "staff_id", "staff"));
        manager.create_table(table).await?;
        row_security::protect(manager, "wrong_guess", "SELECT, INSERT, UPDATE, DELETE").await?;

        let mut table = owned("integration_token");
        table
            .col(text("scopes"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone_null("last_used_at"))
            .foreign_key(&mut references("integration_token", "id", "session"))
            .foreign_key(&mut references("integration_token", "created_by", "staff"));
        manager.create_table(table).await?;
        limit_known_tokens(manager).await?;
        row_security::protect(manager, "integration_token", "SELECT, INSERT, UPDATE").await?;

        let mut table = Table::create();
        table
            .table("oidc_identity")
            .col(uuid("organization_id"))
            .col(text("issuer"))
            .col(text("subject"))
            .col(uuid("staff_id"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("organization_id").col("issuer").col("subject"))
            .foreign_key(&mut references("oidc_identity", "staff_id", "staff"));
        manager.create_table(table).await?;
        // One person is one subject of a provider.
        let mut one = index("oidc_identity", "oidc_identity_staff", &["staff_id", "issuer"]);
        manager.create_index(one.unique().to_owned()).await?;
        row_security::protect(manager, "oidc_identity", "SELECT, INSERT, UPDATE").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::columns::drop_all(
            manager,
            &["oidc_identity", "integration_token", "wrong_guess", "staff_pin", "pairing_request"],
        )
        .await?;
        for column in DISPLAY {
            manager.alter_table(Table::alter().table("display").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

async fn widen_display(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        uuid_null(DISPLAY[0]),
        timestamp_with_time_zone_null(DISPLAY[1]),
        timestamp_with_time_zone_null(DISPLAY[2]),
        timestamp_with_time_zone_null(DISPLAY[3]),
        uuid_null(DISPLAY[4]),
        timestamp_with_time_zone_null(DISPLAY[5]),
        blob_null(DISPLAY[6]),
        timestamp_with_time_zone_null(DISPLAY[7]),
    ];
    for column in columns {
        manager.alter_table(Table::alter().table("display").add_column(column).to_owned()).await?;
    }
    // SQLite takes no reference of two columns into a table that is there, and serves one practice anyway.
    if manager.get_database_backend() == DbBackend::Postgres {
        for column in ["confirmed_by", "acting_staff_id"] {
            let mut reference = references("display", column, "staff");
            manager.create_foreign_key(reference.name(format!("display_{column}")).to_owned()).await?;
        }
    }
    let paired = "UPDATE display SET paired_at = (SELECT min(s.created_at) FROM session s
                    WHERE s.organization_id = display.organization_id AND s.display_id = display.id)";
    unguarded(manager, &["display", "session"], &[paired]).await
}

/// Tokens of before read everything and never ended. They keep the first, and end when the longest token does.
async fn limit_known_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let in_two_years = match manager.get_database_backend() {
        // As the rest of the column is written.
        DbBackend::Sqlite => "strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+730 days')",
        _ => "created_at + interval '730 days'",
    };
    let known = "INSERT INTO integration_token (organization_id, id, scopes)
                 SELECT organization_id, id, 'read' FROM session WHERE kind = 'integration'";
    let ends =
        format!("UPDATE session SET expires_at = {in_two_years} WHERE kind = 'integration' AND expires_at IS NULL");
    unguarded(manager, &["session"], &[known, &ends]).await
}

/// The owner of the tables is held to the rules of rows too, except here.
async fn unguarded(manager: &SchemaManager<'_>, tables: &[&str], statements: &[&str]) -> Result<(), DbErr> {
    let guarded = manager.get_database_backend() == DbBackend::Postgres;
    let db = manager.get_connection();
    let force = async |word: &str| -> Result<(), DbErr> {
        for table in tables.iter().filter(|_| guarded) {
            db.execute_unprepared(&format!("ALTER TABLE {table} {word} FORCE ROW LEVEL SECURITY")).await?;
        }
        Ok(())
    };
    force("NO").await?;
    for statement in statements {
        db.execute_unprepared(statement).await?;
    }
    force("").await
}
