//! A team's board at a moment of the past, and what its feed said since. To read, and nothing else.
//!
//! Shown is what the team had on its board then, to who may look at it under the rights and the marks of today.
pub mod graphql;
mod items;
mod service;
mod sight;

pub use items::{Item, Items, What, items};
pub use service::{Moment, TaskThen, board};
