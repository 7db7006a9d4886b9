//! Wiring of the exporter: the poller and the server side by side, until the stop.

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cloud::CloudClient;
use crate::config::CloudConfig;
use crate::poll::Poller;
use crate::{http, serve};

/// Polls the cloud and serves what was read until `stop` is cancelled.
///
/// # Errors
/// When the client cannot be built or the listener breaks. A cloud that does not answer is no error.
pub async fn run(listener: TcpListener, config: &CloudConfig, stop: CancellationToken) -> anyhow::Result<()> {
    let client = CloudClient::new(&config.cloud_url, config.timeout())?;
    let (poller, snapshots) = Poller::new(client, usize::from(config.concurrency));
    let serving = async {
        // When serving ends, for whatever reason, polling must end too.
        let _stop_polling = stop.clone().drop_guard();
        serve::serve(listener, http::router(snapshots), stop.clone()).await
    };
    let ((), served) = tokio::join!(poller.run(config.poll_interval(), &stop), serving);
    Ok(served?)
}
