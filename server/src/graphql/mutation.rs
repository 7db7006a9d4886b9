//! What can be done.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, Union};

use super::error::store_failed;
use super::incident::IncidentObject;
use crate::commands::CommandError;
use crate::desk::Desk;
use crate::domain::command::{Action, Refusal};
use crate::domain::incident::IncidentId;

/// What can be done.
pub struct Mutation;

/// What can be done. `expectedVersion` is the `version` that you saw: whoever is slower is told so.
#[Object]
impl Mutation {
    /// Take an open incident: it is in progress then, and yours.
    async fn start_progress(
        &self,
        context: &Context<'_>,
        id: ID,
        expected_version: u64,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::StartProgress).await
    }

    /// Close an incident that is not closed yet.
    async fn close_incident(
        &self,
        context: &Context<'_>,
        id: ID,
        expected_version: u64,
        #[graphql(desc = "Why, for the timeline; at most 4,000 characters.")] comment: Option<String>,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::Close { comment }).await
    }
}

/// What became of it.
#[derive(Union)]
enum CommandResult {
    Accepted(CommandAccepted),
    Refused(CommandRefused),
}

/// It is done, and durable.
#[derive(SimpleObject)]
struct CommandAccepted {
    /// The incident after it.
    incident: IncidentObject,
}

/// Nothing was changed.
#[derive(SimpleObject)]
struct CommandRefused {
    /// Why, for programs.
    code: RefusalCode,
    /// Why, for people, in English.
    message: String,
    /// The incident as it stands, if there is one.
    incident: Option<IncidentObject>,
}

/// Why something was refused.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
enum RefusalCode {
    /// Somebody else was faster: look at the incident, decide again.
    Conflict,
    /// There is no such incident that you may see.
    NotFound,
    /// The incident's status does not allow it.
    NotAllowed,
    /// The input is wrong.
    Invalid,
}

async fn act(context: &Context<'_>, id: ID, expected_version: u64, action: Action) -> Result<CommandResult> {
    let desk = context.data::<Desk>()?;
    let refused = |code, message: String, incident| {
        Ok(CommandResult::Refused(CommandRefused { code, message, incident }))
    };
    match desk.act(&IncidentId(id.0), expected_version, action).await {
        Ok(incident) => Ok(CommandResult::Accepted(CommandAccepted { incident: incident.into() })),
        Err(CommandError::Store(error)) => Err(store_failed(&error)),
        Err(error @ CommandError::NotFound) => refused(RefusalCode::NotFound, error.to_string(), None),
        Err(CommandError::Refused { refusal, incident }) => {
            refused(code(&refusal), refusal.to_string(), Some((*incident).into()))
        }
    }
}

fn code(refusal: &Refusal) -> RefusalCode {
    match refusal {
        Refusal::Conflict { .. } => RefusalCode::Conflict,
        Refusal::NotAllowed { .. } => RefusalCode::NotAllowed,
        Refusal::CommentTooLong => RefusalCode::Invalid,
    }
}
