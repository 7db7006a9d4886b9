//! The lines of a file, the last one first.

use std::io::{self, Read, Seek, SeekFrom};

/// How much is read at once, in bytes.
const CHUNK_BYTES: u64 = 64 * 1024;

/// Goes through a file from its end.
pub(super) struct Backwards<R> {
    source: R,
    /// Where in the file the buffer begins.
    start: u64,
    buffer: Vec<u8>,
}

impl<R: Read + Seek> Backwards<R> {
    /// Begins at this place of the file, in bytes from its beginning, where a line begins or the file ends.
    pub(super) fn new(source: R, end: u64) -> Self {
        Self { source, start: end, buffer: Vec::new() }
    }

    /// The next line, without its end, and where it begins; empty lines are left out. `None`: there is no more.
    ///
    /// # Errors
    /// What the file says.
    pub(super) fn next_line(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        loop {
            while self.buffer.last() == Some(&b'\n') {
                self.buffer.pop();
            }
            if let Some(end_before) = self.buffer.iter().rposition(|byte| *byte == b'\n') {
                let line = self.buffer.split_off(end_before + 1);
                return Ok(Some((self.start + self.buffer.len() as u64, line)));
            }
            if self.start == 0 {
                let line = std::mem::take(&mut self.buffer);
                return Ok((!line.is_empty()).then_some((0, line)));
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        let size = self.start.min(CHUNK_BYTES.max(self.buffer.len() as u64));
        self.start -= size;
        self.source.seek(SeekFrom::Start(self.start))?;
        let mut read = Vec::new();
        let taken = self.source.by_ref().take(size).read_to_end(&mut read)? as u64;
        if taken < size {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter meanwhile"));
        }
        read.append(&mut self.buffer);
        self.buffer = read;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn lines(text: &str, end: usize) -> Vec<(u64, String)> {
        let mut backwards = Backwards::new(Cursor::new(text), end as u64);
        std::iter::from_fn(|| backwards.next_line().unwrap())
            .map(|(start, line)| (start, String::from_utf8(line).unwrap()))
            .collect()
    }

    #[test]
    fn lines_come_from_the_last_to_the_first_with_their_places() {
        let text = "one\n\ntwo\nthree\n";
        let expected = [(9, "three"), (5, "two"), (0, "one")].map(|(at, line)| (at, line.to_owned()));
        assert_eq!(lines(text, text.len()), expected);
        assert_eq!(lines(text, 9), expected[1..]);
        assert_eq!(lines("", 0), []);
    }

    #[test]
    fn a_line_that_does_not_end_is_a_line() {
        assert_eq!(lines("one\ntw", 6), [(4, "tw".to_owned()), (0, "one".to_owned())]);
    }

    #[test]
    fn lines_longer_than_what_is_read_at_once_are_whole() {
        let sizes = [1, 70_000, 200_000, 65_535, 65_536, 2];
        let text: String = sizes.iter().map(|size| "x".repeat(*size) + "\n").collect();
        let found: Vec<usize> =
            lines(&text, text.len()).into_iter().rev().map(|(_, line)| line.len()).collect();
        assert_eq!(found, sizes);
    }
}
