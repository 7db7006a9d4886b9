//! Which server this portal speaks to, and as whom.

use leptos::prelude::*;

/// GraphQL over HTTP, WebSocket and server-sent events.
const GRAPHQL_PATH: &str = "/graphql";

/// The server of a portal. Each portal of a page has its own.
#[derive(Clone, Copy)]
pub(crate) struct Server {
    /// As `https://incidents.example`; without a slash at its end.
    origin: StoredValue<String>,
    token: RwSignal<Option<String>>,
    /// The server does not take this token any more.
    has_expired: RwSignal<bool>,
    /// It has answered a question.
    has_answered: RwSignal<bool>,
}

impl Server {
    /// Makes the server known to everything below the current component.
    pub(crate) fn provide(origin: String, token: Option<String>) -> Self {
        let server = Self::new(origin, token);
        provide_context(server);
        server
    }

    /// The server that was made known above; the one that the page came from if there is none.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self::new(location().origin().unwrap_or_default(), None))
    }

    fn new(origin: String, token: Option<String>) -> Self {
        let (token, has_expired, has_answered) =
            (RwSignal::new(token), RwSignal::new(false), RwSignal::new(false));
        Self { origin: StoredValue::new(origin), token, has_expired, has_answered }
    }

    /// Sends this token from now on. Whoever tracks it begins anew.
    pub(crate) fn renew(self, token: Option<String>) {
        self.has_expired.set(false);
        self.token.set(token);
    }

    /// Whether the token is over; nothing is asked until it is renewed.
    pub(crate) fn has_expired(self) -> bool {
        self.has_expired.get()
    }

    /// Whether what the page is looked at for was asked already: everything else comes after it.
    pub(crate) fn has_answered(self) -> bool {
        self.has_answered.get()
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
        self.token.get_untracked()
    }

    /// Lets an effect run again when there is another token.
    pub(crate) fn track_token(self) {
        self.token.track();
    }

    /// Whether it is known that asking is of no use.
    pub(super) fn has_expired_now(self) -> bool {
        self.has_expired.get_untracked()
    }

    /// A question was answered.
    pub(super) fn answered(self) {
        if !self.has_answered.get_untracked() {
            self.has_answered.set(true);
        }
    }

    /// The server does not know who asks.
    pub(super) fn refused(self) {
        if self.token().is_some() && !self.has_expired_now() {
            self.has_expired.set(true);
        }
    }
}
