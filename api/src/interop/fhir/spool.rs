//! The texts of a bundle until it is decided whether all of it comes in: in memory while small, else in a file that
//! nobody else can open.
use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
};

/// Above this a bundle's texts go to a file.
const IN_MEMORY: usize = 48 << 20;

#[derive(Default)]
pub struct Spool {
    memory: Vec<String>,
    bytes: usize,
    file: Option<BufWriter<File>>,
}

impl Spool {
    pub fn push(&mut self, text: String) -> io::Result<()> {
        self.bytes += text.len();
        if self.file.is_none() && self.bytes <= IN_MEMORY {
            self.memory.push(text);
            return Ok(());
        }
        if self.file.is_none() {
            self.file = Some(BufWriter::with_capacity(1 << 20, nameless_file()?));
        }
        let file = self.file.as_mut().ok_or_else(|| io::Error::other("the spool was just made"))?;
        file.write_all(&(text.len() as u64).to_le_bytes())?;
        file.write_all(text.as_bytes())
    }

    /// The texts, once, in the order in which they came.
    pub fn read(self) -> io::Result<Texts> {
        let file = match self.file {
            None => None,
            Some(writer) => {
                let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.seek(SeekFrom::Start(0))?;
                Some(BufReader::with_capacity(1 << 20, file))
            }
        };
        Ok(Texts { memory: self.memory.into_iter(), file })
    }
}

pub struct Texts {
    memory: std::vec::IntoIter<String>,
    file: Option<BufReader<File>>,
}

impl Texts {
    pub fn next(&mut self) -> io::Result<String> {
        if let Some(text) = self.memory.next() {
            return Ok(text);
        }
        let file = self.file.as_mut().ok_or_else(|| io::Error::other("the spool holds a text for every entry"))?;
        let mut length = [0; 8];
        file.read_exact(&mut length)?;
        let mut text = String::new();
        file.take(u64::from_le_bytes(length)).read_to_string(&mut text)?;
        Ok(text)
    }
}

/// A file that only we may read and that has no name any more, so that nothing of it stays behind.
fn nameless_file() -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("huddle-{}", uuid::Uuid::new_v4()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    #[cfg(unix)]
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_order_from_memory_and_file() {
        let big = "x".repeat(IN_MEMORY - 10);
        let mut spool = Spool::default();
        for text in ["first", &big, "third", "", "fünfter"] {
            spool.push(text.to_owned()).unwrap();
        }

        let mut texts = spool.read().unwrap();

        assert_eq!(texts.next().unwrap(), "first");
        assert_eq!(texts.next().unwrap().len(), big.len());
        assert_eq!([texts.next().unwrap(), texts.next().unwrap(), texts.next().unwrap()], ["third", "", "fünfter"]);
        assert!(texts.next().is_err());
    }
}
