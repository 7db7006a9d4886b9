//! What an error carries in `extensions.code`, whatever the transport: one list for programs to act on.
//! The names are those of Apollo Server 5 where it has one.

use async_graphql::{PathSegment, Response, ServerError, Value};

use super::answer::Refused;

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request is none, or not for this transport.
    BadRequest,
    /// The document is not GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// The document, or what it asks for, is too large.
    CostLimitExceeded,
    /// Only published documents are executed, and this is none of them.
    DocumentNotTrusted,
    /// There is no document with this identifier.
    DocumentNotFound,
    /// Send the text of the persisted query once more.
    PersistedQueryNotFound,
    /// Persisted queries of this version are not known.
    PersistedQueryNotSupported,
    /// The document does not hold the operation that was asked for.
    OperationUnknown,
    /// An argument has a value that makes no sense.
    BadUserInput,
    /// It is not known who asks.
    Unauthenticated,
    /// Whoever asks may not.
    Forbidden,
    /// The viewer asked for more than its share; it can ask again later.
    RateLimited,
    /// Something that is needed does not answer; it can be asked again later.
    UpstreamUnavailable,
    /// It took too long and was given up. A change may have been made.
    TimedOut,
    /// Our fault. The reason is in the log.
    Internal,
}

impl Code {
    /// As it stands in `extensions.code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::CostLimitExceeded => "COST_LIMIT_EXCEEDED",
            Self::DocumentNotTrusted => "DOCUMENT_NOT_TRUSTED",
            Self::DocumentNotFound => "DOCUMENT_NOT_FOUND",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::OperationUnknown => "OPERATION_RESOLUTION_FAILURE",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::RateLimited => "RATE_LIMITED",
            Self::UpstreamUnavailable => "UPSTREAM_UNAVAILABLE",
            Self::TimedOut => "OPERATION_TIMED_OUT",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl Code {
    /// The error with this code.
    pub(super) fn on(self, mut error: ServerError) -> ServerError {
        set(&mut error, self);
        error
    }
}

/// How async-graphql refuses what costs too much.
const TOO_COMPLEX: &str = "Query is too complex.";
/// What is told where nobody decided what to tell.
const UNTOLD: &str = "Something went wrong in the server.";

impl Refused {
    /// Nothing was executed, for this one reason.
    pub fn because(code: Code, message: impl Into<String>) -> Self {
        Self { errors: vec![code.on(ServerError::new(message, None))] }
    }
}

/// Gives every error a code that has none. An error that nobody foresaw is logged here, and not told.
pub(super) fn complete(response: &mut Response, nothing_ran: bool) {
    for error in response.errors.iter_mut().filter(|error| !has_code(error)) {
        let code = if nothing_ran { of_refused(&error.message) } else { of_executed(&error.message) };
        if code == Code::Internal {
            tracing::error!(error = %error.message, path = %path(error), "a resolver failed without a code");
            UNTOLD.clone_into(&mut error.message);
        }
        set(error, code);
    }
}

/// Whether something failed that should have worked.
pub(super) fn is_no_fault_of_whoever_asks(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    let ours = [Code::Internal, Code::UpstreamUnavailable, Code::TimedOut];
    ours.iter().any(|ours| code == Some(&Value::from(ours.as_str())))
}

fn has_code(error: &ServerError) -> bool {
    error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some())
}

fn set(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

/// async-graphql says only in words what is wrong. Its parser begins with a blank or a small letter, its rules
/// with a capital one.
fn of_refused(message: &str) -> Code {
    if message.starts_with("Unknown operation named") || message.starts_with("Operation name required") {
        Code::OperationUnknown
    } else if message == TOO_COMPLEX {
        Code::CostLimitExceeded
    } else if message.starts_with("Subscriptions are not supported") {
        Code::BadRequest
    } else if message.starts_with(|first: char| first.is_whitespace() || first.is_lowercase()) {
        Code::ParseFailed
    } else {
        Code::ValidationFailed
    }
}

/// Values that only their type can judge, as a time, are judged while the operation runs, and so are missing
/// ones.
fn of_executed(message: &str) -> Code {
    let of_input = ["Failed to parse", "Expected input type", "Variable "];
    if of_input.iter().any(|beginning| message.starts_with(beginning)) {
        Code::BadUserInput
    } else {
        Code::Internal
    }
}

fn path(error: &ServerError) -> String {
    let segments = error.path.iter().map(|segment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join(".")
}
