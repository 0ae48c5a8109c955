//! Patients: who is in the practice's care, where they are in it right now, and who is responsible for them.
pub mod graphql;
pub mod protection;
pub mod rules;
pub mod service;
pub mod timeline;
pub mod touch;
