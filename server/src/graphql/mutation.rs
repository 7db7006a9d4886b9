//! What can be done.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, Union};
use cineportal_regions::RegionId;

use super::embed_token::{self, EmbedAccess, EmbedTokenResult};
use super::error::store_failed;
use super::incident::IncidentObject;
use super::report::{OpenIncidentInput, UpdateIncidentInput};
use super::silence_command::{self, SilenceInput, SilenceResult};
use crate::commands::{CommandError, Opened};
use crate::desk::Desk;
use crate::domain::command::{Action, Refusal};
use crate::domain::incident::{CloseReason, Incident, IncidentId};
use crate::domain::silence::SilenceId;

/// What can be done.
pub struct Mutation;

/// What can be done. `expectedVersion` is the `version` that you saw: whoever is slower is told so.
#[Object]
impl Mutation {
    /// Open an incident that no alert tells of. With `idempotencyKey`, the same input a second time opens
    /// nothing and answers the incident as it stands.
    async fn open_incident(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is wrong, and where.")] input: OpenIncidentInput,
        #[graphql(desc = "Yours to choose; at most 200 characters.")] idempotency_key: Option<String>,
    ) -> Result<CommandResult> {
        let desk = context.data::<Desk>()?;
        let opened = desk.open(input.into(), idempotency_key.as_deref()).await;
        answer(opened.map(|(Opened::New(incident) | Opened::Known(incident))| incident))
    }

    /// Take an open incident: it is in progress then, and yours.
    async fn start_progress(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::StartProgress).await
    }

    /// Give an incident to somebody: it is in progress then. To nobody (`null`): it is open again.
    async fn assign(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
        #[graphql(desc = "Who works on it; at most 200 characters.")] to: Option<String>,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::Assign { to }).await
    }

    /// Say something about an incident.
    async fn comment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "Leave it out to comment on whatever version there is.")] expected_version: Option<
            u64,
        >,
        #[graphql(desc = "Plain text, at most 4,000 characters.")] text: String,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::Comment { text }).await
    }

    /// Change what is wrong, or how bad it is. What is left out stays as it is.
    async fn update_incident(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
        #[graphql(desc = "What to change.")] input: UpdateIncidentInput,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::Update(input.into())).await
    }

    /// Close an incident that is not closed yet.
    async fn close_incident(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
        #[graphql(desc = "Why, for the timeline; at most 4,000 characters.")] comment: Option<String>,
    ) -> Result<CommandResult> {
        let reason = CloseReason::ByPerson;
        act(context, id, expected_version, Action::Close { reason, comment }).await
    }

    /// Open a closed incident again.
    async fn reopen(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
        #[graphql(desc = "Why, for the timeline; at most 4,000 characters.")] comment: Option<String>,
    ) -> Result<CommandResult> {
        act(context, id, expected_version, Action::Reopen { comment }).await
    }

    /// Leave people in peace about some incidents of a region for a time.
    async fn create_silence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose incidents.")] region: ID,
        #[graphql(desc = "Which of them, when, and why.")] input: SilenceInput,
    ) -> Result<SilenceResult> {
        let desk = context.data::<Desk>()?;
        silence_command::answer(desk.create_silence(&RegionId::new(region.0), input.into()).await)
    }

    /// Make a silence anew; what is left out is as in a new one. Its region stays.
    async fn update_silence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which silence.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
        #[graphql(desc = "What the silence shall be from now on.")] input: SilenceInput,
    ) -> Result<SilenceResult> {
        let desk = context.data::<Desk>()?;
        silence_command::answer(desk.update_silence(&SilenceId(id.0), expected_version, input.into()).await)
    }

    /// End a silence before its time, or call it off before it begins.
    async fn end_silence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which silence.")] id: ID,
        #[graphql(desc = "The `version` that you saw.")] expected_version: u64,
    ) -> Result<SilenceResult> {
        silence_command::answer(context.data::<Desk>()?.end_silence(&SilenceId(id.0), expected_version).await)
    }

    /// Make a token for a page of another site that shows one region: never more than you may yourself, and never
    /// for longer than what you showed of yourself counts. A service token needs the scope `embed` for this.
    async fn create_embed_token(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which region the page shows.")] region: ID,
        #[graphql(desc = "What the page may do.", default)] access: EmbedAccess,
        #[graphql(
            desc = "Where the page comes from, as `https://admin.example`: one of those that may embed."
        )]
        origin: String,
        #[graphql(desc = "For how many minutes, 1 to 720; 15 if left out.")] minutes: Option<u32>,
    ) -> Result<EmbedTokenResult> {
        let wish = embed_token::wish(region, access, origin, minutes);
        embed_token::answer(context.data::<Desk>()?.create_embed_token(wish))
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
pub(super) enum RefusalCode {
    /// Somebody else was faster, or what you name is taken: look at it as it is, decide again.
    Conflict,
    /// There is nothing like that which you may see.
    NotFound,
    /// You may see it, but your role does not allow this.
    Forbidden,
    /// Its status does not allow it.
    NotAllowed,
    /// The input is wrong.
    Invalid,
}

async fn act(
    context: &Context<'_>,
    id: ID,
    expected_version: impl Into<Option<u64>>,
    action: Action,
) -> Result<CommandResult> {
    let desk = context.data::<Desk>()?;
    answer(desk.act(&IncidentId(id.0), expected_version.into(), action, None).await)
}

fn answer(result: Result<Incident, CommandError>) -> Result<CommandResult> {
    let refused = |code, message: String, incident| {
        Ok(CommandResult::Refused(CommandRefused { code, message, incident }))
    };
    match result {
        Ok(incident) => Ok(CommandResult::Accepted(CommandAccepted { incident: incident.into() })),
        Err(CommandError::Store(error)) => Err(store_failed(&error)),
        Err(error @ CommandError::Forbidden(_)) => refused(RefusalCode::Forbidden, error.to_string(), None),
        Err(error @ CommandError::NotFound) => refused(RefusalCode::NotFound, error.to_string(), None),
        Err(CommandError::Refused { refusal, incident }) => {
            let incident = incident.map(|incident| IncidentObject::from(*incident));
            refused(code(&refusal), refusal.to_string(), incident)
        }
    }
}

fn code(refusal: &Refusal) -> RefusalCode {
    match refusal {
        Refusal::Conflict { .. } | Refusal::ReferenceTaken { .. } | Refusal::KeyReused => {
            RefusalCode::Conflict
        }
        Refusal::NotAllowed { .. } | Refusal::OpenBeside { .. } => RefusalCode::NotAllowed,
        Refusal::Invalid(_) => RefusalCode::Invalid,
    }
}
