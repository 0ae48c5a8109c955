//! Caseload: how much work stands with each member of a team, against what they can carry; and how it is shared anew.
mod back;
pub mod cover;
pub mod facts;
pub mod graphql;
pub mod hours;
pub mod plan;
pub mod rebalance;
pub mod rules;
pub mod service;
pub mod settings;
pub mod trend;
