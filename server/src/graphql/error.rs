//! The one place where errors become GraphQL errors with a code.

use async_graphql::{Error, ErrorExtensions, Result};

use crate::desk::FeedInterrupted;
use crate::store::StoreError;

/// What a field answers that may fail: null then, beside its error, as the specification wants it. Of a resolver
/// that fails in any other way async-graphql leaves the whole field out. `None` alone never happens.
pub(super) type Nullable<T> = Option<Result<T>>;

/// The input is wrong; the message says how.
pub(super) fn bad_input(message: impl Into<String>) -> Error {
    coded(message, "BAD_USER_INPUT")
}

/// The store failed: the reason is logged here, and not told.
pub(super) fn store_failed(error: &StoreError) -> Error {
    tracing::error!(%error, "a request failed because of the store");
    match error {
        StoreError::Unavailable(_) => {
            coded("The store of incidents does not answer. Try again in a moment.", "UPSTREAM_UNAVAILABLE")
        }
        StoreError::Corrupt(_) | StoreError::NewerLayout { .. } => {
            coded("The store holds something that this server cannot read.", "INTERNAL_SERVER_ERROR")
        }
    }
}

fn coded(message: impl Into<String>, code: &str) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// Changes cannot be followed now. The loss was logged where it was noticed, once for all followers.
pub(super) fn feed_interrupted(error: FeedInterrupted) -> Error {
    Error::new(error.to_string()).extend_with(|_, extensions| extensions.set("code", "UPSTREAM_UNAVAILABLE"))
}
