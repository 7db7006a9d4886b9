//! Files on their way to another machine and back, in parts, away from the async threads: a backup may be larger
//! than memory.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many parts wait for the disk.
const WAITING: usize = 16;

/// The SHA-256 of what was sent, or of what came back.
pub(super) type Checksum = Vec<u8>;

/// A file that is read from its beginning to its end.
pub(super) struct Parts {
    file: File,
    part_bytes: u64,
    digest: Sha256,
}

impl Parts {
    /// In parts of this size, or larger ones where that would be more than so many.
    pub(super) fn open(path: &Path, part_bytes: u64, at_most: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        let part_bytes = part_bytes.max(file.metadata()?.len().div_ceil(at_most));
        Ok(Self { file, part_bytes, digest: Sha256::new() })
    }

    /// The next part; empty at the end.
    pub(super) async fn next(mut self) -> io::Result<(Self, Bytes)> {
        let read = tokio::task::spawn_blocking(move || {
            let mut part = Vec::new();
            (&self.file).take(self.part_bytes).read_to_end(&mut part)?;
            self.digest.update(&part);
            Ok((self, part.into()))
        });
        read.await.map_err(io::Error::other)?
    }

    /// Of what was read.
    pub(super) fn checksum(self) -> Checksum {
        self.digest.finalize().to_vec()
    }
}

/// Takes parts that come from another machine: writes them to a file, or only checks them.
pub(super) struct Receiving {
    sender: mpsc::Sender<Bytes>,
    working: JoinHandle<io::Result<Checksum>>,
}

impl Receiving {
    /// Into this file, which is there; nowhere, where it is left out.
    pub(super) fn into_file(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().write(true).truncate(true).open(path)).transpose()?;
        let (sender, parts) = mpsc::channel(WAITING);
        Ok(Self { sender, working: tokio::task::spawn_blocking(move || take(parts, file)) })
    }

    /// Takes one more part. What the disk says of it is told in the end.
    pub(super) async fn take(&self, part: Bytes) {
        let _ended_early = self.sender.send(part).await;
    }

    /// What came, when all of it is taken.
    pub(super) async fn end(self) -> io::Result<Checksum> {
        drop(self.sender);
        self.working.await.map_err(io::Error::other)?
    }
}

fn take(mut parts: mpsc::Receiver<Bytes>, mut file: Option<File>) -> io::Result<Checksum> {
    let mut digest = Sha256::new();
    while let Some(part) = parts.blocking_recv() {
        digest.update(&part);
        if let Some(file) = &mut file {
            file.write_all(&part)?;
        }
    }
    Ok(digest.finalize().to_vec())
}
