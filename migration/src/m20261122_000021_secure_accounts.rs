use crate::{
    columns::{drop_all, index, one_of, owned, references},
    row_security::{self, ROLE},
};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const SESSION: [&str; 4] = ["last_active_at", "authenticated_at", "label", "address"];
/// Rows that end with what they stand for.
const ALL: &str = "SELECT, INSERT, UPDATE, DELETE";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in SESSION {
            let column = match column {
                "label" | "address" => text_null(column),
                _ => timestamp_with_time_zone_null(column),
            };
            manager.alter_table(Table::alter().table("session").add_column(column).to_owned()).await?;
        }
        create_factors(manager).await?;
        create_links(manager).await?;
        create_attempts(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = ["sign_in_challenge", "sign_in_attempt", "entry_link", "recovery_code", "factor"];
        drop_all(manager, &tables).await?;
        for column in SESSION {
            manager.alter_table(Table::alter().table("session").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

async fn create_factors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = owned("factor");
    table
        .col(uuid("staff_id"))
        .col(string_len("kind", 24))
        .col(text("label"))
        .col(blob("secret"))
        .col(blob_null("credential_id").unique_key())
        .col(big_integer_null("last_step"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .check(one_of("kind", ["totp", "passkey"]))
        .foreign_key(&mut references("factor", "staff_id", "staff"));
    manager.create_table(table).await?;
    manager.create_index(index("factor", "factor_staff", &["staff_id"])).await?;

    let mut table = owned("recovery_code");
    table
        .col(uuid("staff_id"))
        .col(blob("hash"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut references("recovery_code", "staff_id", "staff"));
    manager.create_table(table).await?;
    manager.create_index(index("recovery_code", "recovery_code_staff", &["staff_id"])).await?;
    row_security::protect(manager, "factor", ALL).await?;
    row_security::protect(manager, "recovery_code", ALL).await?;
    across(manager, "factor").await
}

async fn create_links(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = owned("entry_link");
    table
        .col(uuid("staff_id"))
        .col(blob("token_hash").unique_key())
        .col(string_len("kind", 24))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .check(one_of("kind", ["invitation", "recovery"]))
        .foreign_key(&mut references("entry_link", "staff_id", "staff"))
        .foreign_key(&mut references("entry_link", "created_by", "staff"));
    manager.create_table(table).await?;
    manager.create_index(index("entry_link", "entry_link_staff", &["staff_id"])).await?;
    row_security::protect(manager, "entry_link", "SELECT, INSERT, UPDATE").await?;
    across(manager, "entry_link").await
}

/// What belongs to no organization yet, because nobody knows who is asking: counts and challenges under a hash.
async fn create_attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut attempt = Table::create();
    attempt
        .table("sign_in_attempt")
        .col(blob("key").primary_key())
        .col(integer("failures"))
        .col(timestamp_with_time_zone("last_at"))
        .col(timestamp_with_time_zone_null("locked_until"));
    manager.create_table(attempt).await?;
    let mut challenge = Table::create();
    challenge
        .table("sign_in_challenge")
        .col(blob("token_hash").primary_key())
        .col(text("content"))
        .col(integer("tries"))
        .col(timestamp_with_time_zone("expires_at"));
    manager.create_table(challenge).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = format!("GRANT {ALL} ON sign_in_attempt, sign_in_challenge TO {ROLE}");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Who comes with a link or a passkey does not yet say where they belong.
async fn across(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => row_security::show_across(manager, table).await,
        _ => Ok(()),
    }
}
