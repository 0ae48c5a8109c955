//! The huddle: a team's short meeting about its day. Its agenda builds itself from what is known and goes on doing so
//! while it runs; what is decided becomes work with an owner; what was said is signed at the end.
mod agenda;
pub mod export;
mod facts;
pub mod graphql;
pub mod news;
pub mod record;
pub mod rules;
#[cfg(test)]
mod rules_tests;
pub mod service;
pub mod time;
mod words;
