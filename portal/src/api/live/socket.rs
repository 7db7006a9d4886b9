//! A subscription over a WebSocket, as `graphql-transport-ws` wants it
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::prelude::{Closure, JsValue};
use leptos::web_sys::{CloseEvent, MessageEvent, WebSocket};
use miniserde::{Deserialize, json};

use super::super::Server;
use super::channel::{Channel, Connection, Heard, Teller, channel};

const PROTOCOL: &str = "graphql-transport-ws";
const PING: &str = r#"{"type":"ping"}"#;
const PONG: &str = r#"{"type":"pong"}"#;
/// A page may close with this code.
const NORMAL: u16 = 1000;
/// The server closes with this one when it does not know who asks, or no longer.
const FORBIDDEN: u16 = 4403;

/// Opens a WebSocket and subscribes.
pub(super) fn open(server: Server, request: &str) -> Result<Channel, JsValue> {
    let socket = WebSocket::new_with_str(&server.graphql_socket(), PROTOCOL)?;
    let (teller, heard) = channel();
    let on_open = on_open(socket.clone(), init(server));
    let on_message = on_message(socket.clone(), teller.clone(), request.to_owned());
    let on_close = on_close(server, teller);
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    Ok(Channel::new(
        heard,
        Box::new(Socket { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close }),
    ))
}

struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn Fn()>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_close: Closure<dyn Fn(CloseEvent)>,
}

impl Connection for Socket {
    fn ask(&self) -> bool {
        let _ = self.socket.send_with_str(PING);
        true
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close_with_code(NORMAL);
    }
}

fn init(server: Server) -> String {
    match server.token() {
        Some(token) => {
            let bearer = json::to_string(&format!("Bearer {token}"));
            format!(r#"{{"type":"connection_init","payload":{{"authorization":{bearer}}}}}"#)
        }
        None => r#"{"type":"connection_init"}"#.to_owned(),
    }
}

fn on_open(socket: WebSocket, init: String) -> Closure<dyn Fn()> {
    Closure::new(move || {
        let _ = socket.send_with_str(&init);
    })
}

fn on_message(socket: WebSocket, teller: Teller, request: String) -> Closure<dyn Fn(MessageEvent)> {
    Closure::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        match Frame::read(&text) {
            Frame::Acknowledged => {
                let subscribe = format!(r#"{{"id":"1","type":"subscribe","payload":{request}}}"#);
                let _ = socket.send_with_str(&subscribe);
                teller.tell(Heard::Ready);
            }
            Frame::Ping => {
                let _ = socket.send_with_str(PONG);
                teller.tell(Heard::SignOfLife);
            }
            Frame::Pong => teller.tell(Heard::SignOfLife),
            Frame::Next(payload) => teller.tell(Heard::Message(payload)),
            Frame::End(reason) => teller.tell(Heard::End(reason)),
        }
    })
}

fn on_close(server: Server, teller: Teller) -> Closure<dyn Fn(CloseEvent)> {
    Closure::new(move |event: CloseEvent| {
        if event.code() == FORBIDDEN {
            server.refused();
        }
        teller.tell(Heard::End(format!("closed with code {} {}", event.code(), event.reason())));
    })
}

/// A message of the server.
#[derive(Debug, PartialEq, Eq)]
enum Frame {
    Acknowledged,
    Ping,
    Pong,
    /// With an execution result, as JSON.
    Next(String),
    End(String),
}

#[derive(Deserialize)]
struct Wire {
    r#type: String,
    payload: Option<json::Value>,
}

impl Frame {
    fn read(text: &str) -> Self {
        let Ok(wire) = json::from_str::<Wire>(text) else {
            return Self::End("a message cannot be read".to_owned());
        };
        let payload = || wire.payload.as_ref().map(json::to_string).unwrap_or_default();
        match wire.r#type.as_str() {
            "connection_ack" => Self::Acknowledged,
            "ping" => Self::Ping,
            "pong" => Self::Pong,
            "next" => Self::Next(payload()),
            "error" => Self::End(format!("the server refused it: {}", payload())),
            "complete" => Self::End("the server ended it".to_owned()),
            other => Self::End(format!("an unknown message: {other}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_message_hands_over_its_payload() {
        let frame = Frame::read(r#"{"id":"1","type":"next","payload":{"data":{"a":1}}}"#);
        assert_eq!(frame, Frame::Next(r#"{"data":{"a":1}}"#.to_owned()));
    }

    #[test]
    fn an_error_ends_the_subscription_with_its_reason() {
        let frame = Frame::read(r#"{"id":"1","type":"error","payload":[{"message":"no"}]}"#);
        assert_eq!(frame, Frame::End(r#"the server refused it: [{"message":"no"}]"#.to_owned()));
    }

    #[test]
    fn the_servers_pings_and_its_end_are_understood() {
        assert_eq!(Frame::read(r#"{"type":"ping"}"#), Frame::Ping);
        assert!(matches!(Frame::read(r#"{"id":"1","type":"complete"}"#), Frame::End(_)));
        assert!(matches!(Frame::read("nonsense"), Frame::End(_)));
    }
}
