//! The change stream, asked in its own time. MongoDB answers as soon as there is one event, and an answer
//! with one event costs it nearly as much as one with a hundred.

use std::time::Duration;

use futures::stream::{self, Stream, StreamExt};
use tokio::time::{MissedTickBehavior, interval};

/// Answers are taken this far apart at least. An event after a pause comes at once.
const PAUSE: Duration = Duration::from_millis(10);
/// Most events of a group.
const MAX_EVENTS: usize = 512;

/// The same items in the same order, taken from the stream in groups with a pause between them.
pub(super) fn unhurried<S: Stream + Send>(stream: S) -> impl Stream<Item = S::Item> + Send
where
    S::Item: Send,
{
    let mut pace = interval(PAUSE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let groups = stream.ready_chunks(MAX_EVENTS);
    stream::unfold((Box::pin(groups), pace), |(mut groups, mut pace)| async {
        let group = groups.next().await?;
        pace.tick().await;
        Some((stream::iter(group), (groups, pace)))
    })
    .flatten()
}
