use crate::columns::{drop_all, index, one_of, owned, references};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = owned("patient");
        table
            .col(integer("version"))
            .col(text_null("mrn"))
            .col(text("family_name"))
            .col(text("given_name"))
            .col(text("search_text"))
            .col(date_null("birth_date"))
            .col(string_len_null("gender", 24))
            .col(text_null("preferred_language"))
            .col(boolean("interpreter_needed"))
            .col(string_len("status", 24))
            .col(timestamp_with_time_zone("status_since"))
            .col(text("status_source"))
            .col(text_null("status_note"))
            .col(string_len_null("risk_tier", 24))
            .col(uuid_null("care_team_id"))
            .col(uuid_null("coordinator_id"))
            .col(timestamp_with_time_zone_null("deceased_at"))
            .col(uuid_null("merged_into_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .check(one_of(
                "status",
                [
                    "stable",
                    "watch",
                    "in-clinic",
                    "in-ed",
                    "inpatient",
                    "transition",
                    "lost-to-contact",
                    "inactive",
                    "deceased",
                ],
            ))
            .check(one_of("risk_tier", ["low", "rising", "high", "highest"]))
            .check(one_of("gender", ["male", "female", "other", "unknown"]))
            .foreign_key(&mut references("patient", "care_team_id", "care_team"))
            .foreign_key(&mut references("patient", "coordinator_id", "staff"))
            .foreign_key(&mut references("patient", "merged_into_id", "patient"));
        manager.create_table(table).await?;
        // Lists of a team's patients, by name.
        manager
            .create_index(index("patient", "patient_team_name", &["care_team_id", "family_name", "given_name", "id"]))
            .await?;
        // Lists of all patients, by name.
        manager.create_index(index("patient", "patient_name", &["family_name", "given_name", "id"])).await?;
        // A coordinator's panel.
        manager.create_index(index("patient", "patient_coordinator", &["coordinator_id"])).await?;
        // A message names its patient by the number of the home practice.
        manager.create_index(index("patient", "patient_mrn", &["mrn"])).await?;
        let mut table = owned("patient_identifier");
        table
            .col(uuid("patient_id"))
            .col(text("system"))
            .col(text("value"))
            .col(text_null("type_code"))
            .foreign_key(&mut references("patient_identifier", "patient_id", "patient"));
        manager.create_table(table).await?;
        // Imports find a patient by identifier.
        manager.create_index(index("patient_identifier", "patient_identifier_value", &["value", "system"])).await?;
        // A patient's identifiers, each once.
        manager
            .create_index(
                index("patient_identifier", "patient_identifier_patient", &["patient_id", "system", "value"])
                    .unique()
                    .to_owned(),
            )
            .await?;
        let mut table = owned("patient_contact");
        table
            .col(uuid("patient_id"))
            .col(integer("position"))
            .col(text_null("name"))
            .col(text_null("relationship"))
            .col(text_null("phone"))
            .col(text_null("email"))
            .col(text_null("address"))
            .foreign_key(&mut references("patient_contact", "patient_id", "patient"));
        manager.create_table(table).await?;
        // A patient's contacts in order.
        manager.create_index(index("patient_contact", "patient_contact_patient", &["patient_id", "position"])).await?;
        let mut table = owned("patient_status_change");
        table
            .col(uuid("patient_id"))
            .col(string_len("status", 24))
            .col(timestamp_with_time_zone("since"))
            .col(timestamp_with_time_zone("recorded_at"))
            .col(text("source"))
            .col(text_null("note"))
            .col(uuid_null("actor_id"))
            .check(one_of(
                "status",
                [
                    "stable",
                    "watch",
                    "in-clinic",
                    "in-ed",
                    "inpatient",
                    "transition",
                    "lost-to-contact",
                    "inactive",
                    "deceased",
                ],
            ))
            .foreign_key(&mut references("patient_status_change", "patient_id", "patient"))
            .foreign_key(&mut references("patient_status_change", "actor_id", "staff"));
        manager.create_table(table).await?;
        // A patient's timeline.
        manager
            .create_index(index(
                "patient_status_change",
                "patient_status_change_patient",
                &["patient_id", "recorded_at"],
            ))
            .await?;
        let mut table = owned("coordinator_assignment");
        table
            .col(uuid("patient_id"))
            .col(uuid("staff_id"))
            .col(timestamp_with_time_zone("started_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(text_null("reason"))
            .col(uuid_null("assigned_by"))
            .foreign_key(&mut references("coordinator_assignment", "patient_id", "patient"))
            .foreign_key(&mut references("coordinator_assignment", "staff_id", "staff"))
            .foreign_key(&mut references("coordinator_assignment", "assigned_by", "staff"));
        manager.create_table(table).await?;
        // A patient's coordinators over time.
        manager
            .create_index(index(
                "coordinator_assignment",
                "coordinator_assignment_patient",
                &["patient_id", "started_at"],
            ))
            .await?;
        // One coordinator a patient at any moment.
        manager
            .create_index(
                index("coordinator_assignment", "coordinator_assignment_open", &["patient_id"])
                    .unique()
                    .and_where(Expr::col("ended_at").is_null())
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(
            manager,
            &["coordinator_assignment", "patient_status_change", "patient_contact", "patient_identifier", "patient"],
        )
        .await
    }
}
