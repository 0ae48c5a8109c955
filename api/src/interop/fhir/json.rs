//! JSON as text: without its blanks, and with references turned, so that nothing is ever parsed and written anew.
use std::collections::HashMap;

/// The same JSON without blanks between its tokens. The text must be JSON.
pub fn minify(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut kept, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(bytes, at + 1),
            b' ' | b'\n' | b'\r' | b'\t' => {
                out.push_str(&text[kept..at]);
                while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
                    at += 1;
                }
                kept = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[kept..]);
    out
}

/// The place after the closing quotation mark of a string that begins at `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

const REFERENCE: &str = "\"reference\":\"";

/// Replaces the references that `turned` knows. The text must be minified.
pub fn turn_references(text: String, turned: &HashMap<String, String>) -> String {
    if turned.is_empty() {
        return text;
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(found) = rest.find(REFERENCE) {
        let (before, value) = rest.split_at(found + REFERENCE.len());
        let end = value.find('"').unwrap_or(value.len());
        let (old, after) = value.split_at(end);
        out.push_str(before);
        // After a backslash the quotation mark is part of a longer key: not a reference.
        let inside = rest[..found].ends_with('\\');
        out.push_str(turned.get(old).filter(|_| !inside).map_or(old, String::as_str));
        rest = after;
    }
    if out.is_empty() {
        return text;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_and_texts_stay() {
        let text = "{ \"a b\" :\n [ 1.50 , \"x \\\" : y\" ],\t\"c\\\\\": { } }";
        assert_eq!(minify(text), "{\"a b\":[1.50,\"x \\\" : y\"],\"c\\\\\":{}}");
    }

    #[test]
    fn only_references_are_turned() {
        let turned = HashMap::from([("urn:uuid:1".to_owned(), "Patient/a".to_owned())]);
        let text = r#"{"note":"\"reference\":\"urn:uuid:1\"","subject":{"reference":"urn:uuid:1"},"x":"urn:uuid:1"}"#;
        let expected =
            r#"{"note":"\"reference\":\"urn:uuid:1\"","subject":{"reference":"Patient/a"},"x":"urn:uuid:1"}"#;
        assert_eq!(turn_references(text.to_owned(), &turned), expected);
    }
}
