//! The server's own log in files: one an hour, named by the hour of UTC that its lines belong to.

mod backwards;
mod hourly;
mod losses;
mod page;
mod queue;
mod wire;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::log_line::Hour;

pub use self::losses::Losses;
pub use self::page::{Entry, LogPage, LogReader, LogsError};
pub use self::queue::{LogQueue, Written};

const PREFIX: &str = "cineportal-";
const SUFFIX: &str = ".jsonl";

/// A folder of such files. Each server needs one of its own.
#[derive(Clone, Debug)]
pub struct LogFolder(PathBuf);

impl LogFolder {
    /// The folder at this path, which is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self(path.to_owned()))
    }

    /// The file of an hour; it need not be there.
    fn file(&self, hour: Hour) -> PathBuf {
        self.0.join(format!("{PREFIX}{hour}{SUFFIX}"))
    }

    /// The hours that have a file, in no order. What has another name is not ours.
    fn hours(&self) -> io::Result<Vec<Hour>> {
        let names = fs::read_dir(&self.0)?.filter_map(Result::ok).map(|entry| entry.file_name());
        Ok(names.filter_map(|name| hour_of(name.to_str()?)).collect())
    }

    /// Removes the files of hours before this one; tells how many.
    fn forget_before(&self, hour: Hour) -> io::Result<usize> {
        let old: Vec<Hour> = self.hours()?.into_iter().filter(|known| *known < hour).collect();
        old.iter().try_for_each(|hour| fs::remove_file(self.file(*hour)))?;
        Ok(old.len())
    }
}

fn hour_of(name: &str) -> Option<Hour> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}
