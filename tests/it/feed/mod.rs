//! What a screen hears: every change of its team, each once, in the order in which it was committed, and nothing else.
mod access;
mod convergence;
mod live;
mod resume;
mod slow;
