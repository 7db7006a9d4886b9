//! The four doors for `fuzz/`, which lies outside: what strangers send, read as the server reads it.
//!
//! They are behind the cargo feature `fuzzing`, so that what is private to a room stays so in every other
//! build; `--cfg fuzzing` would reach all dependencies, too. Each door stands in the room whose parser it
//! opens, as thin as it can be; what must hold of the answers is said in `fuzz/fuzz_targets`.

// Webhooks have no need of a door: their adapters are public.
pub use crate::graphql::fuzzing::{cursors, execute_without_desk, find_document, open_schema, operation};
pub use crate::http::fuzzing::read_body;
pub use crate::ingest::{alertmanager, prometheus};
pub use crate::sources::exporter::fuzzing::{Line, read_lines, read_machines};
