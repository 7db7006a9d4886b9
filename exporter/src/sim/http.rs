//! The simulated cloud over HTTP: the cine-cloud's API, and below `/sim` the means to break it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;

use super::cloud::{CloudMode, MachineWithFaults, SimulatedCloud};
use super::machine::Fault;
use crate::cloud::wire::{MAX_PER_PAGE, Machine, Page};

const DEFAULT_PER_PAGE: u32 = 50;
const MAX_DELAY_MILLISECONDS: u64 = 60_000;

type Cloud = State<Arc<SimulatedCloud>>;

/// The routes of the simulator.
pub fn router(cloud: SimulatedCloud) -> Router {
    let cloud = Arc::new(cloud);
    let api = Router::new()
        .route("/api/v1/machines", get(machines))
        .layer(middleware::from_fn_with_state(Arc::clone(&cloud), behave));
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/sim/v1/machines/{id}", get(machine))
        .route("/sim/v1/machines/{id}/faults", delete(mend))
        .route("/sim/v1/machines/{id}/faults/{fault}", post(break_one))
        .route("/sim/v1/cloud", put(set_mode).get(mode))
        .merge(api)
        .fallback(async || ApiError::NoSuchPath)
        .with_state(cloud)
}

#[derive(Debug, Deserialize)]
struct PageQuery {
    page: Option<String>,
    per_page: Option<String>,
}

async fn machines(
    State(cloud): Cloud,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<Page<Machine>>, ApiError> {
    let Query(query) = query.map_err(|rejection| ApiError::BadRequest(rejection.body_text()))?;
    let page = whole_number("page", query.page, 1)?;
    let per_page = whole_number("per_page", query.per_page, DEFAULT_PER_PAGE)?.min(MAX_PER_PAGE);
    Ok(Json(cloud.page(page, per_page, Timestamp::now()).await))
}

async fn machine(State(cloud): Cloud, Path(id): Path<String>) -> Result<Json<MachineWithFaults>, ApiError> {
    let found = cloud.machine(&id, Timestamp::now()).await;
    found.map(Json).ok_or_else(|| unknown_machine(&cloud, id))
}

async fn break_one(
    State(cloud): Cloud,
    Path((id, fault)): Path<(String, String)>,
) -> Result<Json<MachineWithFaults>, ApiError> {
    let fault = known_fault(&fault)?;
    let broken = cloud.break_machine(&id, fault, Timestamp::now()).await;
    let broken = broken.ok_or_else(|| unknown_machine(&cloud, id.clone()))?;
    tracing::info!(machine_id = id, ?fault, "broke {id}: {fault:?}");
    Ok(Json(broken))
}

async fn mend(State(cloud): Cloud, Path(id): Path<String>) -> Result<Json<MachineWithFaults>, ApiError> {
    let mended = cloud.mend_machine(&id, Timestamp::now()).await;
    let mended = mended.ok_or_else(|| unknown_machine(&cloud, id.clone()))?;
    tracing::info!(machine_id = id, "mended {id}");
    Ok(Json(mended))
}

async fn mode(State(cloud): Cloud) -> Json<CloudMode> {
    Json(cloud.mode().await)
}

async fn set_mode(
    State(cloud): Cloud,
    mode: Result<Json<CloudMode>, JsonRejection>,
) -> Result<Json<CloudMode>, ApiError> {
    let Json(mode) = mode.map_err(|rejection| {
        let example = r#"{"delay_milliseconds": 0, "down": false}"#;
        ApiError::BadRequest(format!("send JSON like {example}: {}", rejection.body_text()))
    })?;
    if mode.delay_milliseconds > MAX_DELAY_MILLISECONDS {
        return Err(ApiError::BadRequest(format!(
            "delay_milliseconds may be at most {MAX_DELAY_MILLISECONDS}"
        )));
    }
    cloud.set_mode(mode).await;
    tracing::info!(?mode, "the cloud now answers so: {mode:?}");
    Ok(Json(mode))
}

/// Makes the API slow or unavailable, as the cloud's mode says.
async fn behave(State(cloud): Cloud, request: Request, next: Next) -> Response {
    let mode = cloud.mode().await;
    tokio::time::sleep(Duration::from_millis(mode.delay_milliseconds)).await;
    if mode.down { ApiError::Down.into_response() } else { next.run(request).await }
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
enum ApiError {
    #[error("{0}")]
    BadRequest(String),
    #[error("there is no machine {id:?}; an id looks like {example:?}")]
    UnknownMachine { id: String, example: String },
    #[error("there is nothing here; the machines are at /api/v1/machines")]
    NoSuchPath,
    #[error("the cloud is down, as asked for at /sim/v1/cloud")]
    Down,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = match self {
            ApiError::BadRequest(_) => StatusCode::BAD_REQUEST,
            ApiError::UnknownMachine { .. } | ApiError::NoSuchPath => StatusCode::NOT_FOUND,
            ApiError::Down => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, format!("{self}\n")).into_response()
    }
}

fn unknown_machine(cloud: &SimulatedCloud, id: String) -> ApiError {
    ApiError::UnknownMachine { id, example: cloud.example_id().to_owned() }
}

fn known_fault(name: &str) -> Result<Fault, ApiError> {
    match name {
        "power" => Ok(Fault::Power),
        "resolution" => Ok(Fault::Resolution),
        "download" => Ok(Fault::Download),
        other => Err(ApiError::BadRequest(format!(
            "there is no fault {other:?}; there are power, resolution and download"
        ))),
    }
}

fn whole_number(name: &str, text: Option<String>, default: u32) -> Result<u32, ApiError> {
    let Some(text) = text else { return Ok(default) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number
        .ok_or_else(|| ApiError::BadRequest(format!("{name} must be a whole number from 1 up, not {text:?}")))
}
