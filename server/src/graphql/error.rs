//! The one place where errors become GraphQL errors with a code.

use async_graphql::{Error, ErrorExtensions};

use crate::desk::FeedInterrupted;
use crate::store::StoreError;

/// The input is wrong; the message says how.
pub(super) fn bad_input(message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", "BAD_USER_INPUT"))
}

/// The store failed: the reason is logged here, and not told.
pub(super) fn store_failed(error: &StoreError) -> Error {
    tracing::error!(%error, "a request failed because of the store");
    Error::new("The store of incidents does not answer. Try again in a moment.")
        .extend_with(|_, extensions| extensions.set("code", "UPSTREAM_UNAVAILABLE"))
}

/// Changes cannot be followed now. The loss was logged where it was noticed, once for all followers.
pub(super) fn feed_interrupted(error: FeedInterrupted) -> Error {
    Error::new(error.to_string()).extend_with(|_, extensions| extensions.set("code", "UPSTREAM_UNAVAILABLE"))
}
