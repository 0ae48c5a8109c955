//! The database schema, one step a file, the same text for SQLite and PostgreSQL.
pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m20261121_000001_create_organization;
mod m20261121_000002_create_staff;
mod m20261121_000003_create_care_team;
mod m20261121_000004_create_session;
mod m20261121_000005_create_patient;
mod m20261121_000006_create_task;
mod m20261121_000007_create_audit;
mod m20261121_000008_create_import;
mod m20261121_000009_create_client_mutation;
mod m20261121_000010_create_schema_version;
mod m20261121_000011_partition_log_and_audit;
mod m20261121_000012_separate_organizations;
mod m20261121_000020_add_ring_key;
mod m20261122_000021_secure_accounts;
mod m20261122_000022_open_other_doors;
mod m20261122_000023_add_confidentiality;
mod m20261122_000024_chain_audit;
mod m20261122_000025_name_more_kinds;
mod m20261122_000026_add_huddles;
mod m20261122_000027_weigh_caseloads;
mod m20261122_000028_add_handoffs;
mod m20261122_000029_keep_versions;
mod m20261122_000030_create_my_day;
mod m20261122_000031_index_work_times;
pub mod row_security;
pub mod version;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_create_organization::Migration),
            Box::new(m20261121_000002_create_staff::Migration),
            Box::new(m20261121_000003_create_care_team::Migration),
            Box::new(m20261121_000004_create_session::Migration),
            Box::new(m20261121_000005_create_patient::Migration),
            Box::new(m20261121_000006_create_task::Migration),
            Box::new(m20261121_000007_create_audit::Migration),
            Box::new(m20261121_000008_create_import::Migration),
            Box::new(m20261121_000009_create_client_mutation::Migration),
            Box::new(m20261121_000010_create_schema_version::Migration),
            Box::new(m20261121_000011_partition_log_and_audit::Migration),
            Box::new(m20261121_000012_separate_organizations::Migration),
            Box::new(m20261121_000020_add_ring_key::Migration),
            Box::new(m20261122_000021_secure_accounts::Migration),
            Box::new(m20261122_000022_open_other_doors::Migration),
            Box::new(m20261122_000023_add_confidentiality::Migration),
            Box::new(m20261122_000024_chain_audit::Migration),
            Box::new(m20261122_000025_name_more_kinds::Migration),
            Box::new(m20261122_000026_add_huddles::Migration),
            Box::new(m20261122_000027_weigh_caseloads::Migration),
            Box::new(m20261122_000028_add_handoffs::Migration),
            Box::new(m20261122_000029_keep_versions::Migration),
            Box::new(m20261122_000030_create_my_day::Migration),
            Box::new(m20261122_000031_index_work_times::Migration),
        ]
    }
}
