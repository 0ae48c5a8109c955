//! One's own account: the sessions that are open, and the password.
pub mod graphql;
pub mod password;
pub mod sessions;
