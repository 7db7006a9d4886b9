//! What is wrong in the access file, and where.

use std::ops::Range;
use std::path::Path;

/// All that is wrong, each with its place in bytes, its key and the reason.
#[derive(Debug, Default)]
pub(in crate::access) struct Faults(Vec<(Range<usize>, String, String)>);

impl Faults {
    /// The file is no TOML, or has a key that nobody knows, or lacks one.
    pub(super) fn of_syntax(text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let missing = error.message().strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        let key = missing.unwrap_or_else(|| key_at(text, span.start)).to_owned();
        Self(vec![(span, key, error.message().replace('\n', " "))])
    }

    /// Notes one more.
    pub(in crate::access) fn add(&mut self, span: Range<usize>, key: &str, reason: impl Into<String>) {
        self.0.push((span, key.to_owned(), reason.into()));
    }

    /// Hands on what is right, and notes what is wrong.
    pub(in crate::access) fn note<T>(
        &mut self,
        span: Range<usize>,
        key: &str,
        result: Result<T, String>,
    ) -> Option<T> {
        result.map_err(|reason| self.add(span, key, reason)).ok()
    }

    /// Whether all is well.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A line for each, in the order of the file.
    pub(super) fn lines(mut self, path: &Path, text: &str) -> Vec<String> {
        self.0.sort_by_key(|(span, ..)| span.start);
        let line = |span: &Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
        let told = |(span, key, reason): &(Range<usize>, String, String)| {
            format!("{}:{}: {key}: {reason}", path.display(), line(span))
        };
        self.0.iter().map(told).collect()
    }
}

fn key_at(text: &str, offset: usize) -> &str {
    let line = text[..offset.min(text.len())].matches('\n').count();
    text.lines().nth(line).and_then(|line| line.split('=').next()).unwrap_or("").trim()
}
