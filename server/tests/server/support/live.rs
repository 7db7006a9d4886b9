//! A client of `graphql-transport-ws`, as thin as it can be.

use std::net::SocketAddr;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use super::PATIENCE;

/// One socket.
pub(crate) struct LiveClient(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What the server said.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Message(Value),
    Closed(u16),
}

impl LiveClient {
    /// Opens a socket with these headers beside the usual ones.
    pub(crate) async fn try_open(
        server: SocketAddr,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tokio_tungstenite::tungstenite::Error> {
        let mut request = format!("ws://{server}/graphql").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        connect_async(request).await.map(|(socket, _)| Self(socket))
    }

    /// Opens a socket for the protocol.
    pub(crate) async fn open(server: SocketAddr) -> Self {
        Self::try_open(server, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.unwrap()
    }

    /// Opens a socket for the protocol on a connection that is open already.
    pub(crate) async fn on(connection: TcpStream, server: SocketAddr) -> Self {
        let mut request = format!("ws://{server}/graphql").into_client_request().unwrap();
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (socket, _) = client_async(request, MaybeTlsStream::Plain(connection)).await.unwrap();
        Self(socket)
    }

    /// Opens a socket, and says hello.
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        let mut client = Self::open(server).await;
        client.say(&json!({ "type": "connection_init" })).await;
        assert_eq!(client.hear().await, Said::Message(json!({ "type": "connection_ack" })));
        client
    }

    /// Subscribes to changes of a region.
    pub(crate) async fn follow(&mut self, id: &str, region: &str, after: Option<&str>) {
        let query = "subscription ($region: ID, $after: String) { incidentChanged(region: $region, after: $after) {
            __typename ... on IncidentChange { cursor incident { number status version machine { id } } } } }";
        let payload = json!({ "query": query, "variables": { "region": region, "after": after } });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    pub(crate) async fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn say_bytes(&mut self, bytes: &'static [u8]) {
        self.0.send(Message::binary(bytes)).await.unwrap();
    }

    pub(crate) async fn say_goodbye(&mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.0.send(Message::Close(Some(frame))).await.unwrap();
    }

    /// The next thing the server says; pings are answered on the way.
    pub(crate) async fn hear(&mut self) -> Said {
        let next = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Said::Message(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Said::Closed(frame.map_or(0, |frame| frame.code.into()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => panic!("the socket broke: {error}"),
                    None => panic!("the socket ended without a close frame"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("the server said nothing")
    }

    /// The next thing the server says; a socket that breaks is closed without a word: 1006.
    pub(crate) async fn hear_to_the_end(&mut self) -> Said {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Said::Message(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => {
                    return Said::Closed(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Said::Closed(1006),
            }
        }
    }

    /// The next event of a subscription.
    pub(crate) async fn event(&mut self) -> Value {
        match self.hear().await {
            Said::Message(mut message) if message["type"] == "next" => {
                message["payload"]["data"]["incidentChanged"].take()
            }
            other => panic!("not an event: {other:?}"),
        }
    }
}
