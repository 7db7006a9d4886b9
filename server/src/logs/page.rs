//! One page of an hour's lines, newest first. Reading ends at so many lines, bytes or seconds, and says where.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::LogFolder;
use super::backwards::Backwards;
use super::wire;
use crate::domain::log_line::{Hour, LogFilter, LogLine};

/// Most lines of a page.
const PAGE_LINES: usize = 200;
/// Most bytes that are read for a page.
const PAGE_BYTES: u64 = 16 * 1024 * 1024;
/// Longest time for a page.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// How many pages may be read at once.
const MAX_READING: usize = 4;
/// How much is shown of what cannot be read, in bytes.
const SHOWN_DAMAGE_BYTES: usize = 500;

/// Reads the log of this server.
pub struct LogReader {
    server: String,
    folder: Option<LogFolder>,
    places: Arc<Semaphore>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// The page before it was another file's, or made up.
    #[error("this is no place in the log of that hour")]
    NoSuchPlace,
    /// Too many others read.
    #[error("too many pages of the log are being read")]
    Busy,
    /// A file could not be read.
    #[error("the log cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// Some lines of an hour.
#[derive(Debug, Default)]
pub struct LogPage {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None`: there is no more.
    pub next: Option<u64>,
    /// The nearest hour before this one that has lines.
    pub earlier: Option<Hour>,
    /// The nearest hour after it that has lines.
    pub later: Option<Hour>,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It can be read.
    Line(LogLine),
    /// It is not whole; what there is of it, or its beginning.
    Damaged(String),
}

impl LogReader {
    /// Reads this folder; `None`: the server keeps no files. `server`: whose log it is.
    pub fn new(server: String, folder: Option<LogFolder>) -> Self {
        Self { server, folder, places: Arc::new(Semaphore::new(MAX_READING)) }
    }

    /// Whose log it is.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Whether the server keeps files.
    pub fn keeps(&self) -> bool {
        self.folder.is_some()
    }

    /// A page of an hour: its newest lines, or those `before` the place where another page ended.
    ///
    /// # Errors
    /// [`LogsError`].
    pub async fn page(
        &self,
        hour: Hour,
        filter: LogFilter,
        before: Option<u64>,
    ) -> Result<LogPage, LogsError> {
        let Some(folder) = self.folder.clone() else { return Ok(LogPage::default()) };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| LogsError::Busy)?;
        let reading = tokio::task::spawn_blocking(move || {
            let _place = place;
            page(&folder, hour, &filter, before)
        });
        reading.await.map_err(|error| LogsError::Unreadable(io::Error::other(error)))?
    }
}

fn page(
    folder: &LogFolder,
    hour: Hour,
    filter: &LogFilter,
    before: Option<u64>,
) -> Result<LogPage, LogsError> {
    let hours = folder.hours()?;
    let earlier = hours.iter().filter(|known| **known < hour).max().copied();
    let later = hours.iter().filter(|known| **known > hour).min().copied();
    let page =
        if hours.contains(&hour) { read(&folder.file(hour), filter, before)? } else { LogPage::default() };
    Ok(LogPage { earlier, later, ..page })
}

fn read(path: &Path, filter: &LogFilter, before: Option<u64>) -> Result<LogPage, LogsError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let begin = before.unwrap_or(length);
    if begin > length {
        return Err(LogsError::NoSuchPlace);
    }
    let until = Instant::now() + PAGE_TIME;
    let mut lines = Backwards::new(file, begin);
    let mut page = LogPage::default();
    while let Some((start, line)) = lines.next_line()? {
        page.entries.extend(entry(&line, filter));
        let is_full =
            page.entries.len() >= PAGE_LINES || begin - start >= PAGE_BYTES || Instant::now() >= until;
        if is_full && start > 0 {
            page.next = Some(start);
            break;
        }
    }
    Ok(page)
}

fn entry(line: &[u8], filter: &LogFilter) -> Option<Entry> {
    let Some(known) = wire::parse(line) else {
        let shown = &line[..line.len().min(SHOWN_DAMAGE_BYTES)];
        let damaged = || Entry::Damaged(String::from_utf8_lossy(shown).into_owned());
        return filter.lets_damaged_through().then(damaged);
    };
    filter.lets_through(&known).then_some(Entry::Line(known))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::log_line::LogScope;

    const HOUR: &str = "2026-11-21T14";

    fn line(second: usize, message: &str) -> String {
        format!(
            "{{\"timestamp\":\"{HOUR}:00:00.{second:06}Z\",\"level\":\"INFO\",\"target\":\"t\",\"message\":\"{message}\",\"region\":\"denmark\",\"jobs\":3}}\n"
        )
    }

    fn folder(text: &str) -> (tempfile::TempDir, LogFolder) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(format!("cineportal-{HOUR}.jsonl")), text).unwrap();
        let logs = LogFolder::open(folder.path()).unwrap();
        (folder, logs)
    }

    fn everything() -> LogFilter {
        LogFilter::of(LogScope::Everything)
    }

    fn said(page: &LogPage) -> Vec<String> {
        let said = page.entries.iter().map(|entry| match entry {
            Entry::Line(line) => line.message.clone(),
            Entry::Damaged(text) => format!("damaged: {text}"),
        });
        said.collect()
    }

    #[test]
    fn pages_hold_each_line_once_newest_first() {
        let text: String = (0..450).map(|number| line(number, &number.to_string())).collect();
        let (_folder, logs) = folder(&text);
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let page = page(&logs, HOUR.parse().unwrap(), &everything(), before).unwrap();
            assert!(page.entries.len() <= PAGE_LINES);
            all.extend(said(&page));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        let expected: Vec<String> = (0..450).rev().map(|number: u32| number.to_string()).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_damaged_line_is_told_between_its_neighbours() {
        let text = format!("{}{{\"timest\n\u{1}\n{}", line(1, "one"), line(2, "two"));
        let (_folder, logs) = folder(&text);
        let page = page(&logs, HOUR.parse().unwrap(), &everything(), None).unwrap();
        assert_eq!(said(&page), ["two", "damaged: \u{1}", "damaged: {\"timest", "one"]);
    }

    #[test]
    fn the_nearest_hours_with_lines_are_named() {
        let (folder, logs) = folder(&line(1, "one"));
        for hour in ["2026-11-20T01", "2026-11-21T09", "2026-11-22T00"] {
            fs::write(folder.path().join(format!("cineportal-{hour}.jsonl")), "").unwrap();
        }
        let page = page(&logs, "2026-11-21T15".parse().unwrap(), &everything(), None).unwrap();
        let hours = [page.earlier, page.later].map(|hour| hour.unwrap().to_string());
        assert_eq!((said(&page).len(), hours), (0, [HOUR.to_owned(), "2026-11-22T00".to_owned()]));
    }

    #[test]
    fn a_place_behind_the_end_is_refused() {
        let (_folder, logs) = folder(&line(1, "one"));
        let refused = page(&logs, HOUR.parse().unwrap(), &everything(), Some(1_000_000));
        assert!(matches!(refused, Err(LogsError::NoSuchPlace)));
    }

    #[test]
    fn the_values_of_fields_are_texts() {
        let (_folder, logs) = folder(&line(1, "one"));
        let page = page(&logs, HOUR.parse().unwrap(), &everything(), None).unwrap();
        let [Entry::Line(line)] = page.entries.as_slice() else { panic!("{page:?}") };
        assert_eq!((line.field("jobs"), line.field("region")), (Some("3"), Some("denmark")));
    }
}
