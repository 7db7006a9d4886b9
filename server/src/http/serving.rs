//! How connections are answered: HTTP/1.1 only, whatever libraries of this program could speak beside it, and
//! none that asks nothing is kept for ever.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::connections::{Connection, Connections};
use super::identity::Peer;

/// Answers every connection until `drained` ends; then each is closed once what it asked is answered.
/// One that begins no request for as long as `patience` is closed, before as much time has passed again.
pub async fn serve(
    mut connections: Connections,
    router: Router,
    patience: Duration,
    drained: impl Future<Output = ()>,
) {
    let closing = CancellationToken::new();
    let mut under_way = JoinSet::new();
    let mut drained = pin!(drained);
    loop {
        tokio::select! {
            () = &mut drained => break,
            (connection, address) = connections.accept() => {
                let peer = Peer(address.ip());
                under_way.spawn(answer(connection, peer, router.clone(), patience, closing.clone()));
            }
            Some(_) = under_way.join_next() => {}
        }
    }
    drop(connections);
    closing.cancel();
    while under_way.join_next().await.is_some() {}
}

/// A look now and then instead of a timer for each request, which would cost every request as much as its routing.
async fn answer(
    connection: Connection,
    peer: Peer,
    router: Router,
    patience: Duration,
    closing: CancellationToken,
) {
    let begun = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&begun);
    let service = service_fn(move |mut request: Request<Incoming>| {
        counted.fetch_add(1, Ordering::Relaxed);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let exchange = http1::Builder::new().serve_connection(TokioIo::new(connection), service).with_upgrades();
    let mut exchange = pin!(exchange);
    let mut looks = interval_at(Instant::now() + patience, patience);
    let (mut seen, mut is_closing) = (0, false);
    let ended = loop {
        tokio::select! {
            ended = exchange.as_mut() => break ended,
            () = closing.cancelled(), if !is_closing => {
                is_closing = true;
                exchange.as_mut().graceful_shutdown();
            }
            _ = looks.tick() => match begun.load(Ordering::Relaxed) {
                // Nothing was asked yet, or only half of it.
                0 => return,
                // What is being answered is answered to its end.
                now if now == seen => exchange.as_mut().graceful_shutdown(),
                now => seen = now,
            },
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
