//! The WebSocket below the subscription: tells of every message, asks when it is silent, gives up when it stays so.

use std::pin::{Pin, pin};

use futures::future::{Either, select};
use graphql_ws_client::{Connection, Error, Message};
use leptos::prelude::location;
use ws_stream_wasm::WsMeta;

use super::GRAPHQL_PATH;
use super::timer::sleep;

/// Silence is looked at so often: after one such while we ask, after another one the connection is dead.
const WATCH_MS: i64 = 15_000;
const PING: &str = r#"{"type":"ping"}"#;
const PROTOCOL: &str = "graphql-transport-ws";

/// Opens a WebSocket to the server that the page came from.
pub(super) async fn open<Heard>(on_heard: Heard) -> Result<WatchedSocket<Heard>, ws_stream_wasm::WsErr>
where
    Heard: Fn() + Send,
{
    let connected = WsMeta::connect(address(), vec![PROTOCOL]).await?;
    let inner = graphql_ws_client::ws_stream_wasm::Connection::new(connected).await;
    Ok(WatchedSocket { inner, on_heard, watch: Box::pin(sleep(WATCH_MS)), silent_watches: 0 })
}

/// A WebSocket that notices when the other side has vanished without a word.
pub(super) struct WatchedSocket<Heard> {
    inner: graphql_ws_client::ws_stream_wasm::Connection,
    on_heard: Heard,
    watch: Pin<Box<dyn Future<Output = ()> + Send>>,
    silent_watches: u32,
}

impl<Heard: Fn() + Send> Connection for WatchedSocket<Heard> {
    async fn receive(&mut self) -> Option<Message> {
        loop {
            let received = match select(pin!(self.inner.receive()), &mut self.watch).await {
                Either::Left((received, _)) => Some(received),
                Either::Right(_) => None,
            };
            match received {
                Some(message) => {
                    self.silent_watches = 0;
                    (self.on_heard)();
                    return message;
                }
                None => self.end_watch().await?,
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Error> {
        self.inner.send(message).await
    }
}

impl<Heard: Fn() + Send> WatchedSocket<Heard> {
    /// Starts the next watch; nothing when the silence has lasted too long.
    async fn end_watch(&mut self) -> Option<()> {
        self.watch = Box::pin(sleep(WATCH_MS));
        self.silent_watches += 1;
        match self.silent_watches {
            1 => Some(()),
            2 => self.inner.send(Message::Text(PING.to_owned())).await.ok(),
            _ => None,
        }
    }
}

fn address() -> String {
    let page = location();
    let scheme = if page.protocol().is_ok_and(|scheme| scheme == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}{GRAPHQL_PATH}", page.host().unwrap_or_default())
}
