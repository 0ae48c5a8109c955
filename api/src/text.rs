//! Free text from people: kept as it came, within limits.
use crate::{Error, Result};

/// Trims, and refuses what is empty, too long, or holds a character that a database cannot keep.
pub fn required(field: &str, text: String, limit: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::bad_input(field, "must not be empty"));
    }
    check(field, text, limit)?;
    Ok(text.to_owned())
}

/// The same for text that may be absent; only blanks count as absent.
pub fn optional(field: &str, text: Option<String>, limit: usize) -> Result<Option<String>> {
    match text.map(|text| text.trim().to_owned()) {
        Some(text) if !text.is_empty() => check(field, &text, limit).map(|()| Some(text)),
        _ => Ok(None),
    }
}

fn check(field: &str, text: &str, limit: usize) -> Result<()> {
    if text.chars().count() > limit {
        return Err(Error::bad_input(field, format!("must not be longer than {limit} characters")));
    }
    if text.contains('\0') {
        return Err(Error::bad_input(field, "must not hold the character NUL"));
    }
    Ok(())
}
