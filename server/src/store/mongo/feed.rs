//! The change stream, asked in its own time. MongoDB answers as soon as there is one event, and an answer
//! with one event costs it nearly as much as one with a hundred.

use std::time::Duration;

use futures::stream::{self, Stream, StreamExt};
use tokio::time::{MissedTickBehavior, interval};

/// Questions are this far apart at least. An event after a pause comes at once.
const PAUSE: Duration = Duration::from_millis(10);
/// Most events of a group.
const MAX_EVENTS: usize = 512;

/// The same items in the same order, taken from the stream in groups. The pause comes before the next question, not
/// before the answer is handed on: what is committed meanwhile comes with one answer, and none waits twice.
pub(super) fn unhurried<S: Stream + Send>(stream: S) -> impl Stream<Item = S::Item> + Send
where
    S::Item: Send,
{
    let mut pace = interval(PAUSE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let groups = stream.ready_chunks(MAX_EVENTS);
    stream::unfold((Box::pin(groups), pace), |(mut groups, mut pace)| async {
        pace.tick().await;
        let group = groups.next().await?;
        Some((stream::iter(group), (groups, pace)))
    })
    .flatten()
}
