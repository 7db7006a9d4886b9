//! The wiring: every part is made here, once, and handed to those who need it.

mod base;
mod incidents;
mod people;
mod reload;
mod sources;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use futures::Stream;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::base::Base;
use self::reload::Reloader;
pub use self::reload::hangups;
use self::tasks::Tasks;
use crate::config::{LimitsConfig, LogsConfig, ServeConfig};
use crate::desk::Services;
use crate::graphql;
use crate::http::{self, Connections, Doors, HttpParts, HttpState};
use crate::ingest::writer::Writer;
use crate::logs::{LogFolder, LogReader, Losses};
use crate::shutdown::Ending;
use crate::sign_in::SignIn;
use crate::sources::Sources;
use crate::store::{self, Store};
use crate::telemetry::Metrics;

/// How long requests under way and the writer may take once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// A server that is put together but does not listen yet.
pub struct App {
    router: Router,
    limits: LimitsConfig,
    metrics: Arc<Metrics>,
    tasks: Tasks,
    /// Until somebody says when to reload.
    reloader: Option<Reloader>,
    writer: Writer,
    drain: Duration,
    ending: Ending,
}

impl App {
    /// Puts a server together: reads the regions, opens the store.
    ///
    /// # Errors
    /// What is wrong with the regions, the channels or the store.
    pub async fn build(config: &ServeConfig) -> anyhow::Result<Self> {
        Self::build_on(store::open(&config.store).await?, config)
    }

    /// Puts a server together on a store that is open already.
    ///
    /// # Errors
    /// What is wrong with the regions or the channels.
    pub fn build_on(store: Arc<dyn Store>, config: &ServeConfig) -> anyhow::Result<Self> {
        Self::put_together(store, config, &Losses::default())
    }

    /// Puts a server together whose log counts there what it loses.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub async fn build_logged(config: &ServeConfig, losses: &Losses) -> anyhow::Result<Self> {
        Self::put_together(store::open(&config.store).await?, config, losses)
    }

    fn put_together(store: Arc<dyn Store>, config: &ServeConfig, losses: &Losses) -> anyhow::Result<Self> {
        let mut tasks = Tasks::default();
        let base = Base::new(store, config, losses, &mut tasks)?;
        let (fleet, exporters) = sources::fleet(&base, config, &mut tasks)?;
        let asked = Arc::new(Sources::new(&config.sources.alertmanager, &config.sources.prometheus)?);
        let series = sources::series(&base, &asked, config, &mut tasks)?;
        let watch = sources::watch(&base, &asked, config);
        let (ingest, writer) = incidents::ingest(&base, &fleet, config);
        sources::reconcile(&base, asked, &watch, &ingest, config, &mut tasks);
        sources::blind_spots(&base, &watch, &fleet, &ingest, config, &mut tasks);
        incidents::correlate(&base, &fleet, config, &mut tasks);
        incidents::reopen(&base, &fleet, config, &mut tasks);
        incidents::forget(&base, config, &mut tasks);
        let repairs = incidents::repairs(&base, &mut tasks);
        let silences = people::silences(&base, &fleet, &mut tasks);
        let channels = people::tell(&base, &silences, config, &mut tasks)?;
        people::keep_tokens(&base, &mut tasks);
        let sign_in = people::sign_in(&base, &mut tasks);
        let made =
            reload::Made { channels, exporters, series: Arc::clone(&series), watch: Arc::clone(&watch) };
        let reloader = Reloader::new(&base, config, made);
        let doors = doors(&base, sign_in.as_deref(), config);
        let ending = Ending::default();
        let Base { regions, door, store, metrics, board, feed } = base;
        let embeds = door.embeds();
        let logs = Arc::new(log_reader(&config.logs)?);
        let services = Services {
            regions,
            store,
            board,
            silences,
            feed,
            fleet,
            repairs,
            watch,
            series,
            embeds,
            logs,
            metrics: Arc::clone(&metrics),
        };
        let state = HttpState::new(HttpParts {
            schema: graphql::Schema::new(config.graphql, metrics.graphql.clone()),
            services: Arc::new(services),
            ingest,
            stop: ending.stop.clone(),
            draining: ending.draining.clone(),
            limits: config.limits.clone(),
            embedders: config.embed_origin.clone(),
            door,
            sign_in,
            strangers: config.strangers.clone(),
        });
        Ok(Self {
            router: http::router(state, doors),
            limits: config.limits.clone(),
            metrics,
            tasks,
            reloader: Some(reloader),
            writer,
            drain: config.life_cycle.drain(),
            ending,
        })
    }

    /// The same server, which reads its regions anew each time that this stream tells it to; see [`hangups`].
    #[must_use]
    pub fn reloading_at(mut self, requests: impl Stream<Item = ()> + Send + 'static) -> Self {
        if let Some(reloader) = self.reloader.take() {
            self.tasks.add("reload", move |stop| reloader.run(requests, stop));
        }
        self
    }

    /// Serves until `shutdown` ends and some time longer, then answers what is under way and stops every task.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let stop = self.ending.stop.clone();
        let mut tasks = self.tasks.start(&stop);
        let finish = CancellationToken::new();
        tasks.start("writer", self.writer.run(finish.clone()));
        let (places, patience) = (self.limits.max_connections, self.limits.slow_client());
        let listener = Connections::new(listener, places, patience, self.metrics).until(&self.ending);
        let drained = self.ending.follow(shutdown, self.drain);
        let serving = http::serve(listener, self.router, self.limits.idle_connection(), drained);
        tokio::select! {
            () = serving => {}
            () = overdue(&stop) => tracing::warn!("some requests did not end in time and were cut off"),
            ended = tasks.early_end() => anyhow::bail!("a task of the server ended by itself: {ended}"),
        }
        // What was answered 2xx is durable already; the writer ends with what still waits.
        finish.cancel();
        if tokio::time::timeout(DRAIN_TIMEOUT, tasks.all_ended()).await.is_err() {
            tracing::warn!("some tasks did not end in time and were cut off");
        }
        Ok(())
    }
}

fn doors(base: &Base, sign_in: Option<&SignIn>, config: &ServeConfig) -> Doors {
    Doors {
        has_graphiql: config.graphiql,
        answers_to_own_names: base.door.is_open() && !config.insecure_anonymous,
        is_behind_tls: config.public_url().starts_with("https://")
            || sign_in.is_some_and(SignIn::is_behind_tls),
    }
}

fn log_reader(config: &LogsConfig) -> anyhow::Result<LogReader> {
    let folder = config.log_folder.as_deref().map(LogFolder::open).transpose();
    Ok(LogReader::new(config.server_name(), folder.context("the folder of the log cannot be used")?))
}

async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(DRAIN_TIMEOUT).await;
}
