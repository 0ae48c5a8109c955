//! People: who works here, how they sign in, and the sessions of staff, wall displays and integrations.
pub mod clearances;
pub mod displays;
pub mod graphql;
pub mod guesses;
pub mod integrations;
pub mod oidc;
pub mod password;
pub mod seen;
pub mod service;
pub mod sessions;
pub mod sight;
