//! The GraphQL schema: what other programs may ask, do and follow. No HTTP in here.
#![expect(clippy::unused_async, reason = "async-graphql wants every resolver async")]

mod answer;
mod answers;
mod asked;
mod code;
mod cursor;
mod date_time;
mod delivery;
mod documents;
mod embed_token;
mod entities;
mod error;
mod execute;
mod filter;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod incident;
mod list;
mod local_time;
mod machine;
mod machine_cursor;
mod machines;
mod me;
mod mutation;
mod operation;
mod outage;
mod paging;
mod period_report;
mod place;
mod query;
mod reading;
mod region;
mod report;
mod schema;
mod series;
mod silence;
mod silence_command;
mod source;
mod state;
mod subscription;
mod tally;
mod timeline;
mod told;
mod triage;

pub use answer::{Answer, Executed, Refused, Told};
pub use code::Code;
pub use documents::{Extensions, PersistedQuery, published_documents};
pub use execute::{execute, execute_stream};
pub use mutation::Mutation;
pub use operation::Operation;
pub use query::Query;
pub use schema::{Schema, sdl};
pub use subscription::Subscription;

pub use async_graphql::ServerError as GraphqlError;
