//! Commands: what a person does to an incident.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::http::ask;
use super::{Server, wire};
pub(crate) use crate::model::Command;
use crate::model::{Outcome, Refusal, RefusalReason, Trouble};

impl Server {
    /// Carries the command out, if the incident still has the expected version. Comments do not mind versions.
    pub(crate) async fn command(
        self,
        id: &str,
        expected_version: i32,
        command: &Command,
    ) -> Result<Outcome, Trouble> {
        let (document, variables) = request(id, expected_version, command);
        let answer: Answer = ask(self, document, &variables).await?;
        answer.result.outcome()
    }
}

/// Variables that a document does not name are not sent.
fn request(id: &str, expected_version: i32, command: &Command) -> (&'static str, Variables) {
    let variables =
        Variables { id: id.to_owned(), expected_version: Some(expected_version), ..Variables::default() };
    match command.clone() {
        Command::StartProgress => (documents::START_PROGRESS, variables),
        Command::Assign { to } => (documents::ASSIGN, Variables { to, ..variables }),
        Command::Comment { text } => {
            (documents::COMMENT, Variables { text: Some(text), expected_version: None, ..variables })
        }
        Command::Close { comment } => (documents::CLOSE_INCIDENT, Variables { comment, ..variables }),
        Command::Reopen { comment } => (documents::REOPEN, Variables { comment, ..variables }),
    }
}

#[derive(Default, Serialize)]
struct Variables {
    id: String,
    #[serde(rename = "expectedVersion")]
    expected_version: Option<i32>,
    to: Option<String>,
    text: Option<String>,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    result: CommandResult,
}

/// `CommandAccepted` or `CommandRefused`. The incident has two names, because one answer may not hold it once with
/// and once without `null`.
#[derive(Deserialize)]
struct CommandResult {
    accepted: Option<wire::Incident>,
    code: Option<String>,
    message: Option<String>,
    latest: Option<wire::Incident>,
}

impl CommandResult {
    fn outcome(self) -> Result<Outcome, Trouble> {
        match (self.accepted, self.code) {
            (Some(incident), _) => Ok(Outcome::Accepted(Box::new(incident.into()))),
            (None, Some(code)) => Ok(Outcome::Refused(Refusal {
                reason: reason(&code),
                message: self.message.unwrap_or_default(),
                incident: self.latest.map(|incident| Box::new(incident.into())),
            })),
            (None, None) => Err(Trouble::Unreadable),
        }
    }
}

fn reason(code: &str) -> RefusalReason {
    match code {
        "CONFLICT" => RefusalReason::Conflict,
        "NOT_FOUND" => RefusalReason::NotFound,
        "NOT_ALLOWED" => RefusalReason::NotAllowed,
        _ => RefusalReason::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniserde::json;

    #[test]
    fn a_refusal_of_the_server_becomes_one_of_the_model() {
        let text = r#"{"result": {"__typename": "CommandRefused", "code": "CONFLICT", "message": "m", "latest": null}}"#;
        let answer: Answer = json::from_str(text).unwrap();
        let refusal = Refusal { reason: RefusalReason::Conflict, message: "m".to_owned(), incident: None };
        assert_eq!(answer.result.outcome(), Ok(Outcome::Refused(refusal)));
    }

    #[test]
    fn a_comment_is_taken_at_whatever_version() {
        let (_, variables) = request("7", 3, &Command::Comment { text: "on my way".to_owned() });
        assert_eq!((variables.expected_version, variables.text.as_deref()), (None, Some("on my way")));
    }
}
