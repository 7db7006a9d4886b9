//! Bodies of GraphQL requests: what passes the limits is as small as they say, by a yardstick of its own,
//! and is validated and answered. What is no body is taken for a document, so that its text needs no escapes.
#![no_main]

use std::str;
use std::sync::LazyLock;

use cineportal::fuzzing::{execute_without_desk, find_document, open_schema, operation, read_body};
use cineportal::graphql::{Operation, Schema};
use cineportal_fuzz::{Unfolded, fewest_tokens};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

/// The limits of `server/src/graphql/documents`.
const MAX_TOKENS: usize = 1_000;
const MAX_SELECTIONS: usize = 5_000;
const MAX_ALIASES: usize = 30;
const MAX_DIRECTIVES: usize = 50;
/// Of what reads the schema; everything else is less deep.
const MAX_DEPTH: usize = 25;

static SCHEMA: LazyLock<Schema> = LazyLock::new(open_schema);
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().unwrap());

fuzz_target!(|body: &[u8]| {
    let Some(operation) = read_body(body).or_else(|| as_document(body)) else { return };
    if let Some(document) = find_document(&SCHEMA, &operation) {
        let tokens = fewest_tokens(&document);
        assert!(tokens <= MAX_TOKENS, "{tokens} tokens passed");
        for (_, definition) in document.operations.iter() {
            let found = Unfolded::of(&document, &definition.node, MAX_SELECTIONS);
            let fits = found.selections <= MAX_SELECTIONS
                && found.aliases <= MAX_ALIASES
                && found.directives <= MAX_DIRECTIVES
                && found.depth <= MAX_DEPTH;
            assert!(fits, "{found:?}");
        }
    }
    let _ = (operation.asks_for_change(&SCHEMA), operation.follows(&SCHEMA));
    if let Some(answer) = RUNTIME.block_on(execute_without_desk(&SCHEMA, operation)) {
        assert!(answer.json().is_ok_and(|json| !json.is_empty()));
    }
});

fn as_document(text: &[u8]) -> Option<Operation> {
    str::from_utf8(text).ok().filter(|text| !text.is_empty()).map(operation)
}
