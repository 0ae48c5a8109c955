//! The attack cases of `docs/attack-cases.md`, by their number.
mod confidential;
mod doors;
mod emergency;
mod feeds;
mod objects;
mod register;
