//! What Huddle promises, as tests. One binary: a second one would link everything again.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod access;
mod architecture;
mod attacks;
mod audit;
mod caseload;
mod conformance;
mod crash;
mod doorbell;
mod faults;
mod feed;
mod handoffs;
mod history;
mod huddles;
mod import_fhir;
mod import_fhir_golden;
mod import_hl7v2;
mod migrations;
mod my_day;
mod once;
mod ops;
mod patients;
mod policy;
mod postgres;
mod presence;
mod protocol;
mod schema;
mod tasks;
