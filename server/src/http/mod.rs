//! The HTTP surface: one router, one tower stack. Turns requests into calls, and errors into statuses.

mod around;
mod budget;
mod connections;
mod cookies;
mod draining;
mod embedding;
mod error;
mod events;
mod export;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod graphiql;
mod graphql;
mod health;
mod hygiene;
mod identity;
mod live;
mod logs;
mod measured;
mod operation;
mod origin;
mod period_report;
mod portal;
mod rest;
mod serving;
mod sign_in;
mod strangers;
mod trace;
mod vouched;
mod webhooks;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use cineportal_regions::Regions;
use tokio_util::sync::CancellationToken;

use self::budget::Budgets;
pub use self::connections::{Connection, Connections};
use self::error::Refusal;
use self::identity::{Caller, NoViewer};
pub use self::serving::serve;
use self::strangers::{Address, Strangers};
use crate::access::{Door, Unauthenticated, Viewer};
use crate::config::{LimitsConfig, PageOrigin, StrangersConfig};
use crate::desk::{Desk, Services};
use crate::graphql::Schema;
use crate::ingest::writer::Ingest;
use crate::sign_in::SignIn;

/// Largest webhook, in bytes: one carries a whole group of alerts, and refusing it would lose the group.
const WEBHOOK_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Longest time for one answer; GraphQL keeps its own deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for a webhook: a storm may be many megabytes, and Alertmanager has no timeout of its own.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(60);

/// What handlers need. Each request takes several copies, so a copy is one count.
#[derive(Clone)]
pub struct HttpState(Arc<Shared>);

struct Shared {
    parts: HttpParts,
    budgets: Budgets,
    strangers: Strangers,
}

/// What [`HttpState`] is made of.
pub struct HttpParts {
    /// The GraphQL schema.
    pub schema: Schema,
    /// What all requests share.
    pub services: Arc<Services>,
    /// Where webhooks hand in alerts.
    pub ingest: Ingest,
    /// Told when the server stops, for connections that would stay open.
    pub stop: CancellationToken,
    /// Told some time before, for whoever sends clients here.
    pub draining: CancellationToken,
    /// What clients may ask for.
    pub limits: LimitsConfig,
    /// Whose pages may show the portal inside them.
    pub embedders: Vec<PageOrigin>,
    /// Who is let in.
    pub door: Arc<Door>,
    /// Where people sign in with a browser, if they do.
    pub sign_in: Option<Arc<SignIn>>,
    /// How often an address may try from which nobody is known.
    pub strangers: StrangersConfig,
}

impl Deref for HttpState {
    type Target = HttpParts;

    fn deref(&self) -> &HttpParts {
        &self.0.parts
    }
}

impl HttpState {
    /// What handlers need. Everybody begins with a full budget.
    pub fn new(parts: HttpParts) -> Self {
        let budgets = Budgets::new(parts.limits.viewer_points_per_second());
        let strangers = Strangers::new(&parts.strangers);
        Self(Arc::new(Shared { parts, budgets, strangers }))
    }

    fn budgets(&self) -> &Budgets {
        &self.0.budgets
    }

    fn strangers(&self) -> &Strangers {
        &self.0.strangers
    }

    /// Whoever sent a request.
    fn viewer(&self, caller: &Caller) -> Result<Arc<Viewer>, NoViewer> {
        caller.viewer().map_err(|error| self.turn_away(&caller.address, &caller.asked.to_string(), &error))
    }

    /// Logs and counts why it is not known who asks; an address that tries too often is only told to wait.
    fn turn_away(&self, address: &Address, asked: &str, error: &Unauthenticated) -> NoViewer {
        let metrics = &self.services.metrics;
        match self.strangers().admit(address) {
            Err(wait) => {
                metrics.access.limit();
                NoViewer::TooOften(wait)
            }
            Ok(()) => {
                if matches!(error, Unauthenticated::Nothing | Unauthenticated::Rejected(_)) {
                    self.strangers().charge(address);
                }
                identity::refuse(metrics, asked, error)
            }
        }
    }

    /// The desk of whoever sent a request.
    fn desk(&self, caller: &Caller) -> Result<Desk, NoViewer> {
        Ok(self.desk_of(&self.viewer(caller)?))
    }

    fn desk_of(&self, viewer: &Arc<Viewer>) -> Desk {
        Desk::new(Arc::clone(viewer), Arc::clone(&self.services))
    }

    fn regions(&self) -> Arc<Regions> {
        self.services.regions.now()
    }
}

/// Which doors there are.
#[derive(Clone, Copy, Debug)]
pub struct Doors {
    /// A page to try queries out.
    pub has_graphiql: bool,
    /// Whether only requests are taken that name this machine as it names itself: where nobody is asked who they
    /// are, a page of another site could have its own name point here.
    pub answers_to_own_names: bool,
    /// Whether people come over TLS, so that browsers may be told to never come otherwise.
    pub is_behind_tls: bool,
}

/// All routes. What shows data knows who asks; what is left are the portal's files, which are the same for
/// everybody, and what operators need.
pub fn router(state: HttpState, doors: Doors) -> Router {
    let all = webhooks(&state).merge(graphql(&state, doors)).merge(others(&state));
    all.layer(from_fn_with_state((doors, state.clone()), around::surround)).with_state(state)
}

fn webhooks(state: &HttpState) -> Router<HttpState> {
    webhooks::routes()
        .layer(DefaultBodyLimit::max(WEBHOOK_BODY_BYTES))
        .layer(from_fn_with_state(state.clone(), identity::admit_webhook))
        .layer(from_fn_with_state(WEBHOOK_TIMEOUT, time_out))
}

fn graphql(state: &HttpState, doors: Doors) -> Router<HttpState> {
    let one_path = get(graphql::get_or_upgrade).post(graphql::post).fallback(graphql::other_method);
    let body_limit = DefaultBodyLimit::max(graphql::request::MAX_BODY_BYTES);
    let one_path = one_path.layer((from_fn_with_state(state.clone(), identity::identify), body_limit));
    // Where nobody may embed the portal, no question pays for it.
    let one_path = if state.embedders.is_empty() {
        one_path
    } else {
        one_path.layer(from_fn_with_state(state.clone(), embedding::share))
    };
    let graphiql = if doors.has_graphiql { graphiql::routes() } else { Router::new() };
    graphiql.route("/graphql", one_path)
}

fn others(state: &HttpState) -> Router<HttpState> {
    let identified = from_fn_with_state(state.clone(), identity::identify);
    let metrics = get(health::metrics).layer(from_fn_with_state(state.clone(), identity::admit_metrics));
    let files = Router::new()
        .route("/api/v1/incidents.csv", get(export::incidents_csv))
        .route("/api/v1/report.csv", get(period_report::period_report_csv))
        .route("/api/v1/logs", get(logs::logs));
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", metrics)
        .merge(files.merge(rest::routes()).layer(identified))
        .merge(sign_in::routes(state))
        .merge(portal::routes())
        .fallback(portal::file.layer(from_fn_with_state(state.clone(), embedding::share)))
        .layer(from_fn_with_state(REQUEST_TIMEOUT, time_out))
}

async fn time_out(State(limit): State<Duration>, request: Request, next: Next) -> Result<Response, Refusal> {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.map_err(|_| Refusal::unavailable("This took too long: try again."))
}
