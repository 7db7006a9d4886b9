//! GraphQL over server-sent events, one stream an operation.
//! Source: enisdenjo/graphql-sse, PROTOCOL.md, "distinct connections mode".

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt, future};
use tokio::time::interval;

use super::HttpState;
use super::graphql::media_type::MediaType;
use super::trace::in_this_span;
use crate::graphql::{Answer, Told};
use crate::telemetry::Transport;

/// A comment: says that we are still there, and keeps proxies from cutting the connection.
const STILL_HERE: &[u8] = b":\n\n";
/// Browsers drop events without data, so there is an empty line of it.
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// The server stops: come back at once, to another one. In milliseconds.
const COME_BACK: &[u8] = b"retry: 100\n\n";

/// Tells these answers as events, ever more until they end, the client goes or the server stops.
/// Nothing is made ready in advance: a client that does not read holds up only itself.
pub(super) fn stream(answers: BoxStream<'static, Told>, state: &HttpState) -> Response {
    let metrics = Arc::clone(&state.services.metrics);
    let events = answers.map(move |told| {
        // The connection writes what it is given at once.
        told.arrived.iter().for_each(|arrived| metrics.pushes.pushed(Transport::event_stream, *arrived));
        next(&told.answer)
    });
    let events = events.chain(stream::once(future::ready(COMPLETE.into())));
    let events = with_comments(events.boxed(), state);
    let stop = state.stop.clone();
    let goodbye = stream::once(async move { stop.is_cancelled().then_some(COME_BACK.into()) });
    let events =
        events.take_until(state.stop.clone().cancelled_owned()).chain(goodbye.filter_map(future::ready));
    let headers = [
        (header::CONTENT_TYPE, MediaType::EventStream.name()),
        (header::CACHE_CONTROL, "no-store"),
        // nginx would keep events back until its buffer is full.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let events = in_this_span(events.map(Ok::<_, Infallible>).boxed());
    (headers, Body::from_stream(events)).into_response()
}

fn next(answer: &Answer) -> Bytes {
    let mut event = b"event: next\ndata: ".to_vec();
    if let Err(error) = serde_json::to_writer(&mut event, answer) {
        tracing::error!(%error, "an event could not be written");
        return Bytes::new();
    }
    event.extend_from_slice(b"\n\n");
    event.into()
}

/// The events, and a comment at once and whenever the interval has passed; ends with the events.
fn with_comments(
    events: BoxStream<'static, Bytes>,
    state: &HttpState,
) -> impl Stream<Item = Bytes> + Send + use<> {
    let pings = interval(state.limits.live_ping());
    stream::unfold((events, pings), |(mut events, mut pings)| async {
        let bytes = tokio::select! {
            biased;
            event = events.next() => event?,
            _ = pings.tick() => Bytes::from_static(STILL_HERE),
        };
        Some((bytes, (events, pings)))
    })
}
