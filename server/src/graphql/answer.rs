//! What is answered, ready to be written.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::code;
use crate::telemetry::OperationOutcome;

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

/// One answer of a stream.
#[derive(Debug)]
pub struct Told {
    /// The answer.
    pub answer: Answer,
    /// When the webhook arrived that it tells of, if it tells of one.
    pub arrived: Option<Instant>,
}

impl From<Answer> for Told {
    fn from(answer: Answer) -> Self {
        Self { answer, arrived: None }
    }
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

impl Answer {
    /// How what was asked has ended.
    pub(super) fn outcome(&self) -> OperationOutcome {
        let errors = match self {
            Self::Executed(Executed::Ready(_)) => return OperationOutcome::answered,
            Self::Executed(Executed::Fresh(response)) => &response.errors,
            Self::Refused(refused) => &refused.errors,
        };
        match self {
            _ if errors.iter().any(code::is_no_fault_of_whoever_asks) => OperationOutcome::failed,
            Self::Refused(_) => OperationOutcome::refused,
            Self::Executed(_) if errors.is_empty() => OperationOutcome::answered,
            Self::Executed(_) => OperationOutcome::partial,
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
