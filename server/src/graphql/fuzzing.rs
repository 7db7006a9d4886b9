//! The doors to cursors and documents; see [`crate::fuzzing`].

use std::pin::pin;

use async_graphql::parser::types::ExecutableDocument;
use futures::StreamExt;

use super::answer::Answer;
use super::operation::Operation;
use super::{Schema, cursor, machine_cursor};
use crate::config::{DocumentRule, GraphqlConfig, Switch};
use crate::desk::Position;
use crate::domain::order::Order;
use crate::telemetry::Metrics;

const ORDERS: [Order; 4] = [Order::Deadline, Order::Age, Order::Severity, Order::Updated];

/// For each list that takes this text for a cursor of its own: the cursor of the place that was read.
pub fn cursors(text: &str) -> Vec<String> {
    let open = ORDERS.into_iter().filter_map(|order| cursor::read_open(text, order)).map(Position::Open);
    let history = cursor::read_history(text).map(Position::History);
    let machine = machine_cursor::read("after", text).ok();
    let incidents = open.chain(history).map(|position| cursor::write(&position));
    incidents.chain(machine.map(|position| machine_cursor::write(&position))).collect()
}

/// A schema that takes any document, may be read itself, and remembers no answers.
pub fn open_schema() -> Schema {
    let config =
        GraphqlConfig { documents: DocumentRule::Open, introspection: Switch::On, answer_cache_megabytes: 0 };
    Schema::new(config, Metrics::default().graphql)
}

/// A request that brings nothing but this document.
pub fn operation(document: &str) -> Operation {
    let mut operation = Operation::default();
    document.clone_into(&mut operation.query);
    operation
}

/// The document of an operation, found and measured; `None` where it would be refused.
pub fn find_document(schema: &Schema, operation: &Operation) -> Option<ExecutableDocument> {
    schema.documents().find(operation).ok().map(|document| document.parsed.clone())
}

/// Validates an operation, and executes it as far as that goes for a viewer without a desk: arguments are
/// read, and every field that wants data fails. `None` where there is nothing to tell.
pub async fn execute_without_desk(schema: &Schema, operation: Operation) -> Option<Answer> {
    let prepared = match operation.prepare(schema) {
        Err(refused) => return Some(Answer::Refused(refused)),
        Ok(prepared) => prepared,
    };
    // What a follower is shown depends on the document alone.
    let _ = prepared.shown();
    let (executable, _) = schema.executable(&prepared.question.id);
    let mut answers = pin!(executable.execute_stream(prepared.request()));
    answers.next().await.map(Answer::from)
}
