//! What may break, broken on purpose, on real processes: the failure table of RELIABILITY.md, a test a row.
mod kit;
mod sweep;
