//! The operations on huddles: look up, decide, write, announce.
mod items;
mod lead;
pub(super) mod parts;
mod reads;
pub mod settings;

pub use items::{NewDecision, add_item, decide, settle};
pub use lead::{attend, end, move_to, open, start, take_lead};
pub use reads::{
    attendance, decisions, ends_by, few, find, find_item, find_many, list, next_items, of_decision, of_team_now,
    shown_items, time_left,
};

pub const NOTE_LIMIT: usize = 2_000;
