//! Words that people type and files that they hand in: kept as they are, run by nobody.
mod files;
mod injection;
mod naughty;
