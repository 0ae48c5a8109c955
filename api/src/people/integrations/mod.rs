//! Integrations: other programs, each with a token that says what it may do, ends by itself, and is revoked at once.
pub mod graphql;
pub mod service;
