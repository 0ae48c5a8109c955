//! What those who run Huddle rely on.
mod backup;
mod deploy;
mod log;
mod metrics;
mod traces;
