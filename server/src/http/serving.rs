//! How connections are answered: HTTP/1.1 only, whatever libraries of this program could speak beside it, and
//! with a bound on how long a request may take to arrive.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::connections::{Connection, Connections};
use super::identity::Peer;

/// Answers every connection until `drained` ends; then each is closed once what it asked is answered.
/// One that sends no whole head of a request within `head_timeout`, or is idle for so long, is closed.
pub async fn serve(
    mut connections: Connections,
    router: Router,
    head_timeout: Duration,
    drained: impl Future<Output = ()>,
) {
    let closing = CancellationToken::new();
    let mut under_way = JoinSet::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    let mut drained = pin!(drained);
    loop {
        tokio::select! {
            () = &mut drained => break,
            (connection, address) = connections.accept() => {
                let peer = Peer(address.ip());
                under_way.spawn(answer(http.clone(), connection, peer, router.clone(), closing.clone()));
            }
            Some(_) = under_way.join_next() => {}
        }
    }
    drop(connections);
    closing.cancel();
    while under_way.join_next().await.is_some() {}
}

async fn answer(
    http: http1::Builder,
    connection: Connection,
    peer: Peer,
    router: Router,
    closing: CancellationToken,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let mut exchange = pin!(http.serve_connection(TokioIo::new(connection), service).with_upgrades());
    let ended = tokio::select! {
        ended = exchange.as_mut() => ended,
        () = closing.cancelled() => {
            exchange.as_mut().graceful_shutdown();
            exchange.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
