//! Rows: one file a table, typed ids. No rules, no queries, no API types.
pub mod ids;

pub mod adt_message;
pub mod audit_entry;
pub mod audit_head;
pub mod audit_patient;
pub mod care_team;
pub mod care_team_member;
pub mod client_mutation;
pub mod coordinator_assignment;
pub mod display;
pub mod event;
pub mod fhir_key;
pub mod fhir_resource;
pub mod org_head;
pub mod organization;
pub mod patient;
pub mod patient_contact;
pub mod patient_identifier;
pub mod patient_status_change;
pub mod session;
pub mod staff;
pub mod task;
pub mod task_comment;
pub mod task_history;
pub mod task_step;
