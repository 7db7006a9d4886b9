//! Writes each line to the file of its hour, and forgets old files when a new one begins.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use super::LogFolder;
use crate::clock;
use crate::domain::log_line::Hour;

/// What stands before the time of a line.
const TIME_FIRST: &[u8] = b"{\"timestamp\":\"";
/// How long the name of an hour is.
const HOUR_BYTES: usize = 13;
/// Larger than nearly every line: what is flushed then are whole lines.
const BUFFER_BYTES: usize = 64 * 1024;

/// The file that is written now.
pub(super) struct HourlyFile {
    folder: LogFolder,
    keep_days: u32,
    open: Option<Open>,
}

struct Open {
    hour: Hour,
    file: BufWriter<File>,
    /// Lines that wait in the buffer.
    waiting: u64,
}

/// Lines could not be written; none of them will be.
#[derive(Debug)]
pub(super) struct NotWritten {
    pub(super) lines: u64,
    pub(super) error: io::Error,
}

impl HourlyFile {
    /// Forgets what is older than so many days.
    pub(super) fn new(folder: LogFolder, keep_days: u32) -> Self {
        Self { folder, keep_days, open: None }
    }

    /// Takes a line, with its end. It is in the file after the next [`Self::flush`].
    pub(super) fn write(&mut self, line: &[u8]) -> Result<(), NotWritten> {
        let hour = hour_of(line).unwrap_or_else(|| Hour::of(clock::now()));
        if self.open.as_ref().is_none_or(|open| open.hour != hour) {
            // What follows is not written either.
            self.flush().map_err(|lost| NotWritten { lines: lost.lines + 1, ..lost })?;
            self.open = Some(self.begin(hour).map_err(|error| NotWritten { lines: 1, error })?);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.waiting += 1;
        let result = open.file.write_all(line);
        self.given_up(result)
    }

    /// Puts what waits into the file; tells how many lines that were.
    pub(super) fn flush(&mut self) -> Result<u64, NotWritten> {
        let Some(open) = &mut self.open else { return Ok(0) };
        let result = open.file.flush();
        let written = if result.is_ok() { std::mem::take(&mut open.waiting) } else { 0 };
        self.given_up(result).map(|()| written)
    }

    /// A file that cannot be written is closed: the next line tries it anew, and nothing is written twice.
    fn given_up(&mut self, result: io::Result<()>) -> Result<(), NotWritten> {
        let Err(error) = result else { return Ok(()) };
        let open = self.open.take();
        let lines = open.as_ref().map_or(0, |open| open.waiting);
        // Dropping the buffer would write once more.
        drop(open.map(|open| open.file.into_parts()));
        Err(NotWritten { lines, error })
    }

    fn begin(&self, hour: Hour) -> io::Result<Open> {
        self.folder.forget_before(hour.days_before(self.keep_days))?;
        let mut file =
            OpenOptions::new().create(true).append(true).read(true).open(self.folder.file(hour))?;
        end_torn_line(&mut file)?;
        Ok(Open { hour, file: BufWriter::with_capacity(BUFFER_BYTES, file), waiting: 0 })
    }
}

/// A server that was killed may have left half a line, which must not take the next one with it.
fn end_torn_line(file: &mut File) -> io::Result<()> {
    if file.metadata()?.len() == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

/// Read from the line itself, so that no line lies in the file of the next hour.
fn hour_of(line: &[u8]) -> Option<Hour> {
    let time = line.strip_prefix(TIME_FIRST)?.get(..HOUR_BYTES)?;
    std::str::from_utf8(time).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn line(time: &str) -> String {
        format!("{{\"timestamp\":\"{time}\",\"level\":\"INFO\",\"message\":\"x\"}}\n")
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let names = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn file_in(folder: &tempfile::TempDir) -> HourlyFile {
        HourlyFile::new(LogFolder::open(folder.path()).unwrap(), 2)
    }

    #[test]
    fn each_line_lies_in_the_file_of_its_own_hour() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = file_in(&folder);
        for time in ["2026-11-21T13:59:59.999Z", "2026-11-21T14:00:00Z", "2026-11-21T13:59:59.9995Z"] {
            file.write(line(time).as_bytes()).unwrap();
        }
        file.flush().unwrap();
        assert_eq!(names(&folder), ["cineportal-2026-11-21T13.jsonl", "cineportal-2026-11-21T14.jsonl"]);
        let before = fs::read_to_string(folder.path().join("cineportal-2026-11-21T13.jsonl")).unwrap();
        assert_eq!(before.lines().count(), 2);
    }

    #[test]
    fn old_files_are_forgotten_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let all =
            ["cineportal-2026-11-19T13.jsonl", "cineportal-2026-11-19T14.jsonl", "cineportal-old.jsonl", "x"];
        all.iter().for_each(|name| fs::write(folder.path().join(name), "").unwrap());
        file_in(&folder).write(line("2026-11-21T14:00:00Z").as_bytes()).unwrap();
        assert_eq!(
            names(&folder),
            ["cineportal-2026-11-19T14.jsonl", "cineportal-2026-11-21T14.jsonl", "cineportal-old.jsonl", "x"]
        );
    }

    #[test]
    fn half_a_line_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cineportal-2026-11-21T14.jsonl");
        fs::write(&path, "{\"timest").unwrap();
        let mut file = file_in(&folder);
        file.write(line("2026-11-21T14:00:00Z").as_bytes()).unwrap();
        file.flush().unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{{\"timest\n{}", line("2026-11-21T14:00:00Z"))
        );
    }

    #[test]
    fn what_cannot_be_written_is_counted_and_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cineportal-2026-11-21T14.jsonl");
        fs::create_dir(&path).unwrap();
        let (mut file, line) = (file_in(&folder), line("2026-11-21T14:00:00Z"));
        assert_eq!(file.write(line.as_bytes()).unwrap_err().lines, 1);
        fs::remove_dir(&path).unwrap();
        file.write(line.as_bytes()).unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), line);
    }
}
