use crate::columns::{drop_all, index, owned, references};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = owned("fhir_resource");
        table
            .col(string_len("resource_type", 64))
            .col(text("source_key"))
            .col(blob("digest"))
            .col(uuid_null("patient_id"))
            .col(text("content"))
            .col(timestamp_with_time_zone("imported_at"))
            .foreign_key(&mut references("fhir_resource", "patient_id", "patient"));
        manager.create_table(table).await?;
        // A second import finds the first.
        manager
            .create_index(
                index("fhir_resource", "fhir_resource_key", &["resource_type", "source_key"]).unique().to_owned(),
            )
            .await?;
        // All that is known of a patient, by type.
        manager.create_index(index("fhir_resource", "fhir_resource_patient", &["patient_id", "resource_type"])).await?;
        // A resource by its identifiers, for references by identifier; several resources may share one.
        manager
            .create_table(
                Table::create()
                    .table("fhir_key")
                    .col(uuid("organization_id"))
                    .col(string_len("resource_type", 64))
                    .col(text("key"))
                    .col(uuid("resource_id"))
                    .primary_key(
                        Index::create().col("organization_id").col("resource_type").col("key").col("resource_id"),
                    )
                    .foreign_key(&mut references("fhir_key", "resource_id", "fhir_resource"))
                    .to_owned(),
            )
            .await?;
        // A changed resource gives up its old names.
        manager.create_index(index("fhir_key", "fhir_key_resource", &["resource_id"])).await?;
        let mut table = owned("adt_message");
        table
            .col(text("sender"))
            .col(text("control_id"))
            .col(string_len("trigger", 8))
            .col(uuid("patient_id"))
            .col(text_null("visit_number"))
            .col(text_null("patient_class"))
            .col(text_null("location"))
            .col(text_null("disposition"))
            .col(timestamp_with_time_zone("occurred_at"))
            .col(timestamp_with_time_zone("received_at"))
            .col(text("content"))
            .foreign_key(&mut references("adt_message", "patient_id", "patient"));
        manager.create_table(table).await?;
        // The same message twice is one.
        manager
            .create_index(index("adt_message", "adt_message_control", &["sender", "control_id"]).unique().to_owned())
            .await?;
        // A patient's status is computed from all messages about them.
        manager.create_index(index("adt_message", "adt_message_patient", &["patient_id", "occurred_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["adt_message", "fhir_key", "fhir_resource"]).await
    }
}
