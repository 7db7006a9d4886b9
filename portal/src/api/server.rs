//! Which server this portal speaks to, and as whom.

use leptos::prelude::*;

/// GraphQL over HTTP, WebSocket and server-sent events.
const GRAPHQL_PATH: &str = "/graphql";

/// The server of a portal. Each portal of a page has its own.
#[derive(Clone, Copy)]
pub(crate) struct Server {
    /// As `https://incidents.example`; without a slash at its end.
    origin: StoredValue<String>,
    token: StoredValue<Option<String>>,
}

impl Server {
    /// Makes the server known to everything below the current component.
    pub(crate) fn provide(origin: String, token: Option<String>) {
        provide_context(Self { origin: StoredValue::new(origin), token: StoredValue::new(token) });
    }

    /// The server that was made known above; the one that the page came from if there is none.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self {
            origin: StoredValue::new(location().origin().unwrap_or_default()),
            token: StoredValue::new(None),
        })
    }

    /// The address of a file or page of the server; `path` begins with a slash.
    pub(crate) fn address(self, path: &str) -> String {
        self.origin.with_value(|origin| format!("{origin}{path}"))
    }

    pub(super) fn graphql(self) -> String {
        self.address(GRAPHQL_PATH)
    }

    /// The same address for a WebSocket.
    pub(super) fn graphql_socket(self) -> String {
        self.graphql().replacen("http", "ws", 1)
    }

    /// What is sent with every question, if there is one.
    pub(super) fn token(self) -> Option<String> {
        self.token.get_value()
    }
}
