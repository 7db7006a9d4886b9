//! The wiring: every part is made here, once, and handed to those who need it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::access;
use crate::blind::BlindSpots;
use crate::board::Board;
use crate::clock;
use crate::config::{LimitsConfig, LogsConfig, ServeConfig};
use crate::correlator::Correlator;
use crate::desk::Services;
use crate::domain::correlation::OutageRule;
use crate::domain::incident::{Incident, Status};
use crate::feed::Feed;
use crate::fleet::{self, Fleet};
use crate::graphql;
use crate::http::{self, Connections, Doors, HttpParts, HttpState, Peer};
use crate::ingest::writer::{Ingest, Writer};
use crate::logs::{LogFolder, LogReader, Losses};
use crate::notify::{self, Dispatcher};
use crate::reconcile::{self, Reconciler};
use crate::reopening::Reopener;
use crate::repairs::Repairs;
use crate::retention::Retention;
use crate::series;
use crate::shutdown::Ending;
use crate::sign_in::SignIn;
use crate::silences::{NextShow, Silences};
use crate::sources::Sources;
use crate::sources::guard::Clock;
use crate::store::{self, Store};
use crate::telemetry::Metrics;
use crate::tokens;
use crate::watch::{Patience, Watch};

/// How long requests under way and the writer may take once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// A server that is put together but does not listen yet.
pub struct App {
    router: Router,
    limits: LimitsConfig,
    feed: Arc<Feed>,
    services: Arc<Services>,
    writer: Writer,
    correlator: Correlator,
    fleet_poller: fleet::Poller,
    exporter_poll: Duration,
    reconcile_interval: Duration,
    reopener: Reopener,
    retention: Retention,
    sign_in: Option<Arc<SignIn>>,
    dispatcher: Dispatcher,
    reconciler: Reconciler,
    blind_spots: BlindSpots,
    keeper: tokens::Keeper,
    drain: Duration,
    ending: Ending,
    stop: CancellationToken,
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
        let regions =
            Arc::new(cineportal_regions::load(&config.regions).context("the regions are not valid")?);
        let door =
            access::load(config.access.as_deref(), &regions).context("the access file is not valid")?;
        let door = Arc::new(door.for_pages_of(config.embed_origin.clone()));
        let metrics = Arc::new(Metrics::default().with_log(losses));
        let store = store::measured(store, metrics.store.clone());
        let sign_in = SignIn::new(&door, Arc::clone(&store)).map(Arc::new);
        let doors = Doors {
            has_graphiql: config.graphiql,
            answers_to_own_names: door.is_open() && !config.insecure_anonymous,
            is_behind_tls: config.public_url().starts_with("https://")
                || sign_in.as_ref().is_some_and(|sign_in| sign_in.is_behind_tls()),
        };
        let board = Arc::new(Board::default());
        let feed = Arc::new(Feed::new(Arc::clone(&board), Arc::clone(&metrics)));
        let exporters = fleet::exporters(&config.exporter, &regions)?;
        let has_exporters = !exporters.is_empty();
        let (fleet, fleet_poller) = fleet::Poller::new(exporters, Arc::clone(&metrics));
        let (ingest, writer) = Ingest::new(
            Arc::clone(&store),
            Arc::clone(&regions),
            Arc::clone(&fleet),
            config.flap_window(),
            Arc::clone(&metrics),
            config.max_waiting_alerts,
        );
        let correlator = Correlator::new(
            Arc::clone(&board),
            Arc::clone(&store),
            Arc::clone(&regions),
            Arc::clone(&fleet),
            OutageRule { machines: config.outage_machines as usize, window: config.outage_window() },
            config.flap_window(),
            Arc::clone(&metrics),
        );
        let lead = config.reopen_before_show();
        let reopener = Reopener::new(Arc::clone(&store), Arc::clone(&regions), Arc::clone(&fleet), lead);
        let repairs = Arc::new(Repairs::default());
        let next_show = next_show(Arc::clone(&fleet));
        let silences = Arc::new(Silences::new(Arc::clone(&store), Arc::clone(&regions), next_show));
        let keep_days = [
            (Status::Open, config.keep_open_days),
            (Status::InProgress, config.keep_in_progress_days),
            (Status::Closed, config.keep_closed_days),
        ];
        let retention = Retention::new(Arc::clone(&store), Arc::clone(&feed), keep_days);
        let channels = notify::load(config.channels.as_deref(), &regions, &config.regions)
            .context("the ways to tell people are not valid")?;
        let dispatcher = Dispatcher::new(
            Arc::clone(&store),
            Arc::clone(&regions),
            channels,
            Arc::clone(&silences),
            Arc::clone(&feed),
            Arc::clone(&metrics),
            config.public_url(),
        );
        let sources = Arc::new(Sources::new(&config.alertmanager, &config.prometheus)?);
        let clock: Clock = Arc::new(clock::now);
        let asking = series::Settings { deadline: config.query_deadline(), pause: config.query_pause() };
        let series = series::Reader::new(&sources, &config.prometheus, &regions, asking, &metrics, &clock)
            .context("a Prometheus cannot be asked")?;
        let series = Arc::new(series);
        let watch = Arc::new(Watch::new(
            Arc::clone(&store),
            Arc::clone(&sources),
            Arc::clone(&metrics),
            config.watchdog_silence().map(|watchdog| patience(watchdog, config, has_exporters)),
        ));
        let reconciler = Reconciler {
            sources,
            watch: Arc::clone(&watch),
            regions: Arc::clone(&regions),
            board: Arc::clone(&board),
            feed: Arc::clone(&feed),
            store: Arc::clone(&store),
            ingest: ingest.clone(),
            metrics: Arc::clone(&metrics),
            settings: reconcile::Settings {
                interval: config.reconcile_interval(),
                settle_time: config.source_settle_time(),
                receiver: config.alertmanager_receiver.clone(),
            },
        };
        let blind_spots = BlindSpots::new(
            Arc::clone(&watch),
            Arc::clone(&fleet),
            Arc::clone(&regions),
            Arc::clone(&store),
            ingest.clone(),
            config.watchdog_silence(),
        );
        let keeper = tokens::Keeper {
            store: store.tokens(),
            tokens: door.tokens(),
            embeds: door.embeds(),
            metrics: Arc::clone(&metrics),
        };
        let services = Arc::new(Services {
            regions,
            store,
            board,
            silences,
            feed: Arc::clone(&feed),
            fleet,
            repairs,
            metrics,
            watch,
            series,
            embeds: door.embeds(),
            logs: Arc::new(log_reader(&config.logs)?),
        });
        let ending = Ending::default();
        let stop = ending.stop.clone();
        let schema = graphql::Schema::new(config.graphql, services.metrics.graphql.clone());
        let limits = config.limits.clone();
        let state = HttpState::new(HttpParts {
            schema,
            services: Arc::clone(&services),
            ingest,
            stop: stop.clone(),
            limits: limits.clone(),
            embedders: config.embed_origin.clone(),
            door,
            sign_in: sign_in.clone(),
            strangers: config.strangers.clone(),
            draining: ending.draining.clone(),
        });
        let exporter_poll = config.exporter_poll();
        let reconcile_interval = config.reconcile_interval();
        Ok(Self {
            router: http::router(state, doors),
            limits,
            feed,
            services,
            writer,
            correlator,
            fleet_poller,
            exporter_poll,
            reconcile_interval,
            reopener,
            retention,
            sign_in,
            dispatcher,
            reconciler,
            blind_spots,
            keeper,
            drain: config.life_cycle.drain(),
            ending,
            stop,
        })
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
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&self.feed).run(Arc::clone(&self.services.store), self.stop.clone()));
        tasks.spawn(self.correlator.run(Arc::clone(&self.feed), self.stop.clone()));
        let (feed, store) = (Arc::clone(&self.feed), Arc::clone(&self.services.store));
        tasks.spawn(Arc::clone(&self.services.repairs).run(feed, store, self.stop.clone()));
        tasks.spawn(self.reopener.run(Arc::clone(&self.feed), self.stop.clone()));
        tasks.spawn(self.fleet_poller.run(self.exporter_poll, self.stop.clone()));
        tasks.spawn(Arc::clone(&self.services.silences).run(self.stop.clone()));
        let series = Arc::clone(&self.services.series);
        tasks.spawn(series.run(self.reconcile_interval, self.stop.clone()));
        tasks.spawn(self.retention.run(self.stop.clone()));
        tasks.spawn(self.services.metrics.task_delay.clone().measure(self.stop.clone()));
        if let Some(sign_in) = self.sign_in {
            let stop = self.stop.clone();
            tasks.spawn(async move { sign_in.run(stop).await });
        }
        let finish = CancellationToken::new();
        tasks.spawn(self.writer.run(finish.clone()));
        tasks.spawn(self.dispatcher.run(self.stop.clone()));
        tasks.spawn(self.reconciler.run(self.stop.clone()));
        tasks.spawn(self.blind_spots.run(self.stop.clone()));
        tasks.spawn(self.keeper.run(self.stop.clone()));
        let LimitsConfig { max_connections, .. } = self.limits;
        let metrics = Arc::clone(&self.services.metrics);
        let listener = Connections::new(listener, max_connections, self.limits.slow_client(), metrics)
            .until(&self.ending);
        let drained = self.ending.follow(shutdown, self.drain);
        let router = self.router.into_make_service_with_connect_info::<Peer>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(drained).into_future();
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

fn log_reader(config: &LogsConfig) -> anyhow::Result<LogReader> {
    let folder = config.log_folder.as_deref().map(LogFolder::open).transpose();
    Ok(LogReader::new(config.server_name(), folder.context("the folder of the log cannot be used")?))
}

/// What is not known for certain now is not known: nobody is left in peace because of an old reading.
fn next_show(fleet: Arc<Fleet>) -> NextShow {
    Box::new(move |incident: &Incident| {
        let show = fleet.next_show(&incident.place, clock::now());
        show.at.filter(|_| show.error.is_none())
    })
}

/// A source that is asked less often than a watchdog beats may be silent for longer: for three times.
fn patience(watchdog: SignedDuration, config: &ServeConfig, has_exporters: bool) -> Patience {
    let exporter_seconds = if has_exporters { config.exporter_poll_seconds } else { 0 };
    let slowest_seconds = config.reconcile_seconds.max(exporter_seconds);
    let thrice = SignedDuration::from_secs(i64::from(slowest_seconds) * 3);
    Patience { watchdog, source: watchdog.max(thrice) }
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
