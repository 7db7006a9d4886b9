//! What a client can read, from its `Accept`.

use axum::http::{HeaderMap, StatusCode, header};

use super::refusal::GraphqlRefusal;
use crate::graphql::Code;

/// What an answer is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum MediaType {
    /// What we prefer: the status tells how it went.
    GraphqlJson,
    /// What older clients ask for: 200 whenever a GraphQL answer is in it.
    PlainJson,
    /// Answer after answer, as [`super::super::events`] writes them.
    EventStream,
}

impl MediaType {
    /// Its name in `Content-Type`.
    pub(in crate::http) fn name(self) -> &'static str {
        match self {
            Self::GraphqlJson => "application/graphql-response+json",
            Self::PlainJson => "application/json",
            Self::EventStream => "text/event-stream",
        }
    }
}

/// What a client takes for one answer, and whether it takes a stream of them.
pub(in crate::http) struct Accepted {
    /// One answer; `None` where the client takes streams only.
    pub(in crate::http) single: Option<MediaType>,
    /// Whether it takes a stream.
    pub(in crate::http) stream: bool,
}

/// Without a preference the media type that every client understands; with one that we cannot meet, 406.
pub(in crate::http) fn negotiate(headers: &HeaderMap) -> Result<Accepted, GraphqlRefusal> {
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Ok(Accepted { single: Some(MediaType::PlainJson), stream: false });
    };
    let accept = accept.to_str().unwrap_or("").to_ascii_lowercase();
    let accepts = |wanted: &[&str]| {
        accept.split(',').any(|range| wanted.contains(&range.split(';').next().unwrap_or("").trim()))
    };
    let single = if accepts(&[MediaType::GraphqlJson.name()]) {
        Some(MediaType::GraphqlJson)
    } else if accepts(&[MediaType::PlainJson.name(), "application/*", "*/*"]) {
        Some(MediaType::PlainJson)
    } else {
        None
    };
    let stream = accepts(&[MediaType::EventStream.name()]);
    if single.is_none() && !stream {
        let names = [MediaType::GraphqlJson, MediaType::PlainJson, MediaType::EventStream];
        let reason = format!("Answers are one of: {}.", names.map(MediaType::name).join(", "));
        return Err(GraphqlRefusal::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, reason));
    }
    Ok(Accepted { single, stream })
}
