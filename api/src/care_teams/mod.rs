//! Care teams: the people who look after a panel of patients together, and what each of them can carry.
pub mod graphql;
pub mod service;
pub mod today;
