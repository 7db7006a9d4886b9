//! GraphQL over WebSocket: the `graphql-transport-ws` protocol.
//! Source: enisdenjo/graphql-ws, PROTOCOL.md; close codes as its newest release defines them.
//!
//! A session is one task without helpers: it reads, executes and writes in turn, and queues nothing. A client
//! that does not read holds up only itself: the feed tells it to resync, [`super::connections`] cuts it off.

mod close;
mod message;

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::future::BoxFuture;
use futures::stream::{self, AbortHandle, BoxStream, SelectAll};
use futures::{FutureExt, SinkExt, StreamExt};
use tokio::time::{Instant, timeout};

use self::close::Close;
use self::message::{ClientMessage, Init, ServerMessage};
use super::HttpState;
use super::identity::{Caller, NoViewer};
use super::operation;
use super::vouched;
use crate::access::Viewer;
use crate::graphql::{Answer, Operation, Told};
use crate::telemetry::Transport;

const PROTOCOL: &str = "graphql-transport-ws";
/// Largest message of a client, in bytes.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Clients say little; the library would keep 128 KiB for each of them.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Beyond this many bytes a client is not even told, but cut off.
const CUT_OFF_BYTES: usize = 2 * MAX_MESSAGE_BYTES;
/// Most operations at once on one socket.
const MAX_OPERATIONS: usize = 32;
/// Most messages in one write.
const MAX_TOGETHER: usize = 64;
/// A client that answers none of so many pings is gone.
const MISSED_PINGS: u32 = 3;
/// How long a client may take to answer a goodbye.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens a WebSocket.
pub(super) fn upgrade(upgrade: WebSocketUpgrade, state: HttpState, caller: Caller) -> Response {
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(CUT_OFF_BYTES)
        .max_frame_size(CUT_OFF_BYTES)
        .on_upgrade(|socket| Session::new(socket, state, caller).run())
}

struct Session {
    socket: WebSocket,
    state: HttpState,
    /// Whoever opened the socket, as far as its request told.
    caller: Caller,
    /// Whoever follows; known once the connection is acknowledged.
    viewer: Option<Arc<Viewer>>,
    /// Ends when what they showed of themselves no longer counts.
    over: BoxFuture<'static, ()>,
    operations: SelectAll<BoxStream<'static, ServerMessage>>,
    /// The operations that are under way, by the client's id.
    active: HashMap<String, AbortHandle>,
    /// When the webhooks arrived that the messages of this write tell of.
    unwritten: Vec<std::time::Instant>,
}

impl Session {
    fn new(socket: WebSocket, state: HttpState, caller: Caller) -> Self {
        let (operations, active, over) = (SelectAll::new(), HashMap::new(), pending().boxed());
        Self { socket, state, caller, viewer: None, over, operations, active, unwritten: Vec::new() }
    }

