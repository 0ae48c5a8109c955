//! How long work took, computed from the history of tasks: never from when a row was last written.
pub mod file;
pub mod graphql;
pub mod rules;
mod service;

pub use service::{Asked, Group, GroupBy, Times, created, times};
