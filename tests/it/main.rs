//! What Huddle promises, as tests. One binary: a second one would link everything again.
mod architecture;
mod conformance;
mod feed;
mod migrations;
mod policy;
mod schema;
mod tasks;
