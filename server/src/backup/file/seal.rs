//! What stands behind the lines: a frame that Zstandard skips, with the SHA-256 of all bytes before it.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// Magic number of a frame to be skipped, and the length of its content; both least byte first.
const HEAD: [u8; 8] = [0x5f, 0x2a, 0x4d, 0x18, 32, 0, 0, 0];
/// The length of the whole frame.
pub(super) const SEAL_BYTES: u64 = 40;

/// Passes bytes on, and keeps their digest and number.
pub(super) struct Hashing<T> {
    pub(super) inner: T,
    digest: Sha256,
    /// How many have passed.
    pub(super) bytes: u64,
}

impl<T> Hashing<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, digest: Sha256::new(), bytes: 0 }
    }

    /// What seals the bytes that have passed.
    pub(super) fn seal(&self) -> Vec<u8> {
        let digest = self.digest.clone().finalize();
        [HEAD.as_slice(), digest.as_slice()].concat()
    }

    fn note(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

/// Whether these bytes have the form of a seal.
pub(super) fn is_seal(bytes: &[u8]) -> bool {
    bytes.len() as u64 == SEAL_BYTES && bytes.starts_with(&HEAD)
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.note(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.note(&buffer[..read]);
        Ok(read)
    }
}
