//! Courtesy about claims: instead of waiting for a lease to lapse, one asks the holder, who grants or declines.
pub mod graphql;
pub mod service;
pub mod time;
