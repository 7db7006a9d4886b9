//! What is said over a WebSocket. Source: enisdenjo/graphql-ws, PROTOCOL.md.

use axum::extract::ws::{CloseFrame, close_code};
use serde::{Deserialize, Serialize};

use crate::graphql::{Answer, GraphqlError, Operation};

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe { id: String, payload: Operation },
    Complete { id: String },
}

/// What we say.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    ConnectionAck,
    Pong,
    Next { id: String, payload: Answer },
    Error { id: String, payload: Vec<GraphqlError> },
    Complete { id: String },
}

/// Why a session ends: a close code and its reason, at most 123 bytes.
#[derive(Clone, Copy)]
pub(super) struct Close(u16, &'static str);

pub(super) const BAD_REQUEST: Close = Close(4400, "Invalid message");
pub(super) const UNAUTHORIZED: Close = Close(4401, "Unauthorized");
pub(super) const SUBPROTOCOL_NOT_ACCEPTABLE: Close = Close(4406, "Subprotocol not acceptable");
pub(super) const INIT_TIMED_OUT: Close = Close(4408, "Connection initialisation timeout");
pub(super) const TOO_MANY_INITS: Close = Close(4429, "Too many initialisation requests");
pub(super) const TOO_MANY_OPERATIONS: Close = Close(4400, "Too many operations on one connection");
pub(super) const SUBSCRIBER_EXISTS: Close = Close(4409, "Subscriber for this id already exists");
pub(super) const INTERNAL: Close = Close(4500, "Internal server error");
pub(super) const MESSAGE_TOO_LARGE: Close = Close(close_code::SIZE, "Message too large");
pub(super) const GOING_AWAY: Close = Close(close_code::AWAY, "The server is stopping");
/// The other side is gone: there is nobody to tell.
pub(super) const GONE: Close = Close(close_code::ABNORMAL, "");

impl Close {
    /// The goodbye; `None` where nobody would hear it.
    pub(super) fn frame(self) -> Option<CloseFrame> {
        (self.0 != GONE.0).then(|| CloseFrame { code: self.0, reason: self.1.into() })
    }
}
