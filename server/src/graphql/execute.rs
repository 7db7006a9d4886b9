//! One operation, executed for one viewer; the same for every transport.

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError, Value, Variables};
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};

use super::{Schema, code};
use crate::desk::Desk;

/// An operation as it comes over the wire.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// The document, in the GraphQL language.
    pub query: String,
    /// Values of its variables.
    #[serde(default)]
    pub variables: Option<serde_json::Map<String, serde_json::Value>>,
    /// Which operation of the document, if it holds several.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// What a client adds for servers that know more than we do.
    #[serde(default)]
    pub extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What the schema answered.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// It was executed; single fields may have failed.
    Executed(Response),
    /// Nothing was executed: the document could not be parsed, or is not valid.
    Refused(Refused),
}

/// Why nothing was executed. There is no `data` then, not even null.
#[derive(Debug, Serialize)]
pub struct Refused {
    /// What is wrong, and where.
    pub errors: Vec<ServerError>,
}

impl Operation {
    /// Whether it would do more than ask. What cannot be parsed does nothing, and is refused when executed.
    pub fn asks_for_change(&self) -> bool {
        let mut request = Request::new(self.query.clone());
        let Ok(document) = request.parsed_query() else { return false };
        let wanted = self.operation_name.as_deref();
        document
            .operations
            .iter()
            .filter(|(name, _)| wanted.is_none() || name.map(async_graphql::Name::as_str) == wanted)
            .any(|(_, operation)| operation.node.ty != OperationType::Query)
    }

    fn request(self, desk: Desk) -> Request {
        let variables = serde_json::Value::Object(self.variables.unwrap_or_default());
        let mut request = Request::new(self.query).variables(Variables::from_json(variables)).data(desk);
        request.operation_name = self.operation_name;
        request
    }
}

/// Executes a query or a mutation.
pub async fn execute(schema: &Schema, operation: Operation, desk: Desk) -> Answer {
    schema.execute(operation.request(desk)).await.into()
}

/// Executes any operation; a subscription answers again and again.
pub fn execute_stream(
    schema: &Schema,
    operation: Operation,
    desk: Desk,
) -> impl Stream<Item = Answer> + Send + use<> {
    schema.execute_stream(operation.request(desk)).map(Answer::from)
}

impl From<Response> for Answer {
    fn from(mut response: Response) -> Self {
        let nothing_ran =
            response.data == Value::Null && response.errors.iter().all(|error| error.path.is_empty());
        code::complete(&mut response, nothing_ran);
        if nothing_ran && !response.errors.is_empty() {
            Self::Refused(Refused { errors: response.errors })
        } else {
            Self::Executed(response)
        }
    }
}
