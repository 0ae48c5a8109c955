//! The operations on tasks: look up, decide, write, announce.
mod details;
mod handover;
mod life;
pub(crate) mod parts;
mod reads;

pub use details::{Edit, NewTask, add_comment, add_step, check_new, check_step, comment_in, create, create_in, update};
pub use handover::{assign, check_holder, give, held_by, move_open_tasks, move_to_team, release_all, take_from_holder};
pub use life::{
    ClaimOutcome, cancel, claim, complete, enter_in_error, fail, hold, publish, release, renew_claim, start,
};
pub use reads::{
    Filter, OrderBy, comments, find, find_again, find_many, full_history, history, is_open, is_withheld, list, listing,
    sort, steps,
};

pub const TITLE_LIMIT: usize = 200;
pub const TEXT_LIMIT: usize = 10_000;
pub const REASON_LIMIT: usize = 2_000;
const STEPS_LIMIT: usize = 100;
