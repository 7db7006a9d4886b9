//! Why a WebSocket is closed. Source: enisdenjo/graphql-ws, PROTOCOL.md; codes as its newest release has them.

use axum::extract::ws::{CloseFrame, close_code};

/// Why a session ends: a close code and its reason, at most 123 bytes.
#[derive(Clone, Copy)]
pub(super) struct Close(u16, &'static str);

pub(super) const BAD_REQUEST: Close = Close(4400, "Invalid message");
pub(super) const UNAUTHORIZED: Close = Close(4401, "Unauthorized");
pub(super) const FORBIDDEN: Close = Close(4403, "Forbidden");
pub(super) const SUBPROTOCOL_NOT_ACCEPTABLE: Close = Close(4406, "Subprotocol not acceptable");
pub(super) const INIT_TIMED_OUT: Close = Close(4408, "Connection initialisation timeout");
pub(super) const TOO_MANY_INITS: Close = Close(4429, "Too many initialisation requests");
pub(super) const TOO_MANY_OPERATIONS: Close = Close(4400, "Too many operations on one connection");
pub(super) const SUBSCRIBER_EXISTS: Close = Close(4409, "Subscriber for this id already exists");
pub(super) const INTERNAL: Close = Close(4500, "Internal server error");
pub(super) const MESSAGE_TOO_LARGE: Close = Close(close_code::SIZE, "Message too large");
pub(super) const GOING_AWAY: Close = Close(close_code::AWAY, "The server is stopping");
/// It cannot be found out now who it is: no reason to throw away what was shown.
pub(super) const TRY_AGAIN_LATER: Close = Close(close_code::AGAIN, "Try again later");
/// The other side is gone: there is nobody to tell.
pub(super) const GONE: Close = Close(close_code::ABNORMAL, "");

impl Close {
    /// The goodbye; `None` where nobody would hear it.
    pub(super) fn frame(self) -> Option<CloseFrame> {
        (self.0 != GONE.0).then(|| CloseFrame { code: self.0, reason: self.1.into() })
    }
}
