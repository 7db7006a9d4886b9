//! A subscription over server-sent events in distinct mode, for networks that let no WebSocket through
//! (<https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>).

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::prelude::{Closure, JsValue};
use leptos::web_sys::js_sys::encode_uri_component;
use leptos::web_sys::{EventSource, MessageEvent};
use miniserde::{Deserialize, json};

use super::super::Server;
use super::channel::{Channel, Connection, Heard, Teller, channel};

/// Opens the stream. The browser would come back by itself, but not where it was: after any error we end it.
pub(super) fn open(server: Server, request: &str) -> Result<Channel, JsValue> {
    let source = EventSource::new(&address(server, request))?;
    let (teller, heard) = channel();
    let listeners = [
        ("open", on(teller.clone(), |_| Heard::Ready)),
        ("next", on(teller.clone(), |event| Heard::Message(event.data().as_string().unwrap_or_default()))),
        ("complete", on(teller.clone(), |_| Heard::End("the server ended it".to_owned()))),
        ("error", on(teller, |_| Heard::End("the stream broke".to_owned()))),
    ];
    for (name, listener) in &listeners {
        source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref())?;
    }
    Ok(Channel::new(heard, Box::new(Stream { source, _listeners: listeners })))
}

type Listener = Closure<dyn Fn(MessageEvent)>;

struct Stream {
    source: EventSource,
    _listeners: [(&'static str, Listener); 4],
}

impl Connection for Stream {
    /// The browser keeps the server's signs of life to itself.
    fn ask(&self) -> bool {
        false
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

#[derive(Deserialize)]
struct Request {
    query: String,
    variables: json::Value,
}

fn address(server: Server, request: &str) -> String {
    let path = server.graphql();
    let Ok(request) = json::from_str::<Request>(request) else { return path };
    let query = encode_uri_component(&request.query);
    let variables = encode_uri_component(&json::to_string(&request.variables));
    format!("{path}?query={query}&variables={variables}")
}

fn on(teller: Teller, heard: fn(MessageEvent) -> Heard) -> Listener {
    Closure::new(move |event| teller.tell(heard(event)))
}
