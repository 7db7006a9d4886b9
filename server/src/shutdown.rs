//! When the server should stop: Ctrl-C, or SIGTERM from whoever manages it.

use tokio::signal::unix::{SignalKind, signal};

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
        tracing::info!("stopping");
    })
}
