//! Every connection that the server takes: so many at once, and none whose other side stopped reading.
//! What cannot be written keeps no memory beyond the socket's, because nobody makes more meanwhile; and it
//! keeps it for so long only.

use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::CancellationToken;

use crate::shutdown::Ending;
use crate::telemetry::Metrics;

/// A listener with a bound on its connections, and on the patience with each.
pub struct Connections {
    /// `None` once it is closed.
    listener: Option<TcpListener>,
    /// Who had connected already when it was closed.
    last: VecDeque<(TcpStream, SocketAddr)>,
    closing: CancellationToken,
    closed: CancellationToken,
    places: Arc<Semaphore>,
    patience: Duration,
    metrics: Arc<Metrics>,
}

impl Connections {
    /// Takes at most `limit` connections of this listener at once, the others wait in the system's queue.
    /// One that takes nothing of what it is sent for as long as `patience` is cut off.
    pub fn new(listener: TcpListener, limit: u32, patience: Duration, metrics: Arc<Metrics>) -> Self {
        let places = Arc::new(Semaphore::new(limit as usize));
        let (listener, last) = (Some(listener), VecDeque::new());
        let (closing, closed) = (CancellationToken::new(), CancellationToken::new());
        Self { listener, last, closing, closed, places, patience, metrics }
    }

    /// The same, closed when this ending says so.
    pub fn until(self, ending: &Ending) -> Self {
        Self { closing: ending.closing.clone(), closed: ending.closed.clone(), ..self }
    }

    /// Whoever is last is served without a place: waiting for one, it would keep the server from stopping.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        tokio::select! {
            // Nobody closes the semaphore, so there is a place in the end.
            place = Arc::clone(&self.places).acquire_owned() => place.ok(),
            () = self.closing.cancelled() => None,
        }
    }

    async fn next(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Some(last) = self.last.pop_front() {
                return last;
            }
            let Some(listener) = &mut self.listener else {
                self.closed.cancel();
                return pending().await;
            };
            tokio::select! {
                biased;
                () = self.closing.cancelled() => self.last = self.listener.take().map(close).unwrap_or_default(),
                accepted = Listener::accept(listener) => return accepted,
            }
        }
    }
}

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let place = self.place().await;
        let (stream, address) = self.next().await;
        // An event is one small write: it shall not wait for the next one.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps small writes back");
        }
        let connection = Connection {
            stream,
            stuck: None,
            is_cut: false,
            patience: self.patience,
            metrics: Arc::clone(&self.metrics),
            _place: place,
        };
        (connection, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener
            .as_ref()
            .map_or_else(|| Err(io::ErrorKind::NotConnected.into()), TcpListener::local_addr)
    }
}

/// Stops listening, and answers who has connected already: the system would reset them, and with them requests that
/// are on their way and that no proxy repeats.
fn close(listener: TcpListener) -> VecDeque<(TcpStream, SocketAddr)> {
    let taken = listener.into_std().and_then(|listener| {
        let waiting: Vec<_> = std::iter::from_fn(|| listener.accept().ok()).collect();
        drop(listener);
        waiting.into_iter().map(adopt).collect()
    });
    taken.unwrap_or_else(|error| {
        tracing::warn!(%error, "who had just connected is not heard");
        VecDeque::new()
    })
}

fn adopt((stream, address): (std::net::TcpStream, SocketAddr)) -> io::Result<(TcpStream, SocketAddr)> {
    stream.set_nonblocking(true)?;
    Ok((TcpStream::from_std(stream)?, address))
}

/// A connection that is cut when nothing can be written for too long.
pub struct Connection {
    stream: TcpStream,
    /// When to lose patience; only while a write waits.
    stuck: Option<Pin<Box<Sleep>>>,
    is_cut: bool,
    patience: Duration,
    metrics: Arc<Metrics>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Connection {
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        if !self.is_cut {
            ready!(stuck.as_mut().poll(context));
            self.cut();
        }
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// What waits in the system's buffers is dropped with the connection, and the other side learns of it.
    fn cut(&mut self) {
        self.is_cut = true;
        self.metrics.clients_cut.inc();
        if let Err(error) = self.stream.set_zero_linger() {
            tracing::debug!(%error, "a slow client is cut off late");
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watch(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
