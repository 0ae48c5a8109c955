//! What those who run Huddle rely on.
mod log;
mod metrics;
mod traces;
