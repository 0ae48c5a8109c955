//! People: who works here, how they sign in, and the sessions of staff, wall displays and integrations.
pub mod admin;
pub mod clearances;
pub mod displays;
pub mod factors;
pub mod graphql;
pub mod guesses;
pub mod integrations;
pub mod mine;
pub mod oidc;
pub mod password;
mod refused_passwords;
mod rules;
pub mod seal;
pub mod seen;
pub mod service;
pub mod sessions;
pub mod sight;
pub mod sign_in;
pub mod visitor;

pub use refused_passwords::check_list;
