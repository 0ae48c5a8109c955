//! Nobody sees what they should not, and everybody may do what their role says.
mod display;
mod everything;
mod operations;
mod sessions;
mod sight;
mod twins;
