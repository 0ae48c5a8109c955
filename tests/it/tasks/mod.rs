//! What people do with tasks.
mod claiming;
mod life;
mod lists;
mod refusals;
mod time;
