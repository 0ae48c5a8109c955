//! Handoffs: work that changes hands with a word about it, until its receiver says that they know. Three acts that are
//! not each other: a transfer moves work, and only when it is acknowledged; an escalation tells the managers and moves
//! nothing; a notice tells one person. And what becomes of the work of somebody who leaves, for the day or for good.
pub mod graphql;
pub mod rules;
pub mod service;
pub mod time;
