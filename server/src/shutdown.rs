//! How the server stops: when it is asked to, by Ctrl-C or by SIGTERM from whoever manages it, and in which steps.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Whoever has just connected is heard before connections are told to end.
const SETTLE_TIME: Duration = Duration::from_millis(100);
/// Longest time until the listener is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The steps in which a server stops, each begun when its token is cancelled.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// The server is served from elsewhere soon: it says that it is not ready, and serves on.
    pub draining: CancellationToken,
    /// Nobody may connect any more.
    pub closing: CancellationToken,
    /// Nobody can connect any more: the listener is closed.
    pub closed: CancellationToken,
    /// What is under way ends, whoever follows is told to come back elsewhere, and tasks stop.
    pub stop: CancellationToken,
}

impl Ending {
    /// Takes the steps once `requested` ends, with this time for draining. Whoever is told to come back must not
    /// find this server again, so it does not listen any more by then.
    pub async fn follow(self, requested: impl Future<Output = ()>, drain: Duration) {
        requested.await;
        tracing::info!(seconds = drain.as_secs(), "draining");
        self.draining.cancel();
        tokio::time::sleep(drain).await;
        self.closing.cancel();
        if tokio::time::timeout(CLOSE_TIMEOUT, self.closed.cancelled()).await.is_err() {
            tracing::warn!("the listener is still open");
        }
        tokio::time::sleep(SETTLE_TIME).await;
        tracing::info!("stopping");
        self.stop.cancel();
    }
}

/// Ends when the process is asked to stop.
///
/// # Errors
/// If the signals cannot be listened for.
pub fn requested() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
