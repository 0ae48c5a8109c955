//! The attack cases of `docs/attack-cases.md`, by their number.
mod register;
