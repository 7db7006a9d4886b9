//! The door to bodies of requests; see [`crate::fuzzing`].

use super::graphql::request;
use crate::graphql::Operation;

/// The operation in a body; `None` where the client would be refused.
pub fn read_body(body: &[u8]) -> Option<Operation> {
    request::read_body(body).ok()
}
