//! What happens around every request, whatever becomes of it. One layer for all of it, because a layer of its own
//! costs every request two allocations.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::draining::Keeping;
use super::hygiene::Hygiene;
use super::measured::Measured;
use super::trace::Traced;
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
    let mut answer = next.run(request).instrument(traced.exported()).await;
    Hygiene::of(doors, &state).end(&mut answer);
    keeping.end(&state, &mut answer);
    traced.end(&mut answer);
    measured.end(&answer);
    answer
}
