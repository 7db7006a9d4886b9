//! The GraphQL schema: what other programs may ask, do and follow. No HTTP in here.
#![expect(clippy::unused_async, reason = "async-graphql wants every resolver async")]

mod cursor;
mod date_time;
mod delivery;
mod error;
mod execute;
mod filter;
mod incident;
mod list;
mod local_time;
mod machine;
mod mutation;
mod outage;
mod paging;
mod place;
mod query;
mod region;
mod report;
mod silence;
mod silence_command;
mod source;
mod state;
mod subscription;
mod tally;
mod timeline;
mod triage;

pub use execute::{Answer, Operation, execute, execute_stream};
pub use mutation::Mutation;
pub use query::Query;
pub use subscription::Subscription;

pub use async_graphql::ServerError as GraphqlError;

use async_graphql::SDLExportOptions;

/// The schema with its resolvers. Every request brings its own [`crate::desk::Desk`] as data.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Deepest nesting of a query; tools that read the schema need 13.
const MAX_DEPTH: usize = 15;
/// Most that a query may cost: a field is 1, and lists count what they may show.
const MAX_COMPLEXITY: usize = 5_000;
/// Most directives on one field.
const MAX_DIRECTIVES: usize = 50;

/// Builds the schema.
pub fn schema() -> Schema {
    Schema::build(Query, Mutation, Subscription)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_COMPLEXITY)
        .limit_directives(MAX_DIRECTIVES)
        .disable_suggestions()
        .finish()
}

/// The schema in its definition language, as `schema/schema.graphql` holds it.
pub fn sdl() -> String {
    schema().sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}
