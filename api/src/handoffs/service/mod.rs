//! The operations on handoffs.
mod answer;
mod create;
mod leave;
mod leaving;
mod parts;
mod reads;

pub use answer::{acknowledge, decline, redirect, withdraw};
pub use create::{NewHandoff, Words, create, escalate, note, notify, transfer};
pub use leave::{Choice, Line, leave_for_the_day, left_with};
pub use leaving::{escalate_late, leaves, patient_left, task_left};
pub use parts::{Handoff, Item};
pub use reads::{Whose, find, list, stranded};

pub const TEXT_LIMIT: usize = 2_000;
const ITEMS_LIMIT: usize = 200;
