//! What is said over a WebSocket. Source: enisdenjo/graphql-ws, PROTOCOL.md.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::graphql::{Answer, GraphqlError, Operation};

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit { payload: Option<Init> },
    Ping,
    Pong,
    Subscribe { id: String, payload: Operation },
    Complete { id: String },
}

/// What a client says first. Browsers cannot send headers with a WebSocket, so a token may stand here.
#[derive(Default, Deserialize)]
pub(super) struct Init {
    /// As in the header: `Bearer …`.
    pub(super) authorization: Option<String>,
}

/// What we say.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    ConnectionAck,
    Pong,
    Next {
        id: String,
        payload: Answer,
        /// When the webhook arrived that it tells of.
        #[serde(skip)]
        arrived: Option<Instant>,
    },
    Error {
        id: String,
        payload: Vec<GraphqlError>,
    },
    Complete {
        id: String,
    },
}
