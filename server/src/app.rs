//! The wiring: every part is made here, once, and handed to those who need it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::config::ServeConfig;
use crate::desk::Services;
use crate::feed::Feed;
use crate::graphql;
use crate::http::{self, HttpState};
use crate::ingest::writer::{Ingest, Writer};
use crate::store::{self, Store};
use crate::telemetry::Metrics;

/// How long requests under way and the writer may take once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// A server that is put together but does not listen yet.
pub struct App {
    router: Router,
    feed: Arc<Feed>,
    services: Arc<Services>,
    writer: Writer,
    stop: CancellationToken,
}

impl App {
    /// Puts a server together: reads the regions, opens the store.
    ///
    /// # Errors
    /// What is wrong with the regions or the store.
    pub async fn build(config: &ServeConfig) -> anyhow::Result<Self> {
        Self::build_on(store::open(&config.store).await?, config)
    }

    /// Puts a server together on a store that is open already.
    ///
    /// # Errors
    /// What is wrong with the regions.
    pub fn build_on(store: Arc<dyn Store>, config: &ServeConfig) -> anyhow::Result<Self> {
        let regions =
            Arc::new(cineportal_regions::load(&config.regions).context("the regions are not valid")?);
        let metrics = Arc::new(Metrics::default());
        let board = Arc::new(Board::default());
        let feed = Arc::new(Feed::new(Arc::clone(&board), Arc::clone(&metrics)));
        let (ingest, writer) = Ingest::new(
            Arc::clone(&store),
            Arc::clone(&regions),
            config.flap_window(),
            Arc::clone(&metrics),
            config.max_waiting_alerts,
        );
        let services = Arc::new(Services { regions, store, board, feed: Arc::clone(&feed), metrics });
        let stop = CancellationToken::new();
        let state = HttpState {
            schema: graphql::schema(),
            services: Arc::clone(&services),
            ingest,
            stop: stop.clone(),
        };
        Ok(Self { router: http::router(state), feed, services, writer, stop })
    }

    /// Serves until `shutdown` ends, then answers what is under way and stops every task.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&self.feed).run(Arc::clone(&self.services.store), self.stop.clone()));
        let finish = CancellationToken::new();
        tasks.spawn(self.writer.run(finish.clone()));
        let stop = self.stop.clone();
        let drained = async move {
            shutdown.await;
            stop.cancel();
        };
        let serving = axum::serve(listener, self.router).with_graceful_shutdown(drained).into_future();
        let mut serving = std::pin::pin!(serving);
        tokio::select! {
            result = &mut serving => result?,
            () = overdue(&self.stop) => tracing::warn!("some requests did not end in time and were cut off"),
            ended = early_end(&mut tasks, &self.stop) => anyhow::bail!("a task of the server ended by itself: {ended}"),
        }
        // What was answered 2xx is durable already; the writer ends with what still waits.
        finish.cancel();
        if tokio::time::timeout(DRAIN_TIMEOUT, async { while tasks.join_next().await.is_some() {} })
            .await
            .is_err()
        {
            tracing::warn!("some tasks did not end in time and were cut off");
        }
        Ok(())
    }
}

/// A server without its writer or its feed only looks alive: better to end, and be started again.
async fn early_end(tasks: &mut JoinSet<()>, stop: &CancellationToken) -> String {
    loop {
        match tasks.join_next().await {
            Some(Ok(())) if stop.is_cancelled() => {}
            None => std::future::pending().await,
            Some(ended) => {
                return ended.map_or_else(|error| error.to_string(), |()| "without a reason".to_owned());
            }
        }
    }
}

async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(DRAIN_TIMEOUT).await;
}
