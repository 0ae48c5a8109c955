//! Patients: who is in the practice's care, where they are in it right now, and who is responsible for them.
pub mod rules;
pub mod service;
