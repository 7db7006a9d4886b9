//! GraphQL over WebSocket: the `graphql-transport-ws` protocol.
//! Source: enisdenjo/graphql-ws, PROTOCOL.md; close codes as its newest release defines them.
//!
//! A session is one task without helpers: it reads, executes and writes in turn. A client that does not
//! read holds up only itself; the feed then tells it to resync, and a write that takes too long ends it.

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::{self, AbortHandle, BoxStream, SelectAll};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::HttpState;
use super::error::Refusal;
use super::origin;
use crate::graphql::{self, Answer, GraphqlError, Operation};

const PROTOCOL: &str = "graphql-transport-ws";
/// Largest message of a client, in bytes.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Beyond this many bytes a client is not even told, but cut off.
const CUT_OFF_BYTES: usize = 2 * MAX_MESSAGE_BYTES;
/// Most operations at once on one socket.
const MAX_OPERATIONS: usize = 32;
/// How long a client may take to say `connection_init`.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a silent connection is pinged; proxies cut idle ones.
const PING_INTERVAL: Duration = Duration::from_secs(15);
/// How long one write may take before the client is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a WebSocket, if the page that asks is ours.
pub(super) fn upgrade(upgrade: WebSocketUpgrade, headers: &HeaderMap, state: HttpState) -> Response {
    if !origin::is_own(headers) {
        return Refusal::forbidden("WebSockets of other sites are not taken.").into_response();
    }
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(CUT_OFF_BYTES)
        .max_frame_size(CUT_OFF_BYTES)
        .on_upgrade(|socket| Session::new(socket, state).run())
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ClientMessage {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe { id: String, payload: Operation },
    Complete { id: String },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ServerMessage {
    ConnectionAck,
    Pong,
    Next { id: String, payload: Answer },
    Error { id: String, payload: Vec<GraphqlError> },
    Complete { id: String },
}

/// Why a session ends: a close code and its reason, at most 123 bytes.
struct Close(u16, &'static str);

const BAD_REQUEST: Close = Close(4400, "Invalid message");
const UNAUTHORIZED: Close = Close(4401, "Unauthorized");
const SUBPROTOCOL_NOT_ACCEPTABLE: Close = Close(4406, "Subprotocol not acceptable");
const INIT_TIMED_OUT: Close = Close(4408, "Connection initialisation timeout");
const TOO_MANY_INITS: Close = Close(4429, "Too many initialisation requests");
const TOO_MANY_OPERATIONS: Close = Close(4400, "Too many operations on one connection");
const SUBSCRIBER_EXISTS: Close = Close(4409, "Subscriber for this id already exists");
const INTERNAL: Close = Close(4500, "Internal server error");
const MESSAGE_TOO_LARGE: Close = Close(1009, "Message too large");
const GOING_AWAY: Close = Close(1001, "The server is stopping");
/// The other side is gone: there is nobody to tell.
const GONE: Close = Close(1006, "");

/// How long a client may take to answer a goodbye.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

struct Session {
    socket: WebSocket,
    state: HttpState,
    acknowledged: bool,
    operations: SelectAll<BoxStream<'static, ServerMessage>>,
    /// The operations that are under way, by the client's id.
    active: HashMap<String, AbortHandle>,
}

impl Session {
    fn new(socket: WebSocket, state: HttpState) -> Self {
        Self { socket, state, acknowledged: false, operations: SelectAll::new(), active: HashMap::new() }
    }

    async fn run(mut self) {
        let Close(code, reason) = match self.serve().await {
            Ok(()) => return,
            Err(close) => close,
        };
        if code != GONE.0 {
            let frame = CloseFrame { code, reason: reason.into() };
            let _ = timeout(CLOSE_TIMEOUT, self.close(frame)).await;
        }
    }

    /// Says goodbye and hears the client out: hanging up on what it still sends would reset the connection,
    /// and the goodbye be lost.
    async fn close(&mut self, frame: CloseFrame) {
        if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = self.socket.recv().await {}
        }
    }

    async fn serve(&mut self) -> Result<(), Close> {
        if self.socket.protocol().is_none() {
            return Err(SUBPROTOCOL_NOT_ACCEPTABLE);
        }
        let init_deadline = Instant::now() + INIT_TIMEOUT;
        let mut ping = tokio::time::interval(PING_INTERVAL);
        loop {
            tokio::select! {
                () = self.state.stop.cancelled() => return Err(GOING_AWAY),
                () = tokio::time::sleep_until(init_deadline), if !self.acknowledged => return Err(INIT_TIMED_OUT),
                _ = ping.tick() => self.write(Message::Ping(Vec::new().into())).await?,
                Some(message) = self.operations.next(), if !self.operations.is_empty() => self.forward(message).await?,
                received = self.socket.recv() => match received {
                    Some(Ok(Message::Text(text))) if text.len() > MAX_MESSAGE_BYTES => return Err(MESSAGE_TOO_LARGE),
                    Some(Ok(Message::Text(text))) => self.handle(text.as_bytes()).await?,
                    Some(Ok(Message::Binary(_))) => return Err(BAD_REQUEST),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => return Ok(()),
                    Some(Err(_)) => return Err(GONE),
                },
            }
        }
    }

    async fn handle(&mut self, text: &[u8]) -> Result<(), Close> {
        match serde_json::from_slice(text).map_err(|_| BAD_REQUEST)? {
            ClientMessage::ConnectionInit if self.acknowledged => Err(TOO_MANY_INITS),
            ClientMessage::ConnectionInit => {
                self.acknowledged = true;
                self.send(&ServerMessage::ConnectionAck).await
            }
            ClientMessage::Ping => self.send(&ServerMessage::Pong).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload),
            ClientMessage::Complete { id } => {
                self.active.remove(&id).iter().for_each(AbortHandle::abort);
                Ok(())
            }
        }
    }

    fn subscribe(&mut self, id: String, payload: Operation) -> Result<(), Close> {
        if !self.acknowledged {
            return Err(UNAUTHORIZED);
        }
        if id.is_empty() {
            return Err(BAD_REQUEST);
        }
        if self.active.contains_key(&id) {
            return Err(SUBSCRIBER_EXISTS);
        }
        if self.active.len() == MAX_OPERATIONS {
            return Err(TOO_MANY_OPERATIONS);
        }
        let (messages, abort) = stream::abortable(self.execute(id.clone(), payload));
        self.operations.push(messages.boxed());
        self.active.insert(id, abort);
        Ok(())
    }

    fn execute(&self, id: String, operation: Operation) -> BoxStream<'static, ServerMessage> {
        let complete = ServerMessage::Complete { id: id.clone() };
        let answers = graphql::execute_stream(&self.state.schema, operation, self.state.desk());
        let messages = answers.map(move |answer| match answer {
            Answer::Refused(refused) => ServerMessage::Error { id: id.clone(), payload: refused.errors },
            executed @ Answer::Executed(_) => ServerMessage::Next { id: id.clone(), payload: executed },
        });
        messages.chain(stream::once(std::future::ready(complete))).boxed()
    }

    /// An operation that ended is aborted, so that it says no more: its id may be in use again.
    async fn forward(&mut self, message: ServerMessage) -> Result<(), Close> {
        if let ServerMessage::Error { id, .. } | ServerMessage::Complete { id } = &message {
            self.active.remove(id).iter().for_each(AbortHandle::abort);
        }
        self.send(&message).await
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Close> {
        let text = serde_json::to_string(message).map_err(|error| {
            tracing::error!(%error, "a message to a subscriber could not be written");
            INTERNAL
        })?;
        self.write(Message::Text(text.into())).await
    }

    async fn write(&mut self, message: Message) -> Result<(), Close> {
        match timeout(WRITE_TIMEOUT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(GONE),
        }
    }
}
