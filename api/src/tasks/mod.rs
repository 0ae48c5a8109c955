//! Tasks: what a care team has to do, who has taken it on, and by when. Time itself moves them: what falls due, becomes
//! overdue or is left lying changes here, and is announced like anybody's work.
pub mod graphql;
pub mod kinds;
pub mod rules;
pub mod service;
pub mod takeover;
pub mod time;
