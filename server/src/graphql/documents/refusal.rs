//! Why a document is not executed, each reason with its code for programs.

use async_graphql::ServerError;

use crate::graphql::code::Code;

/// Why a document is not executed.
#[derive(Debug, thiserror::Error)]
pub(in crate::graphql) enum Refusal {
    #[error("The request has no `query`.")]
    Missing,
    #[error("The document is too large: it may have {most} {what}.")]
    TooLarge { what: &'static str, most: usize },
    #[error("Unknown type \"{0}\"")]
    UnknownType(String),
    #[error("Variable \"${variable}\" of type \"{of}\" must not be null, nor left out.")]
    Null { variable: String, of: String },
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
    fn code(&self) -> Code {
        match self {
            Self::Missing | Self::WrongHash => Code::BadRequest,
            Self::TooLarge { .. } => Code::CostLimitExceeded,
            Self::Null { .. } => Code::BadUserInput,
            Self::Syntax(_) => Code::ParseFailed,
            Self::UnknownType(_) | Self::FragmentCycle(_) | Self::NoIntrospection => Code::ValidationFailed,
            Self::NotTrusted => Code::DocumentNotTrusted,
            Self::UnknownDocument => Code::DocumentNotFound,
            Self::PersistedQueryNotFound => Code::PersistedQueryNotFound,
            Self::PersistedQueryNotSupported => Code::PersistedQueryNotSupported,
        }
    }
}

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let (message, code) = (refusal.to_string(), refusal.code());
        code.on(match refusal {
            Refusal::Syntax(error) => error,
            _ => Self::new(message, None),
        })
    }
}
