//! Huddle's service: rules, operations and the real-time core, with GraphQL and HTTP around them.
// The roots of the schema are made of many parts, each of which is a layer of one future.
#![recursion_limit = "256"]

pub mod app;
pub mod audit;
pub mod background;
pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cx;
pub mod db;
pub mod error;
pub mod events;
pub mod graphql;
pub mod handoffs;
pub mod http;
pub mod metrics;
pub mod once;
pub mod page;
pub mod policy;
pub mod presence;

pub mod care_teams;
pub mod caseload;
pub mod demo;
pub mod emergency;
pub mod history;
pub mod huddles;
pub mod interop;
pub mod my_day;
pub mod patients;
pub mod people;
pub mod tasks;
pub mod text;
pub mod trace;

pub use app::App;
pub use clock::Clock;
pub use config::Config;
pub use cx::{Actor, Cx, Tx};
pub use error::{Error, Result};
