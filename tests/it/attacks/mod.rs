//! Attacks by their number, and what becomes of them.
mod confidential;
mod emergency;
mod feeds;
mod objects;
