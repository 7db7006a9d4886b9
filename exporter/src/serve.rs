//! Listening, serving and stopping in good order, for both programs.

use std::future::IntoFuture as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Requests under way get this long to finish after the stop.
const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// Takes the port.
///
/// # Errors
/// When the port is taken or not allowed; the message names it.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening on http://{address}");
    Ok(listener)
}

/// A token that is cancelled on Ctrl-C and on SIGTERM.
///
/// # Errors
/// When the system refuses the signal handlers.
pub fn stop_on_signal() -> io::Result<CancellationToken> {
    let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = CancellationToken::new();
    // Owned by the runtime: it waits for the one signal that ends the process.
    tokio::spawn(cancel_on_either(interrupt, terminate, stop.clone()));
    Ok(stop)
}

/// Serves until `stop`, then lets requests under way finish for at most five seconds.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        served = serving.into_future() => served,
        () = drain_limit_after(stop) => {
            tracing::warn!("stopped with requests still under way after {} s", DRAIN_LIMIT.as_secs());
            Ok(())
        }
    }
}

async fn drain_limit_after(stop: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(DRAIN_LIMIT).await;
}

async fn cancel_on_either(mut interrupt: Signal, mut terminate: Signal, stop: CancellationToken) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    stop.cancel();
}
