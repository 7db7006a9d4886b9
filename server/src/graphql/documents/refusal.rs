//! Why a document is not executed, each reason with its code for programs.

use async_graphql::{ErrorExtensionValues, ServerError};

/// Why a document is not executed.
#[derive(Debug, thiserror::Error)]
pub(in crate::graphql) enum Refusal {
    #[error("The request has no `query`.")]
    Missing,
    #[error("The document is too large: it may have {most} {what}.")]
    TooLarge { what: &'static str, most: usize },
    #[error("The fragment {0} contains itself.")]
    FragmentCycle(String),
    #[error("{}", .0.message)]
    Syntax(ServerError),
    #[error("The schema cannot be read here: introspection is off.")]
    NoIntrospection,
    #[error("Only documents that were published with this server are executed.")]
    NotTrusted,
    #[error("There is no document with this `documentId`.")]
    UnknownDocument,
    /// The protocol wants these words.
    #[error("PersistedQueryNotFound")]
    PersistedQueryNotFound,
    /// The protocol wants these words.
    #[error("PersistedQueryNotSupported")]
    PersistedQueryNotSupported,
    #[error("`sha256Hash` is not the SHA-256 of `query`, in hexadecimal.")]
    WrongHash,
}

impl Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing | Self::WrongHash => "BAD_REQUEST",
            Self::TooLarge { .. } => COST_LIMIT_EXCEEDED,
            Self::Syntax(_) => "GRAPHQL_PARSE_FAILED",
            Self::FragmentCycle(_) | Self::NoIntrospection => GRAPHQL_VALIDATION_FAILED,
            Self::NotTrusted => "DOCUMENT_NOT_TRUSTED",
            Self::UnknownDocument => "DOCUMENT_NOT_FOUND",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
        }
    }
}

/// It asks for too much.
const COST_LIMIT_EXCEEDED: &str = "COST_LIMIT_EXCEEDED";
/// It does not fit the schema.
const GRAPHQL_VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
/// How async-graphql refuses what costs too much; it gives no code of its own.
const TOO_COMPLEX: &str = "Query is too complex.";

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let (message, code) = (refusal.to_string(), refusal.code());
        let error = match refusal {
            Refusal::Syntax(error) => error,
            _ => Self::new(message, None),
        };
        with_code(error, code)
    }
}

/// Gives what async-graphql refuses before it executes anything its code.
pub(in crate::graphql) fn explain(error: ServerError) -> ServerError {
    let is_explained = error.extensions.as_ref().is_some_and(|values| values.get("code").is_some());
    let code = if error.message == TOO_COMPLEX { COST_LIMIT_EXCEEDED } else { GRAPHQL_VALIDATION_FAILED };
    if is_explained { error } else { with_code(error, code) }
}

fn with_code(mut error: ServerError, code: &str) -> ServerError {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    error
}
