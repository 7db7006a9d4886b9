//! Which server this portal speaks to, and as whom.

use leptos::prelude::*;

use crate::model::WantsToken;

/// GraphQL over HTTP, WebSocket and server-sent events.
const GRAPHQL_PATH: &str = "/graphql";

/// The server of a portal. Each portal of a page has its own.
#[derive(Clone, Copy)]
pub(crate) struct Server {
    /// As `https://incidents.example`; without a slash at its end.
    origin: StoredValue<String>,
    token: RwSignal<Option<String>>,
    /// Whether it is a page of somebody else that has to bring a token.
    is_embedded: bool,
    /// Why the server needs another token, if it does.
    wants_token: RwSignal<Option<WantsToken>>,
    /// It has taken this token.
    has_taken: StoredValue<bool>,
    /// It has answered a question.
    has_answered: RwSignal<bool>,
}

impl Server {
    /// Makes the server known to everything below the current component.
    pub(crate) fn provide(origin: String) -> Self {
        let server = Self::new(origin, None, false);
        provide_context(server);
        server
    }

    /// The same for a portal in a page of somebody else, which brings the token, if there is one.
    pub(crate) fn provide_embedded(origin: String, token: Option<String>) -> Self {
        let server = Self::new(origin, token, true);
        provide_context(server);
        server
    }

    /// The server that was made known above; the one that the page came from if there is none.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self::new(location().origin().unwrap_or_default(), None, false))
    }

    fn new(origin: String, token: Option<String>, is_embedded: bool) -> Self {
        Self {
            origin: StoredValue::new(origin),
            token: RwSignal::new(token),
            is_embedded,
            wants_token: RwSignal::new(None),
            has_taken: StoredValue::new(false),
            has_answered: RwSignal::new(false),
        }
    }

    /// Sends this token from now on. Whoever tracks it begins anew.
    pub(crate) fn renew(self, token: Option<String>) {
        self.wants_token.set(None);
        self.has_taken.set_value(false);
        self.token.set(token);
    }

    /// Why the server needs another token, if it does; nothing is asked until there is one.
    pub(crate) fn wants_token(self) -> Option<WantsToken> {
        self.wants_token.get()
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
    pub(super) fn wants_token_now(self) -> bool {
        self.wants_token.get_untracked().is_some()
    }

    /// The server knows who asks.
    pub(super) fn taken(self) {
        self.has_taken.set_value(true);
    }

    /// A question was answered.
    pub(super) fn answered(self) {
        if !self.has_answered.get_untracked() {
            self.has_answered.set(true);
        }
    }

    /// The server does not know who asks.
    pub(super) fn refused(self) {
        if self.is_embedded && !self.wants_token_now() {
            let reason =
                WantsToken::after(self.token.with_untracked(Option::is_some), self.has_taken.get_value());
            self.wants_token.set(Some(reason));
        }
    }
}
