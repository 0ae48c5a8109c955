//! People: who works here, how they sign in, and the sessions of staff, wall displays and integrations.
pub mod clearances;
pub mod graphql;
pub mod password;
pub mod service;
pub mod sessions;
pub mod sight;
