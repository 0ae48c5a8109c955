//! The past: kept, shown again, and measured.
mod day;
mod keep;
mod replay;
mod times;
