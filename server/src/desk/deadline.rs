//! How long the store may take: whoever asks gets an answer in time, and what else they asked for with it.

use std::future::Future;
use std::time::Duration;

use crate::store::StoreError;

/// Three questions, one after the other, must be over before a request is (`http`, 10 seconds).
const STORE_DEADLINE: Duration = Duration::from_secs(3);

/// The store's answer, if it comes in time. Only for questions: of a write that is given up nobody would know
/// whether it happened.
pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = |_| StoreError::Unavailable(format!("no answer within {} s", STORE_DEADLINE.as_secs()));
    tokio::time::timeout(STORE_DEADLINE, answer).await.map_err(late)?
}
