//! Work that changes hands, and that nothing is left with who is gone.
mod leaving;
mod sight;
mod takeover;
mod transfer;
