//! What can be bounded of a document before it is parsed: parsing goes down the stack with each bracket.
use super::{DEPTH, TEXT, at_most};
use crate::{Error, Result};
use async_graphql::{
    ServerError,
    parser::{parse_query, types::ExecutableDocument},
};

const TOKENS: u64 = 4_000;
const BRACKETS: u64 = 4 * DEPTH as u64;

/// The document behind the text, if it is short, shallow and well-formed.
pub fn parse(text: &str) -> Result<ExecutableDocument, ServerError> {
    bounded(text).map_err(|error| async_graphql::Error::from(error).into_server_error(Default::default()))?;
    parse_query(text).map_err(ServerError::from)
}

fn bounded(text: &str) -> Result<()> {
    if text.len() > TEXT {
        return Err(Error::TooComplex(format!("a document has at most {TEXT} bytes")));
    }
    let (tokens, brackets) = scan(text.as_bytes());
    at_most("tokens", tokens, TOKENS)?;
    at_most("levels of brackets", brackets, BRACKETS)
}

/// Counts tokens, and levels of brackets outside of strings and comments.
fn scan(text: &[u8]) -> (u64, u64) {
    let (mut tokens, mut depth, mut deepest) = (0, 0_u64, 0);
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += run(&text[at..], |byte| !matches!(byte, b'\n' | b'\r'));
                continue;
            }
            b'"' => at += string(&text[at..]),
            b'{' | b'(' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
                at += 1;
            }
            b'}' | b')' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            byte if is_word(*byte) => at += run(&text[at..], is_word),
            _ => at += 1,
        }
        tokens += 1;
    }
    (tokens, deepest)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn run(text: &[u8], of: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| of(**byte)).count()
}

/// The length of a string, or of what would be one if it ended.
fn string(text: &[u8]) -> usize {
    if text.starts_with(b"\"\"\"") {
        let mut at = 3;
        while at < text.len() {
            match &text[at..] {
                [b'\\', b'"', b'"', b'"', ..] => at += 4,
                [b'"', b'"', b'"', ..] => return at + 3,
                _ => at += 1,
            }
        }
        return text.len();
    }
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            // It may not go on in the next line, so what follows counts.
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn brackets_count_wherever_the_parser_would_see_them() {
        for (text, tokens, brackets) in [
            ("{ a(b: [1]) }", 10, 3),
            ("# { \" {{{\n{ a }", 3, 1),
            ("{ a(b: \"{{{ \\\" {{\") }", 8, 2),
            ("{ a(b: \"\"\"{{ \" \\\"\"\" {{\"\"\") }", 8, 2),
            ("\"\n{{{{", 5, 4),
            ("\"\"\" {{", 1, 0),
            ("{\\\"{", 3, 1),
        ] {
            assert_eq!(scan(text.as_bytes()), (tokens, brackets), "{text}");
        }
    }
}
