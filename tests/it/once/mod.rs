//! A thing that a client names is done once, however often it is sent.
mod crash;
mod every;
mod rules;
