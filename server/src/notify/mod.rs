//! People are told. The dispatcher takes what is planned in the incidents, `message` words it, and a
//! channel carries it. A new kind of channel is a file here and a line in `KINDS`.

mod channels;
mod claim;
mod discord;
mod dispatcher;
mod email;
mod html;
mod http;
mod locale;
mod message;
mod places;
mod round;
#[cfg(test)]
mod samples;
mod secret;
mod sender;
mod sendgrid;
mod slack;
mod told;
mod webhook;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;

pub use channels::{Channels, ChannelsError, load};
pub use dispatcher::Dispatcher;
pub use html::escape as escape_html;
pub use message::{Message, Notice};

use channels::{Problem, Settings};

/// The kinds of channels: what `kind` says in the channels file, and what opens one.
const KINDS: [(&str, Open); 5] = [
    ("smtp", email::open),
    ("sendgrid", sendgrid::open),
    ("slack", slack::open),
    ("discord", discord::open),
    ("webhook", webhook::open),
];

/// Opens a channel from its table of the channels file, without reaching it yet.
type Open = fn(&Settings<'_>) -> Result<Arc<dyn Channel>, Vec<Problem>>;

/// A way to reach people or programs.
#[async_trait]
pub trait Channel: Send + Sync + 'static {
    /// Its kind, as in `KINDS`.
    fn kind(&self) -> &'static str;

    /// Whether routes name mail addresses, in `to`.
    fn takes_addresses(&self) -> bool;

    /// Sends one message. Answers what was wrong nevertheless, as one of several addresses.
    ///
    /// # Errors
    /// [`SendError`]; its text never holds a secret.
    async fn send(&self, message: &Message) -> Result<Option<String>, SendError>;
}

/// Why a message was not sent, as far as one knows.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It was surely not taken; it may be taken later, also after the operator mended something.
    #[error("{reason}")]
    NotTaken {
        /// Why.
        reason: String,
        /// What the receiver asks for.
        retry_after: Option<SignedDuration>,
    },
    /// The answer was lost: it may have been taken.
    #[error("it may have been taken: {reason}")]
    Unknown {
        /// What happened.
        reason: String,
    },
    /// This message will never be taken.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
    },
}

impl SendError {
    /// Not taken, to be tried again when we like.
    fn not_taken(reason: impl Into<String>) -> Self {
        Self::NotTaken { reason: reason.into(), retry_after: None }
    }
}
