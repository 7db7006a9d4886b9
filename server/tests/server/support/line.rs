//! A line to a server that can be cut after so many bytes, and mended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// More than any test sends.
const WITHOUT_END: u64 = u64::MAX / 2;

/// Takes connections until it is dropped.
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    left: Arc<Left>,
    running: AbortHandle,
}

/// How many bytes still get through, of all connections together.
struct Left {
    up: AtomicU64,
    down: AtomicU64,
}

impl Line {
    /// A line to this server; it is whole.
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let left = Arc::new(Left { up: AtomicU64::new(WITHOUT_END), down: AtomicU64::new(WITHOUT_END) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let of_all = Arc::clone(&left);
        let running = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connect(client, server, Arc::clone(&of_all)));
            }
        });
        Self { address, left, running: running.abort_handle() }
    }

    /// After so many more bytes to the server, every connection ends, and no other one works.
    pub(crate) fn cut_after_sending(&self, bytes: u64) {
        self.left.up.store(bytes, Ordering::Relaxed);
    }

    /// The same, after so many bytes from the server.
    pub(crate) fn cut_after_receiving(&self, bytes: u64) {
        self.left.down.store(bytes, Ordering::Relaxed);
    }

    /// Whether it was cut.
    pub(crate) fn is_cut(&self) -> bool {
        self.left.up.load(Ordering::Relaxed) == 0 || self.left.down.load(Ordering::Relaxed) == 0
    }

    /// All gets through again.
    pub(crate) fn mend(&self) {
        self.left.up.store(WITHOUT_END, Ordering::Relaxed);
        self.left.down.store(WITHOUT_END, Ordering::Relaxed);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn connect(client: TcpStream, server: SocketAddr, left: Arc<Left>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        () = carry(from_client, to_server, &left.up) => {}
        () = carry(from_server, to_client, &left.down) => {}
    }
}

async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, left: &AtomicU64) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
        let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            Some(left.saturating_sub(read as u64))
        });
        let through = usize::try_from(before.unwrap()).unwrap().min(read);
        if to.write_all(&buffer[..through]).await.is_err() || through < read {
            return;
        }
    }
}
