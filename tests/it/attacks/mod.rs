//! The attacks that we expect, by their number in the list of cases.
mod accounts;
