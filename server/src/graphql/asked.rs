//! Queries that were read before, by the bytes of their request: a portal asks the same again and again, and need not
//! be understood anew each time.

use std::mem::size_of;
use std::sync::{Arc, Weak};

use moka::sync::Cache;
use serde_json::Value;

use super::documents::Document;
use super::operation::{Prepared, Question};
use crate::telemetry::{CacheName, GraphqlMetrics};

/// Most memory for what was read, in bytes.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// What is larger is read each time; portals ask in a tenth of it.
const MOST_BODY_BYTES: usize = 16 * 1024;
/// About what a query takes beside its texts, in bytes.
const OVERHEAD_BYTES: usize = 512;
/// About what an object takes with its first names, in bytes.
const OBJECT_BYTES: usize = 768;

/// What came of a request's bytes; nothing of what could not be read.
pub(super) struct Asked {
    known: Cache<Arc<[u8]>, Known>,
    metrics: GraphqlMetrics,
}

/// A question, and its document for as long as that is known: documents have a bound of their own.
#[derive(Clone)]
struct Known {
    question: Arc<Question>,
    document: Weak<Document>,
}

impl Asked {
    /// Knows nothing yet.
    pub(super) fn new(metrics: GraphqlMetrics) -> Self {
        let known = Cache::builder().max_capacity(CACHE_BYTES).weigher(|body: &Arc<[u8]>, known: &Known| {
            u32::try_from(bytes(body, &known.question.variables)).unwrap_or(u32::MAX)
        });
        Self { known: known.build(), metrics }
    }

    /// What came of the same bytes before.
    pub(super) fn find(&self, body: &[u8]) -> Option<Prepared> {
        let known = self.known.get(body);
        let found = known.and_then(|Known { question, document }| {
            Some(Prepared { question, document: document.upgrade()? })
        });
        self.metrics.count_lookup(CacheName::requests, found.is_some());
        found
    }

    /// Remembers what came of them. They are copied: what they came in holds more than them.
    pub(super) fn remember(&self, body: &[u8], prepared: &Prepared) {
        if body.len() <= MOST_BODY_BYTES {
            let document = Arc::downgrade(&prepared.document);
            self.known.insert(body.into(), Known { question: Arc::clone(&prepared.question), document });
        }
    }
}

/// About what is kept of a request, in bytes.
fn bytes(body: &[u8], variables: &Value) -> usize {
    OVERHEAD_BYTES + body.len() + bytes_of(variables)
}

fn bytes_of(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(bytes_of).sum(),
            Value::Object(fields) => {
                OBJECT_BYTES + fields.iter().map(|(name, value)| name.len() + bytes_of(value)).sum::<usize>()
            }
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_weigh_what_they_take_not_what_they_are_written_in() {
        let objects = json!({ "list": vec![json!({ "a": 0 }); 100] });
        assert!(bytes_of(&objects) > 100 * OBJECT_BYTES, "{}", bytes_of(&objects));
        assert!(bytes(b"{}", &json!({})) < 2 * OBJECT_BYTES);
    }
}
