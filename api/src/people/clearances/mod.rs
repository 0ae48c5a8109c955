//! What people are cleared for besides what their role lets them see, and who is a privacy officer.
pub mod graphql;
pub mod service;
