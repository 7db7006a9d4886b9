//! One operation, executed within its limits: the same deadline, price and net below for every transport.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Bytes;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use tokio::time::timeout;

use super::HttpState;
use super::error::panic_reason;
use super::graphql::refusal::GraphqlRefusal;
use super::identity::NoViewer;
use super::vouched;
use crate::access::Viewer;
use crate::graphql::{self, Answer, Operation, Refused, Told};
use crate::telemetry::Transport;

/// What it costs to begin following something, in points.
const FOLLOW_POINTS: f64 = 10.0;
/// What an operation costs beside its answer, in points.
const BASE_POINTS: f64 = 1.0;
/// So many bytes of an answer cost one point more.
const BYTES_PER_POINT: f64 = 1024.0;

/// An answer, and how it is written.
pub(super) struct Written {
    /// What was answered.
    pub(super) answer: Answer,
    /// The same as JSON.
    pub(super) json: Bytes,
}

/// Executes a query or a mutation, and makes its viewer pay for it.
pub(super) async fn execute(
    state: &HttpState,
    viewer: &Arc<Viewer>,
    operation: Operation,
) -> Result<Written, GraphqlRefusal> {
    state.budgets().admit(&viewer.id).map_err(GraphqlRefusal::rate_limited)?;
    state.budgets().charge(&viewer.id, BASE_POINTS);
    let limit = state.limits.operation_timeout();
    let work =
        AssertUnwindSafe(graphql::execute(&state.schema, operation, state.desk_of(viewer))).catch_unwind();
    let answer = match timeout(limit, work).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => return Err(panicked(panic.as_ref())),
        Err(_) => return Err(GraphqlRefusal::timed_out(limit)),
    };
    let json = answer.json().map_err(|error| {
        tracing::error!(%error, "a GraphQL answer could not be written");
        GraphqlRefusal::internal()
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a price, not an exact count")]
    state.budgets().charge(&viewer.id, json.len() as f64 / BYTES_PER_POINT);
    Ok(Written { answer, json })
}

/// Executes any operation as a stream of answers: one for a query or a mutation, and for a subscription one
/// for each event. A panic, or too long a wait for the one answer, is the last answer.
///
/// # Errors
/// If the viewer has spent its points.
pub(super) fn follow(
    state: &HttpState,
    viewer: &Arc<Viewer>,
    operation: Operation,
    transport: Transport,
) -> Result<BoxStream<'static, Told>, GraphqlRefusal> {
    state.budgets().admit(&viewer.id).map_err(GraphqlRefusal::rate_limited)?;
    if !operation.follows(&state.schema) {
        let (state, viewer) = (state.clone(), Arc::clone(viewer));
        return Ok(stream::once(async move { one(&state, &viewer, operation).await.into() }).boxed());
    }
    state.budgets().charge(&viewer.id, FOLLOW_POINTS);
    let desk = state.desk_of(viewer).followed_over(transport);
    let answers = graphql::execute_stream(&state.schema, operation, desk);
    let answers = AssertUnwindSafe(answers).catch_unwind();
    let answers =
        answers.map(|answer| answer.unwrap_or_else(|panic| refused(panicked(panic.as_ref())).into()));
    Ok(while_vouched(answers.boxed(), state, viewer))
}

/// The answers, until what the viewer showed of themselves ends; the last one says so.
fn while_vouched(
    answers: BoxStream<'static, Told>,
    state: &HttpState,
    viewer: &Arc<Viewer>,
) -> BoxStream<'static, Told> {
    if !viewer.is_known() {
        return answers;
    }
    let is_over = vouched::until_over(state.clone(), Arc::clone(viewer)).boxed();
    let answers = stream::unfold(Some((answers, is_over)), |going_on| async {
        let (mut answers, mut is_over) = going_on?;
        tokio::select! {
            biased;
            () = &mut is_over => Some((refused(GraphqlRefusal::unknown(&NoViewer::Unknown)).into(), None)),
            answer = answers.next() => Some((answer?, Some((answers, is_over)))),
        }
    });
    answers.boxed()
}

async fn one(state: &HttpState, viewer: &Arc<Viewer>, operation: Operation) -> Answer {
    match execute(state, viewer, operation).await {
        Ok(written) => written.answer,
        Err(refusal) => refused(refusal),
    }
}

fn refused(refusal: GraphqlRefusal) -> Answer {
    Answer::Refused(Refused { errors: refusal.into_errors() })
}

fn panicked(panic: &(dyn Any + Send)) -> GraphqlRefusal {
    tracing::error!(reason = panic_reason(panic), "a resolver panicked");
    GraphqlRefusal::internal()
}
