//! One person's own day: what to do next and why, what goes together, what waits on others, and the minutes it took.
pub mod batches;
pub mod calls;
pub mod graphql;
pub mod minutes;
pub mod rules;
pub mod service;
mod waiting;
