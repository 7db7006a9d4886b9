//! The HTTP surface: one router, one tower stack. Turns requests into calls, and errors into statuses.

mod budget;
mod connections;
mod embedding;
mod error;
mod events;
mod export;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod graphiql;
mod graphql;
mod health;
mod live;
mod operation;
mod origin;
mod period_report;
mod portal;
mod rest;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use cineportal_regions::Regions;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use self::budget::Budgets;
pub use self::connections::{Connection, Connections};
use self::error::Refusal;
use crate::access::Viewer;
use crate::config::{LimitsConfig, PageOrigin};
use crate::desk::{Desk, Services};
use crate::graphql::Schema;
use crate::ingest::writer::Ingest;

/// Largest webhook, in bytes: one carries a whole group of alerts, and refusing it would lose the group.
const WEBHOOK_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Longest time for one answer; GraphQL keeps its own deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for a webhook: a storm may be many megabytes, and Alertmanager has no timeout of its own.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(60);

/// What handlers need.
#[derive(Clone)]
pub struct HttpState {
    /// The GraphQL schema.
    pub schema: Schema,
    /// What all requests share.
    pub services: Arc<Services>,
    /// Where webhooks hand in alerts.
    pub ingest: Ingest,
    /// Told when the server stops, for connections that would stay open.
    pub stop: CancellationToken,
    /// What clients may ask for.
    pub limits: LimitsConfig,
    /// Whose pages may show the portal inside them.
    pub embedders: Arc<[PageOrigin]>,
    budgets: Arc<Budgets>,
}

impl HttpState {
    /// What handlers need. Everybody begins with a full budget.
    pub fn new(
        schema: Schema,
        services: Arc<Services>,
        ingest: Ingest,
        stop: CancellationToken,
        limits: LimitsConfig,
        embedders: Arc<[PageOrigin]>,
    ) -> Self {
        let budgets = Arc::new(Budgets::new(limits.viewer_points_per_second()));
        Self { schema, services, ingest, stop, limits, embedders, budgets }
    }

    /// Whoever sent a request.
    fn viewer(&self) -> Viewer {
        Viewer::local()
    }

    /// The desk of whoever sent a request.
    fn desk(&self) -> Desk {
        Desk::new(self.viewer(), Arc::clone(&self.services))
    }

    fn regions(&self) -> &Regions {
        &self.services.regions
    }
}

/// All routes; with `graphiql` also a page to try queries out.
pub fn router(state: HttpState, graphiql: bool) -> Router {
    let webhooks = Router::new()
        .route("/webhooks/alertmanager", post(webhooks::alertmanager))
        .route("/api/v2/alerts", post(webhooks::prometheus))
        .layer(DefaultBodyLimit::max(WEBHOOK_BODY_BYTES))
        .layer(from_fn_with_state(WEBHOOK_TIMEOUT, time_out));
    let one_path = get(graphql::get_or_upgrade).post(graphql::post).fallback(graphql::other_method);
    let one_path = one_path.layer(DefaultBodyLimit::max(graphql::request::MAX_BODY_BYTES));
    let shared = from_fn_with_state(state.clone(), embedding::share);
    let graphql = Router::new().route("/graphql", one_path.layer(shared.clone())).merge(if graphiql {
        graphiql::routes()
    } else {
        Router::new()
    });
    let others = Router::new()
        .route("/api/v1/incidents.csv", get(export::incidents_csv))
        .route("/api/v1/report.csv", get(period_report::period_report_csv))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(rest::routes())
        .merge(portal::routes())
        .fallback(portal::file.layer(shared))
        .layer(from_fn_with_state(REQUEST_TIMEOUT, time_out));
    webhooks
        .merge(graphql)
        .merge(others)
        .layer(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http())
                .layer(header("x-content-type-options", "nosniff"))
                .layer(header("referrer-policy", "same-origin"))
                .layer(header("content-security-policy", portal::CONTENT_SECURITY_POLICY))
                .layer(CatchPanicLayer::custom(error::panicked))
                .layer(from_fn(origin::require_own_host)),
        )
        .with_state(state)
}

async fn time_out(State(limit): State<Duration>, request: Request, next: Next) -> Result<Response, Refusal> {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.map_err(|_| Refusal::unavailable("This took too long: try again."))
}

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}
