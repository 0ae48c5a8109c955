//! One message after the other out of a stream of bytes: a file, a batch, or what a socket brought.
//!
//! CR, LF, both, and the framing bytes of MLLP all end a line. `MSH` begins a message; `FHS`, `BHS`, `BTS` and `FTS`
//! stand between messages. A line that begins no segment goes on with the one before it.
use std::collections::VecDeque;

/// A message of this size is no ADT message; what is kept of it while it passes is no more than that.
const LIMIT: usize = 16 << 20;

/// What the stream holds, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The segments of a message, a carriage return after each. It may begin with another segment than MSH.
    Message(Vec<u8>),
    TooLarge,
    /// A batch said in BTS-1 how many messages it holds, and held another number.
    WrongCount {
        said: u64,
        held: u64,
    },
}

#[derive(Debug, Default)]
pub struct Splitter {
    line: Vec<u8>,
    message: Vec<u8>,
    too_large: bool,
    /// Messages since the last batch header.
    held: u64,
    ready: VecDeque<Piece>,
    finished: bool,
}

impl Splitter {
    /// Takes the next bytes, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c) {
                self.end_line();
            } else if self.line.len() < LIMIT {
                self.line.push(byte);
            } else {
                self.too_large = true;
            }
        }
    }

    /// The stream has ended.
    pub fn finish(&mut self) {
        self.end_line();
        self.end_message();
        self.finished = true;
    }

    pub fn is_finished(&self) -> bool {
        self.finished
    }

    pub fn next(&mut self) -> Option<Piece> {
        self.ready.pop_front()
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii_start();
        if text.trim_ascii_end().is_empty() {
            return;
        }
        match segment_name(text).as_ref() {
            Some(b"MSH") => {
                self.end_message();
                self.held += 1;
                self.append(text, b'\r');
            }
            Some(b"FHS" | b"FTS") => self.end_message(),
            Some(b"BHS") => {
                self.end_message();
                self.held = 0;
            }
            Some(b"BTS") => {
                self.end_message();
                self.end_batch(text);
            }
            Some(_) => self.append(text, b'\r'),
            None => self.append(text, b' '),
        }
    }

    fn append(&mut self, text: &[u8], between: u8) {
        if self.message.len() + text.len() > LIMIT {
            self.too_large = true;
            return;
        }
        if !self.message.is_empty() {
            self.message.push(between);
        }
        self.message.extend_from_slice(text);
    }

    fn end_message(&mut self) {
        let message = std::mem::take(&mut self.message);
        if std::mem::take(&mut self.too_large) {
            self.ready.push_back(Piece::TooLarge);
        } else if !message.is_empty() {
            self.ready.push_back(Piece::Message(message));
        }
    }

    fn end_batch(&mut self, trailer: &[u8]) {
        let held = std::mem::take(&mut self.held);
        let field = trailer.get(4..).and_then(|rest| rest.split(|byte| *byte == trailer[3]).next());
        let said = field.and_then(|field| std::str::from_utf8(field).ok()).and_then(|field| field.trim().parse().ok());
        if let Some(said) = said
            && said != held
        {
            self.ready.push_back(Piece::WrongCount { said, held });
        }
    }
}

/// The three letters before the first delimiter, in capitals.
fn segment_name(line: &[u8]) -> Option<[u8; 3]> {
    let name: [u8; 3] = line.get(..3)?.try_into().ok()?;
    let ends = line.get(3).is_none_or(|byte| byte.is_ascii_punctuation());
    (ends && name.iter().all(u8::is_ascii_alphanumeric) && name[0].is_ascii_alphabetic())
        .then(|| name.map(|byte| byte.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8]) -> Vec<Piece> {
        let mut splitter = Splitter::default();
        splitter.push(bytes);
        splitter.finish();
        std::iter::from_fn(|| splitter.next()).collect()
    }

    fn message(text: &str) -> Piece {
        Piece::Message(text.as_bytes().to_vec())
    }

    #[test]
    fn every_line_end_parts_segments() {
        let expected = [message("MSH|^~\\&|A\rEVN|A01\rPID|1\rPV1|1")];
        for text in [
            "MSH|^~\\&|A\rEVN|A01\rPID|1\rPV1|1",
            "MSH|^~\\&|A\r\nEVN|A01\r\n\r\nPID|1\nPV1|1\n",
            "\u{feff}MSH|^~\\&|A\nEVN|A01\rPID|1\r\nPV1|1\r",
            "\u{b}MSH|^~\\&|A\rEVN|A01\rPID|1\rPV1|1\r\u{1c}\r",
        ] {
            assert_eq!(pieces(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn two_messages_come_apart_wherever_the_bytes_are_cut() {
        let bytes = b"\x0bMSH|^~\\&|A\rPID|1\r\x1c\r\x0bMSH|^~\\&|B\rPID|2\r\x1c\r";
        let mut splitter = Splitter::default();
        for byte in bytes {
            splitter.push(&[*byte]);
        }
        splitter.finish();
        let found: Vec<Piece> = std::iter::from_fn(|| splitter.next()).collect();
        assert_eq!(found, [message("MSH|^~\\&|A\rPID|1"), message("MSH|^~\\&|B\rPID|2")]);
    }

    #[test]
    fn a_batch_says_how_many_it_holds() {
        let batch = |count| format!("FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rMSH|^~\\&|B\rBTS|{count}\rFTS|1\r");
        let held = [message("MSH|^~\\&|A"), message("MSH|^~\\&|B")];
        assert_eq!(pieces(batch("2").as_bytes()), held);
        assert_eq!(pieces(batch("").as_bytes()), held);
        assert_eq!(pieces(batch("3").as_bytes())[2], Piece::WrongCount { said: 3, held: 2 });
    }

    #[test]
    fn a_wrapped_line_goes_on() {
        let text = b"MSH|^~\\&|A\rOBX|1|TX|a long\nremark\rpv1|1";
        assert_eq!(pieces(text), [message("MSH|^~\\&|A\rOBX|1|TX|a long remark\rpv1|1")]);
    }

    #[test]
    fn a_stream_without_end_is_not_kept() {
        let mut splitter = Splitter::default();
        splitter.push(&vec![b'x'; LIMIT + 1]);
        assert!(splitter.line.len() <= LIMIT);
        splitter.push(b"\rMSH|^~\\&|B\r");
        splitter.finish();
        assert_eq!(splitter.next(), Some(Piece::TooLarge));
        assert_eq!(splitter.next(), Some(message("MSH|^~\\&|B")));
    }
}
