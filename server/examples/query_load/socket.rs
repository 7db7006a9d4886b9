//! A subscription over WebSocket, as little of it as can be.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async};

const SUBSCRIBE: &str = r#"{"type":"subscribe","id":"1","payload":{"query":
    "subscription { incidentChanged { ... on IncidentChange { incident { machine { id } errorId } } ... on Resync { reason } } }"}}"#;

pub(crate) struct Subscription(WebSocketStream<TcpStream>);

impl Subscription {
    /// Opens a socket and follows all changes; the first message was read.
    pub(crate) async fn open(server: SocketAddr) -> anyhow::Result<Self> {
        let mut request = format!("ws://{server}/graphql").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
        let stream = TcpStream::connect(server).await?;
        let (mut socket, _) = client_async(request, stream).await?;
        socket.send(Message::text(r#"{"type":"connection_init"}"#)).await?;
        let mut subscription = Self(socket);
        subscription.next().await?;
        subscription.0.send(Message::text(SUBSCRIBE.replace('\n', ""))).await?;
        let first = subscription.next().await?;
        if !first.contains("reason") {
            bail!("not a resync: {first}");
        }
        Ok(subscription)
    }

    /// The next text that is no ping.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Utf8Bytes> {
        loop {
            match self.0.next().await.context("the socket ended")?? {
                Message::Text(text) => return Ok(text),
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }
}
