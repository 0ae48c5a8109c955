//! Caseload: how much work stands with each member of a team, against what they can carry.
pub mod rules;
pub mod service;
