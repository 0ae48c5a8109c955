//! Character sets and escapes.
use super::message::Delimiters;
use std::borrow::Cow;

/// Replaces escapes by what they stand for. Formatting becomes a space, and what nobody knows stays as it is.
pub fn unescape(text: &str, delimiters: Delimiters) -> Cow<'_, str> {
    let Some(escape) = delimiters.escape.filter(|escape| text.contains(*escape)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(escape) {
        out.push_str(before);
        let Some((code, after)) = behind.split_once(escape) else {
            out.push(escape);
            rest = behind;
            break;
        };
        match code {
            "F" => out.push(delimiters.field),
            "S" => out.push(delimiters.component),
            "T" => out.extend(delimiters.subcomponent),
            "R" => out.extend(delimiters.repetition),
            "E" => out.push(escape),
            // Highlighting on and off.
            "H" | "N" => {}
            _ if code.starts_with('.') => out.push(' '),
            _ => match code.strip_prefix('X').and_then(hexadecimal) {
                Some(decoded) => out.push_str(&decoded),
                None => {
                    out.push(escape);
                    out.push_str(code);
                    out.push(escape);
                }
            },
        }
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn hexadecimal(digits: &str) -> Option<String> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes: Vec<u8> = pairs.collect::<Option<_>>()?;
    let text = String::from_utf8(bytes).unwrap_or_else(|error| latin1(error.as_bytes()));
    Some(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// UTF-8, or what MSH-18 says. Only when it says nothing, text that is no UTF-8 is taken for Latin-1.
pub fn decode(bytes: &[u8]) -> Result<String, &'static str> {
    let first = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let delimiter = first.get(3).copied().unwrap_or(b'|');
    let charset = first.split(|byte| *byte == delimiter).nth(17).unwrap_or_default();
    let charset = String::from_utf8_lossy(charset).to_ascii_uppercase();
    let charset = charset.split('~').next().unwrap_or_default().trim();
    match (std::str::from_utf8(bytes), charset) {
        (_, "8859/1" | "ISO-8859-1" | "ISO 8859-1") if !bytes.is_ascii() => Ok(latin1(bytes)),
        (Ok(text), _) => Ok(text.to_owned()),
        (Err(_), "" | "ASCII") => Ok(latin1(bytes)),
        (Err(_), _) => Err("it is not in UTF-8 or the Latin-1 that MSH-18 can name"),
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
