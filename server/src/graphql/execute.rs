//! One operation, executed for one viewer; the same for every transport.

use std::future::ready;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};

use super::Schema;
use super::answer::{Answer, Refused, Told};
use super::code::Code;
use super::operation::{AskId, Operation, Prepared};
use super::told::{Events, Slot, Telling};
use crate::desk::{Desk, FeedInterrupted};
use crate::feed::Event;

/// Executes a query or a mutation; or answers a query from memory, if nothing changed meanwhile.
pub async fn execute(schema: &Schema, operation: Operation, desk: Desk) -> Answer {
    let mut running = schema.operations().begin();
    let answer = match operation.prepare(schema) {
        Err(refused) => Answer::Refused(refused),
        Ok(prepared) => {
            running.name(prepared.document.published);
            answer(schema, &prepared, desk).await
        }
    };
    running.end(answer.outcome());
    answer
}

async fn answer(schema: &Schema, prepared: &Prepared, desk: Desk) -> Answer {
    if let Err(refused) = prepared.check() {
        return Answer::Refused(refused);
    }
    let id = prepared.question.id;
    match prepared.kind() {
        Some(OperationType::Query) => {
            schema.answers().answer(id, desk, |desk| run(schema, prepared, desk)).await
        }
        _ => run(schema, prepared, desk).await,
    }
}

async fn run(schema: &Schema, prepared: &Prepared, desk: Desk) -> Answer {
    let id = prepared.question.id;
    let (executable, is_valid) = schema.executable(&id);
    let answer = Answer::from(executable.execute(prepared.request().data(desk)).await);
    if !is_valid && matches!(answer, Answer::Executed(_)) {
        schema.note_valid(id);
    }
    answer
}

/// Executes any operation; a subscription answers again and again.
pub fn execute_stream(
    schema: &Schema,
    operation: Operation,
    desk: Desk,
) -> impl Stream<Item = Told> + Send + use<> {
    let schema = schema.clone();
    match operation.prepare(&schema) {
        Err(refused) => stream::once(ready(Answer::Refused(refused).into())).boxed(),
        Ok(prepared) if prepared.kind() == Some(OperationType::Subscription) => {
            follow(schema, prepared, desk)
        }
        Ok(prepared) => stream::once(async move { answer(&schema, &prepared, desk).await.into() }).boxed(),
    }
}

/// The resolver opens the events; each of them is then told by an execution of its own, or by one that was
/// made for somebody else.
fn follow(schema: Schema, prepared: Prepared, desk: Desk) -> BoxStream<'static, Told> {
    stream::once(async move {
        if let Err(refused) = prepared.check() {
            return stream::once(ready(Answer::Refused(refused).into())).boxed();
        }
        let slot = Slot::default();
        let refused = tell(&schema, &prepared, desk.clone(), Telling::Open(slot.clone())).await;
        match (refused, slot.take()) {
            (Some(answer), _) => stream::once(ready(answer.into())).boxed(),
            (None, None) => stream::empty().boxed(),
            (None, Some(events)) => {
                schema.note_valid(prepared.question.id);
                tell_all(schema, prepared, desk, events)
            }
        }
    })
    .flatten()
    .boxed()
}

fn tell_all(schema: Schema, prepared: Prepared, desk: Desk, events: Events) -> BoxStream<'static, Told> {
    let follower = Arc::new(Follower { shown: prepared.shown(), schema, prepared, desk });
    let answers = events.filter_map(move |event| {
        let follower = Arc::clone(&follower);
        async move { follower.tell(event).await }
    });
    answers.boxed()
}

/// Who is told, and how.
struct Follower {
    shown: AskId,
    schema: Schema,
    prepared: Prepared,
    desk: Desk,
}

impl Follower {
    /// Nearly always somebody else was told of it in the same way already.
    async fn tell(&self, event: Result<Event, FeedInterrupted>) -> Option<Told> {
        let Ok(Event::Changed(change)) = &event else {
            return self.tell_alone(event).await.map(Told::from);
        };
        let (arrived, cursor) = (change.arrived, Arc::clone(&change.cursor));
        let id = (self.shown, self.desk.grants().clone(), self.desk.current_edition(), cursor);
        let execute = || async {
            let nothing = || Answer::Refused(Refused::because(Code::Internal, "There is nothing to tell."));
            self.tell_alone(event).await.unwrap_or_else(nothing)
        };
        let answer = self.schema.told().tell(id, execute).await;
        Some(Told { answer, arrived })
    }

    async fn tell_alone(&self, event: Result<Event, FeedInterrupted>) -> Option<Answer> {
        tell(&self.schema, &self.prepared, self.desk.renewed(), Telling::This(event)).await
    }
}

/// Runs the resolver once; `None` if it has nothing to say.
async fn tell(schema: &Schema, prepared: &Prepared, desk: Desk, telling: Telling) -> Option<Answer> {
    let (executable, _) = schema.executable(&prepared.question.id);
    let request = prepared.request().data(desk).data(telling);
    let mut answers = Box::pin(executable.execute_stream(request));
    answers.next().await.map(Answer::from)
}
