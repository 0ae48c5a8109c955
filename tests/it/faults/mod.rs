//! What may break, broken on purpose, on real processes: the failure table of RELIABILITY.md, a test a row.
mod absence;
mod database;
mod kit;
mod node;
mod proofs;
mod redis;
mod scene;
mod sweep;
