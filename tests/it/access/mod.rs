//! Nobody sees what they should not, and everybody may do what their role says.
mod acting;
mod display;
mod everything;
pub mod oidc;
mod operations;
mod pairing;
mod sessions;
mod sight;
mod tokens;
mod twins;
