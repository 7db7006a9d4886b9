//! What happens around every request, whatever becomes of it. One layer for all of it, because a layer of its own
//! costs every request two allocations.

use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use tracing::Instrument;

use super::draining::Keeping;
use super::error::{log_answer, panicked};
use super::hygiene::Hygiene;
use super::measured::Measured;
use super::origin::require_own_host;
use super::trace::{self, Traced};
use super::{Doors, HttpState};

/// Measured, traced, told whether the connection stays, and completed with what browsers are told.
pub(super) async fn surround(
    State((doors, state)): State<(Doors, HttpState)>,
    mut request: Request,
    next: Next,
) -> Response {
    let measured = Measured::begin(&state, &mut request);
    let traced = Traced::begin(&mut request);
    let keeping = Keeping::begin(&request);
    let mut answer = logged(doors, request, next).instrument(traced.exported()).await;
    Hygiene::of(doors, &state).end(&mut answer);
    keeping.end(&state, &mut answer);
    traced.end(&mut answer);
    measured.end(&answer);
    answer
}

/// What is logged meanwhile says on whose behalf; a panic is answered, too.
async fn logged(doors: Doors, request: Request, next: Next) -> Response {
    let span = trace::span(&request);
    let answered = async move {
        let answer = AssertUnwindSafe(admitted(doors, request, next)).catch_unwind().await;
        let answer = answer.unwrap_or_else(panicked);
        log_answer(&answer);
        answer
    };
    answered.instrument(span).await
}

async fn admitted(doors: Doors, request: Request, next: Next) -> Response {
    let is_admitted = if doors.answers_to_own_names { require_own_host(request.headers()) } else { Ok(()) };
    match is_admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}
