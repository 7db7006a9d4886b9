//! Answers that are kept as they were written, until something that they were made of changes.

use std::sync::Arc;

use moka::sync::Cache;
use serde_json::value::{RawValue, to_raw_value};

use super::answer::{Answer, Executed};
use super::operation::AskId;
use crate::access::Grants;
use crate::desk::{Desk, Ingredients};
use crate::telemetry::{CacheName, GraphqlMetrics};

/// What an answer takes beside its text, in bytes.
const OVERHEAD_BYTES: usize = 1_024;

/// Answers to queries, by what was asked and by what whoever asked may see.
pub(super) struct Answers {
    /// `None`: each query is executed.
    kept: Option<Cache<(AskId, Grants), Arc<Kept>>>,
    metrics: GraphqlMetrics,
}

struct Kept {
    json: Arc<RawValue>,
    ingredients: Ingredients,
}

impl Answers {
    /// Keeps answers of so many bytes together; 0: none.
    pub(super) fn new(most_bytes: u64, metrics: GraphqlMetrics) -> Self {
        let weigh = |_: &(AskId, Grants), kept: &Arc<Kept>| {
            u32::try_from(kept.json.get().len() + OVERHEAD_BYTES).unwrap_or(u32::MAX)
        };
        let kept = (most_bytes > 0).then(|| Cache::builder().max_capacity(most_bytes).weigher(weigh).build());
        Self { kept, metrics }
    }

    /// The answer that is kept, if it is still true; else what executing brings, which is kept then if that
    /// can be.
    pub(super) async fn answer<F: Future<Output = Answer>>(
        &self,
        ask: AskId,
        desk: Desk,
        execute: impl FnOnce(Desk) -> F,
    ) -> Answer {
        let Some(cache) = &self.kept else { return execute(desk).await };
        let key = (ask, desk.grants().clone());
        let kept = cache.get(&key).filter(|kept| desk.still_holds(&kept.ingredients));
        self.metrics.count_lookup(CacheName::answers, kept.is_some());
        if let Some(kept) = kept {
            return Answer::Executed(Executed::Ready(Arc::clone(&kept.json)));
        }
        let (desk, recording) = desk.recording();
        let answer = execute(desk).await;
        let Some(ingredients) = recording.ingredients() else { return answer };
        let Some(json) = write(&answer) else { return answer };
        cache.insert(key, Arc::new(Kept { json: Arc::clone(&json), ingredients }));
        // Its size is known only once what is new is sorted in.
        cache.run_pending_tasks();
        self.metrics.measure_answers(cache.weighted_size());
        Answer::Executed(Executed::Ready(json))
    }
}

/// The answer as it goes out, if it may be given again: what failed is tried again.
pub(super) fn write(answer: &Answer) -> Option<Arc<RawValue>> {
    match answer {
        Answer::Executed(Executed::Fresh(response)) if response.errors.is_empty() => {
            to_raw_value(response).ok().map(Arc::from)
        }
        Answer::Executed(_) | Answer::Refused(_) => None,
    }
}