    async fn run(mut self) {
        let Err(close) = self.serve().await else { return };
        // What was followed is let go first: a goodbye may take a while.
        self.operations.clear();
        if let Some(frame) = close.frame() {
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
            return Err(close::SUBPROTOCOL_NOT_ACCEPTABLE);
        }
        let init_deadline = Instant::now() + self.state.limits.live_init();
        let ping_interval = self.state.limits.live_ping();
        let mut ping = tokio::time::interval(ping_interval);
        let mut heard_at = Instant::now();
        loop {
            tokio::select! {
                () = self.state.stop.cancelled() => return Err(close::GOING_AWAY),
                () = tokio::time::sleep_until(init_deadline), if self.viewer.is_none() => return Err(close::INIT_TIMED_OUT),
                () = &mut self.over => return Err(close::FORBIDDEN),
                _ = ping.tick() => self.ping(heard_at.elapsed() > ping_interval * MISSED_PINGS).await?,
                Some(message) = self.operations.next(), if !self.operations.is_empty() => self.forward(message).await?,
                received = self.socket.recv() => {
                    heard_at = Instant::now();
                    match received {
                        Some(Ok(Message::Text(text))) => self.handle(text.as_bytes()).await?,
                        Some(Ok(Message::Binary(_))) => return Err(close::BAD_REQUEST),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Close(_))) => return self.answer_goodbye().await,
                        None => return Ok(()),
                        Some(Err(_)) => return Err(close::GONE),
                    }
                }
            }
        }
    }

    /// The answer to a goodbye is written by whoever reads on.
    async fn answer_goodbye(&mut self) -> Result<(), Close> {
        let _ = timeout(CLOSE_TIMEOUT, self.socket.recv()).await;
        Ok(())
    }

    async fn ping(&mut self, is_gone: bool) -> Result<(), Close> {
        if is_gone {
            self.state.services.metrics.clients_cut.inc();
            return Err(close::GONE);
        }
        self.write(Message::Ping(Vec::new().into())).await
    }

    async fn handle(&mut self, text: &[u8]) -> Result<(), Close> {
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(close::MESSAGE_TOO_LARGE);
        }
        match serde_json::from_slice(text).map_err(|_| close::BAD_REQUEST)? {
            ClientMessage::ConnectionInit { .. } if self.viewer.is_some() => Err(close::TOO_MANY_INITS),
            ClientMessage::ConnectionInit { payload } => self.begin(payload.unwrap_or_default()).await,
            ClientMessage::Ping => self.send(&ServerMessage::Pong).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload),
            ClientMessage::Complete { id } => {
                self.active.remove(&id).iter().for_each(AbortHandle::abort);
                Ok(())
            }
        }
    }

    /// A token that is given here counts more than what the request showed.
    async fn begin(&mut self, init: Init) -> Result<(), Close> {
        if let Some(authorization) = init.authorization {
            self.caller = self.caller.with_token(&self.state, &authorization).await;
        }
        let viewer = self.state.viewer(&self.caller).map_err(|nobody| match nobody {
            NoViewer::Unknown => close::FORBIDDEN,
            NoViewer::NotNow | NoViewer::TooOften(_) => close::TRY_AGAIN_LATER,
        })?;
        self.over = vouched::until_over(self.state.clone(), Arc::clone(&viewer)).boxed();
        self.viewer = Some(viewer);
        self.send(&ServerMessage::ConnectionAck).await
    }

    fn subscribe(&mut self, id: String, payload: Operation) -> Result<(), Close> {
        let Some(viewer) = self.viewer.clone() else { return Err(close::UNAUTHORIZED) };
        if id.is_empty() {
            return Err(close::BAD_REQUEST);
        }
        if self.active.contains_key(&id) {
            return Err(close::SUBSCRIBER_EXISTS);
        }
        if self.active.len() == MAX_OPERATIONS {
            return Err(close::TOO_MANY_OPERATIONS);
        }
        let (messages, abort) = stream::abortable(self.execute(&viewer, id.clone(), payload));
        self.operations.push(messages.boxed());
        self.active.insert(id, abort);
        Ok(())
    }

    fn execute(
        &self,
        viewer: &Arc<Viewer>,
        id: String,
        operation: Operation,
    ) -> BoxStream<'static, ServerMessage> {
        let complete = ServerMessage::Complete { id: id.clone() };
        let answers = match operation::follow(&self.state, viewer, operation, Transport::websocket) {
            Ok(answers) => answers,
            Err(refusal) => {
                let error = ServerMessage::Error { id, payload: refusal.into_errors() };
                return stream::once(std::future::ready(error)).boxed();
            }
        };
        let messages = answers.map(move |Told { answer, arrived }| match answer {
            Answer::Refused(refused) => ServerMessage::Error { id: id.clone(), payload: refused.errors },
            executed @ Answer::Executed(_) => {
                ServerMessage::Next { id: id.clone(), payload: executed, arrived }
            }
        });
        messages.chain(stream::once(std::future::ready(complete))).boxed()
    }

    /// Writes this message, and with it what else is ready: in a storm a subscriber costs one write for many
    /// changes.
    async fn forward(&mut self, first: ServerMessage) -> Result<(), Close> {
        let mut message = first;
        for _ in 1..MAX_TOGETHER {
            self.feed(&message).await?;
            match self.operations.next().now_or_never().flatten() {
                Some(ready) => message = ready,
                None => return self.flush().await,
            }
        }
        self.feed(&message).await?;
        self.flush().await
    }

    /// An operation that ended is aborted, so that it says no more: its id may be in use again.
    async fn feed(&mut self, message: &ServerMessage) -> Result<(), Close> {
        if let ServerMessage::Error { id, .. } | ServerMessage::Complete { id } = message {
            self.active.remove(id).iter().for_each(AbortHandle::abort);
        }
        if let ServerMessage::Next { arrived, .. } = message {
            self.unwritten.extend(arrived);
        }
        let message = Message::Text(written(message)?.into());
        self.socket.feed(message).await.map_err(|_| close::GONE)
    }

    async fn flush(&mut self) -> Result<(), Close> {
        self.socket.flush().await.map_err(|_| close::GONE)?;
        let pushes = &self.state.services.metrics.pushes;
        self.unwritten.drain(..).for_each(|arrived| pushes.pushed(Transport::websocket, arrived));
        Ok(())
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Close> {
        self.write(Message::Text(written(message)?.into())).await
    }

    async fn write(&mut self, message: Message) -> Result<(), Close> {
        self.socket.send(message).await.map_err(|_| close::GONE)
    }
}

fn written(message: &ServerMessage) -> Result<String, Close> {
    serde_json::to_string(message).map_err(|error| {
        tracing::error!(%error, "a message to a subscriber could not be written");
        close::INTERNAL
    })
}
