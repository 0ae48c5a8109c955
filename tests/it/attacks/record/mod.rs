//! The record: what is on it, that it cannot be changed unseen, who reads it, and how long it is kept.
mod canary;
mod chain;
mod export;
mod review;
mod rows;
mod term;
