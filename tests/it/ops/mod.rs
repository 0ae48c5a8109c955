//! What those who run Huddle rely on.
mod metrics;
