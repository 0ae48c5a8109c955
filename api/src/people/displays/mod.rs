//! Wall displays: paired like a television, each with an identity of its own that can be revoked, read-only; and how a
//! person works through one for a minute, by a PIN or by their own phone.
pub mod acting;
pub mod graphql;
pub mod pairing;
pub mod pin;
pub mod rules;
pub mod service;
