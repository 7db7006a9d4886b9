//! Between those who log and the disk: a bounded queue, and one thread that writes.
//! Nobody who logs waits for the disk; what finds no place is counted.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::{self, JoinHandle};

use tracing_subscriber::fmt::MakeWriter;

use super::LogFolder;
use super::hourly::{HourlyFile, NotWritten};
use super::losses::{Loss, Losses};

/// Most lines that may wait.
const MAX_WAITING_LINES: usize = 8_192;

enum Job {
    Line(Vec<u8>),
    End,
}

/// Where log lines go in.
#[derive(Clone)]
pub struct LogQueue {
    jobs: SyncSender<Job>,
    losses: Losses,
}

/// The thread that writes. When this is dropped, all that waits is written, and the thread ends.
#[must_use]
pub struct Written {
    jobs: SyncSender<Job>,
    thread: Option<JoinHandle<()>>,
}

impl LogQueue {
    /// Starts to write into this folder, and to forget what is older than so many days.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(folder: LogFolder, keep_days: u32, losses: Losses) -> io::Result<(Self, Written)> {
        Self::start_on(HourlyFile::new(folder, keep_days), losses, MAX_WAITING_LINES)
    }

    fn start_on(file: HourlyFile, losses: Losses, places: usize) -> io::Result<(Self, Written)> {
        let (jobs, waiting) = sync_channel(places);
        let counted = losses.clone();
        let thread = thread::Builder::new().name("log".to_owned());
        let thread = thread.spawn(move || write_all(&waiting, file, &counted))?;
        let written = Written { jobs: jobs.clone(), thread: Some(thread) };
        Ok((Self { jobs, losses }, written))
    }
}

impl<'a> MakeWriter<'a> for LogQueue {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

/// Each call is one whole line.
impl Write for &LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.jobs.try_send(Job::Line(line.to_vec())).is_err() {
            self.losses.count(Loss::queue_full, 1);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // A thread that is gone has nothing left to write.
        let _ = self.jobs.send(Job::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn write_all(jobs: &Receiver<Job>, file: HourlyFile, losses: &Losses) {
    let mut writer = Writer { file, losses, is_failing: false };
    while let Some(Job::Line(line)) = writer.next(jobs) {
        let result = writer.file.write(&line);
        writer.note(result);
    }
    writer.flush();
}

struct Writer<'a> {
    file: HourlyFile,
    losses: &'a Losses,
    /// Trouble is told once, because each telling is a line, too.
    is_failing: bool,
}

impl Writer<'_> {
    /// The next job. While none waits, what was written is put into the file.
    fn next(&mut self, jobs: &Receiver<Job>) -> Option<Job> {
        match jobs.try_recv() {
            Ok(job) => Some(job),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                self.flush();
                jobs.recv().ok()
            }
        }
    }

    fn flush(&mut self) {
        let result = self.file.flush();
        if self.is_failing && matches!(result, Ok(lines) if lines > 0) {
            self.is_failing = false;
            tracing::info!("the log is written to its file again");
        }
        self.note(result.map(drop));
    }

    fn note(&mut self, result: Result<(), NotWritten>) {
        let Err(NotWritten { lines, error }) = result else { return };
        self.losses.count(Loss::not_written, lines);
        if !std::mem::replace(&mut self.is_failing, true) {
            tracing::error!(%error, "the log cannot be written to its file");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LINE: &[u8] = b"{\"timestamp\":\"2026-11-21T14:00:00Z\"}\n";

    fn folder() -> (tempfile::TempDir, LogFolder) {
        let folder = tempfile::tempdir().unwrap();
        let logs = LogFolder::open(folder.path()).unwrap();
        (folder, logs)
    }

    #[test]
    fn nothing_is_lost_at_a_normal_stop() {
        let (folder, logs) = folder();
        let losses = Losses::default();
        let (queue, written) = LogQueue::start(logs, 1, losses.clone()).unwrap();
        for _ in 0..5_000 {
            (&queue).write_all(LINE).unwrap();
        }
        drop(written);
        let file = fs::read(folder.path().join("cineportal-2026-11-21T14.jsonl")).unwrap();
        assert_eq!(file.len(), LINE.len() * 5_000);
        assert_eq!(losses.counted(Loss::queue_full), 0);
    }

    #[test]
    fn what_finds_no_place_is_counted() {
        let (jobs, _nobody_writes) = sync_channel(2);
        let queue = LogQueue { jobs, losses: Losses::default() };
        for _ in 0..5 {
            (&queue).write_all(LINE).unwrap();
        }
        assert_eq!(queue.losses.counted(Loss::queue_full), 3);
    }

    #[test]
    fn what_cannot_be_written_is_counted_too() {
        let (folder, logs) = folder();
        fs::create_dir(folder.path().join("cineportal-2026-11-21T14.jsonl")).unwrap();
        let losses = Losses::default();
        let (queue, written) = LogQueue::start(logs, 1, losses.clone()).unwrap();
        (&queue).write_all(LINE).unwrap();
        drop(written);
        assert_eq!(losses.counted(Loss::not_written), 1);
    }
}
