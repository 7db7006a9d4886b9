//! A wire between two programs that can be cut or fall silent: a TCP proxy.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// How it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carries {
    /// Everything, at once.
    All,
    /// Nothing: connections break, and new ones are not taken.
    Nothing,
    /// Nothing for now: connections stay open, and what was sent arrives later.
    Later,
}

/// A wire to one address; it ends when this is dropped.
pub(crate) struct Wire {
    /// Its near end.
    pub(crate) address: SocketAddr,
    carries: watch::Sender<Carries>,
    task: JoinHandle<()>,
}

impl Wire {
    pub(crate) async fn to(far: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let carries = watch::Sender::new(Carries::All);
        let task = tokio::spawn(take(listener, far, carries.subscribe()));
        Self { address, carries, task }
    }

    pub(crate) fn carry(&self, what: Carries) {
        self.carries.send_replace(what);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(listener: TcpListener, far: SocketAddr, carries: watch::Receiver<Carries>) {
    let mut connections = JoinSet::new();
    loop {
        let (near, _) = listener.accept().await.unwrap();
        while connections.try_join_next().is_some() {}
        if *carries.borrow() != Carries::Nothing {
            connections.spawn(connect(near, far, carries.clone()));
        }
    }
}

async fn connect(near: TcpStream, far: SocketAddr, mut carries: watch::Receiver<Carries>) {
    let Ok(far) = TcpStream::connect(far).await else { return };
    let ((near_out, near_in), (far_out, far_in)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = pump(near_out, far_in, carries.clone()) => {}
        () = pump(far_out, near_in, carries.clone()) => {}
        _ = carries.wait_for(|carries| *carries == Carries::Nothing) => {}
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut carries: watch::Receiver<Carries>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let is_open = carries.wait_for(|carries| *carries != Carries::Later).await.is_ok();
        if !is_open || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
