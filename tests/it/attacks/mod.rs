//! Attacks on a service of this kind, by their number in the list of the threat model.
mod doors;
