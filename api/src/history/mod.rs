//! The past: the board as it was at any moment that is kept, and how long work took.
pub mod replay;
pub mod times;
pub mod versions;
