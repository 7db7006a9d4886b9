//! Commands: start progress on an incident, close it.

use cynic::MutationBuilder;

use super::client;
use super::schema;
use super::wire;
use crate::model::{Outcome, Refusal, RefusalReason, Trouble};

/// Marks the incident as being worked on, if it still has the expected version.
pub(crate) async fn start_progress(id: &str, expected_version: i32) -> Result<Outcome, Trouble> {
    let variables = StartProgressVariables { id: id.into(), expected_version };
    client::ask(StartProgress::build(variables)).await?.start_progress.outcome()
}

/// Closes the incident, if it still has the expected version.
pub(crate) async fn close_incident(
    id: &str,
    expected_version: i32,
    comment: Option<String>,
) -> Result<Outcome, Trouble> {
    let variables = CloseIncidentVariables { id: id.into(), expected_version, comment };
    client::ask(CloseIncident::build(variables)).await?.close_incident.outcome()
}

#[derive(cynic::QueryVariables)]
pub(super) struct StartProgressVariables {
    pub(super) id: cynic::Id,
    pub(super) expected_version: i32,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mutation", variables = "StartProgressVariables")]
pub(super) struct StartProgress {
    #[arguments(id: $id, expectedVersion: $expected_version)]
    start_progress: CommandResult,
}

#[derive(cynic::QueryVariables)]
pub(super) struct CloseIncidentVariables {
    pub(super) id: cynic::Id,
    pub(super) expected_version: i32,
    pub(super) comment: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Mutation", variables = "CloseIncidentVariables")]
pub(super) struct CloseIncident {
    #[arguments(id: $id, expectedVersion: $expected_version, comment: $comment)]
    close_incident: CommandResult,
}

#[derive(cynic::InlineFragments)]
enum CommandResult {
    CommandAccepted(Box<CommandAccepted>),
    CommandRefused(Box<CommandRefused>),
    #[cynic(fallback)]
    Unknown,
}

#[derive(cynic::QueryFragment)]
struct CommandAccepted {
    incident: wire::Incident,
}

#[derive(cynic::QueryFragment)]
struct CommandRefused {
    code: RefusalCode,
    message: String,
    /// Under another name, because one answer may not hold `incident` once with and once without `null`.
    #[cynic(alias, rename = "incident")]
    latest: Option<wire::Incident>,
}

#[derive(cynic::Enum, Clone, Copy)]
enum RefusalCode {
    Conflict,
    NotFound,
    NotAllowed,
    Invalid,
    #[cynic(fallback)]
    Unknown,
}

impl CommandResult {
    fn outcome(self) -> Result<Outcome, Trouble> {
        match self {
            Self::CommandAccepted(accepted) => Ok(Outcome::Accepted(Box::new(accepted.incident.into()))),
            Self::CommandRefused(refused) => Ok(Outcome::Refused((*refused).into())),
            Self::Unknown => Err(Trouble::Unreadable("an unknown answer to a command".to_owned())),
        }
    }
}

impl From<CommandRefused> for Refusal {
    fn from(wire: CommandRefused) -> Self {
        let incident = wire.latest.map(|incident| Box::new(incident.into()));
        Self { reason: wire.code.into(), message: wire.message, incident }
    }
}

impl From<RefusalCode> for RefusalReason {
    fn from(wire: RefusalCode) -> Self {
        match wire {
            RefusalCode::Conflict => Self::Conflict,
            RefusalCode::NotFound => Self::NotFound,
            RefusalCode::NotAllowed => Self::NotAllowed,
            RefusalCode::Invalid | RefusalCode::Unknown => Self::Invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_server_becomes_one_of_the_model() {
        let json = r#"{"startProgress": {"__typename": "CommandRefused", "code": "CONFLICT", "message": "m", "latest": null}}"#;
        let answer: StartProgress = serde_json::from_str(json).unwrap();
        let refusal = Refusal { reason: RefusalReason::Conflict, message: "m".to_owned(), incident: None };
        assert_eq!(answer.start_progress.outcome(), Ok(Outcome::Refused(refusal)));
    }
}
