//! What is answered, ready to be written.

use std::sync::Arc;

use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::code;

/// What the schema answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// It was executed; single fields may have failed.
    Executed(Executed),
    /// Nothing was executed: the document could not be parsed, is not valid, or not allowed.
    Refused(Refused),
}

/// What was executed: now, or a moment ago for somebody else.
#[derive(Debug)]
pub enum Executed {
    /// Now.
    Fresh(Box<Response>),
    /// A moment ago, and nothing changed meanwhile: ready as JSON.
    Ready(Arc<RawValue>),
}

/// Why nothing was executed. There is no `data` then, not even null.
#[derive(Debug, Serialize)]
pub struct Refused {
    /// What is wrong, and where.
    pub errors: Vec<ServerError>,
}

impl Answer {
    /// The answer as JSON; what is ready is neither written nor copied again.
    ///
    /// # Errors
    /// If a value cannot be written.
    pub fn json(&self) -> serde_json::Result<Bytes> {
        match self {
            Self::Executed(Executed::Ready(json)) => Ok(Bytes::from_owner(Json(Arc::clone(json)))),
            answer => serde_json::to_vec(answer).map(Bytes::from),
        }
    }
}

struct Json(Arc<RawValue>);

impl AsRef<[u8]> for Json {
    fn as_ref(&self) -> &[u8] {
        self.0.get().as_bytes()
    }
}

impl Serialize for Executed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fresh(response) => response.serialize(serializer),
            Self::Ready(json) => json.serialize(serializer),
        }
    }
}

impl From<Response> for Answer {
    fn from(mut response: Response) -> Self {
        let nothing_ran =
            response.data == Value::Null && response.errors.iter().all(|error| error.path.is_empty());
        code::complete(&mut response, nothing_ran);
        if nothing_ran && !response.errors.is_empty() {
            Self::Refused(Refused { errors: response.errors })
        } else {
            Self::Executed(Executed::Fresh(Box::new(response)))
        }
    }
}
