//! Copies of a SQLite database: taken beside a running server, and put back in its place. PostgreSQL has tools of its
//! own for both; `docs/operations.md` says how.
mod check;
mod files;
mod restore;
mod take;

pub use restore::{Restored, restore};
pub use take::{Taken, take};
