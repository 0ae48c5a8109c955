//! The tests of the whole.
mod import_hl7v2;
